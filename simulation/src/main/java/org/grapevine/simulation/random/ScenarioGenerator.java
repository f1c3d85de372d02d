package org.grapevine.simulation.random;

import java.util.ArrayList;
import java.util.List;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.engine.VariantConfig;
import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.core.membership.MembershipConfig.Kind;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.ReplyMode;
import org.grapevine.simulation.kernel.SeededRandom;
import org.grapevine.simulation.scenario.DeviceGroup;
import org.grapevine.simulation.scenario.Fault;
import org.grapevine.simulation.scenario.Latency;
import org.grapevine.simulation.scenario.Link;
import org.grapevine.simulation.scenario.Peers;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.SegmentKind;
import org.grapevine.simulation.scenario.Source;
import org.grapevine.simulation.scenario.Who;
import org.grapevine.simulation.scenario.Workload;
import org.jspecify.annotations.Nullable;

/**
 * Draws small scenarios in which much goes wrong, one for each seed: flat networks, several joined segments, and grids, over links
 * of every kind, with faults of every kind. Half of the messages live long enough for the promise of delivery to hold after the
 * last fault; the others test what happens at the limits. A run takes a few milliseconds.
 */
public final class ScenarioGenerator {

    private static final int STREAM = 0x5CE4A;
    /** Apart from the other draws, so that views change nothing else in a scenario. */
    private static final int PEERS_STREAM = 0x9EE45;

    /** The same for what becomes of replies. */
    private static final int REPLIES_STREAM = 0x4E91E;

    /** Devices with views of their own: each sends some messages in a second. */
    private static final int MOST_WITH_VIEWS = 50;
    /** So few of them, for a run with views takes as long as fifty others. */
    private static final int ONE_IN = 16;

    private static final long MILLI = 1_000;
    private static final long SECOND = 1_000_000;
    /** All faults end by then, µs. */
    private static final long LAST_FAULT_ENDS = 8 * SECOND;

    private final SeededRandom random;
    private final SeededRandom peersRandom;
    private final SeededRandom repliesRandom;
    private final List<Link> links = new ArrayList<>();
    private final List<SegmentKind> segments = new ArrayList<>();
    private final List<DeviceGroup> groups = new ArrayList<>();

    /** One in six: a tenth is lost at the most and nothing else goes wrong, so that answers must be whole. */
    private final boolean calm;

    /** Devices ask for what they lack, so that messages may wait for that. */
    private final boolean pulls;

    private ScenarioGenerator(long seed) {
        this.random = SeededRandom.of(seed, STREAM);
        this.peersRandom = SeededRandom.of(seed, PEERS_STREAM);
        this.repliesRandom = SeededRandom.of(seed, REPLIES_STREAM);
        this.calm = random.nextInt(6) == 0;
        this.pulls = random.nextInt(3) == 0;
    }

    /** The scenario of a seed; always the same for the same seed. */
    public static Scenario draw(long seed) {
        return new ScenarioGenerator(seed)
                .scenario("random-" + (seed < 0 ? "n" : "") + Math.abs(seed % 1_000_000_000L));
    }

    private Scenario scenario(String name) {
        int devices = drawSize();
        drawTopology(devices);
        List<Fault> faults = drawFaults();
        GossipConfig config = drawConfig();
        long clockError = drawClockError();
        int made = groups.stream().mapToInt(DeviceGroup::count).sum();
        Peers peers = drawPeers(made, faults);
        boolean wire = made <= 12 && random.nextInt(40) == 0;
        return new Scenario(
                name,
                "Drawn at random.",
                links,
                segments,
                groups,
                config,
                peers,
                clockError,
                oneIn(8) ? between(0, SECOND) : between(0, 50 * MILLI),
                !calm && oneIn(8) ? between(0, SECOND) : between(0, 20 * MILLI),
                wire,
                drawWorkload(made, faults, clockError),
                faults,
                oneIn(12) ? between(SECOND, 20 * SECOND) : 0);
    }

    private boolean oneIn(int times) {
        return random.nextInt(times) == 0;
    }

    private long between(long least, long most) {
        return random.nextLong(least, most + 1);
    }

    private int between(int least, int most) {
        return random.nextInt(least, most + 1);
    }

    // Who is there

    private int drawSize() {
        int kind = random.nextInt(200);
        if (kind < 120) {
            return between(2, 16);
        } else if (kind < 175) {
            return between(17, 50);
        } else if (kind < 199) {
            return between(51, 120);
        }
        return 500;
    }

    private void drawTopology(int devices) {
        switch (random.nextInt(3)) {
            case 0 -> flat(devices);
            case 1 -> joined(devices);
            default -> grid(devices);
        }
    }

    private String segment(String name) {
        Link link = drawLink(name + "-link");
        links.add(link);
        segments.add(new SegmentKind(name, link.name(), oneIn(3)));
        return name;
    }

    private void group(String name, int count, List<String> in, @Nullable String opens) {
        boolean late = !groups.isEmpty() && oneIn(12);
        groups.add(new DeviceGroup(
                name, count, in, opens, late ? between(0, 3 * SECOND) : 0, late ? between(0, 3 * SECOND) : 0));
    }

    private void flat(int devices) {
        group("node", devices, List.of(segment("lan")), null);
    }

    /** A chain, or a ring, of segments with devices in two neighbours each. */
    private void joined(int devices) {
        int count = between(2, 4);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            names.add(segment("part-" + i));
        }
        for (int i = 0; i < count; i++) {
            group("node-" + i, Math.max(1, devices / count), List.of(names.get(i)), null);
        }
        for (int i = 0; i + 1 < count; i++) {
            group("gateway-" + i, between(1, 2), List.of(names.get(i), names.get(i + 1)), null);
        }
        if (count > 2 && random.nextBoolean()) {
            group("gateway-back", 1, List.of(names.get(count - 1), names.get(0)), null);
        }
    }

    private void grid(int devices) {
        String wan = segment("wan");
        String fan = segment("fan");
        String han = segment("han");
        int controllers = between(1, Math.max(1, Math.min(4, devices / 4)));
        int meters = between(1, Math.max(1, devices / 3));
        int appliances = Math.max(1, devices - controllers - meters - 1);
        group("is", 1, List.of(wan), null);
        group("ssc", controllers, List.of(wan), fan);
        group("meter", meters, List.of(fan), han);
        group("appliance", appliances, List.of(han), null);
    }

    // What joins them

    private Link drawLink(String name) {
        boolean narrow = !calm && oneIn(6);
        return new Link(
                name,
                drawLatency(),
                drawLoss(),
                oneIn(2) ? 0 : random.nextDouble() * 0.3,
                oneIn(2) ? 0 : random.nextDouble() * 0.3,
                between(0, 200 * MILLI),
                narrow ? between(50_000, 5_000_000) : 0,
                random.nextBoolean(),
                narrow ? between(2_000, 500_000) : 0);
    }

    private Latency drawLatency() {
        if (calm) {
            return new Latency.Uniform(0, between(0, 50 * MILLI));
        }
        switch (random.nextInt(4)) {
            case 0 -> {
                return new Latency.Constant(between(0, 20) * MILLI);
            }
            case 1 -> {
                return new Latency.LogNormal(between(MILLI, 50 * MILLI), random.nextDouble() * 1.5, 500 * MILLI);
            }
            default -> {
                long least = between(0, 10 * MILLI);
                return new Latency.Uniform(least, least + between(0, oneIn(6) ? 2 * SECOND : 100 * MILLI));
            }
        }
    }

    private double drawLoss() {
        if (calm) {
            return random.nextDouble() * 0.1;
        }
        int kind = random.nextInt(10);
        if (kind < 4) {
            return 0;
        } else if (kind < 7) {
            return random.nextDouble() * 0.1;
        } else if (kind < 9) {
            return random.nextDouble() * 0.3;
        }
        return random.nextDouble() * 0.7;
    }

    private long drawClockError() {
        switch (random.nextInt(4)) {
            case 0 -> {
                return between(0, 200);
            }
            case 1 -> {
                return between(0, 7_000);
            }
            default -> {
                return 0;
            }
        }
    }

    private GossipConfig drawConfig() {
        GossipConfig usual = GossipConfig.defaults();
        boolean tight = !calm && oneIn(5);
        return new GossipConfig(
                usual.fanoutRule(),
                oneIn(10) ? between(1, 8) : usual.maxFanout(),
                oneIn(10) ? between(1, 8) : usual.maxRounds(),
                oneIn(4) ? between(0, 5_000) : usual.allowedClockErrorMillis(),
                tight && oneIn(2) ? between(1, 6) : usual.seenLimit(),
                tight && oneIn(2) ? between(1, 4) : usual.originLimit(),
                tight && oneIn(2) ? between(0, 4_000) : usual.bufferLimitBytes(),
                oneIn(10) ? between(1, 4) : usual.digestLimit(),
                usual.wantTimeoutMillis(),
                usual.wantTries(),
                usual.redeliverAfterMillis(),
                oneIn(3) ? between(0, 1) : usual.redeliverLimit(),
                usual.repeatAfterMillis(),
                usual.repeatAtMostMillis(),
                tight && oneIn(2) ? between(1, 3) : usual.queryLimit(),
                drawVariants(tight),
                usual.replies());
    }

    private VariantConfig drawVariants(boolean tight) {
        VariantConfig usual = VariantConfig.defaults();
        return new VariantConfig(
                pulls ? between(200, 2_000) : 0,
                oneIn(4) ? random.nextDouble() : usual.pullSpread(),
                oneIn(3) ? between(0, 100) : usual.advertiseMillis(),
                oneIn(3) ? between(20, 1_000) : usual.graftAfterMillis(),
                oneIn(3) ? between(10, 200) : usual.graftAgainMillis(),
                oneIn(3) ? between(1, 6) : usual.treeLinks(),
                oneIn(3) ? between(1, 5) : usual.optimiseHops(),
                oneIn(3) ? between(0, 200) : usual.bridgeWithinMillis(),
                tight && oneIn(2) ? between(1, 3) : usual.orderLimit());
    }

    // Whom they know

    /** Usually all of each other; else views whose periods are short, so that much happens in little time. */
    private Peers drawPeers(int devices, List<Fault> faults) {
        if (devices > MOST_WITH_VIEWS || peersRandom.nextInt(ONE_IN) != 0) {
            return Peers.ALL;
        }
        Kind[] kinds = Kind.values();
        MembershipConfig usual =
                Peers.of(List.of(kinds).get(peersRandom.nextInt(kinds.length))).membership();
        if (usual == null) {
            throw new AssertionError("a kind of view without an engine");
        }
        MembershipConfig.View view = usual.view();
        MembershipConfig.Detection detection = usual.detection();
        MembershipConfig.Estimate estimate = usual.estimate();
        long probe = peersRandom.nextInt(400, 2_000);
        if (!calm && peersRandom.nextInt(4) == 0) {
            long at = peersRandom.nextLong(5 * SECOND);
            faults.add(new Fault.Lie(at, LAST_FAULT_ENDS, Who.share(null, peersRandom.nextDouble() * 0.4)));
        }
        return new Peers(
                new MembershipConfig(
                        usual.kind(),
                        new MembershipConfig.View(
                                peersRandom.nextInt(3, 8),
                                usual.kind() == Kind.FULL ? view.entries() : peersRandom.nextInt(8, 31),
                                view.joinWalk(),
                                view.passiveWalk(),
                                view.shuffleWalk(),
                                view.shuffleLinks(),
                                view.shuffleEntries(),
                                peersRandom.nextInt(500, 4_000),
                                peersRandom.nextInt(200, 2_000),
                                peersRandom.nextInt(500, 4_000),
                                view.contacts(),
                                view.entriesPerMessage()),
                        new MembershipConfig.Detection(
                                probe,
                                probe / 2,
                                peersRandom.nextInt(4),
                                peersRandom.nextInt(5),
                                peersRandom.nextInt(1, 7),
                                peersRandom.nextInt(1, 9),
                                detection.rumoursPerMessage(),
                                detection.rumours()),
                        new MembershipConfig.Estimate(
                                peersRandom.nextInt(2) == 0 ? 0 : peersRandom.nextInt(300, 2_000),
                                peersRandom.nextInt(3, 30),
                                estimate.counts())),
                peersRandom.nextInt(1, 4),
                false);
    }

    // What goes wrong

    private List<Fault> drawFaults() {
        int count = calm ? 0 : Math.max(0, between(-1, 4));
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long at = between(0, 5 * SECOND);
            long end = Math.min(LAST_FAULT_ENDS, at + between(1, oneIn(2) ? SECOND : 5 * SECOND));
            faults.add(drawFault(at, end));
        }
        return faults;
    }

    private Fault drawFault(long at, long end) {
        switch (random.nextInt(11)) {
            case 0 -> {
                return new Fault.Crash(at, drawWho());
            }
            case 1 -> {
                return new Fault.Restart(at, Who.share(null, random.nextDouble()));
            }
            case 2 -> {
                return new Fault.Leave(at, drawWho());
            }
            case 3 -> {
                return new Fault.Pause(at, end, drawWho());
            }
            case 4 -> {
                String link = links.get(random.nextInt(links.size())).name();
                return new Fault.Degrade(at, end, link, random.nextDouble(), 1 + random.nextDouble() * 20);
            }
            case 5 -> {
                return new Fault.Churn(at, end, drawWho(), random.nextDouble() * 0.5, between(1, SECOND));
            }
            case 6, 7, 8 -> {
                return new Fault.SlowService(at, end, drawWho(), random.nextBoolean(), "Busy", between(0, 2 * SECOND));
            }
            default -> {
                return new Fault.Partition(at, end, drawWho());
            }
        }
    }

    private Who drawWho() {
        String group = random.nextBoolean()
                ? null
                : groups.get(random.nextInt(groups.size())).name();
        return random.nextBoolean() ? Who.count(group, between(1, 3)) : Who.share(group, random.nextDouble() * 0.5);
    }

    // What they do

    private List<Workload> drawWorkload(int devices, List<Fault> faults, long clockError) {
        int count = between(1, 5);
        List<Workload> workload = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            workload.add(random.nextBoolean() ? drawPush(devices, faults, clockError) : drawRequest());
        }
        return workload;
    }

    private Source drawSource() {
        DeviceGroup group = groups.get(random.nextInt(groups.size()));
        return random.nextBoolean()
                ? new Source(group.name(), Source.Pick.ONE, random.nextInt(group.count()))
                : new Source(group.name(), Source.Pick.RANDOM, 0);
    }

    private Workload.Repetition drawRepetition() {
        return oneIn(4)
                ? new Workload.Repetition(between(2, 5), between(0, SECOND), oneIn(2) ? 0 : between(0, SECOND))
                : Workload.Repetition.once();
    }

    private long drawTime() {
        return oneIn(2) ? 0 : between(0, 6 * SECOND);
    }

    private Workload drawPush(int devices, List<Fault> faults, long clockError) {
        long at = drawTime();
        boolean repair = !oneIn(4);
        // Few devices may compare often; many would make the run long.
        long period = devices <= 20 ? between(100, 1_000) : between(500, 2_000);
        boolean longLived = (repair || pulls) && !oneIn(3);
        long slowest = pulls ? Math.max(period, 2_000) : period;
        long lifetime = longLived ? enough(devices, faults, at, slowest) + 2 * clockError : between(20, 15_000);
        return new Workload.Push(
                at, drawSource(), drawRepetition(), between(1, 2_000), drawSpread(2), lifetime, repair ? period : 0);
    }

    /** @param careless how often, of three times, fanout and rounds are any */
    private Workload.Spread drawSpread(int careless) {
        int fanout = random.nextInt(3) < careless ? between(1, 8) : 0;
        int rounds = random.nextInt(3) < careless ? between(1, 8) : 0;
        return new Workload.Spread(
                drawVariant(), fanout, rounds, oneIn(2) ? GossipParameters.AUTO_EAGER_HOPS : between(0, 3), oneIn(4));
    }

    /** What is pulled goes nowhere where nobody pulls. */
    private GossipVariant drawVariant() {
        GossipVariant[] all = GossipVariant.values();
        GossipVariant drawn = oneIn(3) ? GossipVariant.EAGER_PUSH : all[random.nextInt(all.length)];
        return drawn.isPulled() && !pulls ? GossipVariant.LAZY_PUSH : drawn;
    }

    /** A lifetime in which repair has the time it needs after the last fault, ms. */
    private long enough(int devices, List<Fault> faults, long at, long period) {
        long quietFrom = at;
        for (Fault fault : faults) {
            long after = fault instanceof Fault.Churn churn ? churn.downMicros() : 0;
            quietFrom = Math.max(quietFrom, fault.endMicros() + after);
        }
        double loss = links.stream().mapToDouble(Link::loss).max().orElse(0);
        double periods = (34 + StrictMath.log(devices + 1.0)) / (Math.max(0.2, (1 - loss) * (1 - loss)) * 0.8);
        return (quietFrom - at) / MILLI + (long) (period * periods) + 15_000;
    }

    private Workload drawRequest() {
        long timeout = oneIn(3) ? between(50, 2_000) : between(2_000, calm ? 60_000 : 25_000);
        return new Workload.Request(
                drawTime(),
                drawSource(),
                drawRepetition(),
                between(1, 1_000),
                between(1, 500),
                drawSpread(3).withOrder(false),
                oneIn(3) ? between(20, 2_000) : between(2_000, 30_000),
                drawReplies(
                        timeout, oneIn(3) ? between(1, Math.max(1, timeout / 4)) : 0, oneIn(6) ? between(1, 20) : 0));
    }

    /** Half of them merge; a third of those with a floor would rather have few answers than a failure. */
    private Workload.Replies drawReplies(long timeout, long margin, int minReplies) {
        return drawReplies(repliesRandom, timeout, margin, minReplies);
    }

    static Workload.Replies drawReplies(SeededRandom random, long timeout, long margin, int minReplies) {
        ReplyMode[] all = ReplyMode.values();
        ReplyMode mode = random.nextInt(4) == 0 ? ReplyMode.AGGREGATE : all[random.nextInt(all.length)];
        int enough = mode == ReplyMode.FIRST && random.nextInt(3) > 0 ? random.nextInt(2, 16) : 1;
        return new Workload.Replies(mode, enough, minReplies, random.nextInt(3) == 0, timeout, margin);
    }
}
