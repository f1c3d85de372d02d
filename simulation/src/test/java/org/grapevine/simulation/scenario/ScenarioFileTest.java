package org.grapevine.simulation.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.engine.VariantConfig;
import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.ReplyMode;
import org.grapevine.simulation.kernel.SeededRandom;
import org.grapevine.yaml.YamlMistake;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScenarioFileTest {

    private static final String SMALL =
            """
            scenario: small
            links: { lan: { latency: { constant: 10ms } } }
            segments: { all: { link: lan } }
            devices: { is: { count: 1, in: [all] }, sm: { count: 9, in: [all] } }
            """;

    private static Scenario small(String more) {
        return ScenarioFile.read(SMALL + more, "f.yaml");
    }

    @Nested
    class AVariant {

        @Test
        void hasItsTimingAndBoundsInTheEngineSection() {
            Scenario scenario = small("engine: { pull: 400ms, pull-spread: 25%, advertise-after: 0s, graft-after: 1s,"
                    + " graft-again: 20ms, tree-links: 6, optimise-hops: 3, bridge-within: 5ms, order-limit: 9 }");

            assertThat(scenario.config().variants()).isEqualTo(new VariantConfig(400, 0.25, 0, 1_000, 20, 6, 3, 5, 9));
        }

        @Test
        void isSaidOfAPushOrARequestWithItsHops() {
            assertThat(small("workload: [ { request:"
                                    + " { at: 1s, from: is, variant: tree, fanout: 3, rounds: 5, eager-hops: 0 } },"
                                    + " { push: { at: 1s, from: is, variant: pull, order: origin } } ]")
                            .workload())
                    .extracting(each ->
                            each instanceof Workload.Push push ? push.spread() : ((Workload.Request) each).spread())
                    .containsExactly(
                            new Workload.Spread(GossipVariant.TREE, 3, 5, 0, false),
                            new Workload.Spread(GossipVariant.PULL, 0, 0, -1, true));
        }

        @Test
        void mayMulticastWhereASegmentIsALan() {
            Scenario scenario = ScenarioFile.read(SMALL.replace("link: lan", "link: lan, lan: true"), "f.yaml");

            assertThat(scenario.segments()).containsExactly(new SegmentKind("all", "lan", true));
        }

        @Test
        void thatIsNoneIsRefusedByName() {
            assertThatThrownBy(() -> small("workload: [ { push: { at: 1s, from: is, variant: flood } } ]"))
                    .hasMessage(
                            "f.yaml:5: workload[0].push.variant: 'flood' (expected: one of eager-push, lazy-push, pull,"
                                    + " push-pull, lazy-pull, tree, multicast)");
            assertThatThrownBy(() -> small("workload: [ { push: { at: 1s, from: is, order: total } } ]"))
                    .hasMessage("f.yaml:5: workload[0].push.order: 'total' (expected: none or origin)");
        }
    }

    @Nested
    class WhatIsLeftOut {

        @Test
        void ofAFileIsAQuietNetworkOfDefaultEngines() {
            Scenario scenario = small("");

            assertThat(scenario)
                    .isEqualTo(new Scenario(
                            "small",
                            "",
                            List.of(Link.perfect("lan", new Latency.Constant(10_000))),
                            List.of(new SegmentKind("all", "lan")),
                            List.of(DeviceGroup.of("is", 1, "all"), DeviceGroup.of("sm", 9, "all")),
                            GossipConfig.defaults(),
                            0,
                            1_000,
                            1_000,
                            false,
                            List.of(),
                            List.of(),
                            0));
        }

        @Test
        void ofAViewIsWhatDevicesHave() {
            assertThat(small("").peers()).isEqualTo(Peers.ALL);
            assertThat(small("peers: { view: hyparview }").peers())
                    .isEqualTo(new Peers(MembershipConfig.hyParView(0), 3, false));
            assertThat(small("peers: { view: cyclon }").peers())
                    .isEqualTo(new Peers(MembershipConfig.cyclon(0), 3, false));
            assertThat(small("peers: { view: full }").peers())
                    .isEqualTo(new Peers(MembershipConfig.full(10_000), 3, false));
        }

        @Test
        void meansNothingWhereEverybodyKnowsEverybody() {
            assertThat(small("peers: { view: all, contacts: 9, links: 7 }").peers())
                    .isEqualTo(Peers.ALL);
        }

        @Test
        void ofAPingIsHalfOfAShortPeriod() {
            assertThat(small("peers: { view: hyparview, probe: 200ms }").peers().membership())
                    .isNotNull()
                    .satisfies(config ->
                            assertThat(config.detection().pingMillis()).isEqualTo(100));
        }

        @Test
        void ofAPushIsAuto() {
            assertThat(small("workload: [ { push: { at: 1s, from: is } } ]").workload())
                    .containsExactly(new Workload.Push(
                            1_000_000,
                            Source.first("is"),
                            Workload.Repetition.once(),
                            1_200,
                            Workload.Spread.eager(0, 0),
                            30_000,
                            1_000));
        }

        @Test
        void ofASpreadIsLeftToTheEngines() {
            assertThat(small("workload: [ { push: { at: 1s, from: is, variant: lazy-push } } ]")
                            .workload()
                            .get(0))
                    .isInstanceOfSatisfying(Workload.Push.class, push -> assertThat(push.spread())
                            .isEqualTo(new Workload.Spread(GossipVariant.LAZY_PUSH, 0, 0, -1, false)));
        }

        @Test
        void ofARequestIsItsTimeout() {
            assertThat(small("workload: [ { request: { at: 1s, from: is, timeout: 4s } } ]")
                            .workload())
                    .containsExactly(new Workload.Request(
                            1_000_000,
                            Source.first("is"),
                            Workload.Repetition.once(),
                            1_200,
                            200,
                            Workload.Spread.eager(0, 0),
                            4_000,
                            Workload.Replies.merged(4_000)));
        }

        @Test
        void ofRepliesIsToMergeThemAll() {
            assertThat(small("workload: [ { request: { at: 1s, from: is, replies: first, enough: 3, partial: true,"
                                    + " min-replies: 2, timeout: 4s, margin: 100ms } } ]")
                            .workload()
                            .get(0))
                    .isInstanceOfSatisfying(Workload.Request.class, request -> assertThat(request.replies())
                            .isEqualTo(new Workload.Replies(ReplyMode.FIRST, 3, 2, true, 4_000, 100)));
        }

        @Test
        void ofANotificationIsFourAttempts() {
            assertThat(small("workload: [ { notify: { at: 1s, from: is, to: sm } } ]")
                            .workload())
                    .containsExactly(new Workload.Notify(
                            1_000_000, Source.first("is"), Workload.Repetition.once(), "sm", 1_200, 4, 1_000, 100));
        }

        @Test
        void ofARepetitionIsASecond() {
            assertThat(small("workload: [ { push: { at: 1s, from: is, times: 3 } } ]")
                            .workload()
                            .get(0)
                            .repetition())
                    .isEqualTo(new Workload.Repetition(3, 1_000_000, 0));
        }

        @Test
        void ofALinkWithBandwidthIsAQueue() {
            String wide = "bandwidth: 1Mbit/s, latency";

            assertThat(ScenarioFile.read(SMALL.replace("latency", wide), "f.yaml")
                            .link("lan"))
                    .isEqualTo(new Link("lan", new Latency.Constant(10_000), 0, 0, 0, 0, 1_000_000, false, 64 << 10));
        }

        @Test
        void ofAFaultsTargetIsEverybody() {
            assertThat(small("faults: [ { crash: { at: 1s, who: {} } }, { leave: { at: 1s, who: { group: sm } } } ]")
                            .faults())
                    .containsExactly(
                            new Fault.Crash(1_000_000, Who.share(null, 1)),
                            new Fault.Leave(1_000_000, Who.share("sm", 1)));
        }

        @Test
        void ofADegradedLinkIsItsOwnLoss() {
            Scenario lossy = ScenarioFile.read(
                    SMALL.replace("latency", "loss: 7%, latency")
                            + "faults: [ { degrade: { at: 1s, until: 2s, link: lan, slowdown: 3 } } ]",
                    "f.yaml");

            assertThat(lossy.faults()).containsExactly(new Fault.Degrade(1_000_000, 2_000_000, "lan", 0.07, 3));
        }

        @Test
        void ofASlowServiceIsTheTimeOfTheOthers() {
            assertThat(small(
                                    """
                                    engine: { answer: 7ms }
                                    faults: [ { slow-service: { at: 1s, until: 2s, who: { count: 2 }, refuses: true } } ]
                                    """)
                            .faults())
                    .containsExactly(
                            new Fault.SlowService(1_000_000, 2_000_000, Who.count(null, 2), true, "Refused", 7_000));
        }
    }

    @Test
    void aWholeFileIsAsItIsWritten() {
        Scenario scenario = ScenarioFile.read(
                """
                scenario: street
                about: A street with a weak radio.
                links:
                  fibre: { latency: { constant: 250us }, loss: 0.01%, bandwidth: 1Gbit/s, queue: 1MiB }
                  radio:
                    latency: { lognormal: { median: 60ms, sigma: 0.5, max: 1.5s } }
                    loss: 5%
                    duplication: 1%
                    reordering: { share: 2%, by: 300ms }
                    bandwidth: 50kbit/s
                    shared: true
                  wire: { latency: { uniform: [20ms, 400ms] }, bandwidth: unlimited }
                segments:
                  wan: { link: fibre }
                  fan: { link: radio }
                devices:
                  ssc: { count: 4, in: [wan], opens: fan }
                  sm: { count: 40, in: [fan], start: { at: 1s, within: 2m } }
                engine: { wanted: 99%, dead: 0.1, repeat-after: 50ms, buffer-limit: 1MiB, clock-error: 2s, wire: true }
                workload:
                  - push: { at: 2h, from: ssc 3, size: 4KiB, fanout: 5, rounds: 7, repair: none, lifetime: 1m }
                  - request: { at: 0s, from: random sm, margin: auto, fanout: auto, rounds: auto }
                  - push: { at: 1s, from: each sm, times: 2, every: 5s, within: 500ms }
                faults:
                  - churn: { at: 2s, until: 12s, who: { group: sm, share: 10% }, per-second: 1%, down: 10s }
                until: 10m
                """,
                "f.yaml");

        assertThat(scenario.links())
                .containsExactly(
                        new Link("fibre", new Latency.Constant(250), 0.0001, 0, 0, 0, 1_000_000_000, false, 1 << 20),
                        new Link(
                                "radio",
                                new Latency.LogNormal(60_000, 0.5, 1_500_000),
                                0.05,
                                0.01,
                                0.02,
                                300_000,
                                50_000,
                                true,
                                64 << 10),
                        Link.perfect("wire", new Latency.Uniform(20_000, 400_000)));
        assertThat(scenario.groups())
                .containsExactly(
                        DeviceGroup.of("ssc", 4, "wan").opening("fan"),
                        new DeviceGroup("sm", 40, List.of("fan"), null, 1_000_000, 120_000_000));
        assertThat(scenario.config().fanoutRule().wanted()).isEqualTo(0.99);
        assertThat(scenario.config().repeatAfterMillis()).isEqualTo(50);
        assertThat(scenario.config().bufferLimitBytes()).isEqualTo(1 << 20);
        assertThat(scenario.clockErrorMillis()).isEqualTo(2_000);
        assertThat(scenario.wire()).isTrue();
        assertThat(scenario.workload().stream().map(Workload::from))
                .containsExactly(
                        new Source("ssc", Source.Pick.ONE, 3),
                        new Source("sm", Source.Pick.RANDOM, 0),
                        new Source("sm", Source.Pick.EACH, 0));
        assertThat(scenario.faults())
                .containsExactly(new Fault.Churn(2_000_000, 12_000_000, Who.share("sm", 0.1), 0.01, 10_000_000));
        assertThat(scenario.untilMicros()).isEqualTo(600_000_000);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "until: 0s | f.yaml:5: until: '0s' (expected: above 0, up to 240 h, or no such key)",
                "until: 241h | f.yaml:5: until: '241h' (expected: 0..240 h)",
                "until: 60 | f.yaml:5: until: '60' (expected: a duration such as 250us, 15ms, 1.5s, 10m or 2h)",
                "unitl: 60s | f.yaml:5: unitl: unknown (expected: one of about, devices, engine, faults, links, peers, scenario, segments, until, workload)",
                "scenario: again | f.yaml:5: scenario: twice (expected: once)",
                "engine: { loss: 1 } | f.yaml:5: engine.loss: '1' (expected: 0 to below 1)",
                "engine: { wanted: 100% } | f.yaml:5: engine.wanted: '100%' (expected: between 0 and 1, both excluded)",
                "engine: { loss: x } | f.yaml:5: engine.loss: 'x' (expected: a share such as 0.05 or 5%)",
                "engine: { max-fanout: 65 } | f.yaml:5: engine.max-fanout: '65' (expected: 1..64)",
                "engine: { max-fanout: -1 } | f.yaml:5: engine.max-fanout: '-1' (expected: 0..2147483647)",
                "engine: { want-timeout: 0s } | f.yaml:5: engine.want-timeout: '0s' (expected: >= 1 ms)",
                "engine: { want-timeout: 1us } | f.yaml:5: engine.want-timeout: '1us' (expected: whole milliseconds)",
                "engine: { want-timeout: 25h } | f.yaml:5: engine.want-timeout: '25h' (expected: at most 24 h)",
                "engine: { repeat-at-most: 99ms } | f.yaml:5: engine.repeat-at-most: '99ms' (expected: >= repeat-after)",
                "engine: { repeat-after: 1s } | f.yaml:5: engine.repeat-at-most: 400 (expected: >= repeat-after)",
                "engine: { buffer-limit: 2TiB } | f.yaml:5: engine.buffer-limit: '2TiB' (expected: 0..1 TiB)",
                "engine: { buffer-limit: 5ms } | f.yaml:5: engine.buffer-limit: '5ms' (expected: a size such as 200B, 4KiB or 1.5MiB)",
                "engine: { clock-error: 2h } | f.yaml:5: engine.clock-error: '2h' (expected: 0..1 h)",
                "engine: { answer: -1s } | f.yaml:5: engine.answer: '-1s' (expected: 0..24 h)",
                "engine: { merge: 25h } | f.yaml:5: engine.merge: '25h' (expected: 0..24 h)",
                "engine: { wire: yes } | f.yaml:5: engine.wire: 'yes' (expected: true or false)",
                "engine: 5 | f.yaml:5: engine: not a mapping (expected: keys with values)",
                "peers: 5 | f.yaml:5: peers: not a mapping (expected: keys with values)",
                "peers: { view: newscast } | f.yaml:5: peers.view: 'newscast' (expected: one of all, full, hyparview, cyclon)",
                "peers: { view: cyclon, contacts: 0 } | f.yaml:5: peers.contacts: '0' (expected: 1..1000)",
                "peers: { view: hyparview, links: 65 } | f.yaml:5: peers.links: '65' (expected: 1..64)",
                "peers: { view: hyparview, passive-walk: 7 } | f.yaml:5: peers.passive-walk: '7' (expected: 0..join-walk)",
                "peers: { view: hyparview, shuffle: 0s } | f.yaml:5: peers.shuffle: '0s' (expected: 1 ms..24 h)",
                "peers: { view: hyparview, retry: 25h } | f.yaml:5: peers.retry: '25h' (expected: at most 24 h)",
                "peers: { view: full, probe: 0s } | f.yaml:5: peers.probe: '0s' (expected: none or 1 ms and more)",
                "peers: { view: full, ping: 1s } | f.yaml:5: peers.ping: 1000 ms (expected: 1 ms to below probe)",
                "peers: { view: cyclon, shuffle-entries: 50 } | f.yaml:5: peers.entries-per-message: 32 (expected: at least the entries that this device sends itself)",
                "peers: { view: cyclon, lattice: 1 } | f.yaml:5: peers.lattice: '1' (expected: true or false)",
                "workload: { push: x } | f.yaml:5: workload: not a list (expected: a list)",
                "workload: [ {} ] | f.yaml:5: workload[0]: empty (expected: one of notify, push, request)",
                "workload:;- push: {at: 0s, from: is};  notify: {} | f.yaml:6: workload[0]: push and notify (expected: one of notify, push, request)",
                "workload:;- pull: {} | f.yaml:6: workload[0].pull: unknown (expected: one of notify, push, request)",
                "workload:;- push: {from: is} | f.yaml:6: workload[0].push.at: absent (expected: a value)",
                "workload:;- push: {at: 0s} | f.yaml:6: workload[0].push.from: absent (expected: a value)",
                "workload:;- push: {at: 0s, from: is, size: 0B} | f.yaml:6: workload[0].push.size: '0B' (expected: 1 B..1 MiB)",
                "workload:;- push: {at: 0s, from: is, size: 1TiB} | f.yaml:6: workload[0].push.size: '1TiB' (expected: 1 B..1 MiB)",
                "workload:;- push: {at: 0s, from: is, size: 1.5B} | f.yaml:6: workload[0].push.size: '1.5B' (expected: a size such as 200B, 4KiB or 1.5MiB)",
                "workload:;- push: {at: 0s, from: is, fanout: 0} | f.yaml:6: workload[0].push.fanout: '0' (expected: auto or 1..64)",
                "workload:;- push: {at: 0s, from: is, rounds: 256} | f.yaml:6: workload[0].push.rounds: '256' (expected: auto or 1..255)",
                "workload:;- push: {at: 0s, from: is, repair: 0s} | f.yaml:6: workload[0].push.repair: '0s' (expected: none or 1 ms and more)",
                "workload:;- push: {at: 0s, from: is, repair: 25h} | f.yaml:6: workload[0].push.repair: '25h' (expected: none or up to 24 h)",
                "workload:;- push: {at: 0s, from: is, lifetime: 0s} | f.yaml:6: workload[0].push.lifetime: '0s' (expected: 1 ms..24 h)",
                "workload:;- push: {at: 0s, from: is, times: 0} | f.yaml:6: workload[0].push.times: '0' (expected: 1..1000000)",
                "workload:;- push: {at: 0s, from: is, every: 25h} | f.yaml:6: workload[0].push.every: '25h' (expected: 0..24 h)",
                "workload:;- push: {at: 25h, from: is} | f.yaml:6: workload[0].push.at: '25h' (expected: 0..24 h)",
                "workload:;- push:;    at: -1s;    from: is | f.yaml:7: workload[0].push.at: '-1s' (expected: 0..24 h)",
                "workload:;- push: {at: 0s, from: ssc} | f.yaml:6: workload[0].push.from: 'ssc' (expected: one of is, sm)",
                "workload:;- push: {at: 0s, from: is};- push: {at: 0s, from: sm 9} | f.yaml:7: workload[1].push.from: 'sm 9' (expected: an index below 9)",
                "workload:;- push: {at: 0s, from: 'sm[3]'} | f.yaml:6: workload[0].push.from: 'sm[3]' (expected: GROUP, GROUP INDEX, random GROUP or each GROUP)",
                "workload:;- push: {at: 0s, from: each sm 3} | f.yaml:6: workload[0].push.from: 'each sm 3' (expected: GROUP, GROUP INDEX, random GROUP or each GROUP)",
                "workload:;- request: {at: 0s, from: is, answer: 0B} | f.yaml:6: workload[0].request.answer: '0B' (expected: 1 B..1 MiB)",
                "workload:;- request: {at: 0s, from: is, timeout: 3h} | f.yaml:6: workload[0].request.timeout: '3h' (expected: 1 ms..2.5 h)",
                "workload:;- request: {at: 0s, from: is, margin: 11s} | f.yaml:6: workload[0].request.margin: '11s' (expected: 0 to the timeout)",
                "workload:;- request: {at: 0s, from: is, margin: 0s} | f.yaml:6: workload[0].request.margin: '0s' (expected: auto or 1 ms and more)",
                "workload:;- request: {at: 0s, from: is, min-replies: x} | f.yaml:6: workload[0].request.min-replies: 'x' (expected: 0..2147483647)",
                "workload:;- notify: {at: 0s, from: is} | f.yaml:6: workload[0].notify.to: absent (expected: a value)",
                "workload:;- notify: {at: 0s, from: is, to: us} | f.yaml:6: workload[0].notify.to: 'us' (expected: one of is, sm)",
                "workload:;- notify: {at: 0s, from: is, to: sm, attempts: 101} | f.yaml:6: workload[0].notify.attempts: '101' (expected: 1..100)",
                "workload:;- notify: {at: 0s, from: is, to: sm, timeout: 2h} | f.yaml:6: workload[0].notify.timeout: '2h' (expected: 1 ms..1 h)",
                "workload:;- notify: {at: 0s, from: is, to: sm, at-once: 0} | f.yaml:6: workload[0].notify.at-once: '0' (expected: 1..1000000)",
                "faults:;- crash: {at: -1s, who: {share: 1%}} | f.yaml:6: faults[0].crash.at: '-1s' (expected: 0..24 h)",
                "faults:;- crash: {at: 1s} | f.yaml:6: faults[0].crash.who: absent (expected: a mapping with count, group, share)",
                "faults:;- crash: {at: 1s, until: 2s, who: {}} | f.yaml:6: faults[0].crash.until: unknown (expected: one of at, who)",
                "faults:;- crash: {at: 1s, who: {share: 101%}} | f.yaml:6: faults[0].crash.who.share: '101%' (expected: 0..1)",
                "faults:;- crash: {at: 1s, who: {share: 1%, count: 1}} | f.yaml:6: faults[0].crash.who: share and count (expected: one of them)",
                "faults:;- crash: {at: 1s, who: {count: -1}} | f.yaml:6: faults[0].crash.who.count: '-1' (expected: 0..10000000)",
                "faults:;- crash: {at: 1s, who: {group: x}} | f.yaml:6: faults[0].crash.who.group: 'x' (expected: one of is, sm)",
                "faults:;- pause: {at: 2s, until: 1s, who: {}} | f.yaml:6: faults[0].pause.until: '1s' (expected: after at, up to 24 h)",
                "faults:;- partition: {at: 2s, until: 2s, who: {}} | f.yaml:6: faults[0].partition.until: '2s' (expected: after at, up to 24 h)",
                "faults:;- partition: {at: 2s, who: {}} | f.yaml:6: faults[0].partition.until: absent (expected: a value)",
                "faults:;- degrade: {at: 2s, until: 3s, link: wan} | f.yaml:6: faults[0].degrade.link: 'wan' (expected: one of lan)",
                "faults:;- degrade: {at: 2s, until: 3s, link: lan, loss: 2} | f.yaml:6: faults[0].degrade.loss: '2' (expected: 0..1)",
                "faults:;- degrade: {at: 2s, until: 3s, link: lan, slowdown: 0.5} | f.yaml:6: faults[0].degrade.slowdown: '0.5' (expected: 1..1000)",
                "faults:;- churn: {at: 2s, until: 3s, who: {}, down: 1s} | f.yaml:6: faults[0].churn.per-second: absent (expected: a value)",
                "faults:;- churn: {at: 2s, until: 3s, who: {}, per-second: -1%, down: 1s} | f.yaml:6: faults[0].churn.per-second: '-1%' (expected: 0..1)",
                "faults:;- churn: {at: 2s, until: 3s, who: {}, per-second: 1%, down: 0s} | f.yaml:6: faults[0].churn.down: '0s' (expected: 1 µs..24 h)",
                "faults:;- lie: {at: 2s, who: {}} | f.yaml:6: faults[0].lie.until: absent (expected: a value)",
                "faults:;- slow-service: {at: 2s, until: 3s, who: {}, answer: 25h} | f.yaml:6: faults[0].slow-service.answer: '25h' (expected: 0..24 h)"
            })
    void aMistakeIsToldWithFileLineFieldAndRange(String more, String message) {
        assertThatThrownBy(() -> small(more.replace(';', '\n')))
                .isInstanceOf(YamlMistake.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "scenario: small | scenario: ../x | f.yaml:1: scenario: '../x' (expected: letters, digits, blanks, dots, hyphens and underscores, at most 80)",
                "scenario: small | about: x | f.yaml:1: scenario: absent (expected: a value)",
                "{ lan: { | { LAN: { | f.yaml:2: links.LAN: a bad name (expected: a name of a-z, 0-9 and hyphens, a letter first, at most 40)",
                "{ constant: 10ms } | { constant: 25h } | f.yaml:2: links.lan.latency.constant: '25h' (expected: 0..24 h)",
                "{ constant: 10ms } | { uniform: [2s, 1s] } | f.yaml:2: links.lan.latency.uniform[0]: '2s' (expected: 0 to the upper bound)",
                "{ constant: 10ms } | { uniform: [2s, 25h] } | f.yaml:2: links.lan.latency.uniform[1]: '25h' (expected: 0..24 h)",
                "{ constant: 10ms } | { uniform: [2s] } | f.yaml:2: links.lan.latency.uniform: 1 values (expected: two, such as [20ms, 400ms])",
                "{ constant: 10ms } | { uniform: [2, 3s] } | f.yaml:2: links.lan.latency.uniform: '2' (expected: a duration such as 250us, 15ms, 1.5s, 10m or 2h)",
                "{ constant: 10ms } | { lognormal: { median: 2s, sigma: 1, max: 1s } } | f.yaml:2: links.lan.latency.lognormal.median: '2s' (expected: 1 µs to max)",
                "{ constant: 10ms } | { lognormal: { median: 2s, sigma: 5, max: 3s } } | f.yaml:2: links.lan.latency.lognormal.sigma: '5' (expected: 0..4)",
                "{ constant: 10ms } | { lognormal: { median: 2s, sigma: 1, max: 25h } } | f.yaml:2: links.lan.latency.lognormal.max: '25h' (expected: at most 24 h)",
                "{ constant: 10ms } | { lognormal: { median: 2s, sigma: 1 } } | f.yaml:2: links.lan.latency.lognormal.max: absent (expected: a value)",
                "{ constant: 10ms } | {} | f.yaml:2: links.lan.latency: empty (expected: one of constant, lognormal, uniform)",
                "{ latency: { constant: 10ms } } | {} | f.yaml:2: links.lan.latency: absent (expected: a mapping with constant, lognormal, uniform)",
                "{ latency | { loss: 101%, latency | f.yaml:2: links.lan.loss: '101%' (expected: 0..1)",
                "{ latency | { duplication: -0.1, latency | f.yaml:2: links.lan.duplication: '-0.1' (expected: 0..1)",
                "{ latency | { reordering: { share: 2, by: 1s }, latency | f.yaml:2: links.lan.reordering.share: '2' (expected: 0..1)",
                "{ latency | { reordering: { share: 1, by: 25h }, latency | f.yaml:2: links.lan.reordering.by: '25h' (expected: 0..24 h)",
                "{ latency | { reordering: { share: 1 }, latency | f.yaml:2: links.lan.reordering.by: absent (expected: a value)",
                "{ latency | { bandwidth: 0bit/s, latency | f.yaml:2: links.lan.bandwidth: '0bit/s' (expected: unlimited or 1bit/s..1Tbit/s)",
                "{ latency | { bandwidth: 2Tbit/s, latency | f.yaml:2: links.lan.bandwidth: '2Tbit/s' (expected: 0..1 Tbit/s)",
                "{ latency | { bandwidth: 1MB/s, latency | f.yaml:2: links.lan.bandwidth: '1MB/s' (expected: a rate such as 100kbit/s, 1.5Mbit/s or 1Gbit/s)",
                "{ latency | { queue: 2TiB, latency | f.yaml:2: links.lan.queue: '2TiB' (expected: 0..1 TiB)",
                "{ latency | { shared: 1, latency | f.yaml:2: links.lan.shared: '1' (expected: true or false)",
                "link: lan | link: wan | f.yaml:3: segments.all.link: 'wan' (expected: one of lan)",
                "{ link: lan } | {} | f.yaml:3: segments.all.link: absent (expected: a value)",
                "links: { lan: { latency: { constant: 10ms } } } | links: {} | f.yaml:3: segments.all.link: 'lan' (expected: nothing, for there are none)",
                "count: 9, in: [all] | count: 9, in: [fan] | f.yaml:4: devices.sm.in: fan (expected: one of all)",
                "count: 9, in: [all] | count: 9, in: [all, all] | f.yaml:4: devices.sm.in: [all, all] (expected: each kind once)",
                "count: 9, in: [all] | count: 9, in: all | f.yaml:4: devices.sm.in: not a list (expected: a list)",
                "count: 9, in: [all] | count: 9, opens: fan | f.yaml:4: devices.sm.opens: 'fan' (expected: one of all)",
                "count: 9, in: [all] | count: 9, in: [all], opens: all | f.yaml:4: devices.sm.opens: 'all' (expected: not a kind it is in)",
                "count: 9 | count: 0 | f.yaml:4: devices.sm.count: '0' (expected: 1..10000000)",
                "count: 9 | count: 10000000 | f.yaml:4: devices: 10000001 (expected: at most 10000000)",
                "count: 9, in | in | f.yaml:4: devices.sm.count: absent (expected: a value)",
                "count: 9 | count: 9, start: { at: 25h } | f.yaml:4: devices.sm.start.at: '25h' (expected: 0..24 h)",
                "count: 9 | count: 9, start: { within: -1s } | f.yaml:4: devices.sm.start.within: '-1s' (expected: 0..24 h)",
                "devices: { is: { count: 1, in: [all] }, sm: { count: 9, in: [all] } } | about: x | f.yaml:1: devices: none (expected: at least one group)",
                "sm: { count: 9 | is: { count: 9 | f.yaml:4: devices.is: twice (expected: once)"
            })
    void aMistakeInTheNetworkIsToldToo(String right, String wrong, String message) {
        assertThat(SMALL).contains(right);
        assertThatThrownBy(() -> ScenarioFile.read(SMALL.replace(right, wrong), "f.yaml"))
                .isInstanceOf(YamlMistake.class)
                .hasMessage(message);
    }

    @Test
    void twoGroupsCannotOpenTheSameKind() {
        assertThatThrownBy(() -> ScenarioFile.read(
                        """
                        scenario: s
                        links: { lan: { latency: { constant: 1ms } } }
                        segments: { a: { link: lan } }
                        devices:
                          x: { count: 1, opens: a }
                          y: { count: 1, opens: a }
                        """,
                        "f.yaml"))
                .hasMessage("f.yaml:6: devices.y.opens: 'a' (expected: opened by one group)");
    }

    @Test
    void thereAreBoundsOnHowMuchAFileMayHold() {
        assertThatThrownBy(() -> small("workload:\n" + "- push: { at: 0s, from: is }\n".repeat(501)))
                .hasMessage("f.yaml:5: workload: 501 entries (expected: at most 500)");
        assertThatThrownBy(() -> small("faults:\n" + "- crash: { at: 0s, who: {} }\n".repeat(501)))
                .hasMessage("f.yaml:5: faults: 501 entries (expected: at most 500)");
        assertThatThrownBy(() -> small("about: " + "x".repeat(1_001)))
                .hasMessageStartingWith("f.yaml:5: about: 'xxx")
                .hasMessageEndingWith("...' (expected: at most 1000)");
    }

    @Test
    void filesThatCannotBeReadAreNamed(@TempDir Path folder) throws Exception {
        Path good = Files.writeString(folder.resolve("good.yaml"), SMALL);
        Path large = Files.writeString(folder.resolve("large.yaml"), SMALL + "#".repeat(1 << 20));

        assertThat(ScenarioFile.read(good).devices()).isEqualTo(10);
        assertThatThrownBy(() -> ScenarioFile.read(folder.resolve("none.yaml")))
                .isInstanceOf(YamlMistake.class)
                .hasMessage(folder.resolve("none.yaml") + ": no such file (expected: a scenario file)");
        assertThatThrownBy(() -> ScenarioFile.read(large))
                .isInstanceOf(YamlMistake.class)
                .hasMessage(large + ": over 1048576 bytes (expected: at most that)");
    }

    @Test
    void whateverIsInAFileNothingButAMistakeComesOfIt() {
        SeededRandom random = new SeededRandom(4);
        GeneratedScenarios generated = new GeneratedScenarios(5);
        int right = 0;
        for (int i = 0; i < 3_000; i++) {
            StringBuilder text = new StringBuilder(ScenarioWriter.write(generated.next()));
            for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
                text.setCharAt(random.nextInt(text.length()), (char) (' ' + random.nextInt(95)));
            }
            try {
                ScenarioFile.read(text.toString(), "f.yaml");
                right++;
            } catch (YamlMistake e) {
                assertThat(e).hasMessageStartingWith("f.yaml").hasMessageNotContaining("\n");
            }
        }
        assertThat(right).isPositive();
    }
}
