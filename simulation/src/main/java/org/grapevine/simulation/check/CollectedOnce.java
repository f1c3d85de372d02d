package org.grapevine.simulation.check;

import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.ReplyMode;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.core.message.Sample;
import org.grapevine.simulation.world.CountedDevices;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.Observer;
import org.grapevine.simulation.world.World;
import org.jspecify.annotations.Nullable;

/**
 * What is collected comes to the initiator of a request that collects, while it is under way, each device's value once and as the
 * device gave it; and the end counts as many as have come.
 *
 * <p>As with {@link CountedOnce}, the promise ends where a device restarts and is asked again by a late copy.
 */
final class CollectedOnce implements Observer {

    static final String NAME = "collected-once";

    private final Sightings sightings;
    private final Violations violations;
    private final Map<MessageId, BitSet> inside = new HashMap<>();
    private final Set<MessageId> over = new HashSet<>();
    private @Nullable World world;

    CollectedOnce(Sightings sightings, Violations violations) {
        this.sightings = sightings;
        this.violations = violations;
    }

    /** The devices whose values have come so far; whoever asks must not change it. */
    BitSet inside(MessageId request) {
        return inside.computeIfAbsent(request, id -> new BitSet());
    }

    @Override
    public void begins(World begun) {
        world = begun;
    }

    @Override
    public void collected(long now, Device initiator, GossipAction.Collected values) {
        World current = world;
        MessageId id = values.request();
        int number = sightings.number(id);
        GossipMessage request = sightings.message(number);
        if (current == null) {
            return;
        }
        if (request == null
                || !isCollected(request)
                || !request.origin().equals(initiator.address())
                || over.contains(id)) {
            violations.add(NAME, now, () -> initiator + " collects for " + id + ", which it does not ask for now");
            return;
        }
        BitSet known = inside(id);
        for (Sample sample : values.samples()) {
            int device = current.device(sample.device()).index();
            if (known.get(device) && !sightings.isSeenByTwoIncarnations(number)) {
                violations.add(NAME, now, () -> initiator + " collects " + sample.device() + " twice for " + id);
            }
            known.set(device);
            if (!(sample.value() instanceof CountedDevices value)
                    || value.who().cardinality() != 1
                    || !value.who().get(device)
                    || value.sum() != CountedDevices.valueOf(device)) {
                violations.add(NAME, now, () -> initiator + " collects " + sample.value() + " of " + sample.device());
            }
        }
    }

    private static boolean isCollected(GossipMessage request) {
        ReplyTerms terms = request.parameters().replies();
        return terms != null && terms.mode() == ReplyMode.COLLECT;
    }

    @Override
    public void completed(long now, Device initiator, GossipAction.Complete outcome) {
        MessageId id = outcome.request();
        over.add(id);
        int number = sightings.number(id);
        GossipMessage request = sightings.message(number);
        if (request == null || !isCollected(request)) {
            return;
        }
        int come = inside(id).cardinality();
        int counted = outcome.completeness().counted();
        if (outcome.value().isPresent()) {
            violations.add(NAME, now, () -> id + " ends with a value beside what was collected");
        }
        if (counted != come && !sightings.isSeenByTwoIncarnations(number)) {
            violations.add(NAME, now, () -> id + " counts " + counted + ", collected " + come);
        }
    }

    @Override
    public void failed(long now, Device initiator, GossipAction.Fail outcome) {
        over.add(outcome.request());
    }
}
