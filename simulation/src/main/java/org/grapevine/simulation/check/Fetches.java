package org.grapevine.simulation.check;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.grapevine.core.engine.DropReason;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.Segment;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.Observer;
import org.grapevine.simulation.world.Transit;
import org.grapevine.simulation.world.World;
import org.jspecify.annotations.Nullable;

/**
 * Devices speak of ids as they hold them: they tell and offer only what they have seen, ask only for what they lack, and speak to
 * known peers only: what a stranger says leads to nothing. And who brings a device its first message along a tree becomes its
 * branch, and is not pruned for it, as long as there is room for it.
 */
final class Fetches implements Observer {

    static final String NAME = "fetches";

    /** Devices looked at for their first message along a tree. */
    private static final int MOST_SHAPED = 100_000;

    private final Sightings sightings;
    private final Violations violations;
    private final PublishedPushes pushes = new PublishedPushes();
    private @Nullable World world;
    private boolean overLimits;

    /** Who has got anything along a tree. */
    private record Shaped(int device, int incarnation, Segment segment) {}

    private final Set<Shaped> shaped = new HashSet<>();
    private boolean firstAlongTree;

    Fetches(Sightings sightings, Violations violations) {
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
        if (current == null) {
            return;
        }
        GossipParameters parameters = message.parameters();
        GossipConfig config = current.scenario().config();
        long rememberedMillis = parameters.lifetimeMillis()
                + config.allowedClockErrorMillis()
                + 2 * current.scenario().clockErrorMillis()
                + 2_000;
        pushes.add(now, now + rememberedMillis * 1_000, message.payload().sizeBytes(), parameters.repairPeriodMillis());
        overLimits |= pushes.live() > Math.min(config.seenLimit(), config.originLimit());
    }

    @Override
    public void arrived(long now, Transit transit) {
        firstAlongTree = transit instanceof Transit.Copy copy
                && copy.message().parameters().variant() == GossipVariant.TREE
                && shaped.size() < MOST_SHAPED
                && shaped.add(new Shaped(
                        transit.to().index(),
                        transit.to().incarnation(),
                        copy.hop().segment()));
    }

    @Override
    public void sent(long now, Transit transit) {
        Device from = transit.from();
        if (transit instanceof Transit.Order order && order.control() instanceof Control.InSegment control) {
            if (control instanceof Control.Digest digest) {
                checkSeen(now, from, digest.ids(), "tells of");
            } else if (control instanceof Control.IHave iHave) {
                checkSeen(now, from, iHave.ids(), "advertises");
            } else if (control instanceof Control.PullRequest pull) {
                checkSeen(now, from, pull.has(), "tells of");
                checkSeen(now, from, pull.offered(), "offers");
            } else if (control instanceof Control.IWant want) {
                checkLacking(now, from, want.ids());
            } else if (control instanceof Control.Prune) {
                checkPrune(now, order);
            }
        }
        checkKnown(now, transit);
    }

    private void checkSeen(long now, Device device, List<MessageId> ids, String how) {
        for (MessageId id : ids) {
            int message = sightings.number(id);
            if (sightings.find(message, device) < 0 && !sightings.isOver(message, now) && !isOrdered(message)) {
                violations.add(NAME, now, () -> device + " " + how + " " + id + ", which it has not seen");
            }
        }
    }

    /** A message that is held back for its order is known before anything shows it. */
    private boolean isOrdered(int message) {
        GossipMessage published = sightings.message(message);
        return published != null && published.parameters().order() != null;
    }

    private void checkLacking(long now, Device device, List<MessageId> ids) {
        for (MessageId id : ids) {
            int message = sightings.number(id);
            int slot = sightings.find(message, device);
            if (slot >= 0 && sightings.deliveries(slot) > 0 && isRemembered(now, message, device)) {
                violations.add(NAME, now, () -> device + " asks for " + id + ", which it has");
            }
        }
    }

    private boolean isRemembered(long now, int message, Device device) {
        World current = world;
        GossipMessage published = sightings.message(message);
        return current != null
                && published != null
                && !overLimits
                && device.clockMillis(now)
                        < published.parameters().expiresAtMillis()
                                + current.scenario().config().allowedClockErrorMillis();
    }

    private void checkPrune(long now, Transit.Order prune) {
        if (prune.from().stats().dropped().getOrDefault(DropReason.TOO_MANY_LINKS, 0L) > 0) {
            return; // It has no room for a further branch, and says so.
        }
        if (firstAlongTree
                && sightings.arrival(now, prune.from()) instanceof Transit.Copy copy
                && copy.from() == prune.to()
                && sightings.isFirstSight(now, sightings.number(copy.message()), prune.from())) {
            violations.add(
                    NAME,
                    now,
                    () -> prune.from() + " prunes " + prune.to() + ", which brought "
                            + copy.message().id() + " first");
        }
    }

    private void checkKnown(long now, Transit answer) {
        boolean isCheck = answer instanceof Transit.Peering; // Whether a stranger is there at all.
        if (!isCheck
                && sightings.arrival(now, answer.from()) instanceof Transit.Order question
                && question.control() instanceof Control.InSegment
                && question.from() == answer.to()
                && !answer.from().view().knows(answer.to().address())) {
            violations.add(
                    NAME,
                    now,
                    () -> answer.from() + " answers the " + question.kind() + " of " + answer.to()
                            + ", whom it does not know, with a " + answer.kind());
        }
    }
}
