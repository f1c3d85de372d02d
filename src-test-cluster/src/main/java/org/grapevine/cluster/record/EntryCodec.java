package org.grapevine.cluster.record;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Faults;
import org.grapevine.simulation.scenario.Limits;

/**
 * Entries as octets: one for the kind, then the entry's parts in their order, numbers as short as they are small. A delivery takes
 * some eight octets, an answer one bit for each device up to the last one inside. What is read may come from anywhere: it is within
 * the limits of a scenario, or refused. Has no state; any thread.
 */
public final class EntryCodec {

    /** The longest reason of a failure, octets of UTF-8; a longer one is cut when it is written. */
    public static final int MOST_REASON_OCTETS = 1_000;

    /** The most octets of one entry: an answer of as many devices as a scenario may have. */
    public static final int MOST_OCTETS = Limits.MAX_DEVICES / 8 + 4_096;

    private static final int STARTED = 1;
    private static final int STOPPED = 2;
    private static final int STOPPED_WITH_BYE = 3;
    private static final int PUBLISHED = 4;
    private static final int DELIVERED = 5;
    private static final int COMPLETED = 6;
    private static final int COLLECTED = 7;
    private static final int FAILED = 8;

    private static final int LAST_DEVICE = Limits.MAX_DEVICES - 1;
    private static final int MOST_HOPS = 1 << 16;
    private static final int MOST_KIND_OCTETS = 64;

    private EntryCodec() {}

    public static byte[] encode(Entry entry) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(16);
        try {
            write(entry, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Memory takes all that is written to it.
        }
        return out.toByteArray();
    }

    /**
     * The entry that these octets are.
     *
     * @throws IOException for octets that are no entry, or more than one, with the reason
     */
    public static Entry decode(byte[] octets) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(octets);
        Entry entry = read(in);
        if (in.available() > 0) {
            throw new IOException("entry: " + in.available() + " octets too many (expected: its end)");
        }
        return entry;
    }

    public static void write(Entry entry, OutputStream out) throws IOException {
        if (entry instanceof Entry.Started) {
            head(out, STARTED, entry);
        } else if (entry instanceof Entry.Stopped stopped) {
            head(out, stopped.bye() ? STOPPED_WITH_BYE : STOPPED, entry);
        } else if (entry instanceof Entry.Published published) {
            head(out, PUBLISHED, entry);
            Numbers.write(out, published.message());
        } else if (entry instanceof Entry.Delivered delivered) {
            head(out, DELIVERED, entry);
            Numbers.write(out, delivered.message());
            Numbers.write(out, delivered.hops());
        } else if (entry instanceof Entry.Completed completed) {
            head(out, COMPLETED, entry);
            Numbers.write(out, completed.message());
            byte[] who = completed.who().toByteArray();
            Numbers.write(out, who.length);
            out.write(who);
            Numbers.writeSigned(out, completed.sum());
            write(completed.completeness(), out);
        } else if (entry instanceof Entry.Collected collected) {
            head(out, COLLECTED, entry);
            Numbers.write(out, collected.message());
            List<Integer> from = collected.from();
            Numbers.write(out, from.size());
            for (int device : from) {
                Numbers.write(out, device);
            }
        } else if (entry instanceof Entry.Failed failed) {
            head(out, FAILED, entry);
            Numbers.write(out, failed.message());
            Numbers.write(out, failed.reason(), MOST_REASON_OCTETS);
        } else {
            throw new AssertionError("unhandled: " + entry);
        }
    }

    private static void head(OutputStream out, int kind, Entry entry) throws IOException {
        out.write(kind);
        Numbers.writeSigned(out, entry.atMicros());
        Numbers.write(out, entry.device());
    }

    private static void write(Completeness completeness, OutputStream out) throws IOException {
        Numbers.write(out, completeness.counted());
        Numbers.write(out, completeness.declined());
        Numbers.write(out, completeness.timedOut());
        Numbers.write(out, completeness.truncated());
        Numbers.writeSigned(out, completeness.oldestMillis());
        Map<String, Integer> kinds = completeness.faults().byKind();
        Numbers.write(out, kinds.size());
        for (Map.Entry<String, Integer> kind : kinds.entrySet()) {
            Numbers.write(out, kind.getKey(), MOST_KIND_OCTETS);
            Numbers.write(out, kind.getValue());
        }
    }

    /**
     * Reads one entry and nothing beyond it.
     *
     * @throws EOFException if it is cut short
     * @throws IOException for octets that are no entry, with the reason
     */
    public static Entry read(InputStream in) throws IOException {
        int kind = Numbers.octet(in);
        if (kind < STARTED || kind > FAILED) {
            throw new IOException("kind of entry: " + kind + " (expected: " + STARTED + ".." + FAILED + ")");
        }
        long at = Numbers.readSigned(in);
        int device = Numbers.read(in, "device", LAST_DEVICE);
        if (kind == STARTED) {
            return new Entry.Started(at, device);
        } else if (kind == STOPPED || kind == STOPPED_WITH_BYE) {
            return new Entry.Stopped(at, device, kind == STOPPED_WITH_BYE);
        }
        int message = Numbers.read(in, "message", Integer.MAX_VALUE);
        return switch (kind) {
            case PUBLISHED -> new Entry.Published(at, device, message);
            case DELIVERED -> new Entry.Delivered(at, device, message, Numbers.read(in, "hops", MOST_HOPS));
            case COMPLETED -> completed(in, at, device, message);
            case COLLECTED -> new Entry.Collected(at, device, message, devices(in));
            default -> new Entry.Failed(at, device, message, Numbers.readText(in, "reason", MOST_REASON_OCTETS));
        };
    }

    private static Entry completed(InputStream in, long at, int device, int message) throws IOException {
        int length = Numbers.read(in, "octets of who", Limits.MAX_DEVICES / 8);
        byte[] who = in.readNBytes(length);
        if (who.length < length) {
            throw new EOFException("who: " + who.length + " octets (expected: " + length + ")");
        }
        long sum = Numbers.readSigned(in);
        return new Entry.Completed(at, device, message, BitSet.valueOf(who), sum, completeness(in));
    }

    private static List<Integer> devices(InputStream in) throws IOException {
        int count = Numbers.read(in, "devices collected from", Limits.MAX_DEVICES);
        List<Integer> devices = new ArrayList<>(Math.min(count, 1_024)); // Whoever says more has to send them first.
        for (int i = 0; i < count; i++) {
            devices.add(Numbers.read(in, "device", LAST_DEVICE));
        }
        return devices;
    }

    private static Completeness completeness(InputStream in) throws IOException {
        int counted = Numbers.read(in, "counted", Integer.MAX_VALUE);
        int declined = Numbers.read(in, "declined", Integer.MAX_VALUE);
        int timedOut = Numbers.read(in, "timed out", Integer.MAX_VALUE);
        int truncated = Numbers.read(in, "truncated", Integer.MAX_VALUE);
        long oldest = Numbers.readSigned(in);
        int kinds = Numbers.read(in, "kinds of faults", Faults.MOST_KINDS + 1);
        SortedMap<String, Integer> byKind = new TreeMap<>();
        for (int i = 0; i < kinds; i++) {
            String kind = Numbers.readText(in, "kind of fault", MOST_KIND_OCTETS);
            int devices = Numbers.read(in, "devices of a kind", Integer.MAX_VALUE);
            if (devices == 0) {
                throw new IOException("devices of a kind: 0 (expected: 1.." + Integer.MAX_VALUE + ")");
            }
            byKind.put(kind, devices);
        }
        Faults faults = new Faults(byKind);
        return new Completeness(counted, declined, faults.total(), timedOut, truncated, oldest, faults);
    }
}
