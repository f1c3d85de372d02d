package org.grapevine.simulation.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.grapevine.core.engine.FanoutRule;
import org.grapevine.simulation.report.RequestResult;
import org.grapevine.simulation.report.RunResult;
import org.grapevine.simulation.run.Run;
import org.grapevine.simulation.scenario.Latency;
import org.grapevine.simulation.scenario.ScenarioFile;
import org.junit.jupiter.api.Test;

class RequestPlanTest {

    private static final Latency LINK = new Latency.Uniform(5_000, 20_000);

    private static PlanRequest network(int devices, double loss, double dead) {
        return PlanRequest.of(devices).withNetwork(loss, dead, LINK).withMessages(300, 0, 0);
    }

    @Test
    void depthMarginAndTimeoutFollowFromEachOther() {
        RequestPlan plan = RequestPlan.of(network(1_000, 0.05, 0), 200);

        assertThat(plan.fanout()).isEqualTo(new FanoutRule(0.999999, 0.05, 0).fanout(1_000));
        assertThat(plan.rounds()).isEqualTo(FanoutRule.rounds(1_000, plan.fanout()));
        assertThat(plan.depth()).isEqualTo(plan.rounds() / 2 + 1);
        // 40 ms there and back; 9.75 % of exchanges fail, so 100 + 200 ms for two repetitions leave 0.09 %.
        assertThat(plan.marginMillis()).isEqualTo(340);
        assertThat(plan.timeoutMillis()).isEqualTo((plan.depth() + 1) * 340L);
        assertThat(plan.obstacle()).isEmpty();
    }

    @Test
    void moreLossNeverMakesTheMarginSmaller() {
        assertThat(RequestPlan.repetitionMillis(0)).isZero();
        long before = 0;
        for (int percent = 1; percent < 100; percent++) {
            long millis = RequestPlan.repetitionMillis(percent / 100.0);
            assertThat(millis).isGreaterThanOrEqualTo(before);
            before = millis;
        }
    }

    @Test
    void theEnginesAskAsManyPeersAndTheMessagesAreThoseCounted() {
        RequestPlan plan = RequestPlan.of(network(200, 0, 0), 200);

        RunResult run = Run.of(plan.toScenario(), 1);

        RequestResult result = run.requests().get(0);
        assertThat(result.counted()).isEqualTo(1);
        assertThat((double) result.copies() / result.devices()).isCloseTo(plan.copiesPerDevice(), within(0.5));
        assertThat(result.copies() % plan.fanout()).isZero();
        assertThat((double) run.traffic().sent() / 200).isCloseTo(plan.messagesPerDevice(), within(1.0));
        assertThat((double) run.traffic().bytesSent() / 200)
                .isCloseTo(plan.bytesPerDevice(), within(0.03 * plan.bytesPerDevice()));
        assertThat(result.elapsedMicros()).isLessThan(plan.timeoutMillis() * 1_000);
    }

    @Test
    void withLossAndDeadDevicesNearlyAllAreCountedWithinTheTimeout() {
        RequestPlan plan = RequestPlan.of(network(200, 0.05, 0.02), 200);
        double counted = 0;
        for (long seed = 1; seed <= 10; seed++) {
            RequestResult result = Run.of(plan.toScenario(), seed).requests().get(0);
            assertThat(result.elapsedMicros()).isBetween(0L, plan.timeoutMillis() * 1_000);
            counted += result.counted() / 10;
        }

        assertThat(counted).isGreaterThan(0.98);
        assertThat(plan.warnings())
                .containsExactly(
                        "A dead device never answers, so the answer comes only when the initiator's time is over but"
                                + " for one margin, after about "
                                + Numbers.millis(plan.timeoutMillis() - plan.marginMillis()) + ".");
    }

    @Test
    void theScenarioIsAFileThatCanBeRun() {
        RequestPlan plan = RequestPlan.of(network(1_000, 0.05, 0.02), 200);

        assertThat(ScenarioFile.read(plan.toYaml(), "plan.yaml")).isEqualTo(plan.toScenario());
    }

    @Test
    void aDeadlineThatIsTooShortIsToldWithWhatWouldBeNeeded() {
        RequestPlan plan = RequestPlan.of(network(1_000, 0.05, 0).withWish(0.999, Duration.ofSeconds(1)), 200);

        assertThat(plan.obstacle())
                .contains("deadline: 1000 ms is too short for " + (plan.depth() + 1) + " margins of 340 ms; needed: "
                        + plan.timeoutMillis() + " ms, or a margin of at most " + 1_000 / (plan.depth() + 1)
                        + " ms by less latency or loss.");
        assertThat(plan.sentences()).last().asString().startsWith("The wish cannot be met: deadline");
    }

    @Test
    void tooMuchLossAndNobodyToAskAreToldOf() {
        assertThat(RequestPlan.of(network(1_000, 0.9, 0), 200).obstacle()).hasValueSatisfying(text -> assertThat(text)
                .startsWith("fanout: 64, the largest there is, asks all with probability "));
        assertThat(RequestPlan.of(network(2, 0, 0.9), 200).obstacle())
                .contains("dead: 90 % of 2 devices leaves nobody but the initiator (needed: a live device to ask).");
        PlanRequest slow = PlanRequest.of(1_000).withNetwork(0, 0, new Latency.Constant(3_600_000_000L));
        assertThat(RequestPlan.of(slow, 200).obstacle()).hasValueSatisfying(text -> assertThat(text)
                .startsWith("timeout: 50400 s is more than a request may have"));
        assertThat(RequestPlan.of(slow, 200).toScenario().devices()).isEqualTo(1_000);
    }

    @Test
    void anAnswerHasASize() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RequestPlan.of(network(10, 0, 0), 0))
                .withMessage("answer: 0 (expected: 1 B..1 MiB)");
    }
}
