package org.grapevine.gossip.header;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * Puts header blocks together byte by byte: what a relay writes into each copy is nearly always ASCII, and needs no String on the
 * way. For one thread, and for one use.
 */
final class BlockWriter {

    private byte[] bytes;
    private int size;

    BlockWriter(int expectedSize) {
        this.bytes = new byte[expectedSize];
    }

    /** A fixed piece of markup, prepared once. */
    static byte[] markup(String ascii) {
        return ascii.getBytes(US_ASCII);
    }

    BlockWriter raw(byte[] piece) {
        reserve(piece.length);
        System.arraycopy(piece, 0, bytes, size, piece.length);
        size += piece.length;
        return this;
    }

    /** A number with leading zeros. */
    BlockWriter digits(long number, int width) {
        reserve(width);
        long rest = number;
        for (int i = size + width - 1; i >= size; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        size += width;
        return this;
    }

    /** A value between quotes or tags; addresses and scopes may hold any character of XML. */
    BlockWriter value(String value) {
        reserve(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c >= 0x7F || c == '&' || c == '<' || c == '>' || c == '"') {
                return raw(escaped(value.substring(i)));
            }
            bytes[size++] = (byte) c;
        }
        return this;
    }

    private static byte[] escaped(String rest) {
        return rest.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .getBytes(UTF_8);
    }

    private void reserve(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
        }
    }

    byte[] toBytes() {
        return size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
    }
}
