package org.grapevine.cluster.record;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads what a {@link Journal} left. Has no state; any thread. */
public final class JournalReader {

    private JournalReader() {}

    /**
     * The entries in the order of their writing. Where the file ends in the middle of its last entry, that entry is left out: whoever
     * wrote it was killed.
     *
     * @throws IOException if it cannot be read, is no journal, or has more than {@value RecordCodec#MOST_ENTRIES} entries
     */
    public static List<Entry> read(Path file) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            byte[] expected = Journal.HEAD.getBytes(StandardCharsets.US_ASCII);
            byte[] head = in.readNBytes(expected.length);
            for (int i = 0; i < head.length; i++) {
                if (head[i] != expected[i]) {
                    throw new IOException("journal: " + file + " begins otherwise (expected: " + Journal.HEAD + ")");
                }
            }
            for (byte[] octets = next(in, file, entries.size());
                    octets.length > 0;
                    octets = next(in, file, entries.size())) {
                if (entries.size() == RecordCodec.MOST_ENTRIES) {
                    throw new IOException("journal: " + file + " has more entries (expected: at most "
                            + RecordCodec.MOST_ENTRIES + ")");
                }
                entries.add(entry(octets, file, entries.size()));
            }
        }
        return entries;
    }

    /** The octets of the next entry; none where the file ends first. */
    private static byte[] next(InputStream in, Path file, int number) throws IOException {
        int length;
        try {
            length = Numbers.read(in, "octets of the entry", EntryCodec.MOST_OCTETS);
        } catch (EOFException e) {
            return new byte[0];
        } catch (IOException e) {
            throw at(file, number, e);
        }
        if (length == 0) {
            throw at(
                    file,
                    number,
                    new IOException("octets of the entry: 0 (expected: 1.." + EntryCodec.MOST_OCTETS + ")"));
        }
        byte[] octets = in.readNBytes(length);
        return octets.length < length ? new byte[0] : octets;
    }

    private static Entry entry(byte[] octets, Path file, int number) throws IOException {
        try {
            return EntryCodec.decode(octets);
        } catch (IOException e) {
            throw at(file, number, e);
        }
    }

    private static IOException at(Path file, int number, IOException why) {
        return new IOException("journal: " + file + ", entry " + number + ": " + why.getMessage(), why);
    }
}
