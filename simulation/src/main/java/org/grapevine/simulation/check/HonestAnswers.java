package org.grapevine.simulation.check;

import java.util.BitSet;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.Payload;
import org.grapevine.simulation.world.CountedDevices;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.Observer;
import org.grapevine.simulation.world.World;
import org.jspecify.annotations.Nullable;

/**
 * An answer that says it is whole holds every device that was up from the request to the answer and that a path of segments over
 * such devices joins to the initiator. Promised where the fanout is as large as each segment on the way: with less, who is missed
 * by chance is missed unseen. So not where a request is pulled or goes along a tree, which ask whoever they meet.
 */
final class HonestAnswers implements Observer {

    static final String NAME = "honest-answers";

    private static final long MOST_LOOKS = 30_000_000;

    private final Sightings sightings;
    private final Violations violations;
    private @Nullable World world;
    private @Nullable Topology topology;
    private long looks;

    HonestAnswers(Sightings sightings, Violations violations) {
        this.sightings = sightings;
        this.violations = violations;
    }

    @Override
    public void begins(World begun) {
        world = begun;
    }

    @Override
    public void completed(long now, Device initiator, GossipAction.Complete outcome) {
        World current = world;
        int number = sightings.number(outcome.request());
        GossipMessage request = sightings.message(number);
        Payload value = outcome.value().orElse(null);
        if (current == null
                || request == null
                || !outcome.completeness().isWhole()
                || current.scenario().peers().membership() != null
                || sightings.isSeenByTwoIncarnations(number)
                || !asksByFanout(request.parameters().variant())
                || !(value instanceof CountedDevices counted)) {
            return;
        }
        looks += current.size();
        if (looks > MOST_LOOKS) {
            return;
        }
        Topology devices = topology == null ? new Topology(current) : topology;
        topology = devices;
        long published = sightings.publishedAtMicros(number);
        BitSet start = new BitSet();
        start.set(initiator.index());
        BitSet owed = devices.connected(
                start,
                index -> current.device(index).isUp() && current.device(index).upSinceMicros() <= published,
                new BitSet());
        owed.andNot(counted.who());
        if (owed.isEmpty() || !everybodyIsAsked(request.parameters(), counted.who(), devices, current)) {
            return;
        }
        violations.add(
                NAME,
                now,
                () -> "the answer to " + request.id() + " says it is whole and lacks "
                        + current.device(owed.nextSetBit(0)) + " and " + (owed.cardinality() - 1) + " others");
    }

    /** Nobody knows who has not pulled yet, nor whether the links of a tree lead to all. */
    private static boolean asksByFanout(GossipVariant variant) {
        return !variant.isPulled() && variant != GossipVariant.TREE;
    }

    /** True if whoever was asked could ask every peer, even with all devices that there are in the views. */
    private static boolean everybodyIsAsked(
            GossipParameters parameters, BitSet asked, Topology devices, World current) {
        GossipConfig config = current.scenario().config();
        for (int i = asked.nextSetBit(0); i >= 0; i = asked.nextSetBit(i + 1)) {
            for (int position = 0; position < current.device(i).segments().size(); position++) {
                int size = devices.size(devices.segment(i, position));
                if (size - 1 > Quality.requestFanout(parameters, config, size)) {
                    return false;
                }
            }
        }
        return true;
    }
}
