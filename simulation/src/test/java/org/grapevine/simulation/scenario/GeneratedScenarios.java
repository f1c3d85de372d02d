package org.grapevine.simulation.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.grapevine.core.engine.FanoutRule;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.engine.VariantConfig;
import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.core.membership.MembershipConfig.Kind;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.ReplyMode;
import org.grapevine.simulation.kernel.SeededRandom;

/** Scenarios of which no two are alike: every record, with values from all over its range, its bounds more often than others. */
final class GeneratedScenarios {

    private static final long DAY_MILLIS = 86_400_000;

    private final SeededRandom random;

    GeneratedScenarios(long seed) {
        this.random = new SeededRandom(seed);
    }

    Scenario next() {
        List<Link> links = some("link", 6).stream().map(this::link).toList();
        List<SegmentKind> segments = links.isEmpty()
                ? List.of()
                : some("kind-", 8).stream()
                        .map(name -> new SegmentKind(name, one(links).name(), random.nextBoolean()))
                        .toList();
        List<DeviceGroup> groups = groups(segments);
        return new Scenario(
                one("flat-1k", "1e3", "true", "12", "A b_c. 9", "x"),
                about(),
                links,
                segments,
                groups,
                random.nextBoolean() ? GossipConfig.defaults() : config(),
                peers(),
                between(0, 3_600_000),
                between(0, Limits.MAX_MICROS),
                between(0, Limits.MAX_MICROS),
                random.nextBoolean(),
                list(() -> workload(groups)),
                list(() -> fault(groups, links)),
                between(0, 10 * Limits.MAX_MICROS));
    }

    private String about() {
        StringBuilder text = new StringBuilder();
        for (int left = random.nextInt(30); left > 0; left--) {
            text.appendCodePoint(
                    switch (random.nextInt(4)) {
                        case 0 -> random.nextInt(0x20, 0x7F);
                        case 1 -> random.nextInt(0x100);
                        case 2 -> random.nextInt(0x10_000); // Halves of surrogate pairs too.
                        default -> random.nextInt(0x110_000);
                    });
        }
        return text.toString();
    }

    private Link link(String name) {
        return new Link(
                name,
                latency(),
                share(),
                share(),
                share(),
                between(0, Limits.MAX_MICROS),
                between(0, 1_000_000_000_000L),
                random.nextBoolean(),
                random.nextBoolean() ? Defaults.QUEUE_BYTES : between(0, 1L << 40));
    }

    private Latency latency() {
        long max = between(1, Limits.MAX_MICROS);
        return switch (random.nextInt(3)) {
            case 0 -> new Latency.Constant(max);
            case 1 -> new Latency.Uniform(between(0, max), max);
            default -> new Latency.LogNormal(between(1, max), 4 * share(), max);
        };
    }

    private List<DeviceGroup> groups(List<SegmentKind> segments) {
        List<String> unopened =
                new ArrayList<>(segments.stream().map(SegmentKind::name).toList());
        List<DeviceGroup> groups = new ArrayList<>();
        for (String name : some("null", 5)) {
            groups.add(group(name, segments, unopened));
        }
        groups.add(group("is", segments, unopened));
        return groups;
    }

    private DeviceGroup group(String name, List<SegmentKind> segments, List<String> unopened) {
        String opens = unopened.isEmpty() || random.nextBoolean() ? null : unopened.remove(0);
        List<String> in = segments.stream()
                .map(SegmentKind::name)
                .filter(kind -> !kind.equals(opens) && random.nextBoolean())
                .toList();
        return new DeviceGroup(
                name,
                (int) between(1, 100_000),
                in,
                opens,
                between(0, Limits.MAX_MICROS),
                between(0, Limits.MAX_MICROS));
    }

    private Peers peers() {
        if (random.nextBoolean()) {
            return Peers.ALL;
        }
        MembershipConfig usual = Peers.defaults(one(Kind.values()));
        return new Peers(
                random.nextBoolean() ? usual : new MembershipConfig(usual.kind(), view(), detection(), estimate()),
                (int) between(1, Peers.MAX_CONTACTS),
                random.nextBoolean());
    }

    private MembershipConfig.View view() {
        int joinWalk = (int) between(0, MembershipConfig.MAX_WALK);
        int shuffleLinks = (int) between(0, 400);
        int shuffleEntries = (int) between(1, 400);
        return new MembershipConfig.View(
                (int) between(1, 64),
                (int) between(0, 100_000),
                joinWalk,
                (int) between(0, joinWalk),
                (int) between(0, MembershipConfig.MAX_WALK),
                shuffleLinks,
                shuffleEntries,
                between(1, DAY_MILLIS),
                between(1, DAY_MILLIS),
                between(1, DAY_MILLIS),
                (int) between(0, 1_000),
                (int) between(1 + shuffleLinks + shuffleEntries, 1_000));
    }

    private MembershipConfig.Detection detection() {
        long probe = random.nextBoolean() ? 0 : between(2, DAY_MILLIS);
        return new MembershipConfig.Detection(
                probe,
                probe == 0 ? between(0, DAY_MILLIS) : between(1, probe - 1),
                (int) between(0, 16),
                (int) between(0, 100),
                (int) between(1, 100),
                (int) between(1, 100),
                (int) between(0, 32),
                (int) between(1, 100_000));
    }

    private MembershipConfig.Estimate estimate() {
        return new MembershipConfig.Estimate(
                random.nextBoolean() ? 0 : between(1, DAY_MILLIS), (int) between(1, 1_000), (int) between(1, 16));
    }

    private GossipConfig config() {
        long repeatAfter = between(1, DAY_MILLIS);
        return new GossipConfig(
                new FanoutRule(Math.max(1e-300, share() * 0.999), share() * 0.999, share() * 0.999),
                (int) between(1, 64),
                (int) between(1, 255),
                between(0, DAY_MILLIS),
                (int) between(1, Integer.MAX_VALUE),
                (int) between(1, Integer.MAX_VALUE),
                between(0, 1L << 40),
                (int) between(1, Integer.MAX_VALUE),
                between(1, DAY_MILLIS),
                (int) between(1, Integer.MAX_VALUE),
                between(1, DAY_MILLIS),
                (int) between(0, Integer.MAX_VALUE),
                repeatAfter,
                between(repeatAfter, DAY_MILLIS),
                (int) between(1, Integer.MAX_VALUE),
                random.nextBoolean() ? GossipConfig.defaults().variants() : variants(),
                GossipConfig.defaults().replies());
    }

    private VariantConfig variants() {
        return new VariantConfig(
                between(0, DAY_MILLIS),
                share(),
                between(0, DAY_MILLIS),
                between(1, DAY_MILLIS),
                between(1, DAY_MILLIS),
                (int) between(0, 64),
                (int) between(1, Integer.MAX_VALUE),
                between(0, DAY_MILLIS),
                (int) between(1, Integer.MAX_VALUE));
    }

    private Workload.Spread spread() {
        return new Workload.Spread(
                one(GossipVariant.values()),
                (int) between(0, 64),
                (int) between(0, 255),
                (int) between(-1, 255),
                random.nextBoolean());
    }

    private Workload workload(List<DeviceGroup> groups) {
        long at = between(0, Limits.MAX_MICROS);
        Source from = source(one(groups));
        Workload.Repetition repetition = new Workload.Repetition(
                (int) between(1, 1_000_000), between(0, Limits.MAX_MICROS), between(0, Limits.MAX_MICROS));
        return switch (random.nextInt(3)) {
            case 0 ->
                new Workload.Push(
                        at,
                        from,
                        repetition,
                        (int) between(1, 1 << 20),
                        spread(),
                        between(1, DAY_MILLIS),
                        between(0, DAY_MILLIS));
            case 1 ->
                new Workload.Request(
                        at,
                        from,
                        repetition,
                        (int) between(1, 1 << 20),
                        (int) between(1, 1 << 20),
                        spread().withOrder(false),
                        between(1, DAY_MILLIS),
                        replies(between(1, 9_000_000)));
            default ->
                new Workload.Notify(
                        at,
                        from,
                        repetition,
                        one(groups).name(),
                        (int) between(1, 1 << 20),
                        (int) between(1, 100),
                        between(1, 3_600_000),
                        (int) between(1, 1_000_000));
        };
    }

    private Source source(DeviceGroup group) {
        Source.Pick pick = one(Source.Pick.values());
        return new Source(group.name(), pick, (int) between(0, group.count() - 1));
    }

    private Fault fault(List<DeviceGroup> groups, List<Link> links) {
        long at = between(0, Limits.MAX_MICROS - 1);
        long until = between(at + 1, Limits.MAX_MICROS);
        String group = random.nextBoolean() ? null : one(groups).name();
        Who who = random.nextBoolean() ? Who.share(group, share()) : Who.count(group, (int) between(0, 1_000_000));
        return switch (random.nextInt(links.isEmpty() ? 8 : 9)) {
            case 0 -> new Fault.Crash(at, who);
            case 1 -> new Fault.Restart(at, who);
            case 2 -> new Fault.Leave(at, who);
            case 3 -> new Fault.Pause(at, until, who);
            case 4 -> new Fault.Partition(at, until, who);
            case 5 -> new Fault.Churn(at, until, who, share(), between(1, Limits.MAX_MICROS));
            case 6 ->
                new Fault.SlowService(at, until, who, random.nextBoolean(), "Busy", between(0, Limits.MAX_MICROS));
            case 7 -> new Fault.Lie(at, until, who);
            default -> new Fault.Degrade(at, until, one(links).name(), share(), 1 + 999 * share());
        };
    }

    private List<String> some(String prefix, int most) {
        return IntStream.range(0, random.nextInt(most + 1))
                .mapToObj(i -> i == 0 && !prefix.endsWith("-") ? prefix : prefix + i)
                .toList();
    }

    private <T> List<T> list(Supplier<T> next) {
        return IntStream.range(0, random.nextInt(8)).mapToObj(i -> next.get()).toList();
    }

    private double share() {
        return switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> 1;
            case 2 -> random.nextInt(101) / 100.0;
            case 3 -> StrictMath.pow(10, -random.nextInt(300)) * random.nextDouble();
            case 4 -> random.nextBoolean() ? Double.MIN_VALUE : -0.0;
            default -> random.nextDouble();
        };
    }

    /** A value of a range: a bound, a round one, or any. */
    private long between(long lowest, long highest) {
        long any = lowest + random.nextLong(highest - lowest + 1);
        return switch (random.nextInt(5)) {
            case 0 -> lowest;
            case 1 -> highest;
            case 2, 3 -> Math.max(lowest, any - any % (random.nextBoolean() ? 1_000_000 : 1 << 12));
            default -> any;
        };
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    @SafeVarargs
    private <T> T one(T... of) {
        return of[random.nextInt(of.length)];
    }

    private Workload.Replies replies(long timeout) {
        ReplyMode mode = one(ReplyMode.values());
        return new Workload.Replies(
                mode,
                mode == ReplyMode.FIRST ? (int) between(1, Integer.MAX_VALUE) : 1,
                (int) between(0, Integer.MAX_VALUE),
                random.nextBoolean(),
                timeout,
                between(0, timeout));
    }
}
