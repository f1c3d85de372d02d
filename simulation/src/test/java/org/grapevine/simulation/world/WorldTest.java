package org.grapevine.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.grapevine.simulation.world.Scenes.flat;
import static org.grapevine.simulation.world.Scenes.run;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.simulation.kernel.SeededRandom;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.ScenarioFile;
import org.grapevine.simulation.world.Scenes.Seen;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class WorldTest {

    private static final String ROUGH =
            "{ latency: { lognormal: { median: 20ms, sigma: 0.7, max: 1s } }, loss: 10%, duplication: 5%,"
                    + " reordering: { share: 5%, by: 200ms }, bandwidth: 1Mbit/s, queue: 64KiB }";

    /** Everything at once, so that its trace hangs on every part of the simulator and of the engines. */
    private static Scenario everything() {
        return ScenarioFile.read(
                """
                scenario: everything
                links:
                  rough: LINK
                  fibre: { latency: { uniform: [1ms, 3ms] }, loss: 1% }
                segments: { wan: { link: fibre }, fan: { link: rough }, han: { link: rough } }
                devices:
                  is: { count: 1, in: [wan] }
                  ssc: { count: 3, in: [wan], opens: fan }
                  sm: { count: 18, in: [fan], opens: han }
                  ied: { count: 50, in: [han], start: { at: 0s, within: 3s } }
                engine: { loss: 10%, clock-error: 2s, answer: 15ms, merge: 3ms }
                workload:
                  - push: { at: 1s, from: is, size: 700B, lifetime: 20s, repair: 1s }
                  - push: { at: 2s, from: random ied, size: 100B, lifetime: 9s, repair: 500ms, times: 3, every: 1s }
                  - request: { at: 4s, from: is, size: 300B, answer: 200B, timeout: 8s }
                  - request: { at: 5s, from: ssc 1, size: 300B, answer: 200B, fanout: 4, timeout: 6s, min-replies: 60 }
                faults:
                  - crash: { at: 5s, who: { group: ied, share: 10% } }
                  - restart: { at: 9s, who: { group: ied, share: 50% } }
                  - pause: { at: 3s, until: 6s, who: { group: sm, count: 2 } }
                  - partition: { at: 6s, until: 10s, who: { share: 30% } }
                  - degrade: { at: 8s, until: 12s, link: rough, loss: 30%, slowdown: 2 }
                  - slow-service: { at: 1s, until: 5s, who: { group: ied, count: 4 }, refuses: true, answer: 1ms }
                  - churn: { at: 10s, until: 15s, who: { group: ied }, per-second: 2%, down: 2s }
                """
                        .replace("LINK", ROUGH),
                "everything.yaml");
    }

    @Nested
    class ASeed {

        @Test
        void meansTheSameRunEachTime() {
            Seen one = run(everything(), 7);
            Seen other = run(everything(), 7);

            assertThat(one.world.traceHash()).isEqualTo(other.world.traceHash());
            assertThat(one.world.events()).isEqualTo(other.world.events());
            assertThat(one.deliveredAt).isEqualTo(other.deliveredAt);
        }

        /**
         * The number holds on every machine and every JDK: it changes with the protocols and with the simulator, and with nothing
         * else. Whoever changes those takes the new one from the failure, and says why in the commit.
         */
        @Test
        void meansTheSameRunEverywhere() {
            assertThat(Long.toHexString(run(everything(), 7).world.traceHash())).isEqualTo("69de5b5960afa081");
        }

        @Test
        void meansAnotherRunThanAnotherSeed() {
            assertThat(run(everything(), 7).world.traceHash())
                    .isNotEqualTo(run(everything(), 8).world.traceHash());
        }

        @Test
        void meansTheSameRunWithATrace() {
            List<String> lines = new ArrayList<>();
            World traced = World.traced(everything(), 7, List.of(), lines::add);
            traced.run((now, events, waiting) -> {});

            assertThat(traced.traceHash()).isEqualTo(run(everything(), 7).world.traceHash());
            assertThat(lines).hasSizeGreaterThan(1_000);
            assertThat(lines.get(0)).startsWith("1000000 us  is sim:0  Deliver[");
        }
    }

    @Nested
    class TheCodec {

        private final Scenario scene = flat(
                "{ latency: { uniform: [1ms, 20ms] }, loss: 10% }",
                60,
                "workload:",
                "  - push: { at: 0s, from: node, size: 600B, lifetime: 20s, repair: 1s }",
                "  - request: { at: 2s, from: node, size: 300B, answer: 200B, timeout: 5s }");

        /** Every way to spread, so that every control message but a summary is on its way. */
        private final Scenario variants = ScenarioFile.read(
                """
                scenario: variants
                links: { line: { latency: { uniform: [1ms, 20ms] }, loss: 10% } }
                segments: { all: { link: line, lan: true } }
                devices: { node: { count: 60, in: [all] } }
                engine: { pull: 500ms }
                workload:
                  - push: { at: 1s, from: node, variant: lazy-push, lifetime: 20s, order: origin, times: 3 }
                  - push: { at: 1s, from: node 1, variant: tree, lifetime: 20s, times: 3 }
                  - push: { at: 1s, from: node 2, size: 600B, variant: multicast, lifetime: 20s }
                  - push: { at: 1s, from: node 3, size: 600B, variant: pull, lifetime: 20s }
                  - push: { at: 1s, from: node 4, size: 600B, variant: push-pull, lifetime: 20s }
                  - push: { at: 1s, from: node 5, size: 600B, variant: lazy-pull, lifetime: 20s }
                  - request: { at: 2s, from: node 6, variant: tree, timeout: 5s }
                  - request: { at: 2s, from: node 7, variant: lazy-push, timeout: 5s }
                  - request: { at: 2s, from: node 8, replies: collect, timeout: 5s }
                  - request: { at: 2s, from: node 9, replies: first, enough: 5, timeout: 5s }
                """,
                "variants.yaml");

        @Test
        void changesNothingOfAnyVariant() {
            assertThat(run(variants.withWire(true)).world.traceHash())
                    .isEqualTo(run(variants).world.traceHash());
        }

        @Test
        void makesControlMessagesOfAllVariantsAboutAsLargeAsTheModelSays() {
            Map<String, Double> modelled = meanSizes(variants);
            Map<String, Double> real = meanSizes(variants.withWire(true));

            assertThat(modelled)
                    .containsKeys("PullRequest", "IHave", "IWant", "Graft", "Prune", "Digest", "Samples", "SamplesAck");
            assertThat(real).containsOnlyKeys(modelled.keySet());
            modelled.forEach((kind, bytes) ->
                    assertThat(real.getOrDefault(kind, 0.0) / bytes).as(kind).isBetween(0.9, 1.1));
        }

        @Test
        void changesNothingThatEnginesSee() {
            assertThat(run(scene.withWire(true)).world.traceHash())
                    .isEqualTo(run(scene).world.traceHash());
        }

        @Test
        void makesMessagesAboutAsLargeAsTheModelSays() {
            Map<String, Double> modelled = meanSizes(scene);
            Map<String, Double> real = meanSizes(scene.withWire(true));

            assertThat(real).containsOnlyKeys(modelled.keySet());
            modelled.forEach((kind, bytes) ->
                    assertThat(real.getOrDefault(kind, 0.0) / bytes).as(kind).isBetween(0.9, 1.1));
        }

        private Map<String, Double> meanSizes(Scenario scenario) {
            Map<String, long[]> sums = new HashMap<>();
            for (Transit transit : run(scenario).sent) {
                long[] sum = sums.computeIfAbsent(transit.kind(), kind -> new long[2]);
                sum[0] += transit.bytes();
                sum[1]++;
            }
            Map<String, Double> means = new HashMap<>();
            sums.forEach((kind, sum) -> means.put(kind, (double) sum[0] / sum[1]));
            return means;
        }
    }

    @Nested
    class Views {

        private final World world = World.of(flat("{ latency: { constant: 1ms } }", 50), 1, List.of());
        private final Device self;
        private final Segment all = new Segment("all");

        Views() {
            world.run((now, events, waiting) -> {});
            self = world.device(17);
        }

        @Test
        void drawEvenlyWithoutSelfAndWithoutReplacement() {
            SeededRandom random = new SeededRandom(1);
            for (int count : new int[] {1, 5, 30, 49, 100}) {
                Map<PeerAddress, Integer> drawn = new HashMap<>();
                for (int i = 0; i < 2_000; i++) {
                    List<PeerAddress> peers = self.view().draw(all, count, Set.of(), random);
                    assertThat(peers)
                            .doesNotHaveDuplicates()
                            .doesNotContain(self.address())
                            .hasSize(Math.min(count, 49));
                    peers.forEach(peer -> drawn.merge(peer, 1, Integer::sum));
                }
                double expected = 2_000.0 * Math.min(count, 49) / 49;
                assertThat(drawn).hasSize(49);
                assertThat(drawn.values())
                        .allMatch(times -> Math.abs(times - expected) <= 5 * Math.sqrt(expected) + 1e-9);
            }
        }

        @Test
        void drawNobodyWhoIsExcluded() {
            Set<PeerAddress> excluded = Set.of(
                    world.device(1).address(),
                    world.device(2).address(),
                    world.device(3).address());

            assertThat(self.view().draw(all, 49, excluded, new SeededRandom(2)))
                    .hasSize(46)
                    .doesNotContainAnyElementsOf(excluded);
            assertThat(self.view().draw(new Segment("other"), 3, Set.of(), new SeededRandom(2)))
                    .isEmpty();
        }

        @Test
        void knowWhoSharesASegment() {
            assertThat(self.view().knows(world.device(3).address())).isTrue();
            assertThat(self.view().knows(self.address())).isFalse();
            assertThat(self.view().knows(new PeerAddress("sim:50"))).isFalse();
            assertThat(self.view().size(all)).isEqualTo(50);
        }
    }

    @Nested
    class TheBaseline {

        private static final String NOTIFY =
                "workload: [ notify: { at: 1s, from: node, to: node, size: 500B, attempts: 3, timeout: 100ms, at-once: 10 } ]";

        @Test
        void tellsEverySubscriberByItselfSoManyAtATime() {
            Seen seen = run(flat("{ latency: { constant: 10ms } }", 31, NOTIFY));

            assertThat(seen.deliveredAt).hasSize(31);
            // Three waves of ten, each there and back.
            assertThat(seen.deliveredAt.values()).containsOnly(1_000_000L, 1_010_000L, 1_030_000L, 1_050_000L);
            assertThat(seen.sent.stream().filter(transit -> transit.from().index() == 0))
                    .hasSize(30);
        }

        @Test
        void repeatsWhatIsLostAndGivesUpInTheEnd() {
            Seen lossy = run(flat("{ latency: { constant: 10ms }, loss: 20% }", 101, NOTIFY));
            Seen dead = run(flat("{ latency: { constant: 10ms }, loss: 100% }", 11, NOTIFY));

            assertThat(lossy.deliveredAt.size()).isGreaterThan(95);
            assertThat(lossy.deliveries.values()).containsOnly(1);
            assertThat(dead.gaveUp).hasSize(10);
            assertThat(dead.sent).hasSize(30);
        }
    }

    @Test
    void devicesThatStartLaterComeInTheirTime() {
        Scenario scenario = ScenarioFile.read(
                "scenario: s\nlinks: { l: { latency: { constant: 1ms } } }\nsegments: { all: { link: l } }\n"
                        + "devices: { a: { count: 5, in: [all] },"
                        + " b: { count: 100, in: [all], start: { at: 2s, within: 3s } } }\n",
                "s.yaml");

        Seen seen = run(scenario);

        assertThat(seen.comings).hasSize(105);
        assertThat(seen.comings.subList(5, 105)).allSatisfy(coming -> {
            long at = Long.parseLong(coming.substring(coming.lastIndexOf(' ') + 1));
            assertThat(at).isBetween(2_000_000L, 5_000_000L);
        });
        assertThat(seen.endedAt).isGreaterThan(4_000_000);
    }

    @Test
    void aRunEndsAtItsTimeIfItHasOne() {
        Seen seen = run(flat(
                "{ latency: { constant: 1ms } }",
                10,
                "workload: [ push: { at: 1s, from: node, size: 10B, lifetime: 20s, repair: 1s } ]",
                "until: 5s"));

        assertThat(seen.endedAt).isEqualTo(5_000_000);
        assertThat(seen.world.isOver()).isFalse();
    }
}
