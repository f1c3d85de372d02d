package org.grapevine.cluster.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.grapevine.policy.Variant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A soak of some seconds. The profile {@code soak} makes it one of an hour: there every line of it is printed, and the verdict has to
 * be that heap, threads and descriptors are flat.
 */
class SoakTest {

    private static final boolean LONG = Boolean.getBoolean("soak.long");

    private static SoakOptions options() {
        SoakOptions options = SoakOptions.defaults()
                .with(
                        Integer.getInteger("soak.agents", 2),
                        Integer.getInteger("soak.devices", 12),
                        Integer.getInteger("soak.rate", 20))
                .lasting(
                        Duration.ofSeconds(Integer.getInteger("soak.rampUp", 1)),
                        Duration.ofSeconds(Integer.getInteger("soak.seconds", 4)));
        return options.with(
                Variant.ofWireName(System.getProperty("soak.variant", "multicast")),
                Duration.ofSeconds(Integer.getInteger("soak.lifetime", 3)),
                LONG ? options.repair() : Duration.ofSeconds(1),
                options.advertiseMillis());
    }

    /** Keeps all lines, and prints them where a person waits for them. */
    private static final class Lines implements Soak.Listener {

        private final List<SoakMinute> minutes = new ArrayList<>();

        @Override
        public void started() {
            say("started");
        }

        @Override
        public void settled() {
            say(SoakText.columns());
        }

        @Override
        public void minute(SoakMinute minute) {
            minutes.add(minute);
            say(SoakText.row(minute));
        }

        private static void say(String line) {
            if (LONG) {
                System.out.println(line);
            }
        }
    }

    @Test
    void everyDeviceGetsEveryMessageOnceForAsLongAsItGoesOn() throws IOException {
        Lines lines = new Lines();
        SoakResult result;
        try (Soak soak = new Soak(options(), Duration.ofSeconds(LONG ? 60 : 1))) {
            result = soak.run(lines);
        }
        SoakText.verdict(result).forEach(Lines::say);
        assertThat(result.minutes()).isEqualTo(lines.minutes);
        assertThat(result.published()).isPositive();
        assertThat(result.lost()).isZero();
        assertThat(result.again()).isZero();
        assertThat(result.delivered()).isEqualTo(result.published() * options().devices());
        assertThat(result.minutes().get(1).mostMicros()).isPositive();
        if (LONG) {
            assertThat(result.complaints()).isEmpty();
        }
    }

    @Test
    void aProcessThatCannotRunEndsItWithTheReason() {
        try (Soak soak = new Soak(options().with(400, "1k"), Duration.ofSeconds(1))) {
            assertThatThrownBy(() -> soak.run(new Lines()))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("agent 0 of the soak ")
                    .hasMessageContaining("(expected: ready)");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0|20|20|agents: 0 (expected: 1..64)",
                "2|1|20|devices: 1 (expected: 2..10000)",
                "2|20|0|perSecond: 0 (expected: 1..10000)",
            })
    void sizesHaveBounds(int agents, int devices, int perSecond, String message) {
        assertThatThrownBy(() -> SoakOptions.defaults().with(agents, devices, perSecond))
                .hasMessage(message);
    }

    @Test
    void otherOptionsHaveBoundsToo() {
        SoakOptions defaults = SoakOptions.defaults();
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> defaults.with(Variant.PULL, second, second, 5))
                .hasMessage("variant: pull (expected: eager-push, lazy-push, tree or multicast; what is pulled has no"
                        + " repair)");
        assertThatThrownBy(() -> defaults.with(Variant.TREE, second, second.plusMillis(1), 5))
                .hasMessage("repair: 1001 (expected: 50..1000)");
        assertThatThrownBy(() -> defaults.with(400, "much"))
                .hasMessage("heap: much (expected: a size as -Xmx takes it, such as 512m)");
        assertThatThrownBy(() -> new Soak(defaults, Duration.ofMillis(10)))
                .hasMessage("every: PT0.01S (expected: PT1S or more)");
    }

    @Test
    void optionsAndCountsAreReadBackInAnotherProcess() {
        SoakOptions options = options();
        assertThat(SoakOptions.parse(options.words())).isEqualTo(options);
        assertThatThrownBy(() -> SoakOptions.parse(List.of("1"))).hasMessage("options: [1] (expected: 11 words)");
        SoakCounts counts = new SoakCounts(1, 2, 3, 4, 5, 6, LatencyHistogram.Snapshot.NOTHING, 7, 8, 9, 10, 11, 12);
        assertThat(SoakCounts.parse(counts.text()).text()).isEqualTo(counts.text());
        assertThatThrownBy(() -> SoakCounts.parse("1 2")).hasMessage("counts: 2 words (expected: 13)");
    }
}
