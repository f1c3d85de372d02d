package org.grapevine.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.grapevine.simulation.world.Scenes.flat;
import static org.grapevine.simulation.world.Scenes.run;

import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.ScenarioFile;
import org.grapevine.simulation.world.Scenes.Seen;
import org.junit.jupiter.api.Test;

class FaultsTest {

    private static final String QUICK = "{ latency: { constant: 1ms } }";
    private static final String PUSH_AT_2S =
            "workload: [ push: { at: 2s, from: hub, size: 100B, lifetime: 20s, repair: 1s } ]";

    /** A hub that no fault strikes, and nodes. */
    private static Scenario scene(int nodes, String faults) {
        return ScenarioFile.read(
                "scenario: scene\nlinks: { line: " + QUICK + " }\nsegments: { all: { link: line } }\n"
                        + "devices: { hub: { count: 1, in: [all] }, node: { count: " + nodes + ", in: [all] } }\n"
                        + PUSH_AT_2S + "\nfaults: [ " + faults + " ]\n",
                "scene.yaml");
    }

    @Test
    void theCrashedGetNothingAndStayInTheViews() {
        Seen seen = run(scene(20, "crash: { at: 1s, who: { group: node, share: 50% } }"));

        assertThat(seen.deliveredAt).hasSize(11);
        assertThat(seen.lost.getOrDefault(Loss.DOWN, 0)).isPositive();
        assertThat(seen.world
                        .device(0)
                        .view()
                        .size(seen.world.device(0).segments().get(0)))
                .isEqualTo(21);
    }

    @Test
    void whoLeavesIsInNoViewAnyLonger() {
        Seen seen = run(scene(20, "leave: { at: 1s, who: { group: node, count: 5 } }"));

        assertThat(seen.deliveredAt).hasSize(16);
        assertThat(seen.lost).isEmpty();
        assertThat(seen.world
                        .device(0)
                        .view()
                        .size(seen.world.device(0).segments().get(0)))
                .isEqualTo(16);
    }

    @Test
    void theRestartedRememberNothingAndAreRepaired() {
        Seen seen = run(scene(
                20, "crash: { at: 1s, who: { group: node, count: 5 } }, restart: { at: 8s, who: { group: node } }"));

        assertThat(seen.deliveredAt).hasSize(21);
        assertThat(seen.deliveredAt.values().stream().filter(at -> at >= 8_000_000))
                .hasSize(5);
        assertThat(seen.comings)
                .filteredOn(coming -> coming.endsWith("up 8000000"))
                .hasSize(5);
    }

    @Test
    void aPausedDeviceActsOnEverythingLater() {
        Seen seen = run(scene(20, "pause: { at: 1s, until: 9s, who: { group: node, count: 4 } }"));

        assertThat(seen.deliveredAt).hasSize(21);
        assertThat(seen.deliveredAt.values().stream().filter(at -> at == 9_000_000))
                .hasSize(4);
    }

    @Test
    void aPartitionKeepsMessagesFromItsOtherSideUntilItHeals() {
        Seen seen = run(scene(20, "partition: { at: 1s, until: 10s, who: { group: node, count: 8 } }"));

        assertThat(seen.lost).containsOnlyKeys(Loss.CUT);
        assertThat(seen.deliveredAt.values().stream().filter(at -> at < 10_000_000))
                .hasSize(13);
        assertThat(seen.deliveredAt).hasSize(21);
    }

    @Test
    void aDegradedLinkIsWorseForAWhile() {
        Seen seen = run(scene(20, "degrade: { at: 1s, until: 5s, link: line, loss: 0%, slowdown: 100 }"));

        long firstHop = seen.deliveredAt.values().stream()
                .filter(at -> at > 2_000_000)
                .min(Long::compare)
                .orElseThrow();
        assertThat(firstHop).isEqualTo(2_100_000);
        int last = seen.sentAt.size() - 1;
        assertThat(seen.arrivedAt.get(last) - seen.sentAt.get(last)).isEqualTo(1_000);
    }

    @Test
    void churnTakesItsShareEachSecondAndBringsItBack() {
        Seen seen = run(scene(200, "churn: { at: 1s, until: 11s, who: { group: node }, per-second: 5%, down: 3s }"), 3);

        long downs =
                seen.comings.stream().filter(coming -> coming.contains("down")).count();
        // 200 devices, of which 5 % go each second for 10 s: 100, less those that are down already.
        assertThat(downs).isBetween(60L, 120L);
        for (int i = 0; i < seen.world.size(); i++) {
            assertThat(seen.world.device(i).isUp()).isTrue();
        }
        assertThat(seen.deliveredAt).hasSize(201);
    }

    @Test
    void aServiceThatRefusesIsOfferedTheMessageAgain() {
        Seen seen = run(scene(
                20, "slow-service: { at: 1s, until: 6s, who: { group: node, count: 3 }, refuses: true, answer: 1ms }"));

        assertThat(seen.deliveries.values()).containsOnly(1);
        assertThat(seen.deliveredAt).hasSize(21);
        assertThat(seen.deliveredAt.values().stream().filter(at -> at >= 6_000_000))
                .hasSize(3);
    }

    @Test
    void anAnswerOfASlowServiceComesLater() {
        String request = "workload: [ request: { at: 0s, from: node, size: 100B, answer: 50B, timeout: 20s } ]";
        String slow =
                "faults: [ slow-service: { at: 0s, until: 30s, who: { count: 1 }, refuses: false, answer: 700ms } ]";

        Seen quick = run(flat(QUICK, 30, request));
        Seen slowed = run(flat(QUICK, 30, request, slow));

        assertThat(quick.completed).hasSize(1);
        assertThat(slowed.completed).hasSize(1);
        assertThat(slowed.completed.get(0).completeness().counted()).isEqualTo(30);
        assertThat(slowed.endedAt).isGreaterThanOrEqualTo(quick.endedAt);
    }
}
