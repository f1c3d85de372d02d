package org.grapevine.cluster.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.Observer;
import org.grapevine.simulation.world.World;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class WorkPlanTest {

    private static final Scenario SCENARIO = Scenarios.street(
            "workload:",
            "  - push: { at: 2s, from: random house, times: 6, every: 1s, within: 900ms, lifetime: 5s }",
            "  - request: { at: 1s, from: first, timeout: 3s }",
            "  - push: { at: 4s, from: each house, within: 2s, lifetime: 1s }");

    @Nested
    class Messages {

        @Test
        void areNumberedInTheOrderOfTime() {
            List<WorkPlan.Task> tasks = WorkPlan.of(SCENARIO, 7).tasks();

            assertThat(tasks).hasSize(6 + 1 + 39);
            assertThat(tasks)
                    .extracting(WorkPlan.Task::number)
                    .isEqualTo(IntStream.range(0, 46).boxed().toList());
            assertThat(tasks).extracting(WorkPlan.Task::atMicros).isSorted();
            assertThat(tasks.get(0).device()).isZero();
        }

        @Test
        void areTheSameWithTheSameSeedAndOthersWithAnother() {
            assertThat(WorkPlan.of(SCENARIO, 7)).isEqualTo(WorkPlan.of(SCENARIO, 7));
            assertThat(WorkPlan.of(SCENARIO, 7)).isNotEqualTo(WorkPlan.of(SCENARIO, 8));
        }

        @Test
        void areThoseOfASimulatedRunWithThatSeed() {
            List<String> simulated = new ArrayList<>();
            World world = World.of(SCENARIO, 7, List.of(new Observer() {
                @Override
                public void published(long now, Device at, GossipMessage message) {
                    simulated.add(now + " by " + at.index());
                }
            }));
            world.run((now, events, waiting) -> {});

            assertThat(WorkPlan.of(SCENARIO, 7).tasks())
                    .extracting(task -> task.atMicros() + " by " + task.device())
                    .isEqualTo(simulated);
        }

        @Test
        void areDoneByOneAgentEach() {
            WorkPlan plan = WorkPlan.of(SCENARIO, 7);
            Placement placement = Placement.of(SCENARIO, 4);

            assertThat(IntStream.range(0, 4).boxed().flatMap(agent -> plan.of(placement, agent)))
                    .containsExactlyInAnyOrderElementsOf(plan.tasks());
            assertThat(plan.of(placement, 3)).allMatch(task -> task.device() % 4 == 3);
        }
    }

    @Test
    void knowsWhenTheLastMessageIsOver() {
        Scenario scenario = Scenarios.street(
                "workload:",
                "  - push: { at: 2s, from: first, lifetime: 5s }",
                "  - request: { at: 1s, from: first, timeout: 9s, lifetime: 4s }");

        assertThat(WorkPlan.of(scenario, 1).lastExpiryMicros()).isEqualTo(10_000_000);
        assertThat(WorkPlan.of(Scenarios.street(), 1).lastExpiryMicros()).isZero();
    }
}
