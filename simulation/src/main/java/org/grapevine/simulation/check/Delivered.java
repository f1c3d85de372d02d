package org.grapevine.simulation.check;

import java.util.BitSet;
import java.util.PriorityQueue;
import java.util.function.IntPredicate;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.OriginOrder;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.Loss;
import org.grapevine.simulation.world.Observer;
import org.grapevine.simulation.world.Transit;
import org.grapevine.simulation.world.World;
import org.jspecify.annotations.Nullable;

/**
 * A message with repair, or one that is pulled, reaches everybody who is up and connected for long enough.
 *
 * <p>Precisely: from the publication, or the end of the last fault if that is later, until the message expires on the first clock,
 * a device that is up all the while gets it if a path of segments over such devices joins it to a device that held it at the
 * beginning. The stretch must be long enough: in each repair period a device that lacks the message is missed with a probability
 * of about 1/e if all peers hold it (in each period of a pull less often), more if messages are lost or peers are down; so many periods that less than one device in
 * 10^12 is missed, and {@value #SPARE_MICROS} µs and ten transits to spare. No promise is made where tables or queues overflow,
 * where more than half is lost, and where {@link Overlay} does not promise that views join everybody.
 */
final class Delivered implements Observer {

    static final String NAME = "delivered";

    private static final long SPARE_MICROS = 5_000_000;
    /** Periods in which everything goes wrong once in e^30. */
    private static final double PERIODS = 30;
    /** Times as many periods where devices know few others. */
    private static final double PARTIAL = 3;
    /** Devices looked at in one run at the most, so that a run of a million devices spends its time on something else. */
    private static final long MOST_LOOKS = 30_000_000;

    private record Due(int message, long fromMicros, long atMicros) {}

    private final Sightings sightings;
    private final Violations violations;
    private final PriorityQueue<Due> due =
            new PriorityQueue<>((one, other) -> Long.compare(one.atMicros, other.atMicros));
    private long nextMicros = Long.MAX_VALUE;
    private final PublishedPushes pushes = new PublishedPushes();

    private @Nullable World world;
    private @Nullable Topology topology;
    private long lastOverflowMicros = -1;
    private boolean overLimits;
    private int ordered;
    private long looks;

    Delivered(Sightings sightings, Violations violations) {
        this.sightings = sightings;
        this.violations = violations;
    }

    @Override
    public void begins(World begun) {
        world = begun;
    }

    @Override
    public void published(long now, Device at, GossipMessage message) {
        World current = world;
        GossipParameters parameters = message.parameters();
        if (current == null || parameters.replies() != null) {
            return;
        }
        checkDue(now);
        Scenario scenario = current.scenario();
        GossipConfig config = scenario.config();
        long blurMillis = 2 * scenario.clockErrorMillis();
        pushes.add(
                now,
                now + (parameters.lifetimeMillis() + config.allowedClockErrorMillis() + blurMillis + 2_000) * 1_000,
                message.payload().sizeBytes(),
                periodMillis(parameters, config));
        overLimits |= pushes.live() > Math.min(config.seenLimit(), config.originLimit())
                || pushes.liveBytes() > config.bufferLimitBytes();
        long expires = now + (parameters.lifetimeMillis() - blurMillis) * 1_000;
        long from = Math.max(now, Math.max(current.faultsEndMicros(), Overlay.wholeFromMicros(scenario)));
        OriginOrder order = parameters.order();
        if (order != null) {
            // As long as what comes before it may be on its way, it is held back.
            long untilMillis = order.waitUntilMillis() - parameters.originTimeMillis() + blurMillis;
            from = Math.max(from, now + Math.max(0, untilMillis) * 1_000);
            ordered++;
            overLimits |= ordered > config.variants().orderLimit();
        }
        if (periodMillis(parameters, config) > 0 && expires > from && Quality.clocksAgree(scenario)) {
            due.add(new Due(sightings.number(message), from, expires));
            nextMicros = Math.min(nextMicros, expires);
        }
    }

    /** How often a device that lacks the message has a chance to get it; 0 for never. */
    private static long periodMillis(GossipParameters parameters, GossipConfig config) {
        return parameters.variant().isPulled() ? config.variants().pullMillis() : parameters.repairPeriodMillis();
    }

    @Override
    public void lost(long now, Transit transit, Loss why) {
        if (why == Loss.OVERFLOW) {
            lastOverflowMicros = now;
        }
    }

    @Override
    public void arrived(long now, Transit transit) {
        if (now >= nextMicros) {
            checkDue(now);
        }
    }

    @Override
    public void started(long now, Device device) {
        if (now >= nextMicros) {
            checkDue(now);
        }
    }

    @Override
    public void stopped(long now, Device device) {
        if (now >= nextMicros) {
            checkDue(now);
        }
    }

    @Override
    public void glance(long now, World current) {
        checkDue(now);
    }

    @Override
    public void ended(long now, World ended) {
        checkDue(RunEnd.nothingLeft(ended) ? Long.MAX_VALUE : now);
    }

    private void checkDue(long now) {
        World current = world;
        for (Due next = due.peek(); current != null && next != null && next.atMicros <= now; next = due.peek()) {
            due.remove();
            check(next, current);
        }
        Due next = due.peek();
        nextMicros = next == null ? Long.MAX_VALUE : next.atMicros;
    }

    private void check(Due promise, World current) {
        GossipMessage message = sightings.message(promise.message);
        Scenario scenario = current.scenario();
        double loss = Quality.loss(scenario);
        looks += current.size();
        if (message == null
                || overLimits
                || loss > 0.5
                || lastOverflowMicros >= promise.fromMicros
                || pushes.most() > scenario.config().digestLimit()
                || looks > MOST_LOOKS) {
            return;
        }
        Topology devices = topology == null ? new Topology(current) : topology;
        topology = devices;
        IntPredicate steady = index -> {
            Device device = current.device(index);
            return device.isUp() && device.upSinceMicros() <= promise.fromMicros;
        };
        BitSet holders = new BitSet();
        for (int i = 0; i < current.size(); i++) {
            int slot = sightings.find(promise.message, current.device(i));
            if (slot >= 0
                    && sightings.deliveries(slot) > 0
                    && sightings.deliveredAtMillis(slot) <= promise.fromMicros / 1_000) {
                holders.set(i);
            }
        }
        BitSet crossed = new BitSet();
        BitSet owed = devices.connected(holders, steady, crossed);
        double share = leastShare(devices, crossed, owed, current);
        GossipParameters parameters = message.parameters();
        double chance = share * (1 - loss) * (1 - loss);
        if (parameters.variant() == GossipVariant.LAZY_PULL) {
            chance *= (1 - loss) * (1 - loss);
        }
        if (scenario.peers().membership() != null) {
            chance /= PARTIAL; // A few peers are asked in turn, and each may still lack it.
        }
        double periods = (PERIODS + StrictMath.log(current.size() + 1.0)) / chance;
        double needed = periods * periodMillis(parameters, scenario.config()) * 1_000
                + pushes.longestPeriodMillis() * 1_000.0
                + SPARE_MICROS
                + 10.0 * Quality.transitMicros(scenario);
        if (promise.atMicros - promise.fromMicros < needed) {
            return;
        }
        for (int i = owed.nextSetBit(0); i >= 0; i = owed.nextSetBit(i + 1)) {
            Device device = current.device(i);
            int slot = sightings.find(promise.message, device);
            if (slot < 0 || sightings.deliveries(slot) == 0) {
                violations.add(
                        NAME,
                        promise.atMicros,
                        () -> device + " never got " + message.id() + ", published at "
                                + sightings.publishedAtMicros(promise.message)
                                + " µs, though it was up and connected from "
                                + promise.fromMicros + " µs on");
            }
        }
    }

    /** Over all segments in which somebody is owed: the share of a device's view that is up all the while. */
    private static double leastShare(Topology devices, BitSet segments, BitSet owed, World current) {
        double least = 1;
        for (int segment = segments.nextSetBit(0); segment >= 0; segment = segments.nextSetBit(segment + 1)) {
            int up = devices.count(segment, owed::get);
            if (up >= 2) {
                least = Math.min(least, (up - 1.0) / Math.max(1, inViews(devices, segment, current) - 1));
            }
        }
        return least;
    }

    /** Members of a segment in the views of the others; those that left are not. */
    private static int inViews(Topology devices, int segment, World current) {
        for (int i = 0; i < devices.size(segment); i++) {
            Device member = current.device(devices.member(segment, i));
            if (member.isUp()) {
                for (int position = 0; position < member.segments().size(); position++) {
                    if (devices.segment(member.index(), position) == segment) {
                        return member.view().size(member.segments().get(position));
                    }
                }
            }
        }
        return 0;
    }
}
