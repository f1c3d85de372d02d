package org.grapevine.cluster.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.grapevine.simulation.kernel.SeededRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class EntryCodecTest {

    @Nested
    class AnyEntry {

        @Test
        void comesBackAsItWas() throws Exception {
            for (Entry entry : new Entries(1).some(20_000)) {
                assertThat(EntryCodec.decode(EntryCodec.encode(entry))).isEqualTo(entry);
            }
        }

        @Test
        void isReadWithoutAnOctetOfTheNext() throws Exception {
            for (Entry entry : new Entries(2).some(1_000)) {
                byte[] octets = EntryCodec.encode(entry);
                ByteArrayInputStream two = new ByteArrayInputStream(Arrays.copyOf(octets, octets.length + 7));

                assertThat(EntryCodec.read(two)).isEqualTo(entry);
                assertThat(two.available()).isEqualTo(7);
            }
        }

        @Test
        void isRefusedWhereverItIsCut() {
            for (Entry entry : new Entries(3).some(500)) {
                byte[] octets = EntryCodec.encode(entry);
                for (int length = 0; length < octets.length; length++) {
                    byte[] cut = Arrays.copyOf(octets, length);
                    assertThatThrownBy(() -> EntryCodec.decode(cut)).isInstanceOf(EOFException.class);
                }
            }
        }

        @Test
        void isSmall() {
            assertThat(EntryCodec.encode(new Entry.Delivered(12_345_678, 731, 3, 5)))
                    .hasSizeLessThan(10);
        }
    }

    @Test
    void octetsOfNobodyAreAnEntryOrRefusedButNeverACrash() {
        SeededRandom random = SeededRandom.of(4);
        for (int i = 0; i < 50_000; i++) {
            byte[] octets = new byte[random.nextInt(40)];
            for (int k = 0; k < octets.length; k++) {
                octets[k] = (byte) random.nextInt(256);
            }
            if (octets.length > 0) {
                octets[0] = (byte) random.nextInt(10);
            }
            refusedOrRead(octets);
        }
    }

    @Test
    void anEntryWithOneWrongOctetIsAnotherOrRefused() {
        SeededRandom random = SeededRandom.of(5);
        for (Entry entry : new Entries(5).some(5_000)) {
            byte[] octets = EntryCodec.encode(entry);
            octets[random.nextInt(octets.length)] = (byte) random.nextInt(256);
            refusedOrRead(octets);
        }
    }

    private static void refusedOrRead(byte[] octets) {
        try {
            assertThat(EntryCodec.decode(octets)).isNotNull();
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("(expected: ");
        } catch (RuntimeException e) {
            fail("crashed on " + Arrays.toString(octets), e);
        }
    }

    @Nested
    class ARefusal {

        @Test
        void namesAnUnknownKind() {
            assertThatThrownBy(() -> EntryCodec.decode(new byte[] {9, 0, 0}))
                    .isInstanceOf(IOException.class)
                    .hasMessage("kind of entry: 9 (expected: 1..8)");
        }

        @Test
        void namesADeviceBeyondAllScenarios() {
            byte[] octets = {1, 0, (byte) 0x80, (byte) 0xAD, (byte) 0xE2, 4};

            assertThatThrownBy(() -> EntryCodec.decode(octets)).hasMessage("device: 10000000 (expected: 0..9999999)");
        }

        @Test
        void namesWhatIsLeftOver() {
            assertThatThrownBy(() -> EntryCodec.decode(new byte[] {1, 0, 0, 0}))
                    .hasMessage("entry: 1 octets too many (expected: its end)");
        }

        @Test
        void namesANumberThatIsTooLong() {
            byte[] octets = new byte[20];
            Arrays.fill(octets, (byte) 0xFF);
            octets[0] = 1;

            assertThatThrownBy(() -> EntryCodec.decode(octets))
                    .hasMessage("number: more than 64 bits (expected: at most 64)");
        }

        @Test
        void takesNoRoomForDevicesThatWereNotSent() {
            byte[] octets = {7, 0, 0, 0, (byte) 0x80, (byte) 0xAD, (byte) 0xE2, 4};

            assertThatThrownBy(() -> EntryCodec.decode(octets)).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void aLongReasonIsCutAtACharacter() throws Exception {
        Entry.Failed failed = new Entry.Failed(0, 0, 0, "x" + "\uD83D\uDE00".repeat(1_000));

        Entry.Failed read = (Entry.Failed) EntryCodec.decode(EntryCodec.encode(failed));

        assertThat(read.reason()).isEqualTo("x" + "\uD83D\uDE00".repeat(249));
    }

    @Nested
    class AWholeRecord {

        private final AgentRecord record = new AgentRecord(
                3,
                new Entries(6).some(2_000),
                List.of(new DeviceCounts(3, 120, 40, 9), new DeviceCounts(7, 0, 0, 0), DeviceCounts.unknown(11)),
                new ProcessCounts(900, 12_345, 98_765_432, 41, -1, 1, 2, 3, 4, 5, 6, 7));

        @Test
        void comesBackAsItWas() throws Exception {
            assertThat(RecordCodec.decode(RecordCodec.encode(record))).isEqualTo(record);
        }

        @Test
        void isRefusedIfItIsCut() {
            byte[] octets = RecordCodec.encode(record);

            for (int length = 0; length < octets.length; length += 97) {
                byte[] cut = Arrays.copyOf(octets, length);
                assertThatThrownBy(() -> RecordCodec.decode(cut)).isInstanceOf(EOFException.class);
            }
        }

        @Test
        void isRefusedIfItIsOfAnotherForm() {
            byte[] octets = RecordCodec.encode(record);
            octets[0] = 3;

            assertThatThrownBy(() -> RecordCodec.decode(octets)).hasMessage("form of the record: 3 (expected: 2)");
        }

        @Test
        void isRefusedWithTooManyEntries() {
            byte[] octets = {2, 0, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x7F};

            assertThatThrownBy(() -> RecordCodec.decode(octets))
                    .hasMessage("entries: 268435455 (expected: 0..20000000)");
        }
    }
}
