package org.grapevine.simulation.check;

import java.util.BitSet;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.Payload;
import org.grapevine.core.message.ReplyMode;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.core.reply.Partial;
import org.grapevine.simulation.world.CountedDevices;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.Observer;
import org.grapevine.simulation.world.World;
import org.jspecify.annotations.Nullable;

/**
 * Nobody is counted twice: the partials that a device merges have no device in common, each says how many are inside, and so does
 * the answer, whose sum is that of the devices inside. Nobody is counted who was not asked.
 *
 * <p>The promise ends where a device restarts and is asked again by a late copy: it has forgotten that it answered. Such requests
 * are left out.
 */
final class CountedOnce implements Observer {

    static final String NAME = "counted-once";

    private final Sightings sightings;
    private final Violations violations;
    private final BitSet inside = new BitSet();
    private @Nullable World world;

    CountedOnce(Sightings sightings, Violations violations) {
        this.sightings = sightings;
        this.violations = violations;
    }

    @Override
    public void begins(World begun) {
        world = begun;
    }

    @Override
    public void merging(long now, Device device, GossipAction.Merge merge) {
        if (sightings.isSeenByTwoIncarnations(sightings.number(merge.request()))) {
            return;
        }
        inside.clear();
        merge.own().ifPresent(own -> add(now, device, merge.request(), own, 1));
        for (Partial partial : merge.partials()) {
            add(now, device, merge.request(), partial.payload(), partial.contributors());
        }
    }

    private void add(long now, Device device, MessageId request, Payload value, int contributors) {
        if (!(value instanceof CountedDevices counted)) {
            return;
        }
        int size = counted.who().cardinality();
        if (size != contributors) {
            violations.add(
                    NAME,
                    now,
                    () -> device + " is told of " + contributors + " contributors to " + request + ", has " + size);
        }
        if (inside.intersects(counted.who())) {
            BitSet twice = new BitSet();
            twice.or(inside);
            twice.and(counted.who());
            violations.add(NAME, now, () -> device + " merges device " + twice.nextSetBit(0) + " twice for " + request);
        }
        inside.or(counted.who());
    }

    @Override
    public void completed(long now, Device initiator, GossipAction.Complete outcome) {
        World current = world;
        int message = sightings.number(outcome.request());
        if (current == null || sightings.isSeenByTwoIncarnations(message)) {
            return;
        }
        Completeness completeness = outcome.completeness();
        Payload value = outcome.value().orElse(null);
        if (value == null || !(value instanceof CountedDevices counted)) {
            if (value == null && completeness.counted() != 0 && !isCollected(message)) {
                violations.add(
                        NAME, now, () -> outcome.request() + " counts " + completeness.counted() + " and has no value");
            }
            return;
        }
        BitSet who = counted.who();
        if (who.cardinality() != completeness.counted()) {
            violations.add(
                    NAME,
                    now,
                    () -> outcome.request() + " counts " + completeness.counted() + ", has " + who.cardinality());
        }
        if (counted.sum() != counted.expectedSum()) {
            violations.add(
                    NAME,
                    now,
                    () -> outcome.request() + " sums up to " + counted.sum() + " (expected: " + counted.expectedSum()
                            + ", each device once)");
        }
        for (int i = who.nextSetBit(0); i >= 0; i = who.nextSetBit(i + 1)) {
            Device device = current.device(i);
            if (device.isUp()
                    && device.upSinceMicros() <= sightings.publishedAtMicros(message)
                    && sightings.find(message, device) < 0) {
                violations.add(NAME, now, () -> outcome.request() + " counts " + device + ", which was never asked");
            }
        }
    }

    /** Then the values come one by one, and the end has none. */
    private boolean isCollected(int message) {
        GossipMessage request = sightings.message(message);
        ReplyTerms terms = request == null ? null : request.parameters().replies();
        return terms != null && terms.mode() == ReplyMode.COLLECT;
    }
}
