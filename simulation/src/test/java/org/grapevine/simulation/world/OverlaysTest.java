package org.grapevine.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.grapevine.simulation.world.Scenes.flat;
import static org.grapevine.simulation.world.Scenes.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.grapevine.core.membership.Membership;
import org.grapevine.core.membership.PeerEntry;
import org.grapevine.core.membership.PeerMessage;
import org.grapevine.core.message.Segment;
import org.grapevine.simulation.check.OverlayShape;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.ScenarioFile;
import org.grapevine.simulation.world.Scenes.Seen;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OverlaysTest {

    private static final String QUICK = "{ latency: { uniform: [1ms, 20ms] } }";
    private static final String HYPARVIEW = "peers: { view: hyparview, shuffle: 1s }";

    private static List<PeerMessage> told(Seen seen) {
        List<PeerMessage> told = new ArrayList<>();
        for (Transit transit : seen.sent) {
            if (transit instanceof Transit.Peering peering) {
                told.add(peering.message());
            }
        }
        return told;
    }

    private static Membership engine(Seen seen, int device) {
        Membership engine = seen.world.device(device).membership(0);
        assertThat(engine).isNotNull();
        return engine;
    }

    @Nested
    class Everybody {

        @Test
        void findsAPlaceInTheOverlayAndIsReached() {
            Seen seen = run(flat(
                    QUICK,
                    60,
                    HYPARVIEW,
                    "workload: [ push: { at: 10s, from: node, fanout: 64, repair: none, lifetime: 5s } ]"));

            assertThat(seen.deliveredAt).hasSize(60);
            assertThat(OverlayShape.all(seen.world, 0))
                    .singleElement()
                    .satisfies(shape -> assertThat(shape.parts()).isEqualTo(1))
                    .satisfies(shape -> assertThat(shape.members()).isEqualTo(60));
            for (int i = 0; i < 60; i++) {
                assertThat(engine(seen, i).links()).hasSizeBetween(1, 5);
            }
        }

        @Test
        void drawsFromItsLinksOnly() {
            Seen seen = run(flat(QUICK, 60, HYPARVIEW, "until: 20s"));
            Device device = seen.world.device(7);
            Segment segment = device.segments().get(0);

            assertThat(device.view().draw(segment, 64, Set.of(), new Random(1)))
                    .containsExactlyInAnyOrderElementsOf(engine(seen, 7).links().stream()
                            .map(PeerEntry::address)
                            .toList());
        }

        @Test
        void knowsNobodyWhoIsKnownToNobody() {
            Seen seen = run(flat(QUICK, 1, HYPARVIEW, "until: 20s"));

            assertThat(told(seen)).isEmpty();
            assertThat(engine(seen, 0).links()).isEmpty();
        }
    }

    @Nested
    class ARun {

        @ParameterizedTest
        @ValueSource(strings = {"full", "hyparview", "cyclon"})
        void endsByItself(String view) {
            Seen seen = run(flat(
                    QUICK,
                    20,
                    "peers: { view: " + view + " }",
                    "workload: [ push: { at: 10s, from: node, lifetime: 20s } ]"));

            // Messages live for 20 s, and are remembered for 10 s more.
            assertThat(seen.world.overlaysEndMicros()).isEqualTo(40_000_000);
            assertThat(seen.world.isOver()).isTrue();
            assertThat(seen.endedAt).isLessThan(45_000_000);
        }

        @Test
        void isTheSameForTheSameSeed() {
            Scenario scenario = flat(
                    "{ latency: { uniform: [1ms, 20ms] }, loss: 10% }",
                    40,
                    HYPARVIEW,
                    "faults: [ churn: { at: 2s, until: 10s, who: {}, per-second: 5%, down: 1s } ]",
                    "until: 20s");
            long hash = run(scenario, 3).world.traceHash();

            assertThat(run(scenario, 3).world.traceHash()).isEqualTo(hash);
            assertThat(run(scenario, 4).world.traceHash()).isNotEqualTo(hash);
        }

        @Test
        void losesMessagesOfMembershipAsAllOthers() {
            Seen seen = run(flat("{ latency: { constant: 5ms }, loss: 30% }", 40, HYPARVIEW, "until: 20s"));

            assertThat(seen.lostInAll() / (double) seen.sent.size()).isBetween(0.25, 0.35);
        }
    }

    @Test
    void aLanIsFoundByDiscovery() {
        Seen seen = run(ScenarioFile.read(
                "scenario: scene\nlinks: { line: " + QUICK + " }\n"
                        + "segments: { home: { link: line, lan: true }, wan: { link: line } }\n"
                        + "devices: { node: { count: 30, in: [home, wan] } }\n" + HYPARVIEW + "\nuntil: 20s\n",
                "scene.yaml"));
        Device device = seen.world.device(3);

        assertThat(device.membership(0)).isNull();
        assertThat(device.view().links(device.segments().get(0))).isEqualTo(29);
        assertThat(device.view().links(device.segments().get(1))).isBetween(1, 5);
        assertThat(seen.sent).allSatisfy(transit -> assertThat(transit)
                .isInstanceOfSatisfying(
                        Transit.Peering.class,
                        peering -> assertThat(peering.segment().scope()).isEqualTo("wan")));
    }

    @Test
    void whoLeavesSaysSoAndWhoCrashesDoesNot() {
        Seen left = run(flat(QUICK, 30, HYPARVIEW, "faults: [ leave: { at: 10s, who: { count: 5 } } ]", "until: 12s"));
        Seen crashed =
                run(flat(QUICK, 30, HYPARVIEW, "faults: [ crash: { at: 10s, who: { count: 5 } } ]", "until: 12s"));

        assertThat(told(left)).hasAtLeastOneElementOfType(PeerMessage.Leave.class);
        assertThat(told(crashed)).doesNotHaveAnyElementsOfTypes(PeerMessage.Leave.class);
    }

    @Test
    void whoHasNoLinkLooksAgain() {
        Seen seen = run(ScenarioFile.read(
                "scenario: scene\nlinks: { line: " + QUICK + " }\nsegments: { all: { link: line } }\n"
                        + "devices: { late: { count: 1, in: [all], start: { at: 2s } }, node: { count: 20, in: [all] } }\n"
                        + HYPARVIEW + "\nfaults: [ partition: { at: 1s, until: 9s, who: { group: late } } ]\n"
                        + "until: 20s\n",
                "scene.yaml"));

        assertThat(engine(seen, 0).links()).isNotEmpty();
    }

    @Test
    void aLatticeIsARingOfNeighbours() {
        Seen seen = run(flat(
                "{ latency: { constant: 5ms } }",
                30,
                "peers: { view: cyclon, contacts: 4, lattice: true, entries: 4, probe: none, average: none }",
                "until: 1us"));

        assertThat(engine(seen, 28).standings())
                .extracting(standing -> standing.peer().address().value())
                .containsExactlyInAnyOrder("sim:29", "sim:0", "sim:1", "sim:2");
    }

    @Test
    void liarsNameOnlyLiars() {
        Seen seen = run(flat(
                QUICK, 40, HYPARVIEW, "faults: [ lie: { at: 0s, until: 20s, who: { share: 20% } } ]", "until: 20s"));
        int lies = 0;
        for (Transit transit : seen.sent) {
            if (transit.from().isLying()
                    && transit instanceof Transit.Peering peering
                    && peering.message() instanceof PeerMessage.ShuffleAnswer answer) {
                lies++;
                assertThat(answer.entries()).hasSizeBetween(6, 7).allSatisfy(entry -> assertThat(
                                seen.world.device(entry.address()).isLying())
                        .isTrue());
            }
        }
        assertThat(lies).isPositive();
    }
}
