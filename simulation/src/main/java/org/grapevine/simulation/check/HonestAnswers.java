package org.grapevine.simulation.check;

import java.util.BitSet;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.simulation.world.CountedDevices;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.Observer;
import org.grapevine.simulation.world.World;
import org.jspecify.annotations.Nullable;

/**
 * An answer that says it is whole holds every device that was up from the request to the answer and that a path of segments over
 * such devices joins to the initiator. Promised where the fanout is as large as each segment on the way: with less, who is missed
 * by chance is missed unseen. So not where a request goes along a tree, which asks whoever it meets. What is pulled never says that
 * it is whole: nobody knows who has not pulled yet.
 */
final class HonestAnswers implements Observer {

    static final String NAME = "honest-answers";

    private static final long MOST_LOOKS = 30_000_000;

    private final Sightings sightings;
    private final CollectedOnce collected;
    private final Violations violations;
    private @Nullable World world;
    private @Nullable Topology topology;
    private long looks;

    HonestAnswers(Sightings sightings, CollectedOnce collected, Violations violations) {
        this.sightings = sightings;
        this.collected = collected;
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
        if (current == null || request == null || !outcome.completeness().isWhole()) {
            return;
        }
        if (request.parameters().variant().isPulled()) {
            violations.add(NAME, now, () -> "the answer to " + request.id() + ", which is pulled, says it is whole");
            return;
        }
        BitSet who = inside(outcome);
        if (current.scenario().peers().membership() != null
                || sightings.isSeenByTwoIncarnations(number)
                || request.parameters().variant() == GossipVariant.TREE) {
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
        owed.andNot(who);
        if (owed.isEmpty() || !everybodyIsAsked(request.parameters(), who, devices, current)) {
            return;
        }
        violations.add(
                NAME,
                now,
                () -> "the answer to " + request.id() + " says it is whole and lacks "
                        + current.device(owed.nextSetBit(0)) + " and " + (owed.cardinality() - 1) + " others");
    }

    /** Whose values the initiator has. */
    private BitSet inside(GossipAction.Complete outcome) {
        return outcome.value().orElse(null) instanceof CountedDevices value
                ? value.who()
                : collected.inside(outcome.request());
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
