package org.grapevine.simulation.check;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.MessageId;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.Observer;
import org.grapevine.simulation.world.Transit;
import org.grapevine.simulation.world.World;
import org.jspecify.annotations.Nullable;

/**
 * What is asked is answered, at once: IWant with the messages, as far as they are held; a complete digest with IHave of what it
 * lacks; a request with Accept if it is new, with Decline if it came from somebody else before; a reply with its acknowledgement.
 * And a device answers for its subtree to nobody but its parent.
 */
final class Answers implements Observer {

    static final String NAME = "answers";

    /** Live messages up to which digests are looked at: each costs a look into the table for each of them. */
    private static final int MOST_LIVE = 60;

    private final Sightings sightings;
    private final Violations violations;
    private final PublishedPushes pushes = new PublishedPushes();
    private final List<Integer> live = new ArrayList<>();
    private @Nullable World world;
    private boolean overLimits;

    /** The arrival that has to be answered; null if there is none. */
    private @Nullable Transit asked;

    private long askedMicros;
    private final List<Integer> awaitedCopies = new ArrayList<>();
    private final Set<MessageId> awaitedIds = new HashSet<>();
    private @Nullable MessageId awaitedAccept;
    private @Nullable MessageId awaitedDecline;
    private @Nullable MessageId awaitedAck;

    Answers(Sightings sightings, Violations violations) {
        this.sightings = sightings;
        this.violations = violations;
    }

    @Override
    public void begins(World begun) {
        world = begun;
    }

    @Override
    public void published(long now, Device at, GossipMessage message) {
        settle();
        World current = world;
        GossipParameters parameters = message.parameters();
        if (current == null || parameters.replies() != null) {
            return;
        }
        GossipConfig config = current.scenario().config();
        long refusedAfterMillis = parameters.lifetimeMillis()
                + config.allowedClockErrorMillis()
                + 2 * current.scenario().clockErrorMillis()
                + 2_000;
        pushes.add(
                now, now + refusedAfterMillis * 1_000, message.payload().sizeBytes(), parameters.repairPeriodMillis());
        overLimits |= pushes.live() > Math.min(config.seenLimit(), config.originLimit())
                || pushes.liveBytes() > config.bufferLimitBytes();
        if (parameters.repairPeriodMillis() > 0) {
            if (live.size() > MOST_LIVE) {
                live.removeIf(each -> sightings.isOver(each, now));
            }
            live.add(sightings.number(message));
        }
    }

    @Override
    public void arrived(long now, Transit transit) {
        settle();
        World current = world;
        if (current == null) {
            return;
        }
        GossipConfig config = current.scenario().config();
        if (transit instanceof Transit.Copy copy) {
            if (copy.message().parameters().replies() != null) {
                awaitWord(now, copy, config);
            }
        } else if (transit instanceof Transit.Order order) {
            if (order.control() instanceof Control.IWant want) {
                awaitCopies(now, order, want, config);
            } else if (order.control() instanceof Control.Digest digest) {
                awaitIHave(now, order, digest, config);
            } else if (order.control() instanceof Control.Reply || order.control() instanceof Control.ReplyFault) {
                awaitAck(now, order, ((Control.AboutRequest) order.control()).request(), config);
            }
        }
    }

    private void await(long now, Transit transit) {
        asked = transit;
        askedMicros = now;
    }

    private void awaitCopies(long now, Transit transit, Control.IWant want, GossipConfig config) {
        Device holder = transit.to();
        if (overLimits
                || want.ids().size() > config.digestLimit()
                || !holder.view().knows(transit.from().address())) {
            return;
        }
        for (MessageId id : want.ids()) {
            int message = sightings.number(id);
            if (isHeld(now, message, holder)) {
                awaitedCopies.add(message);
                await(now, transit);
            }
        }
    }

    private void awaitIHave(long now, Transit transit, Control.Digest digest, GossipConfig config) {
        Device holder = transit.to();
        if (overLimits
                || live.size() > MOST_LIVE
                || live.size() > config.digestLimit()
                || !holder.view().knows(transit.from().address())) {
            return;
        }
        for (int message : live) {
            GossipMessage held = isHeld(now, message, holder) ? sightings.message(message) : null;
            if (held != null && !digest.ids().contains(held.id())) {
                awaitedIds.add(held.id());
                await(now, transit);
            }
        }
    }

    /** True if the device must be able to hand the message on. */
    private boolean isHeld(long now, int message, Device device) {
        GossipMessage published = sightings.message(message);
        int slot = sightings.find(message, device);
        return published != null
                && slot >= 0
                && sightings.deliveries(slot) > 0
                && published.parameters().repairPeriodMillis() > 0
                && device.clockMillis(now) < published.parameters().expiresAtMillis();
    }

    private void awaitWord(long now, Transit.Copy copy, GossipConfig config) {
        Device device = copy.to();
        GossipParameters parameters = copy.message().parameters();
        int message = sightings.number(copy.message());
        if (isForgotten(now, device, parameters, config)
                || parameters.originTimeMillis() > device.clockMillis(now) + config.allowedClockErrorMillis()
                || (parameters.rounds() != GossipParameters.AUTO && copy.hop().left() >= parameters.rounds())) {
            return;
        }
        int slot = sightings.find(message, device);
        if (slot < 0) {
            awaitedAccept = copy.message().id();
            await(now, copy);
        } else if (sightings.from(slot) != copy.from().index() && sightings.from(slot) != Sightings.UNKNOWN) {
            awaitedDecline = copy.message().id();
            await(now, copy);
        }
    }

    private void awaitAck(long now, Transit.Order order, MessageId request, GossipConfig config) {
        int message = sightings.number(request);
        GossipMessage published = sightings.message(message);
        int parent = sightings.find(message, order.to());
        int child = sightings.find(message, order.from());
        if (published != null
                && parent >= 0
                && child >= 0
                && sightings.from(child) == order.to().index()
                && !sightings.isSeenByTwoIncarnations(message)
                && !isForgotten(now, order.to(), published.parameters(), config)) {
            awaitedAck = request;
            await(now, order);
        }
    }

    private static boolean isForgotten(long now, Device device, GossipParameters parameters, GossipConfig config) {
        return device.clockMillis(now) >= parameters.expiresAtMillis() + config.allowedClockErrorMillis();
    }

    @Override
    public void sent(long now, Transit transit) {
        if (transit instanceof Transit.Order order) {
            if (order.control() instanceof Control.Accept
                    || order.control() instanceof Control.Reply
                    || order.control() instanceof Control.ReplyFault) {
                checkParent(now, order, ((Control.AboutRequest) order.control()).request());
            }
        }
        Transit question = asked;
        if (question == null || transit.from() != question.to() || transit.to() != question.from()) {
            return;
        }
        if (transit instanceof Transit.Copy copy) {
            awaitedCopies.remove((Integer) sightings.number(copy.message()));
        } else if (transit instanceof Transit.Order order) {
            Control control = order.control();
            if (control instanceof Control.IHave iHave) {
                awaitedIds.removeAll(iHave.ids());
            } else if (control instanceof Control.Accept accept
                    && accept.request().equals(awaitedAccept)) {
                awaitedAccept = null;
            } else if (control instanceof Control.ReplyFault fault
                    && fault.request().equals(awaitedAccept)) {
                awaitedAccept = null; // Too many requests: it says so.
            } else if (control instanceof Control.Decline decline
                    && decline.request().equals(awaitedDecline)) {
                awaitedDecline = null;
            } else if (control instanceof Control.ReplyAck ack && ack.request().equals(awaitedAck)) {
                awaitedAck = null;
            }
        }
    }

    private void checkParent(long now, Transit.Order order, MessageId request) {
        int slot = sightings.find(sightings.number(request), order.from());
        if (slot >= 0
                && sightings.from(slot) != Sightings.UNKNOWN
                && sightings.from(slot) != order.to().index()) {
            violations.add(
                    NAME, now, () -> order.from() + " sends " + order.to() + ", not its parent, " + order.control());
        }
    }

    @Override
    public void glance(long now, World current) {
        settle();
    }

    @Override
    public void ended(long now, World ended) {
        settle();
    }

    /** What has not been answered by now never will be. */
    private void settle() {
        Transit question = asked;
        if (question == null) {
            return;
        }
        asked = null;
        if (!awaitedCopies.isEmpty()) {
            missing(question, "copies of what was asked for");
        }
        if (!awaitedIds.isEmpty()) {
            missing(question, "IHave of what the digest lacks");
        }
        if (awaitedAccept != null) {
            missing(question, "Accept");
        }
        if (awaitedDecline != null) {
            missing(question, "Decline");
        }
        if (awaitedAck != null) {
            missing(question, "ReplyAck");
        }
        awaitedCopies.clear();
        awaitedIds.clear();
        awaitedAccept = null;
        awaitedDecline = null;
        awaitedAck = null;
    }

    private void missing(Transit question, String answer) {
        violations.add(
                NAME,
                askedMicros,
                () -> question.to() + " does not answer the " + question.kind() + " of " + question.from() + " with "
                        + answer);
    }
}
