package org.grapevine.cluster.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.grapevine.cluster.plan.AgentTask;
import org.grapevine.yaml.YamlMistake;
import org.junit.jupiter.api.Test;

class RunPlanTest {

    private static final String ENDLESS = ScriptedWork.scenario(4, "nothing")
            .replace("until: 400ms", "workload:\n  - push: { at: 2s, from: meter, lifetime: 30s }");

    private static RunPlan plan(RunRequest request) {
        return RunPlan.of(request, 5, 2, 7_000);
    }

    @Test
    void aRunLastsAsLongAsIsAskedFor() {
        assertThat(plan(Clusters.request(4, "nothing").lasting(Duration.ofSeconds(3)))
                        .lastsMicros())
                .isEqualTo(3_000_000);
    }

    @Test
    void elseAsLongAsTheScenarioSays() {
        assertThat(plan(Clusters.request(4, "nothing")).lastsMicros()).isEqualTo(400_000);
    }

    @Test
    void elseUntilTheLastMessageHasExpiredAndASecondMore() {
        assertThat(plan(RunRequest.of(ENDLESS, 1)).lastsMicros()).isEqualTo(33_000_000);
    }

    @Test
    void andUntilTheLastFaultIsOver() {
        assertThat(plan(RunRequest.of(ENDLESS, 1).withFaults(List.of("stop 1 from 30s until 40s")))
                        .lastsMicros())
                .isEqualTo(41_000_000);
    }

    @Test
    void eachAgentHasTheSameTaskButForItsNumber() {
        RunRequest request = Clusters.request(4, "nothing", "kill 1 at 1s");
        assertThat(plan(request).task(1))
                .isEqualTo(new AgentTask(5, 1, 2, request.scenario(), 7, List.of("kill 1 at 1s"), 7_000));
    }

    @Test
    void aMistakeInTheScenarioIsToldWithItsLine() {
        assertThatThrownBy(() -> plan(RunRequest.of("scenario: x\ndevices: 3\n", 1)))
                .isInstanceOf(YamlMistake.class)
                .hasMessageStartingWith("scenario:2: devices: ");
    }

    @Test
    void manyDevicesAreWaitedForLonger() {
        RunRequest request = RunRequest.of(ENDLESS, 1).withPatienceFor(10_000);

        assertThat(request.prepareWithin()).isEqualTo(RunRequest.PREPARE_WITHIN.plusSeconds(1_000));
        assertThat(request.settleWithin()).isEqualTo(RunRequest.SETTLE_WITHIN.plusSeconds(200));
        assertThat(request.finishWithin()).isEqualTo(RunRequest.FINISH_WITHIN.plusSeconds(200));
    }

    @Test
    void aTimeThatIsNoneIsRefused() {
        assertThatThrownBy(() -> Clusters.request(4, "nothing").lasting(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("lasts: -1 ms (expected: 0..10 days)");
    }
}
