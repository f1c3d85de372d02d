package org.grapevine.cluster.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

    private static final Duration SOON = Duration.ofSeconds(30);

    private final Path folder;

    private final List<Entry> entries = new Entries(7).some(1_000);

    JournalTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private Path written() throws IOException {
        Path file = folder.resolve("a/journal");
        try (Journal journal = Journal.open(file)) {
            entries.forEach(journal::append);
        }
        return file;
    }

    @Nested
    class AFile {

        @Test
        void hasAllEntriesInTheirOrder() throws Exception {
            assertThat(JournalReader.read(written())).isEqualTo(entries);
        }

        @Test
        void hasThemWhileItIsStillWrittenTo() throws Exception {
            Path file = folder.resolve("journal");
            try (Journal journal = Journal.open(file)) {
                entries.forEach(journal::append);

                assertThat(journal.flush(SOON)).isTrue();
                assertThat(JournalReader.read(file)).isEqualTo(entries);
                assertThat(journal.written()).isEqualTo(entries.size());
            }
        }

        @Test
        void isNeverWrittenOverByAnotherJournal() throws Exception {
            Path file = written();

            assertThatThrownBy(() -> Journal.open(file))
                    .isInstanceOf(IOException.class)
                    .hasMessageMatching("journal: .* has [0-9]+ octets \\(expected: a new file\\)");
        }
    }

    @Nested
    class AReader {

        @Test
        void forgivesALastEntryThatIsCutAnywhere() throws Exception {
            Path file = written();
            byte[] octets = Files.readAllBytes(file);
            int last = 1 + EntryCodec.encode(entries.get(entries.size() - 1)).length;

            for (int length = octets.length - 1; length > octets.length - last; length--) {
                Files.write(file, Arrays.copyOf(octets, length));
                assertThat(JournalReader.read(file)).isEqualTo(entries.subList(0, entries.size() - 1));
            }
        }

        @Test
        void findsNothingInAFileThatWasJustBegun() throws Exception {
            assertThat(JournalReader.read(Files.write(folder.resolve("empty"), new byte[0])))
                    .isEmpty();
            assertThat(JournalReader.read(Files.write(folder.resolve("head"), new byte[] {'G', 'V'})))
                    .isEmpty();
        }

        @Test
        void refusesAFileOfSomethingElse() throws Exception {
            Path file = Files.writeString(folder.resolve("text"), "Hello");

            assertThatThrownBy(() -> JournalReader.read(file))
                    .hasMessage("journal: " + file + " begins otherwise (expected: GVJ1)");
        }

        @Test
        void refusesWhatIsNoEntryAndSaysWhichOne() throws Exception {
            Path file = folder.resolve("journal");
            try (Journal journal = Journal.open(file)) {
                journal.append(new Entry.Started(1, 2));
            }
            Files.write(file, new byte[] {3, 99, 0, 0}, StandardOpenOption.APPEND);

            assertThatThrownBy(() -> JournalReader.read(file))
                    .hasMessage("journal: " + file + ", entry 1: kind of entry: 99 (expected: 1..8)");
        }
    }

    @Test
    void outlivesItsProcess() throws Exception {
        Path file = folder.resolve("journal");
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Writing.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
        try {
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
            assertThat(out.readLine()).isEqualTo("written");
        } finally {
            child.destroyForcibly();
        }
        assertThat(child.waitFor(30, TimeUnit.SECONDS)).isTrue();

        List<Entry> read = JournalReader.read(file);

        assertThat(read).hasSizeGreaterThanOrEqualTo(Writing.SURE);
        for (int i = 0; i < read.size(); i++) {
            assertThat(read.get(i)).isEqualTo(new Entry.Delivered(i, 1, 2, 3));
        }
    }

    /** A process that writes until it is killed. */
    static final class Writing {

        static final int SURE = 5_000;

        private Writing() {}

        public static void main(String[] args) throws Exception {
            Journal journal = Journal.open(Path.of(args[0]));
            for (int i = 0; i < SURE; i++) {
                journal.append(new Entry.Delivered(i, 1, 2, 3));
            }
            journal.flush(SOON);
            System.out.println("written");
            for (int i = SURE; i < 100_000_000; i++) {
                while (!journal.append(new Entry.Delivered(i, 1, 2, 3))) {
                    journal.flush(SOON);
                }
            }
        }
    }

    @Nested
    class ADiskThatIsFull {

        @Test
        void costsEntriesAndNothingElse() throws Exception {
            Path full = Path.of("/dev/full");
            assumeThat(Files.exists(full)).as("there is a full device").isTrue();

            try (Journal journal = Journal.open(full)) {
                entries.forEach(entry -> assertThat(journal.append(entry)).isTrue());

                assertThat(journal.flush(SOON)).isTrue();
                assertThat(journal.refused()).isEqualTo(entries.size());
                assertThat(journal.written()).isZero();
            }
        }

        @Test
        void leavesNoHoleInTheMiddleOfAnEntry() throws Exception {
            for (int room = 0; room < 60; room++) {
                Room channel = new Room(room);
                try (Journal journal = Journal.to(channel)) {
                    for (int i = 0; i < 6; i++) {
                        journal.append(new Entry.Delivered(i, 1_000, 2, 3));
                    }
                    assertThat(journal.flush(SOON)).isTrue();
                    channel.makeRoom();
                    journal.append(new Entry.Started(7, 8));
                    journal.flush(SOON);
                    assertThat(journal.written() + journal.refused()).isEqualTo(7);
                    assertThat(journal.written()).isPositive();
                }

                Path file = Files.write(folder.resolve("journal" + room), channel.taken());
                List<Entry> read = JournalReader.read(file);
                assertThat(read).endsWith(new Entry.Started(7, 8));
            }
        }
    }

    /** Takes so many octets and then no more, until there is room again. */
    private static final class Room implements WritableByteChannel {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private int left;

        Room(int octets) {
            left = octets;
        }

        synchronized void makeRoom() {
            left = Integer.MAX_VALUE;
        }

        synchronized byte[] taken() {
            return taken.toByteArray();
        }

        @Override
        public synchronized int write(ByteBuffer octets) throws IOException {
            if (left == 0) {
                throw new IOException("No space left on device");
            }
            int count = Math.min(left, octets.remaining());
            byte[] some = new byte[count];
            octets.get(some);
            taken.writeBytes(some);
            left -= count;
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }

    @Test
    void neverWaitsForADiskThatStandsStill() throws Exception {
        CountDownLatch goesOn = new CountDownLatch(1);
        Stuck channel = new Stuck(goesOn);
        long appended = 0;
        try (Journal journal = Journal.to(channel)) {
            while (journal.append(new Entry.Delivered(appended, 1, 2, 3))) {
                appended++;
            }
            assertThat(journal.dropped()).isEqualTo(1);
            assertThat(journal.flush(Duration.ofMillis(1))).isFalse();
            goesOn.countDown();
            assertThat(journal.flush(SOON)).isTrue();
            assertThat(journal.written()).isEqualTo(appended);
            assertThat(journal.append(new Entry.Started(1, 2))).isTrue();
        }
    }

    private static final class Stuck implements WritableByteChannel {
        private final CountDownLatch goesOn;

        Stuck(CountDownLatch goesOn) {
            this.goesOn = goesOn;
        }

        @Override
        public int write(ByteBuffer octets) throws IOException {
            try {
                if (!goesOn.await(60, TimeUnit.SECONDS)) {
                    throw new IOException("nobody let it go on");
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            int count = octets.remaining();
            octets.position(octets.limit());
            return count;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
