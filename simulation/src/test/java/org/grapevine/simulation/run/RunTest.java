package org.grapevine.simulation.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.grapevine.simulation.report.RunResult;
import org.grapevine.simulation.report.SpreadResult;
import org.grapevine.simulation.scenario.DeviceGroup;
import org.grapevine.simulation.scenario.ReadyScenarios;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.ScenarioFile;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunTest {

    static Scenario ready(String name) {
        return ScenarioFile.read(ReadyScenarios.text(name), name + ".yaml");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "flat-1k",
                "ws-eventing",
                "aggregation-under-loss",
                "churn",
                "partition-and-heal",
                "grid",
                "grid-cellular"
            })
    void everyReadyScenarioKeepsAllPromises(String name) {
        RunResult result = Run.of(ready(name), 1);

        assertThat(result.violations()).isEmpty();
        assertThat(result.violationsInAll()).isZero();
        assertThat(result.spreads())
                .allSatisfy(spread -> assertThat(spread.reachedOfOwed()).isEqualTo(spread.owed()));
    }

    @Test
    void aPushThroughAThousandDevicesIsTakenDownToTheLastCopy() {
        RunResult result = Run.of(ready("flat-1k"), 1);

        SpreadResult push = result.spreads().get(0);
        // ln 1000 + 6.9 = 13.8, so a fanout of 14 for each device.
        assertThat(push.copies()).isEqualTo(14_000);
        assertThat(push.reached()).isEqualTo(1_000);
        assertThat(push.t50Micros()).isEqualTo(30_000);
        assertThat(push.lastHop()).isEqualTo(4);
        assertThat(result.traffic().sent()).isEqualTo(14_000);
        assertThat(result.traffic().received()).isEqualTo(14_000);
        assertThat(result.traffic().inFlight()).isZero();
        assertThat(result.sentPerDevice().median()).isEqualTo(14);
        assertThat(result.hops().y()).hasSize(4);
        assertThat(result.infection().y()[100]).isEqualTo(1);
    }

    /** A second JVM, with nothing of this one but the class path. */
    @Test
    void aSeedMeansTheSameRunAfterARestart() throws Exception {
        Process other = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Restarted.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String printed = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(other.waitFor()).isZero();
        assertThat(printed.strip()).isEqualTo(Restarted.hash());
    }

    /** What the other JVM runs. */
    static final class Restarted {
        private Restarted() {}

        static String hash() {
            return Long.toHexString(Run.of(ready("partition-and-heal"), 42).traceHash());
        }

        public static void main(String[] args) throws IOException {
            System.out.write((hash() + "\n").getBytes(StandardCharsets.UTF_8));
            System.out.flush();
        }
    }

    @Test
    void aWatchIsToldHowFarItIsAndMayEndTheRun() {
        List<Long> times = new ArrayList<>();
        Run.of(ready("churn"), 1, (virtualMicros, events, waiting) -> times.add(virtualMicros));

        assertThat(times).isNotEmpty().isSorted();
        assertThatThrownBy(() -> Run.of(ready("churn"), 1, (virtualMicros, events, waiting) -> {
                    throw new IllegalStateException("enough");
                }))
                .hasMessage("enough");
    }

    @Nested
    class AForecast {

        @ParameterizedTest
        @ValueSource(strings = {"flat-1k", "churn", "partition-and-heal", "aggregation-under-loss", "flat-100k"})
        void isOfTheRightOrder(String name) {
            long forecast = Forecast.of(ready(name)).events();
            long happened = Run.of(ready(name), 1).events();

            assertThat((double) forecast / happened).isBetween(0.3, 6.0);
        }

        @Test
        void ofAMillionDevicesIsBelowFourGigabytes() {
            assertThat(Forecast.of(ready("million")).bytes()).isBetween(2L << 30, 4L << 30);
        }

        @Test
        void refusesWhatDoesNotFitAndSaysWhatWould() {
            Scenario million = ready("million");

            assertThatThrownBy(() -> Forecast.of(million).requireRoom(million, 1L << 30))
                    .isInstanceOf(Forecast.OutOfRoomException.class)
                    .hasMessageMatching(
                            "devices: 1000000 would take about [0-9]+ MiB of memory \\(expected: at most"
                                    + " 1024 MiB, which about [0-9]+0000 devices fit, or a larger heap; at most 10000000 in all\\)");
        }

        @Test
        void ofWhatItSaysWouldFitFits() {
            Scenario million = ready("million");
            Forecast tooMuch = Forecast.of(million);
            int fitting = (int) (1_000_000 * (1L << 30) / tooMuch.bytes());
            Scenario smaller =
                    million.withGroups(List.of(million.group("publisher"), DeviceGroup.of("peer", fitting, "all")));

            Forecast.of(smaller).requireRoom(smaller, 1L << 30);
        }
    }
}
