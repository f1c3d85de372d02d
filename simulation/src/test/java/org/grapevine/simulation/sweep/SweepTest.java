package org.grapevine.simulation.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.grapevine.simulation.report.RunResult;
import org.grapevine.simulation.report.SweepPoint;
import org.grapevine.simulation.run.Run;
import org.grapevine.simulation.scenario.Latency;
import org.grapevine.simulation.scenario.Link;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.ScenarioFile;
import org.grapevine.simulation.scenario.Workload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SweepTest {

    private static final Scenario STREET = ScenarioFile.read(
            """
            scenario: street
            about: "Two segments, äöü."
            links:
              fibre: { latency: { constant: 5ms } }
              radio: { latency: { uniform: [20ms, 400ms] }, loss: 5% }
            segments:
              wan: { link: fibre }
              fan: { link: radio }
            devices:
              is: { count: 1, in: [wan] }
              ssc: { count: 2, in: [wan], opens: fan }
              sm: { count: 20, in: [fan] }
            workload:
              - push: { at: 1s, from: is, lifetime: 10s }
              - request: { at: 5s, from: is, timeout: 10s }
              - notify: { at: 5s, from: is, to: ssc }
            faults:
              - crash: { at: 2s, who: { group: sm, share: 10% } }
            """,
            "street.yaml");

    private static Sweep sweep(int seeds, String... settings) {
        return new Sweep(STREET, Arrays.stream(settings).map(Setting::parse).toList(), 1, seeds);
    }

    private static Scenario only(String setting) {
        return sweep(1, setting).points().get(0).scenario();
    }

    // Settings

    @Test
    void withoutSettingsThereIsOnePointTheScenarioItself() {
        assertThat(sweep(3).points()).containsExactly(new Sweep.Point(Map.of(), STREET));
        assertThat(sweep(3).runs()).isEqualTo(3);
    }

    @Test
    void theLastSettingChangesFastest() {
        assertThat(sweep(1, "fanout=3,4", "loss=0,1%").points())
                .extracting(point -> point.settings().toString())
                .containsExactly(
                        "{fanout=3, loss=0}", "{fanout=3, loss=0.01}", "{fanout=4, loss=0}", "{fanout=4, loss=0.01}");
    }

    @Test
    void aShortNameMeansEveryPlaceToWhichItFits() {
        assertThat(only("loss=2%").links())
                .isEqualTo(
                        STREET.links().stream().map(link -> link.withLoss(0.02)).toList());
        assertThat(only("devices=50").group("sm").count()).isEqualTo(50);
        assertThat(only("wanted=0.9").config().fanoutRule().wanted()).isEqualTo(0.9);

        Scenario spread =
                sweep(1, "fanout=7", "rounds=4", "lifetime=9s").points().get(0).scenario();
        assertThat((Workload.Push) spread.workload().get(0))
                .returns(7, push -> push.spread().fanout())
                .returns(4, push -> push.spread().rounds())
                .returns(9_000L, Workload.Push::lifetimeMillis)
                .returns(1_000L, Workload.Push::repairMillis);
        assertThat((Workload.Request) spread.workload().get(1))
                .returns(7, request -> request.spread().fanout())
                .returns(4, request -> request.spread().rounds())
                .returns(9_000L, Workload.Request::lifetimeMillis);

        Scenario timed = sweep(1, "repair=none", "timeout=4s", "margin=200ms")
                .points()
                .get(0)
                .scenario();
        assertThat(((Workload.Push) timed.workload().get(0)).repairMillis()).isZero();
        assertThat((Workload.Request) timed.workload().get(1))
                .returns(4_000L, request -> request.replies().timeoutMillis())
                .returns(200L, request -> request.replies().marginMillis());
        assertThat(timed.workload().get(2)).isEqualTo(STREET.workload().get(2));
    }

    @Test
    void aPathReachesAnyValueThoseLeftOutIncluded() {
        assertThat(((Workload.Push) only("workload[0].push.fanout=5").workload().get(0))
                        .spread()
                        .fanout())
                .isEqualTo(5);
        assertThat(((Workload.Request)
                                only("workload[0].push.fanout=5").workload().get(1))
                        .spread()
                        .fanout())
                .isZero();
        assertThat(only("engine.want-timeout=50ms").config().wantTimeoutMillis())
                .isEqualTo(50);
        assertThat(only("links.fibre.loss=1%").link("fibre").loss()).isEqualTo(0.01);
        assertThat(only("links.radio.latency={lognormal: {median: 60ms, sigma: 0.5, max: 2s}}")
                        .link("radio"))
                .extracting(Link::latency)
                .isEqualTo(new Latency.LogNormal(60_000, 0.5, 2_000_000));
        assertThat(only("devices.sm.start.within=1s").group("sm").startWithinMicros())
                .isEqualTo(1_000_000);
        assertThat(Scenario.whoOf(only("faults[0].crash.who.share=20%").faults().get(0)))
                .hasValueSatisfying(who -> assertThat(who.share()).isEqualTo(0.2));
        assertThat(only("until=20s").untilMicros()).isEqualTo(20_000_000);
        assertThat(only("segments.fan.link=fibre").segments().get(1).link()).isEqualTo("fibre");
    }

    @Test
    void whatASettingDoesNotNameStaysAsItIs() {
        assertThat(only("workload[0].push.size=1200B")).isEqualTo(STREET);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "fanout=64,65|fanout=65: workload[0].push.fanout: '65' (expected: auto or 1..64)",
                "loss=2|loss=2: links.fibre.loss: '2' (expected: 0..1)",
                "wanted=1|wanted=1: engine.wanted: '1' (expected: between 0 and 1, both excluded)",
                "margin=20s|margin=20s: workload[1].request.margin: '20s' (expected: 0 to the timeout)",
                "fan=3|setting: 'fan' (expected: fanout, rounds, variant, repair, lifetime, loss, devices, wanted, timeout, margin, until, or a path such as links.lan.loss)",
                "engine.fan=3|engine.fan=3: engine.fan: unknown (expected: one of advertise-after, allowed-clock-error, answer, bridge-within, buffer-limit, clock-error, dead, digest-limit, graft-after, graft-again, loss, max-fanout, max-rounds, merge, optimise-hops, order-limit, origin-limit, pull, pull-spread, query-limit, redeliver-after, redeliver-limit, repeat-after, repeat-at-most, seen-limit, tree-links, want-timeout, want-tries, wanted, wire)",
                "devices.sn.count=3|devices.sn.count=3: devices.sn: not in the scenario (expected: one of is, ssc, sm)",
                "links.lan.loss=1%|links.lan.loss=0.01: links.lan: not in the scenario (expected: one of fibre, radio)",
                "workload[3].push.size=3B|workload[3].push.size=3B: workload[3]: not in the scenario (expected: an index below 3)",
                "workload[0].request.size=3B|workload[0].request.size=3B: workload[0].request: not in the scenario (expected: one of push)",
                "workload.push.size=3B|workload.push.size=3B: workload: no keys below it (expected: a path to a value)",
                "links[0].loss=1%|links[0].loss=0.01: links[0]: not in the scenario (expected: nothing, for there are none)",
                "links.fibre.loss.x=1%|links.fibre.loss.x=0.01: links.fibre.loss: not a text (expected: one value)",
                "links.fibre.latency=[1ms|links.fibre.latency: '[1ms' (expected: as many closing brackets as opening ones)",
                "links..loss=1|setting: 'links..loss' (expected: a name or a path such as links.lan.loss)",
                "engine.wire=*x|engine.wire=*x: engine.wire: '*x' (expected: a value in YAML)",
            })
    void aBadSettingIsRefusedBeforeAnythingRuns(String setting, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> sweep(1, setting)).withMessage(message);
    }

    @Test
    void aShortNameThatFitsNothingIsRefused() {
        Scenario idle = STREET.withWorkload(List.of());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Sweep(idle, List.of(Setting.parse("repair=1s")), 1, 1))
                .withMessage("repair: fits nothing (expected: a scenario that has what it sets)");
    }

    @Test
    void twoSettingsOfOnePlaceAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sweep(1, "fanout=3..5", "workload[0].push.fanout=4"))
                .withMessage("workload[0].push.fanout: sets workload[0].push.fanout as fanout does"
                        + " (expected: each place set once)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sweep(1, "links.fibre.latency.constant=1ms", "links.fibre.latency={constant: 2ms}"))
                .withMessage("links.fibre.latency: sets links.fibre.latency as links.fibre.latency.constant does"
                        + " (expected: each place set once)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sweep(1, "fanout=3", "fanout=4"))
                .withMessage("fanout: sets workload[0].push.fanout as fanout does (expected: each place set once)");
    }

    // Bounds

    @Test
    void thereAreAtMostTenThousandRuns() {
        assertThat(sweep(100, "fanout=1..10", "rounds=1..10").runs()).isEqualTo(10_000);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sweep(101, "fanout=1..10", "rounds=1..10"))
                .withMessage("sweep: 10 values of fanout, 10 values of rounds, 101 seeds"
                        + " (expected: at most 10000 runs, the product of all these)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sweep(10_000, "devices=1..10000", "size=1..10000", "x=1..10000"))
                .withMessageStartingWith("sweep: 10000 values of devices, 10000 values of size");
    }

    @Test
    void thereAreAtMostAMillionMessages() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sweep(100, "workload[0].push.times=100000"))
                .withMessage("sweep: 10000200 messages published in all runs together (expected: at most 1000000)");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 10_001})
    void thereIsAtLeastOneSeedAndNotTooMany(int seeds) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sweep(seeds))
                .withMessage("seeds: " + seeds + " (expected: 1..10000)");
    }

    @Test
    void seedsAreNotNegative() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Sweep(STREET, List.of(), -1, 1))
                .withMessage("firstSeed: -1 (expected: 0..9223372036854775806)");
    }

    // Runs

    /** Real time apart, which no two runs share. */
    private static RunResult timeless(RunResult run) {
        return new RunResult(
                run.scenario(),
                run.seed(),
                run.devices(),
                run.virtualMicros(),
                run.events(),
                0,
                run.traceHash(),
                run.spreads(),
                run.requests(),
                run.infection(),
                run.hops(),
                run.latency(),
                run.sentPerDevice(),
                run.receivedPerDevice(),
                run.bytesPerDevice(),
                run.traffic(),
                run.drops(),
                run.overlay(),
                run.violations(),
                run.violationsInAll());
    }

    private static List<SweepPoint> timeless(List<SweepPoint> points) {
        return points.stream()
                .map(point -> new SweepPoint(
                        point.settings(),
                        point.runs().stream().map(SweepTest::timeless).toList()))
                .toList();
    }

    @Test
    void theResultIsThatOfEachRunByItselfHoweverManyCores() throws Exception {
        Sweep sweep = new Sweep(STREET, List.of(Setting.parse("fanout=2,4"), Setting.parse("devices=10,30")), 7, 3);
        List<Progress> progress = new ArrayList<>();

        List<SweepPoint> alone = timeless(sweep.run(1, each -> {}));
        List<SweepPoint> together = timeless(sweep.run(4, progress::add));

        assertThat(together).isEqualTo(alone);
        assertThat(alone).hasSize(4);
        SweepPoint last = alone.get(3);
        assertThat(last.settings()).isEqualTo(Map.of("fanout", "4", "devices", "30"));
        assertThat(last.runs()).extracting(RunResult::seed).containsExactly(7L, 8L, 9L);
        assertThat(last.runs()).extracting(RunResult::devices).containsOnly(33);
        assertThat(last.runs().get(1))
                .isEqualTo(timeless(Run.of(sweep.points().get(3).scenario(), 8)));
        assertThat(progress).extracting(Progress::done).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        assertThat(progress).extracting(Progress::runs).containsOnly(12);
    }

    @Test
    void whoeverWatchesMayEndIt() {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> sweep(50, "fanout=2,4").run(2, progress -> {
                    throw new IllegalStateException("enough after " + progress.done());
                }))
                .withMessage("enough after 1");
    }
}
