package org.grapevine.cluster.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.Observer;
import org.grapevine.simulation.world.World;
import org.junit.jupiter.api.Test;

class FaultPlanTest {

    private static final Scenario ALL_SORTS = Scenarios.street(
            "faults:",
            "  - crash: { at: 2s, who: { group: house, share: 25% } }",
            "  - leave: { at: 3s, who: { group: house, count: 4 } }",
            "  - restart: { at: 5s, who: { group: house, share: 50% } }",
            "  - churn: { at: 6s, until: 9s, who: { group: house }, per-second: 20%, down: 700ms }",
            "until: 15s");

    private static FaultPlan plan(Scenario scenario, int agents) {
        return FaultPlan.of(scenario, 7, Placement.of(scenario, agents));
    }

    @Test
    void drawsWhomFaultsStrikeAsASimulatedRunDoes() {
        List<String> simulated = new ArrayList<>();
        World world = World.of(ALL_SORTS, 7, List.of(new Observer() {
            @Override
            public void started(long now, Device device) {
                simulated.add(now + " starts " + device.index());
            }

            @Override
            public void stopped(long now, Device device) {
                simulated.add(now + " stops " + device.index());
            }
        }));
        world.run((now, events, waiting) -> {});

        assertThat(plan(ALL_SORTS, 4).changes())
                .extracting(change -> change.atMicros()
                        + (change instanceof DeviceChange.Start ? " starts " : " stops ")
                        + change.device())
                .isEqualTo(simulated);
        assertThat(simulated).hasSizeGreaterThan(60);
    }

    @Test
    void isTheSameForAnyNumberOfAgents() {
        assertThat(plan(ALL_SORTS, 2).changes()).isEqualTo(plan(ALL_SORTS, 5).changes());
    }

    @Test
    void tellsACrashFromALeave() {
        FaultPlan plan = plan(ALL_SORTS, 4);

        assertThat(plan.changes())
                .filteredOn(DeviceChange.Crash.class::isInstance)
                .hasSizeGreaterThanOrEqualTo(10);
        assertThat(plan.changes())
                .filteredOn(DeviceChange.Leave.class::isInstance)
                .hasSize(4)
                .allMatch(change -> change.atMicros() == 3_000_000);
    }

    @Test
    void makesServicesSlowAndWellAgain() {
        Scenario scenario = Scenarios.street(
                "faults:",
                "  - slow-service: { at: 1s, until: 4s, who: { group: first }, answer: 300ms }",
                "until: 5s");

        assertThat(plan(scenario, 2).changes())
                .endsWith(
                        new DeviceChange.Slow(1_000_000, 0, false, "Refused", 300_000),
                        new DeviceChange.Recover(4_000_000, 0));
        assertThat(plan(scenario, 2).endMicros()).isEqualTo(4_000_000);
    }

    @Test
    void startsDevicesWhenTheirGroupDoes() {
        Scenario scenario = org.grapevine.simulation.scenario.ScenarioFile.read(
                """
                scenario: late
                links: { lan: { latency: { constant: 1ms } } }
                segments: { all: { link: lan } }
                devices:
                  early: { count: 2, in: [all] }
                  late: { count: 3, in: [all], start: { at: 2s, within: 1s } }
                """,
                "late");

        List<DeviceChange> changes = plan(scenario, 2).changes();

        assertThat(changes).hasSize(5).allMatch(DeviceChange.Start.class::isInstance);
        assertThat(changes.subList(0, 2)).allMatch(change -> change.atMicros() == 0);
        assertThat(changes.subList(2, 5))
                .allMatch(change -> change.atMicros() >= 2_000_000 && change.atMicros() <= 3_000_000);
    }

    @Test
    void cutsOffWholeAgentsButNeverTheFirst() {
        Scenario half =
                Scenarios.street("faults:", "  - partition: { at: 3s, until: 13s, who: { share: 50% } }", "until: 20s");
        Scenario few =
                Scenarios.street("faults:", "  - partition: { at: 3s, until: 13s, who: { share: 1% } }", "until: 20s");
        Scenario everybody =
                Scenarios.street("faults:", "  - partition: { at: 3s, until: 13s, who: { } }", "until: 20s");

        assertThat(plan(half, 4).cuts()).singleElement().satisfies(cut -> {
            assertThat(cut.agents()).hasSize(2).doesNotContain(0);
            assertThat(cut.atMicros()).isEqualTo(3_000_000);
            assertThat(cut.untilMicros()).isEqualTo(13_000_000);
        });
        assertThat(plan(few, 4).cuts().get(0).agents()).hasSize(1);
        assertThat(plan(everybody, 4).cuts().get(0).agents()).containsExactly(1, 2, 3);
    }
}
