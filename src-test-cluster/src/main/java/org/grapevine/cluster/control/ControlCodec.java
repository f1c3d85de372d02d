package org.grapevine.cluster.control;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.grapevine.cluster.plan.AgentTask;

/**
 * Control messages as octets: one for the form, one for the kind, then the fields, texts and lists with their lengths before them.
 * Java's own serialization is not used, for it makes whatever its sender wants. Has no state; any thread.
 */
final class ControlCodec {

    /** The most octets of a record in one message. */
    static final int PART_OCTETS = 256 * 1024;

    /** The longest record. */
    static final int MOST_RECORD_OCTETS = 1 << 28;

    /** The longest message; it has to hold a scenario file. */
    static final int MOST_OCTETS = 2 << 20;

    private static final int FORM = 1;
    private static final int MOST_TEXT_OCTETS = 1 << 20;
    private static final int MOST_LINES = 1_000;

    private ControlCodec() {}

    /** @throws IllegalArgumentException for a message that is too long */
    static byte[] encode(ControlMessage message) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(octets)) {
            out.writeByte(FORM);
            write(message, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // Memory takes all that is written to it.
        }
        require("control message", octets.size(), MOST_OCTETS);
        return octets.toByteArray();
    }

    private static void write(ControlMessage message, DataOutputStream out) throws IOException {
        if (message instanceof ControlMessage.Invite) {
            out.writeByte(1);
        } else if (message instanceof ControlMessage.Hello hello) {
            out.writeByte(2);
            text(hello.process(), out);
            out.writeInt(hello.seat());
            out.writeLong(hello.pid());
            text(hello.host(), out);
            out.writeLong(hello.run());
        } else if (message instanceof ControlMessage.Taken) {
            out.writeByte(3);
        } else if (message instanceof ControlMessage.Ping ping) {
            out.writeByte(4);
            out.writeLong(ping.nonce());
        } else if (message instanceof ControlMessage.Pong pong) {
            out.writeByte(5);
            out.writeLong(pong.nonce());
            out.writeLong(pong.micros());
        } else if (message instanceof ControlMessage.Prepare prepare) {
            out.writeByte(6);
            task(prepare.task(), out);
        } else if (message instanceof ControlMessage.Prepared prepared) {
            out.writeByte(7);
            out.writeLong(prepared.run());
            texts(prepared.journals(), out);
        } else if (message instanceof ControlMessage.Settle settle) {
            out.writeByte(8);
            out.writeLong(settle.run());
            out.writeLong(settle.withinMillis());
        } else if (message instanceof ControlMessage.Settled settled) {
            out.writeByte(9);
            out.writeLong(settled.run());
            text(settled.lacking(), out);
        } else if (message instanceof ControlMessage.Begin begin) {
            out.writeByte(10);
            out.writeLong(begin.run());
            out.writeLong(begin.startMillis());
        } else if (message instanceof ControlMessage.Die die) {
            out.writeByte(11);
            out.writeLong(die.run());
        } else if (message instanceof ControlMessage.Halt halt) {
            out.writeByte(12);
            out.writeLong(halt.run());
            out.writeLong(halt.micros());
        } else if (message instanceof ControlMessage.Finish finish) {
            out.writeByte(13);
            out.writeLong(finish.run());
        } else if (message instanceof ControlMessage.Finished finished) {
            out.writeByte(14);
            out.writeLong(finished.run());
            out.writeInt(finished.length());
        } else if (message instanceof ControlMessage.Fetch fetch) {
            out.writeByte(15);
            out.writeLong(fetch.run());
            out.writeInt(fetch.offset());
        } else if (message instanceof ControlMessage.Part part) {
            out.writeByte(16);
            out.writeLong(part.run());
            out.writeInt(part.offset());
            byte[] octets = new byte[part.octets().remaining()];
            part.octets().duplicate().get(octets);
            out.writeInt(octets.length);
            out.write(octets);
        } else if (message instanceof ControlMessage.Close close) {
            out.writeByte(17);
            out.writeLong(close.run());
        } else if (message instanceof ControlMessage.Closed closed) {
            out.writeByte(18);
            out.writeLong(closed.run());
        } else if (message instanceof ControlMessage.Failed failed) {
            out.writeByte(19);
            out.writeLong(failed.run());
            text(failed.phase().word(), out);
            text(failed.reason(), out);
        } else {
            out.writeByte(20);
        }
    }

    private static void task(AgentTask task, DataOutputStream out) throws IOException {
        out.writeLong(task.run());
        out.writeInt(task.agent());
        out.writeInt(task.agents());
        text(task.scenario(), out);
        out.writeLong(task.seed());
        texts(task.faults(), out);
        out.writeInt(task.discoveryPort());
    }

    private static void text(String text, DataOutputStream out) throws IOException {
        byte[] octets = text.getBytes(UTF_8);
        require("text", octets.length, MOST_TEXT_OCTETS);
        out.writeInt(octets.length);
        out.write(octets);
    }

    private static void require(String name, int size, int most) {
        if (size > most) {
            throw new IllegalArgumentException(name + ": " + size + " (expected: at most " + most + ")");
        }
    }

    private static void texts(List<String> texts, DataOutputStream out) throws IOException {
        require("lines", texts.size(), MOST_LINES);
        out.writeInt(texts.size());
        for (String text : texts) {
            text(text, out);
        }
    }

    /**
     * Reads a message.
     *
     * @throws IOException for octets that are none, with the reason
     */
    static ControlMessage decode(byte[] octets) throws IOException {
        if (octets.length > MOST_OCTETS) {
            throw new IOException(
                    "control message: " + octets.length + " octets (expected: at most " + MOST_OCTETS + ")");
        }
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(octets));
        ControlMessage message;
        try {
            int form = in.readUnsignedByte();
            if (form != FORM) {
                throw new IOException("control message: form " + form + " (expected: " + FORM + ")");
            }
            message = read(in.readUnsignedByte(), in);
        } catch (EOFException e) {
            throw new IOException("control message: " + octets.length + " octets (expected: more of it)", e);
        }
        if (in.available() > 0) {
            throw new IOException("control message: " + in.available() + " octets too many (expected: its end)");
        }
        return message;
    }

    private static ControlMessage read(int kind, DataInputStream in) throws IOException {
        return switch (kind) {
            case 1 -> new ControlMessage.Invite();
            case 2 ->
                new ControlMessage.Hello(
                        text(in),
                        number("seat", in, AgentOptions.NO_SEAT, ClusterOptions.MOST_AGENTS - 1),
                        in.readLong(),
                        text(in),
                        in.readLong());
            case 3 -> new ControlMessage.Taken();
            case 4 -> new ControlMessage.Ping(in.readLong());
            case 5 -> new ControlMessage.Pong(in.readLong(), in.readLong());
            case 6 -> new ControlMessage.Prepare(task(in));
            case 7 -> new ControlMessage.Prepared(in.readLong(), texts(in));
            case 8 -> new ControlMessage.Settle(in.readLong(), in.readLong());
            case 9 -> new ControlMessage.Settled(in.readLong(), text(in));
            case 10 -> new ControlMessage.Begin(in.readLong(), in.readLong());
            case 11 -> new ControlMessage.Die(in.readLong());
            case 12 -> new ControlMessage.Halt(in.readLong(), in.readLong());
            case 13 -> new ControlMessage.Finish(in.readLong());
            case 14 -> new ControlMessage.Finished(in.readLong(), recordOctets("length", in));
            case 15 -> new ControlMessage.Fetch(in.readLong(), recordOctets("offset", in));
            case 16 ->
                new ControlMessage.Part(
                        in.readLong(), recordOctets("offset", in), ByteBuffer.wrap(octets("part", in, PART_OCTETS)));
            case 17 -> new ControlMessage.Close(in.readLong());
            case 18 -> new ControlMessage.Closed(in.readLong());
            case 19 -> new ControlMessage.Failed(in.readLong(), phase(in), text(in));
            case 20 -> new ControlMessage.Bye();
            default -> throw new IOException("control message: kind " + kind + " (expected: 1..20)");
        };
    }

    private static int recordOctets(String name, DataInputStream in) throws IOException {
        return number(name, in, 0, MOST_RECORD_OCTETS);
    }

    private static Phase phase(DataInputStream in) throws IOException {
        String word = text(in);
        for (Phase phase : Phase.values()) {
            if (phase.word().equals(word)) {
                return phase;
            }
        }
        throw new IOException("phase: " + word.substring(0, Math.min(word.length(), 40)) + " (expected: one of "
                + Stream.of(Phase.values()).map(Phase::word).collect(Collectors.joining(", ")) + ")");
    }

    private static AgentTask task(DataInputStream in) throws IOException {
        long run = in.readLong();
        int agent = number("agent", in, 0, ClusterOptions.MOST_AGENTS - 1);
        int agents = number("agents", in, agent + 1, ClusterOptions.MOST_AGENTS);
        return new AgentTask(
                run, agent, agents, text(in), in.readLong(), texts(in), number("discovery port", in, 1, 65_535));
    }

    private static int number(String name, DataInputStream in, int least, int most) throws IOException {
        int number = in.readInt();
        if (number < least || number > most) {
            throw new IOException(name + ": " + number + " (expected: " + least + ".." + most + ")");
        }
        return number;
    }

    private static byte[] octets(String name, DataInputStream in, int most) throws IOException {
        int length = number(name, in, 0, most);
        // The octets have to be there before room is made for them.
        if (length > in.available()) {
            throw new EOFException();
        }
        return in.readNBytes(length);
    }

    private static String text(DataInputStream in) throws IOException {
        return new String(octets("text", in, MOST_TEXT_OCTETS), UTF_8);
    }

    private static List<String> texts(DataInputStream in) throws IOException {
        int count = number("lines", in, 0, MOST_LINES);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            texts.add(text(in));
        }
        return texts;
    }
}
