package org.grapevine.cluster.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.grapevine.cluster.plan.AgentFault;
import org.grapevine.cluster.plan.AgentFaults;
import org.grapevine.cluster.plan.Applicability;
import org.grapevine.simulation.scenario.Fault;
import org.grapevine.simulation.scenario.Link;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.ScenarioFile;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PredictionTest {

    private static final int AGENTS = 4;

    private static Scenario scenario(String faults) {
        return ScenarioFile.read(
                """
                scenario: street
                links:
                  line: { latency: { uniform: [10ms, 30ms] }, loss: 10%%, duplication: 1%%, bandwidth: 1Mbit/s }
                segments:
                  street: { link: line }
                devices:
                  centre: { count: 1, in: [street] }
                  meter: { count: 39, in: [street] }
                workload:
                  - push: { at: 1s, from: centre, lifetime: 20s }
                faults:
                %s
                """
                        .formatted(faults),
                "street.yaml");
    }

    private static Translation translated(String scenarioFaults, String... agentFaults) {
        List<AgentFault> faults = AgentFaults.parse(List.of(agentFaults), AGENTS);
        return Translation.of(scenario(scenarioFaults), 1, AGENTS, faults);
    }

    private static Translation translated(String agentFault) {
        return translated("  - leave: { at: 5s, who: { group: meter, count: 1 } }", agentFault);
    }

    private static int[] devicesOf(int agent) {
        return IntStream.range(0, 40).filter(device -> device % AGENTS == agent).toArray();
    }

    private static BitSet struck(Translation translation, int fault) {
        return translation.struck().getOrDefault(fault, new BitSet());
    }

    @Nested
    class AFaultOfAnAgent {

        @Test
        void isACrashOfJustTheDevicesThatItRan() {
            Translation translation = translated("kill 3 at 2s");

            assertThat(translation.scenario().faults()).hasSize(2);
            assertThat(translation.scenario().faults().get(1)).isInstanceOf(Fault.Crash.class);
            assertThat(translation.struck()).containsOnlyKeys(1);
            assertThat(struck(translation, 1).stream().toArray()).isEqualTo(devicesOf(3));
        }

        @Test
        void isARestartOfThemAll() {
            Translation translation = translated("  []", "kill 2 at 2s", "restart 2 at 4s");

            assertThat(translation.scenario().faults().get(1).atMicros()).isEqualTo(4_000_000);
            assertThat(translation.scenario().faults().get(1)).isInstanceOf(Fault.Restart.class);
            assertThat(struck(translation, 1).stream().toArray()).isEqualTo(devicesOf(2));
        }

        @Test
        void isAPauseAPartitionOrNothing() {
            Translation translation = translated(
                    "  []", "stop 1 from 2s until 4s", "cut 0,1 from 3s until 13s", "full-disk 2 from 1s until 9s");

            assertThat(translation.scenario().faults())
                    .extracting(Fault::kind, Fault::atMicros, Fault::endMicros)
                    .containsExactly(
                            tuple("pause", 2_000_000L, 4_000_000L), tuple("partition", 3_000_000L, 13_000_000L));
            assertThat(struck(translation, 1).cardinality()).isEqualTo(20);
        }

        @Test
        void isALinkThatIsWorseForAWhile() {
            Translation translation =
                    translated("  []", "drop 50% from 2s until 6s", "delay 30ms spread 20ms from 4s until 8s");

            List<Fault.Degrade> degrades = translation.scenario().faults().stream()
                    .map(Fault.Degrade.class::cast)
                    .toList();
            assertThat(degrades).hasSize(3);
            assertThat(degrades.get(0).loss()).isCloseTo(0.55, within(1e-9));
            assertThat(degrades.get(0).slowdown()).isEqualTo(1);
            assertThat(degrades.get(1).loss()).isCloseTo(0.55, within(1e-9));
            assertThat(degrades.get(1).slowdown()).isCloseTo(3, within(1e-9));
            assertThat(degrades.get(2).loss()).isCloseTo(0.1, within(1e-9));
            assertThat(degrades.get(2).endMicros()).isEqualTo(8_000_000);
        }

        @Test
        void isALinkThatDoublesAndHoldsBackAllTheTime() {
            Translation translation =
                    translated("  []", "duplicate 50% from 2s until 6s", "reorder 5% by 100ms from 0s until 8s");

            Link link = translation.scenario().link("line");
            assertThat(link.duplication()).isCloseTo(0.505, within(1e-9));
            assertThat(link.reordering()).isCloseTo(0.05, within(1e-9));
            assertThat(link.heldBackMicros()).isEqualTo(100_000);
            assertThat(link.bitsPerSecond()).isZero();
            assertThat(translation.notes())
                    .containsExactly(
                            "duplicate: in the simulator all the time", "reorder: in the simulator all the time");
        }

        @Test
        void isAClockErrorOfAllDevices() {
            assertThat(translated("clock 2 by -3s").scenario().clockErrorMillis())
                    .isEqualTo(3_000);
        }
    }

    @Test
    void aPartitionOfTheScenarioStrikesTheAgentsThatItStruck() {
        Translation translation =
                translated("  - partition: { at: 2s, until: 9s, who: { share: 50% } }", new String[0]);

        assertThat(translation.scenario().faults()).hasSize(1);
        assertThat(struck(translation, 0).cardinality()).isEqualTo(20);
        assertThat(struck(translation, 0).get(0)).isFalse();
    }

    @Test
    void isTheSameForTheSameRun() {
        Translation translation = translated("kill 3 at 1010ms");

        Prediction one = Prediction.of(translation, 7, 3, 25_000_000);
        Prediction other = Prediction.of(translation, 7, 3, 25_000_000);

        assertThat(one.ranges()).isEqualTo(other.ranges());
        assertThat(one.runs()).hasSize(3);
        assertThat(one.keptRuns()).isEqualTo(3);
        assertThat(one.range(Measure.COVERAGE)).isEqualTo(new Range(1, 1, 1, 3));
        assertThat(one.range(Measure.COMPLETENESS).runs()).isZero();
    }

    @Test
    void isRefusedForNoRunsAtAll() {
        assertThatThrownBy(() -> Prediction.of(translated("kill 3 at 2s"), 7, 1_001, 25_000_000))
                .hasMessage("seeds: 1001 (expected: 1..1000)");
    }

    @Nested
    class Measured {

        private final Prediction prediction = new Prediction(
                List.of(),
                new EnumMap<>(Map.of(
                        Measure.COVERAGE, Range.of(1, 1, 1),
                        Measure.MEAN_HOPS, Range.of(3.9, 4.1, 4),
                        Measure.COPIES, Range.of(10, 11, 12),
                        Measure.T99, Range.of(80))),
                List.of());

        private Agreement.Verdict verdict(Measure measure, double value) {
            return Agreement.of(Map.of(measure, value), prediction).rows().stream()
                    .filter(row -> row.measure() == measure)
                    .findFirst()
                    .orElseThrow()
                    .verdict();
        }

        @Test
        void agreesWithinTheRangeAndItsBound() {
            assertThat(verdict(Measure.COVERAGE, 0.9991)).isEqualTo(Agreement.Verdict.AGREES);
            assertThat(verdict(Measure.MEAN_HOPS, 4.45)).isEqualTo(Agreement.Verdict.AGREES);
            assertThat(verdict(Measure.COPIES, 9)).isEqualTo(Agreement.Verdict.AGREES);
        }

        @Test
        void differsBeyondIt() {
            assertThat(verdict(Measure.COVERAGE, 0.998)).isEqualTo(Agreement.Verdict.DIFFERS);
            assertThat(verdict(Measure.MEAN_HOPS, 4.55)).isEqualTo(Agreement.Verdict.DIFFERS);
            assertThat(verdict(Measure.COPIES, 13.2)).isEqualTo(Agreement.Verdict.DIFFERS);
        }

        @Test
        void isNotJudgedWhereTheMachineDecidesOrOneOfThemHasNoNumber() {
            assertThat(verdict(Measure.T99, 8_000)).isEqualTo(Agreement.Verdict.NOT_JUDGED);
            assertThat(verdict(Measure.ANSWERED, 1)).isEqualTo(Agreement.Verdict.NOT_JUDGED);
            assertThat(verdict(Measure.COVERAGE, Double.NaN)).isEqualTo(Agreement.Verdict.NOT_JUDGED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"push.yaml", "request.yaml", "grid.yaml"})
    void theScenariosOfTheAgreementRunInBoth(String name) {
        Scenario scenario = ScenarioFile.read(Path.of("scenarios", name));

        Applicability.require(scenario, 4);
        Prediction prediction = Prediction.of(Translation.of(scenario, 1, 4, List.of()), 1, 5, scenario.untilMicros());

        assertThat(prediction.keptRuns()).isEqualTo(5);
        assertThat(prediction.range(Measure.MEAN_HOPS).mean()).isBetween(1.5, 4.0);
        assertThat(prediction.range(Measure.COPIES).mean()).isBetween(10.0, 40.0);
        assertThat(prediction.range(Measure.COVERAGE).runs()
                        + prediction.range(Measure.COMPLETENESS).runs())
                .isGreaterThanOrEqualTo(5);
    }
}
