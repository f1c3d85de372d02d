package org.grapevine.dpws.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import org.grapevine.dpws.addressing.EndpointReference;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostStateTest {

    private static final EndpointReference METER = EndpointReference.of("urn:uuid:meter");
    private static final EndpointReference LAMP = EndpointReference.of("urn:uuid:lamp");
    private static final byte[] OLD = "old".getBytes(UTF_8);
    private static final byte[] NEW = "new".getBytes(UTF_8);

    @TempDir
    private Path folder = Path.of("unset");

    private long now = 1_000;

    private HostState inMemory() {
        return HostState.inMemory(10, () -> now);
    }

    private HostState inFile() throws IOException {
        return HostState.inFile(folder.resolve("versions"), 10, () -> now);
    }

    /** D4: never lower than in an earlier run, of which nothing is known. */
    @Test
    void aDeviceSeenForTheFirstTimeBeginsWithTheSecondsOfTheClock() {
        assertThat(inMemory().versionOf(METER, OLD)).isEqualTo(1_000);
    }

    @Test
    void aVersionLastsAsLongAsTheDescription() {
        HostState versions = inMemory();
        versions.versionOf(METER, OLD);
        now = 2_000;
        assertThat(versions.versionOf(METER, OLD)).isEqualTo(1_000);
    }

    /** R2001, R2002, R2030. */
    @Test
    void everyChangeRaisesItAlsoOneBackToWhatItWas() {
        HostState versions = inMemory();
        versions.versionOf(METER, OLD);
        assertThat(versions.versionOf(METER, NEW)).isEqualTo(1_001);
        assertThat(versions.versionOf(METER, OLD)).isEqualTo(1_002);
        assertThat(versions.versionOf(LAMP, OLD)).isEqualTo(1_000);
    }

    @Test
    void theDeviceUnchangedForTheLongestTimeMakesRoom() {
        HostState versions = HostState.inMemory(1, () -> now);
        versions.versionOf(METER, OLD);
        versions.versionOf(LAMP, OLD);
        assertThat(versions.forgotten()).isEqualTo(1);
        now = 5_000;
        assertThat(versions.versionOf(METER, OLD)).isEqualTo(5_000);
        assertThatThrownBy(() -> HostState.inMemory(0, () -> now)).hasMessage("capacity: 0 (expected: >= 1)");
    }

    @Test
    void aClockBeforeItsTimeOrAfterGivesAVersionAllTheSame() {
        now = -5;
        assertThat(inMemory().versionOf(METER, OLD)).isEqualTo(1);
        now = 1L << 40;
        HostState versions = inMemory();
        assertThat(versions.versionOf(METER, OLD)).isEqualTo(0xFFFF_FFFFL);
        assertThat(versions.versionOf(METER, NEW)).isEqualTo(0xFFFF_FFFFL);
    }

    /** D1. */
    @Test
    void aDeviceThatStartsAgainWithinASecondHasAHigherInstance() {
        HostState state = inMemory();
        assertThat(state.instanceOf(METER)).isEqualTo(1_000);
        assertThat(state.instanceOf(METER)).isEqualTo(1_001);
        assertThat(state.instanceOf(LAMP)).isEqualTo(1_000);
        now = 1_001;
        assertThat(state.instanceOf(METER)).isEqualTo(1_002);
        now = 2_000;
        assertThat(state.instanceOf(METER)).isEqualTo(2_000);
    }

    @Nested
    class InAFile {

        /** D1. */
        @Test
        void aProcessThatStartsAgainWithinASecondGivesHigherInstances() throws Exception {
            HostState first = inFile();
            first.instanceOf(METER);
            first.instanceOf(METER);
            HostState second = inFile();
            assertThat(second.instanceOf(LAMP)).isEqualTo(1_002);
            assertThat(second.instanceOf(METER)).isEqualTo(1_002);
            assertThat(inFile().instanceOf(METER)).isEqualTo(1_003);
        }

        /** B 1.1.3: the same version after a restart that changed nothing. */
        @Test
        void theyOutliveTheProcess() throws Exception {
            HostState before = inFile();
            before.versionOf(METER, OLD);
            before.versionOf(METER, NEW);
            now = 9_000;
            assertThat(inFile().versionOf(METER, NEW)).isEqualTo(1_001);
            assertThat(inFile().versionOf(METER, OLD)).isEqualTo(1_002);
        }

        @Test
        void aLineHalfWrittenWhenThePowerFailedIsLeftOut() throws Exception {
            Path file = folder.resolve("versions");
            inFile().versionOf(METER, OLD);
            Files.writeString(file, Files.readString(file, UTF_8) + "1005 abc", UTF_8);
            HostState again = inFile();
            assertThat(again.versionOf(METER, OLD)).isEqualTo(1_000);
            assertThat(again.versionOf(LAMP, OLD)).isEqualTo(1_000);
            assertThat(inFile().versionOf(LAMP, NEW)).isEqualTo(1_001);
        }

        @Test
        void theFileStaysShortHoweverManyChangesThereAre() throws Exception {
            HostState versions = inFile();
            for (int i = 0; i < 1_000; i++) {
                versions.versionOf(METER, i % 2 == 0 ? OLD : NEW);
            }
            assertThat(Files.readAllLines(folder.resolve("versions"), UTF_8)).hasSizeLessThan(200);
            assertThat(inFile().versionOf(METER, OLD)).isEqualTo(2_000);
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "something else", "grapevine host state 2"})
        void ofAnotherKindIsRefusedByItsName(String firstLine) throws Exception {
            Path file = folder.resolve("versions");
            Files.writeString(file, firstLine, UTF_8);
            assertThatThrownBy(HostStateTest.this::inFile)
                    .isInstanceOf(IOException.class)
                    .hasMessage(file + ":1: '" + firstLine
                            + "' (expected: 'grapevine host state 1'; another file, or take this one away)");
        }

        @ParameterizedTest
        @ValueSource(strings = {"x", "12 abc urn:a", "99999999999 " + DIGEST + " urn:a", "12 " + DIGEST + " "})
        void ofWhichALineIsBrokenIsRefusedByItsNumber(String line) throws Exception {
            Path file = folder.resolve("versions");
            String good = "12 " + DIGEST + " urn:a\n";
            Files.writeString(file, "grapevine host state 1\n" + good + line + "\n" + good, UTF_8);
            assertThatThrownBy(HostStateTest.this::inFile)
                    .hasMessage(file + ":3: '" + line
                            + "' (expected: version, digest, endpoint, or instance and a number; take the line away)");
        }

        @Test
        void thatWasTakenAwayMeanwhileIsWrittenAnew() throws Exception {
            HostState versions = inFile();
            versions.versionOf(METER, OLD);
            Files.delete(folder.resolve("versions"));
            versions.versionOf(METER, NEW);
            assertThat(versions.failedWrites()).isEqualTo(1);
            versions.versionOf(LAMP, OLD);
            assertThat(inFile().versionOf(METER, NEW)).isEqualTo(1_001);
        }

        private static final String DIGEST = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    }

    @Nested
    class OnAFullDisk {

        private final AtomicBoolean full = new AtomicBoolean();

        private HostState inFile(StateWriter writer) throws IOException {
            return HostState.inFile(folder.resolve("versions"), 10, () -> now, writer);
        }

        private HostState fillable() throws IOException {
            return inFile(StateWriter.unlessFull(full::get));
        }

        @Test
        void versionsAndInstancesGoOnAndWhatIsNotKeptIsCounted() throws Exception {
            HostState state = fillable();
            state.versionOf(METER, OLD);
            full.set(true);
            assertThat(state.versionOf(METER, NEW)).isEqualTo(1_001);
            assertThat(state.versionOf(LAMP, OLD)).isEqualTo(1_000);
            assertThat(state.instanceOf(METER)).isEqualTo(1_000);
            assertThat(state.failedWrites()).isEqualTo(3);
        }

        @Test
        void allIsKeptWithTheFirstChangeThatFindsRoomAgain() throws Exception {
            HostState state = fillable();
            full.set(true);
            state.versionOf(METER, OLD);
            state.versionOf(METER, NEW);
            full.set(false);
            state.versionOf(LAMP, OLD);
            now = 5_000;
            HostState again = fillable();
            assertThat(again.versionOf(METER, NEW)).isEqualTo(1_001);
            assertThat(again.versionOf(LAMP, OLD)).isEqualTo(1_000);
        }

        @Test
        void allIsKeptAtTheEndIfThereIsRoomThen() throws Exception {
            HostState state = fillable();
            full.set(true);
            state.versionOf(METER, OLD);
            full.set(false);
            state.flush();
            now = 5_000;
            assertThat(fillable().versionOf(METER, OLD)).isEqualTo(1_000);
        }

        @Test
        void halfALineSpoilsNothingThatComesBehindIt() throws Exception {
            HostState state = inFile((file, bytes, append) -> {
                if (full.get()) {
                    StateWriter.FILES.write(file, Arrays.copyOf(bytes, bytes.length / 2), append);
                    throw new IOException("No space left on device");
                }
                StateWriter.FILES.write(file, bytes, append);
            });
            state.versionOf(METER, OLD);
            full.set(true);
            state.versionOf(METER, NEW);
            state.versionOf(METER, OLD);
            assertThat(folder.resolve("versions.new")).doesNotExist();
            full.set(false);
            state.versionOf(LAMP, OLD);
            now = 5_000;
            assertThat(fillable().versionOf(METER, OLD)).isEqualTo(1_002);
        }

        @Test
        void noHostStartsSinceNothingCouldBeKept() {
            full.set(true);
            assertThatThrownBy(this::fillable)
                    .isInstanceOf(IOException.class)
                    .hasMessage(folder.resolve("versions.new") + ": No space left on device");
        }

        /** The device of Linux that is always full. */
        @Test
        @EnabledOnOs(OS.LINUX)
        void theRealOneSaysSo() {
            assertThatThrownBy(() -> StateWriter.FILES.write(Path.of("/dev/full"), OLD, true))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No space left on device");
        }
    }
}
