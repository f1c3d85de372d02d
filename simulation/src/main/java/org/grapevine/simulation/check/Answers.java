package org.grapevine.simulation.check;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
 * What is asked is answered, at once: IWant with the messages, as far as they are held; a complete digest with IHave of what it
 * lacks; a pull with what it lacks, or its id if it is lazy; what is offered and lacking by IWant, unless it is on its way along a
 * tree; a request with Accept if it is new, with Decline if it came from somebody else before; a reply with its acknowledgement.
 * And a device answers for its subtree to nobody but its parent.
 */
final class Answers implements Observer {

    static final String NAME = "answers";

    /** Live messages up to which digests are looked at: each costs a look into the table for each of them. */
    private static final int MOST_LIVE = 60;

    /** Pairs of messages and devices remembered for having been asked for. */
    private static final int MOST_WANTED = 1_000_000;

    /** An answer to a pull brings no more. */
    private static final long ANSWER_BYTES = 64 << 10;

    private final Sightings sightings;
    private final Violations violations;
    private final PublishedPushes pushes = new PublishedPushes();
    private final List<Integer> live = new ArrayList<>();
    /** Messages by devices that have asked for them: nobody asks twice at once. */
    private final Set<Long> wanted = new HashSet<>();

    private @Nullable World world;
    private boolean overLimits;

    /** The arrival that has to be answered; null if there is none. */
    private @Nullable Transit asked;

    private long askedMicros;
    private final List<Integer> awaitedCopies = new ArrayList<>();
    private final Set<MessageId> awaitedIds = new HashSet<>();
    private final Set<MessageId> awaitedWants = new HashSet<>();
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
        if (parameters.repairPeriodMillis() > 0 || parameters.variant().isPulled()) {
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
                awaitWants(now, order, digest.ids(), digest.segment(), config);
            } else if (order.control() instanceof Control.PullRequest pull) {
                awaitPulled(now, order, pull, config);
                awaitWants(now, order, pull.offered(), pull.segment(), config);
            } else if (order.control() instanceof Control.IHave iHave && !iHave.spare()) {
                awaitWants(now, order, iHave.ids(), iHave.segment(), config);
            } else if (isAnswerOfSubtree(order.control())) {
                awaitAck(now, order, ((Control.AboutRequest) order.control()).request(), config);
            }
        }
    }

    /** What only a parent is told, and acknowledges. */
    private static boolean isAnswerOfSubtree(Control control) {
        return control instanceof Control.Reply
                || control instanceof Control.ReplyFault
                || control instanceof Control.Samples;
    }

    private void await(long now, Transit transit) {
        asked = transit;
        askedMicros = now;
    }

    private void awaitCopies(long now, Transit transit, Control.IWant want, GossipConfig config) {
        Device holder = transit.to();
        if (overLimits || !isHeard(transit, want.segment(), want.ids().size(), config)) {
            return;
        }
        for (MessageId id : want.ids()) {
            int message = sightings.number(id);
            if (!sightings.isRequest(message) && isHeld(now, message, holder)) {
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
                || !isHeard(transit, digest.segment(), digest.ids().size(), config)) {
            return;
        }
        for (int message : live) {
            GossipMessage held = isHeld(now, message, holder) ? sightings.message(message) : null;
            if (held != null
                    && !held.parameters().variant().isPulled()
                    && held.parameters().repairPeriodMillis() > 0
                    && digest.slice().contains(held.id())
                    && !digest.ids().contains(held.id())) {
                awaitedIds.add(held.id());
                await(now, transit);
            }
        }
    }

    /** True if a device listens to what its peer says about a segment. */
    private static boolean isHeard(Transit transit, Segment segment, int ids, GossipConfig config) {
        return ids <= config.digestLimit()
                && transit.to().view().knows(segment, transit.from().address());
    }

    private void awaitPulled(long now, Transit transit, Control.PullRequest pull, GossipConfig config) {
        Device holder = transit.to();
        if (overLimits
                || live.size() > MOST_LIVE
                || live.size() > config.digestLimit()
                || pushes.liveBytes() > ANSWER_BYTES
                || !isHeard(
                        transit,
                        pull.segment(),
                        Math.max(pull.has().size(), pull.offered().size()),
                        config)) {
            return;
        }
        for (int message : live) {
            GossipMessage held = isHeld(now, message, holder) ? sightings.message(message) : null;
            if (held == null
                    || !held.parameters().variant().isPulled()
                    || !pull.slice().contains(held.id())
                    || pull.has().contains(held.id())
                    || held.origin().equals(transit.from().address())) {
                continue;
            }
            await(now, transit);
            if (held.parameters().variant() == GossipVariant.LAZY_PULL) {
                awaitedIds.add(held.id());
            } else {
                awaitedCopies.add(message);
            }
        }
    }

    /** What is offered for the first time to a device that has not got it is asked for at once, or, a request, declined. */
    private void awaitWants(
            long now, Transit.Order order, List<MessageId> offered, Segment segment, GossipConfig config) {
        Device device = order.to();
        // One peer is asked for a quarter of all that may be asked for.
        boolean tooMany = overLimits || pushes.live() > config.seenLimit() / 4 || wanted.size() > MOST_WANTED;
        if (tooMany || !isHeard(order, segment, offered.size(), config)) {
            return;
        }
        for (MessageId id : offered) {
            int message = sightings.number(id);
            GossipMessage published = sightings.message(message);
            if (published != null
                    && published.parameters().replies() == null
                    && device.clockMillis(now) < published.parameters().expiresAtMillis()
                    && !device.refusesMessages()
                    && sightings.find(message, device) < 0
                    && !published.origin().equals(device.address())
                    && published.parameters().order() == null
                    && wanted.add(key(message, device))) {
                awaitedWants.add(id);
                await(now, order);
            }
        }
    }

    private static long key(int message, Device device) {
        return (long) message << 32 | device.index();
    }

    /** True if the device must be able to hand the message on. */
    private boolean isHeld(long now, int message, Device device) {
        GossipMessage published = sightings.message(message);
        int slot = sightings.find(message, device);
        return published != null
                && slot >= 0
                && sightings.deliveries(slot) > 0
                && isKept(published.parameters())
                && device.clockMillis(now) < published.parameters().expiresAtMillis();
    }

    /** A push that nobody repairs is sent once and then forgotten. */
    private static boolean isKept(GossipParameters parameters) {
        return parameters.repairPeriodMillis() > 0
                || (parameters.variant() != GossipVariant.EAGER_PUSH
                        && parameters.variant() != GossipVariant.MULTICAST);
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
            if (order.control() instanceof Control.Accept || isAnswerOfSubtree(order.control())) {
                checkParent(now, order, ((Control.AboutRequest) order.control()).request());
            }
        }
        if (transit instanceof Transit.Order order && order.control() instanceof Control.IWant want) {
            for (MessageId id : want.ids()) {
                wanted.add(key(sightings.number(id), order.from()));
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
            } else if (control instanceof Control.IWant want) {
                want.ids().forEach(awaitedWants::remove);
            } else if (control instanceof Control.Accept accept
                    && accept.request().equals(awaitedAccept)) {
                awaitedAccept = null;
            } else if (control instanceof Control.ReplyFault fault
                    && fault.request().equals(awaitedAccept)) {
                awaitedAccept = null; // Too many requests: it says so.
            } else if (control instanceof Control.Decline decline
                    && decline.request().equals(awaitedDecline)) {
                awaitedDecline = null;
            } else if ((control instanceof Control.ReplyAck || control instanceof Control.SamplesAck)
                    && ((Control.AboutRequest) control).request().equals(awaitedAck)) {
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
            missing(question, "IHave of what it lacks");
        }
        if (!awaitedWants.isEmpty()) {
            missing(question, "IWant");
        }
        if (awaitedAccept != null) {
            missing(question, "Accept");
        }
        if (awaitedDecline != null) {
            missing(question, "Decline");
        }
        if (awaitedAck != null) {
            missing(question, "an acknowledgement");
        }
        awaitedCopies.clear();
        awaitedIds.clear();
        awaitedWants.clear();
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
