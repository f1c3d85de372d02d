package org.grapevine.cluster.record;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Whole numbers and texts as octets: seven bits of a number in each octet, the lowest first, the top bit set in all but the last, as
 * in DWARF's LEB128. Small numbers are short. Signed ones are folded first, so that small negative ones are short, too.
 */
final class Numbers {

    private static final int MOST_OCTETS = 10;
    private static final int SEVEN_BITS = 0x7F;
    private static final int MORE = 0x80;

    private Numbers() {}

    static void write(OutputStream out, long number) throws IOException {
        long rest = number;
        while ((rest & ~SEVEN_BITS) != 0) {
            out.write((int) (rest & SEVEN_BITS) | MORE);
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    static void writeSigned(OutputStream out, long number) throws IOException {
        write(out, (number << 1) ^ (number >> 63));
    }

    /** Of at most as many octets of UTF-8; what is longer is cut at the end of a character. */
    static void write(OutputStream out, String text, int mostOctets) throws IOException {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        int length = octets.length;
        if (length > mostOctets) {
            length = mostOctets;
            while (length > 0 && (octets[length] & 0xC0) == 0x80) {
                length--;
            }
        }
        write(out, length);
        out.write(octets, 0, length);
    }

    /** @throws EOFException if the octets end before the number does */
    static int octet(InputStream in) throws IOException {
        int octet = in.read();
        if (octet < 0) {
            throw new EOFException("record: ends in the middle (expected: more octets)");
        }
        return octet;
    }

    static long read(InputStream in) throws IOException {
        long number = 0;
        for (int i = 0; i < MOST_OCTETS; i++) {
            int octet = octet(in);
            if (i == MOST_OCTETS - 1 && octet > 1) {
                break;
            }
            number |= (long) (octet & SEVEN_BITS) << (7 * i);
            if ((octet & MORE) == 0) {
                return number;
            }
        }
        throw new IOException("number: more than 64 bits (expected: at most 64)");
    }

    static long readSigned(InputStream in) throws IOException {
        long folded = read(in);
        return (folded >>> 1) ^ -(folded & 1);
    }

    /** @throws IOException for a number that is negative or beyond the limit, which names it */
    static int read(InputStream in, String what, int most) throws IOException {
        long number = read(in);
        if (number < 0 || number > most) {
            throw new IOException(what + ": " + Long.toUnsignedString(number) + " (expected: 0.." + most + ")");
        }
        return (int) number;
    }

    /** @throws IOException for a number that is negative, which names it */
    static long read(InputStream in, String what) throws IOException {
        long number = read(in);
        if (number < 0) {
            throw new IOException(
                    what + ": " + Long.toUnsignedString(number) + " (expected: 0.." + Long.MAX_VALUE + ")");
        }
        return number;
    }

    static String readText(InputStream in, String what, int mostOctets) throws IOException {
        int length = read(in, what, mostOctets);
        byte[] octets = in.readNBytes(length);
        if (octets.length < length) {
            throw new EOFException(what + ": " + octets.length + " octets (expected: " + length + ")");
        }
        return new String(octets, StandardCharsets.UTF_8);
    }
}
