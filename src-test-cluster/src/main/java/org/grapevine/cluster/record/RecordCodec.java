package org.grapevine.cluster.record;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.grapevine.simulation.scenario.Limits;

/**
 * What one agent saw, as octets, see {@link EntryCodec}. At most {@value #MOST_ENTRIES} entries are read. Has no state; any thread.
 */
public final class RecordCodec {

    /** The most entries of one agent. Some eight octets each on the wire, some forty in memory. */
    public static final int MOST_ENTRIES = 20_000_000;

    private static final int FORM = 2;
    private static final int LAST_AGENT = 9_999;

    private RecordCodec() {}

    /**
     * The octets of a record.
     *
     * @throws IllegalArgumentException for a record with too many entries
     */
    public static byte[] encode(AgentRecord agent) {
        ByteArrayOutputStream out =
                new ByteArrayOutputStream(64 + 12 * Math.min(agent.entries().size(), 1 << 20));
        try {
            write(agent, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Memory takes all that is written to it.
        }
        return out.toByteArray();
    }

    /**
     * The record that these octets are.
     *
     * @throws IOException for octets that are no record, with the reason
     */
    public static AgentRecord decode(byte[] octets) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(octets);
        AgentRecord agent = readFrom(in);
        if (in.available() > 0) {
            throw new IOException("record: " + in.available() + " octets too many (expected: its end)");
        }
        return agent;
    }

    /**
     * Writes to the end and flushes; does not close.
     *
     * @throws IllegalArgumentException for a record with too many entries
     */
    public static void write(AgentRecord agent, OutputStream target) throws IOException {
        if (agent.entries().size() > MOST_ENTRIES) {
            throw new IllegalArgumentException(
                    "entries: " + agent.entries().size() + " (expected: 0.." + MOST_ENTRIES + ")");
        }
        OutputStream out = new BufferedOutputStream(target);
        out.write(FORM);
        Numbers.write(out, agent.agent());
        Numbers.write(out, agent.entries().size());
        for (Entry entry : agent.entries()) {
            EntryCodec.write(entry, out);
        }
        Numbers.write(out, agent.devices().size());
        for (DeviceCounts device : agent.devices()) {
            Numbers.write(out, device.device());
            Numbers.writeSigned(out, device.sent());
            Numbers.writeSigned(out, device.controls());
            Numbers.writeSigned(out, device.dropped());
        }
        write(agent.process(), out);
        out.flush();
    }

    /**
     * Reads a record and may read beyond it; does not close.
     *
     * @throws IOException for octets that are no record, with the reason
     */
    public static AgentRecord read(InputStream source) throws IOException {
        return readFrom(new BufferedInputStream(source));
    }

    private static AgentRecord readFrom(InputStream in) throws IOException {
        int form = Numbers.octet(in);
        if (form != FORM) {
            throw new IOException("form of the record: " + form + " (expected: " + FORM + ")");
        }
        int agent = Numbers.read(in, "agent", LAST_AGENT);
        int count = Numbers.read(in, "entries", MOST_ENTRIES);
        List<Entry> entries = new ArrayList<>(Math.min(count, 1 << 16));
        for (int i = 0; i < count; i++) {
            entries.add(EntryCodec.read(in));
        }
        int up = Numbers.read(in, "devices", Limits.MAX_DEVICES);
        List<DeviceCounts> devices = new ArrayList<>(Math.min(up, 1 << 16));
        for (int i = 0; i < up; i++) {
            devices.add(new DeviceCounts(
                    Numbers.read(in, "device", Limits.MAX_DEVICES - 1),
                    Numbers.readSigned(in),
                    Numbers.readSigned(in),
                    Numbers.readSigned(in)));
        }
        return new AgentRecord(agent, entries, devices, process(in));
    }

    private static void write(ProcessCounts process, OutputStream out) throws IOException {
        Numbers.writeSigned(out, process.startMillis());
        Numbers.writeSigned(out, process.cpuMillis());
        Numbers.writeSigned(out, process.heapBytes());
        Numbers.writeSigned(out, process.threads());
        Numbers.writeSigned(out, process.descriptors());
        Numbers.writeSigned(out, process.datagramsSent());
        Numbers.writeSigned(out, process.datagramBytes());
        Numbers.writeSigned(out, process.datagramsReceived());
        Numbers.writeSigned(out, process.lostOnPurpose());
        Numbers.writeSigned(out, process.httpRequests());
        Numbers.writeSigned(out, process.writesRefused());
        Numbers.writeSigned(out, process.entriesDropped());
    }

    private static ProcessCounts process(InputStream in) throws IOException {
        return new ProcessCounts(
                Numbers.readSigned(in),
                Numbers.readSigned(in),
                Numbers.readSigned(in),
                small(in, "threads"),
                small(in, "descriptors"),
                Numbers.readSigned(in),
                Numbers.readSigned(in),
                Numbers.readSigned(in),
                Numbers.readSigned(in),
                Numbers.readSigned(in),
                Numbers.readSigned(in),
                Numbers.readSigned(in));
    }

    private static int small(InputStream in, String what) throws IOException {
        long number = Numbers.readSigned(in);
        if (number != (int) number) {
            throw new IOException(what + ": " + number + " (expected: a number of 32 bits)");
        }
        return (int) number;
    }
}
