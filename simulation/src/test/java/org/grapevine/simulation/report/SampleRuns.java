package org.grapevine.simulation.report;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.grapevine.core.engine.DropReason;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.membership.MembershipDrop;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Faults;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.ReplyMode;
import org.grapevine.simulation.check.Violation;
import org.grapevine.simulation.scenario.DeviceGroup;
import org.grapevine.simulation.scenario.Latency;
import org.grapevine.simulation.scenario.Link;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.SegmentKind;
import org.grapevine.simulation.world.Loss;
import org.jspecify.annotations.Nullable;

/** Results made by hand, of the size and shape that real runs have. */
final class SampleRuns {

    static final Curve NO_CURVE = new Curve(new double[0], new double[0]);
    static final Load NO_LOAD = new Load(Double.NaN, 0, 0, 0, NO_CURVE);

    private SampleRuns() {}

    static Scenario scenario(String name, String about, int devices) {
        return new Scenario(
                name,
                about,
                List.of(Link.perfect("lan", new Latency.Constant(1000))),
                List.of(new SegmentKind("street", "lan")),
                List.of(DeviceGroup.of("meters", devices, "street")),
                GossipConfig.defaults(),
                0,
                0,
                0,
                false,
                List.of(),
                List.of(),
                0);
    }

    /** A thousand devices, twelve pushes that reach all but a few, three requests. */
    static RunResult ordinary() {
        return ordinary(7, 12, 987_654_321L);
    }

    static RunResult ordinary(long seed, int pushes, long wallNanos) {
        int devices = 1000;
        List<SpreadResult> spreads = new ArrayList<>();
        for (int i = 0; i < pushes; i++) {
            int reached = i % 4 == 3 ? devices - 1 : devices;
            spreads.add(new SpreadResult(
                    "urn:uuid:00000000-0000-4000-8000-000" + (100_000_000 + i),
                    i * 37 % devices,
                    1_000_000L * i,
                    devices,
                    reached,
                    devices,
                    reached,
                    61_000 + 100 * i,
                    118_000 + 210 * i,
                    reached == devices ? 171_000 + 300 * i : -1,
                    6,
                    8_900 + i,
                    i % 3,
                    effort(8_890 + i)));
        }
        List<RequestResult> requests = List.of(
                new RequestResult(
                        "urn:uuid:1",
                        0,
                        20_000_000,
                        ReplyMode.AGGREGATE,
                        devices,
                        devices,
                        devices,
                        devices,
                        0,
                        new Completeness(1000, 8012, 0, 0, 0, 5),
                        null,
                        812_000,
                        9_011,
                        8_012,
                        3.2,
                        5,
                        611),
                new RequestResult(
                        "urn:uuid:2",
                        4,
                        25_000_000,
                        ReplyMode.COLLECT,
                        devices,
                        990,
                        988,
                        981,
                        981,
                        new Completeness(
                                981, 7900, 2, 12, 5, 5, new Faults(new TreeMap<>(Map.of("Busy", 1, Faults.LATE, 1)))),
                        null,
                        2_012_000,
                        9_002,
                        7_903,
                        3.3,
                        6,
                        602),
                new RequestResult(
                        "urn:uuid:3",
                        9,
                        30_000_000,
                        ReplyMode.FIRST,
                        devices,
                        990,
                        devices,
                        0,
                        0,
                        new Completeness(310, 2044, 0, 640, 0, 5),
                        "timeout: 5 s without an answer",
                        5_000_000,
                        9_002,
                        7_903,
                        3.3,
                        6,
                        602));
        return new RunResult(
                scenario("street", "A street of meters; one of them speaks now and then.", devices),
                seed,
                devices,
                42_500_000,
                287_413,
                wallNanos,
                0x0123_4567_89ab_cdefL,
                spreads,
                requests,
                logistic(200, 240),
                new Curve(new double[] {0, 1, 2, 3, 4, 5, 6}, new double[] {12, 132, 1405, 5210, 4203, 911, 126}),
                latency(),
                new Load(114.2, 111, 182, 240, bell(0, 12, 20, 9)),
                new Load(108.9, 108, 140, 171, bell(0, 9, 19, 12)),
                new Load(79_940, 78_200, 127_000, 168_000, bell(0, 8_400, 20, 9)),
                new Traffic(
                        114_204,
                        0,
                        35,
                        108_911,
                        losses(4_811, 220, 0, 291),
                        6,
                        79_942_800L,
                        kinds("Message", 106_866L, "Digest", 4_100L, "Request", 3_003L, "Reply", 235L)),
                drops(Map.of(DropReason.DUPLICATE, 94_811L, DropReason.EXPIRED, 3L, DropReason.LATE_REPLY, 17L)),
                null,
                List.of(),
                0);
    }

    /** The same with two promises broken, one of them told. */
    static RunResult broken() {
        RunResult run = ordinary();
        return with(
                run,
                run.scenario(),
                List.of(new Violation("at-most-once", 12_345_678, "device 17 got message 3 twice")),
                2);
    }

    static RunResult with(RunResult run, Scenario scenario, List<Violation> violations, long violationsInAll) {
        return with(run, scenario, run.overlay(), violations, violationsInAll);
    }

    private static RunResult with(
            RunResult run,
            Scenario scenario,
            @Nullable OverlayResult overlay,
            List<Violation> violations,
            long violationsInAll) {
        return new RunResult(
                scenario,
                run.seed(),
                run.devices(),
                run.virtualMicros(),
                run.events(),
                run.wallNanos(),
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
                overlay,
                violations,
                violationsInAll);
    }

    /** A hub that sends to a million devices one by one: everything is far apart. */
    static RunResult lopsided() {
        int devices = 1_000_001;
        return new RunResult(
                scenario("hub", "One subscription for each device.", devices),
                1,
                devices,
                86_400_000_000L,
                9_000_000_000L,
                3_600_000_000_000L,
                -1,
                List.of(new SpreadResult(
                        "urn:uuid:1",
                        0,
                        0,
                        devices,
                        devices - 1,
                        devices,
                        devices - 1,
                        40_000_000,
                        79_000_000,
                        -1,
                        1,
                        1_020_000,
                        0,
                        new SpreadResult.Effort(null, 1_000_000, 0, 0, 39_500_000, 80_000_000))),
                List.of(),
                new Curve(
                        new double[] {0, 20_000, 40_000, 60_000, 80_000, 3_600_000},
                        new double[] {0, 0.25, 0.5, 0.75, 0.999999, 0.999999}),
                new Curve(new double[] {1}, new double[] {1_000_000}),
                new Curve(
                        new double[] {1, 10, 100, 1_000, 10_000, 100_000},
                        new double[] {1, 12, 130, 12_000, 112_000, 875_857}),
                new Load(
                        2,
                        1,
                        1,
                        1_020_000,
                        new Curve(
                                new double[] {0, 1, 10, 100, 1000, 10_000, 100_000, 1_000_000},
                                new double[] {3, 999_997, 0, 0, 0, 0, 0, 1})),
                new Load(
                        2,
                        1,
                        1,
                        1_000_000,
                        new Curve(
                                new double[] {0, 1, 10, 100, 1000, 10_000, 100_000, 1_000_000},
                                new double[] {1, 999_999, 0, 0, 0, 0, 0, 1})),
                new Load(
                        1400,
                        90,
                        90,
                        1_428_000_000,
                        new Curve(
                                new double[] {0, 90, 900, 9000, 90_000, 900_000, 9_000_000, 90_000_000, 900_000_000},
                                new double[] {3, 999_997, 0, 0, 0, 0, 0, 0, 1})),
                new Traffic(
                        2_020_000,
                        0,
                        0,
                        2_000_000,
                        losses(20_000, 0, 0, 0),
                        0,
                        1_518_000_000L,
                        kinds("Notification", 1_020_000L, "Acknowledgement", 1_000_000L)),
                drops(Map.of()),
                null,
                List.of(),
                0);
    }

    private static SpreadResult.Effort effort(long received) {
        return new SpreadResult.Effort(GossipVariant.EAGER_PUSH, received, 0, 0, 62_000, 171_000);
    }

    /** A run in which nothing was asked for. */
    static RunResult empty() {
        return new RunResult(
                scenario("silence", "", 1),
                0,
                0,
                0,
                0,
                0,
                0,
                List.of(),
                List.of(),
                NO_CURVE,
                NO_CURVE,
                NO_CURVE,
                NO_LOAD,
                NO_LOAD,
                NO_LOAD,
                new Traffic(0, 0, 0, 0, Map.of(), 0, 0, Map.of()),
                Map.of(),
                null,
                List.of(),
                0);
    }

    /** A push that reached nobody who could be counted, and a request nobody was there for. */
    static RunResult nobodyReached() {
        RunResult run = empty();
        return new RunResult(
                run.scenario(),
                1,
                3,
                5,
                4,
                0,
                9,
                List.of(new SpreadResult("urn:uuid:1", 0, 0, 0, 0, 0, 0, -1, -1, -1, 0, 0, 0, effort(0))),
                List.of(new RequestResult(
                        "urn:uuid:2",
                        0,
                        0,
                        ReplyMode.AGGREGATE,
                        0,
                        0,
                        0,
                        0,
                        0,
                        null,
                        null,
                        -1,
                        0,
                        0,
                        Double.NaN,
                        0,
                        0)),
                new Curve(new double[] {0}, new double[] {0}),
                new Curve(new double[] {0}, new double[] {0}),
                new Curve(new double[] {1}, new double[] {0}),
                new Load(0, 0, 0, 0, new Curve(new double[] {0}, new double[] {3})),
                new Load(0, 0, 0, 0, new Curve(new double[] {0}, new double[] {3})),
                new Load(0, 0, 0, 0, new Curve(new double[] {0}, new double[] {3})),
                run.traffic(),
                Map.of(),
                null,
                List.of(),
                0);
    }

    /** The largest numbers that the records hold. */
    static RunResult huge() {
        long most = Long.MAX_VALUE;
        int many = Integer.MAX_VALUE;
        Curve far = new Curve(new double[] {0, 1e9, 1e18}, new double[] {1, 1e12, 9e18});
        Load load = new Load(1e18, most / 2, most - 1, most, far);
        return new RunResult(
                empty().scenario(),
                most,
                many,
                most,
                most,
                most,
                most,
                List.of(new SpreadResult(
                        "urn:uuid:1",
                        many,
                        most,
                        many,
                        many,
                        many,
                        many,
                        most,
                        most,
                        most,
                        many,
                        most,
                        many,
                        effort(most))),
                List.of(new RequestResult(
                        "urn:uuid:2",
                        many,
                        most,
                        ReplyMode.AGGREGATE,
                        many,
                        many,
                        many,
                        many,
                        many,
                        new Completeness(many, many, many, many, many, Completeness.NONE),
                        null,
                        most,
                        most,
                        most,
                        1e300,
                        many,
                        many)),
                new Curve(new double[] {0, 1e15}, new double[] {0, 1}),
                far,
                far,
                load,
                load,
                load,
                new Traffic(most / 2, 0, 0, most / 2, losses(0, 0, 0, 0), 0, most, kinds("Message", most / 2)),
                drops(Map.of(DropReason.DUPLICATE, most)),
                null,
                List.of(),
                most);
    }

    /** Fanouts 2 to 10, and with each the loss rates given, five seeds each. */
    static List<SweepPoint> sweep(String... losses) {
        List<SweepPoint> points = new ArrayList<>();
        for (String loss : losses) {
            for (int fanout = 2; fanout <= 10; fanout++) {
                Map<String, String> settings = new LinkedHashMap<>();
                settings.put("fanout", Integer.toString(fanout));
                settings.put("loss", loss);
                List<RunResult> runs = new ArrayList<>();
                for (int seed = 1; seed <= 5; seed++) {
                    runs.add(swept(seed, fanout * (1 - Double.parseDouble(loss))));
                }
                points.add(new SweepPoint(settings, runs));
            }
        }
        return points;
    }

    /** Coverage as theory has it for infect-and-die push, with a bit of scatter. */
    private static RunResult swept(long seed, double fanout) {
        double share = 1;
        for (int i = 0; i < 200; i++) {
            share = 1 - StrictMath.exp(-fanout * share);
        }
        RunResult run = ordinary(seed, 1, 1_000_000 * seed);
        int reached = (int) Math.min(1000, Math.round(1000 * share + (seed - 3) * 8 * (1 - share)));
        long sent = Math.round(reached * fanout) + 3 * seed;
        long t99 = reached < 990 ? -1 : (long) (400_000 / fanout) + 900 * seed;
        return new RunResult(
                run.scenario(),
                seed,
                1000,
                run.virtualMicros(),
                run.events(),
                run.wallNanos(),
                seed * 77,
                List.of(new SpreadResult(
                        "urn:uuid:1", 0, 0, 1000, reached, 1000, reached, 50_000, t99, -1, 7, sent, 0, effort(sent))),
                List.of(),
                run.infection(),
                run.hops(),
                run.latency(),
                run.sentPerDevice(),
                run.receivedPerDevice(),
                run.bytesPerDevice(),
                new Traffic(sent, 0, 0, sent, losses(0, 0, 0, 0), 0, sent * 700, kinds("Message", sent)),
                Map.of(),
                null,
                List.of(),
                0);
    }

    private static Curve logistic(int points, double ms) {
        double[] x = new double[points];
        double[] y = new double[points];
        for (int i = 0; i < points; i++) {
            x[i] = ms * 3 * i / (points - 1);
            y[i] = x[i] >= ms ? 0.99975 : 0.99975 / (1 + 999 * StrictMath.exp(-x[i] / 8.8));
        }
        return new Curve(x, y);
    }

    private static Curve latency() {
        double[] x = new double[40];
        double[] y = new double[40];
        for (int i = 0; i < 40; i++) {
            x[i] = 5 * (i + 1);
            y[i] = Math.round(
                    1000 * StrictMath.exp(-(x[i] - 68) * (x[i] - 68) / 900) + (i > 20 && i < 34 ? 35 - i : 0));
        }
        return new Curve(x, y);
    }

    private static Curve bell(double from, double width, int classes, int middle) {
        double[] x = new double[classes];
        double[] y = new double[classes];
        for (int i = 0; i < classes; i++) {
            x[i] = from + width * i;
            y[i] = Math.round(190 * StrictMath.exp(-(i - middle) * (i - middle) / 9.0));
        }
        return new Curve(x, y);
    }

    private static Map<Loss, Long> losses(long link, long overflow, long cut, long down) {
        Map<Loss, Long> losses = new EnumMap<>(Loss.class);
        losses.put(Loss.LINK, link);
        losses.put(Loss.OVERFLOW, overflow);
        losses.put(Loss.CUT, cut);
        losses.put(Loss.DOWN, down);
        return losses;
    }

    private static Map<DropReason, Long> drops(Map<DropReason, Long> some) {
        Map<DropReason, Long> drops = new EnumMap<>(DropReason.class);
        drops.putAll(some);
        return drops;
    }

    private static Map<String, Long> kinds(Object... namesAndCounts) {
        Map<String, Long> kinds = new LinkedHashMap<>();
        for (int i = 0; i < namesAndCounts.length; i += 2) {
            kinds.put((String) namesAndCounts[i], (Long) namesAndCounts[i + 1]);
        }
        return kinds;
    }

    /** The same run with membership engines. */
    static RunResult withOverlay(RunResult run) {
        OverlayResult overlay = new OverlayResult(
                12_252,
                12_702_110,
                4_084,
                5_066,
                5_628_510,
                2_533,
                4.9,
                34.8,
                0.01,
                0.02,
                Double.NaN,
                0.064,
                0.25,
                0.31,
                1.6,
                0.99,
                42,
                3,
                7_000_000,
                new OverlayResult.Shape(34.8, 5.8, 22, 54, 0.0719),
                new OverlayResult.Counts(900, 12, 2, 1, Map.of(MembershipDrop.OWN_ENTRY, 424L)));
        return with(run, run.scenario(), overlay, run.violations(), run.violationsInAll());
    }
}
