package org.grapevine.simulation.random;

import java.util.ArrayList;
import java.util.List;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.engine.VariantConfig;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.GossipVariant;
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

/**
 * Draws a scenario with two requests under way at the same time, one for each seed: 20 to 60 devices in one segment or two, links
 * that lose, double and reorder, devices that crash, stand still and answer late or with a fault while the replies come back, every
 * mode and every variant.
 */
public final class RequestScenarios {

    private static final int STREAM = 0x4E9035;
    private static final long MILLI = 1_000;
    private static final long SECOND = 1_000_000;
    private static final String LEFT = "left";
    private static final String RIGHT = "right";

    private final SeededRandom random;
    private final List<DeviceGroup> groups = new ArrayList<>();

    private RequestScenarios(long seed) {
        this.random = SeededRandom.of(seed, STREAM);
    }

    /** The scenario of a seed; always the same for the same seed. */
    public static Scenario draw(long seed) {
        return new RequestScenarios(seed).scenario("requests-" + Math.abs(seed % 1_000_000_000L));
    }

    private Scenario scenario(String name) {
        List<Link> links = List.of(drawLink(LEFT), drawLink(RIGHT));
        List<SegmentKind> segments = List.of(
                new SegmentKind(LEFT, LEFT, random.nextBoolean()), new SegmentKind(RIGHT, RIGHT, random.nextBoolean()));
        int devices = between(20, oneIn(4) ? 60 : 30);
        if (random.nextBoolean()) {
            groups.add(DeviceGroup.of("node", devices, LEFT));
        } else {
            groups.add(DeviceGroup.of("node", devices / 2 - 1, LEFT));
            groups.add(DeviceGroup.of("gateway", 2, LEFT, RIGHT));
            groups.add(DeviceGroup.of("far", devices - devices / 2 - 1, RIGHT));
        }
        List<Workload> workload = List.of(drawRequest(), drawRequest());
        boolean pulls = workload.stream()
                .anyMatch(each -> each instanceof Workload.Request request
                        && request.spread().variant().isPulled());
        return new Scenario(
                name,
                "Two requests at once, drawn at random.",
                links,
                segments,
                groups,
                drawConfig(pulls),
                Peers.ALL,
                0,
                between(0, 50) * MILLI,
                between(0, 20) * MILLI,
                false,
                workload,
                drawFaults(),
                0);
    }

    private boolean oneIn(int times) {
        return random.nextInt(times) == 0;
    }

    private int between(int least, int most) {
        return random.nextInt(least, most + 1);
    }

    private Link drawLink(String name) {
        return new Link(
                name,
                new Latency.Uniform(0, between(1, oneIn(8) ? 300 : 50) * MILLI),
                oneIn(3) ? 0 : random.nextDouble() * 0.25,
                oneIn(3) ? 0 : random.nextDouble() * 0.3,
                oneIn(3) ? 0 : random.nextDouble() * 0.3,
                between(0, 200) * MILLI,
                0,
                false,
                0);
    }

    private static GossipConfig drawConfig(boolean pulls) {
        GossipConfig usual = GossipConfig.defaults();
        VariantConfig variants = usual.variants();
        return usual.withVariants(new VariantConfig(
                pulls ? 400 : 0,
                variants.pullSpread(),
                variants.advertiseMillis(),
                variants.graftAfterMillis(),
                variants.graftAgainMillis(),
                variants.treeLinks(),
                variants.optimiseHops(),
                variants.bridgeWithinMillis(),
                variants.orderLimit()));
    }

    private Workload drawRequest() {
        GossipVariant[] variants = GossipVariant.values();
        GossipVariant variant = oneIn(3) ? GossipVariant.EAGER_PUSH : variants[random.nextInt(variants.length)];
        long timeout = variant.isPulled() ? between(1_500, 5_000) : between(300, oneIn(3) ? 10_000 : 3_000);
        DeviceGroup group = groups.get(random.nextInt(groups.size()));
        return new Workload.Request(
                between(0, 300) * MILLI,
                new Source(group.name(), Source.Pick.RANDOM, 0),
                Workload.Repetition.once(),
                200,
                50,
                new Workload.Spread(
                        variant,
                        oneIn(3) ? 0 : between(2, 8),
                        oneIn(3) ? between(1, 6) : 0,
                        oneIn(2) ? GossipParameters.AUTO_EAGER_HOPS : between(0, 2),
                        false),
                timeout,
                ScenarioGenerator.drawReplies(
                        random, timeout, oneIn(3) ? between(10, (int) timeout / 5) : 0, oneIn(4) ? between(1, 40) : 0));
    }

    /** Most of them within the first second, in which most answers come back. */
    private List<Fault> drawFaults() {
        List<Fault> faults = new ArrayList<>();
        int crashes = between(0, 5);
        for (int i = 0; i < crashes; i++) {
            faults.add(new Fault.Crash(drawTime(), Who.count(null, between(1, 3))));
        }
        if (oneIn(8)) {
            faults.add(new Fault.Restart(drawTime(), Who.share(null, random.nextDouble())));
        }
        if (oneIn(4)) {
            long at = drawTime();
            faults.add(new Fault.Pause(at, at + between(1, 1_500) * MILLI, Who.count(null, between(1, 4))));
        }
        if (oneIn(2)) {
            faults.add(new Fault.SlowService(
                    0,
                    10 * SECOND,
                    Who.share(null, random.nextDouble() * 0.3),
                    false,
                    "Busy",
                    between(100, 3_000) * MILLI));
        }
        if (oneIn(4)) {
            faults.add(new Fault.SlowService(
                    drawTime(), 10 * SECOND, Who.count(null, between(1, 5)), true, oneIn(2) ? "Busy" : "NoMeter", 0));
        }
        if (oneIn(6)) {
            long at = drawTime();
            faults.add(new Fault.Partition(
                    at, at + between(50, 2_000) * MILLI, Who.share(null, random.nextDouble() * 0.5)));
        }
        return faults;
    }

    private long drawTime() {
        return between(0, oneIn(3) ? 3_000 : 700) * MILLI;
    }
}
