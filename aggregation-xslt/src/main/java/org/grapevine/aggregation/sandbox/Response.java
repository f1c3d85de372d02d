package org.grapevine.aggregation.sandbox;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * What a small JVM answers. On its standard output: one octet that says what it is, the length in four octets, then the content.
 *
 * @param kind what it is
 * @param content the answer; or, in UTF-8, why there is none
 */
@SuppressWarnings("ArrayRecordComponent") // Read once, and never compared.
record Response(Kind kind, byte[] content) {

    enum Kind {
        /** The JVM has started, and waits. */
        READY,
        /** The answer, or nothing where nothing was to be computed. */
        RESULT,
        /** The function leaves the device out. */
        NOTHING,
        /** The stylesheet or an input is refused. */
        REFUSED,
        /** It ran over its steps or its time. */
        OVER_LIMIT
    }

    private static final List<Kind> KINDS = List.of(Kind.values());

    static final int MAX_MESSAGE_BYTES = 64 << 10;
    private static final int SHOWN_CHARACTERS = 400;

    static Response of(Kind kind, String message) {
        byte[] text = message.getBytes(StandardCharsets.UTF_8);
        return new Response(kind, text.length <= MAX_MESSAGE_BYTES ? text : Arrays.copyOf(text, MAX_MESSAGE_BYTES));
    }

    /** The content as a message on one line of bounded length: its maker does not decide what our log looks like. */
    String message() {
        String line = text().replaceAll("[\\s\\p{Cntrl}]+", " ").strip();
        return line.length() <= SHOWN_CHARACTERS ? line : line.substring(0, SHOWN_CHARACTERS) + "...";
    }

    String text() {
        return new String(content, StandardCharsets.UTF_8);
    }

    void write(DataOutputStream out) throws IOException {
        out.writeByte(KINDS.indexOf(kind));
        out.writeInt(content.length);
        out.write(content);
        out.flush();
    }

    /**
     * Reads a response that nobody vouches for.
     *
     * @throws IOException if it is in another form, or longer than it may be
     */
    static Response read(DataInputStream in, int maxBytes) throws IOException {
        int kind = in.readUnsignedByte();
        if (kind >= KINDS.size()) {
            throw new StreamCorruptedException("response: kind " + kind + " (expected: 0.." + (KINDS.size() - 1) + ")");
        }
        return new Response(KINDS.get(kind), Request.read(in, Math.max(maxBytes, MAX_MESSAGE_BYTES)));
    }
}
