package org.grapevine.core.membership;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.view.UniformDraw;

/**
 * One device's part in the overlay of one segment: told an event and the time, it says what to do. It chooses the peers to which
 * messages go ({@link MembershipAction.Linked}), finds the ones that fail, and estimates how many there are.
 *
 * <p>A plain single-threaded object; real transports and the simulator drive this same class, and equal inputs give equal actions.
 */
public final class Membership {

    private final PeerEntry self;
    private final RandomGenerator random;
    private final Tally tally = new Tally();
    private final EntryCheck check;
    private final Overlay overlay;
    private final FailureDetector detector;
    private final SizeEstimate estimate;
    private boolean left;

    /**
     * Makes an engine that knows nobody yet.
     *
     * @param self the device's own entry, of age 0
     * @param rule which addresses can be those of peers
     * @param random source of every draw
     */
    public Membership(MembershipConfig config, PeerEntry self, EntryRule rule, RandomGenerator random) {
        this.self = self;
        this.random = random;
        this.check = new EntryCheck(config, self.address(), rule, random.nextLong(), tally);
        this.overlay = switch (config.kind()) {
            case HYPARVIEW -> new HyParView(config.view(), self, random, check, tally);
            case CYCLON -> new Cyclon(config.view(), self, random, check, tally);
            case FULL -> new FullMembership(config.view(), self, random, tally);
        };
        this.estimate = new SizeEstimate(config.estimate(), self.address(), overlay, random, tally);
        this.detector =
                new FailureDetector(config, self.address(), overlay, estimate::size, this::failed, random, tally);
    }

    /**
     * Decides on one event.
     *
     * @param nowMillis ms since the epoch, never going back between two calls
     * @return what is to be done now, in this order
     */
    public List<MembershipAction> handle(long nowMillis, MembershipEvent event) {
        List<MembershipAction> out = new ArrayList<>();
        if (left) {
            return out;
        }
        if (event instanceof MembershipEvent.Received received) {
            onReceived(nowMillis, received.from(), received.message(), out);
        } else if (event instanceof MembershipEvent.TimerFired fired) {
            onTimer(nowMillis, fired.timer(), out);
        } else if (event instanceof MembershipEvent.Started) {
            overlay.onStarted(nowMillis, out);
            detector.onStarted(nowMillis, out);
            estimate.onStarted(nowMillis, out);
        } else if (event instanceof MembershipEvent.Contacts contacts) {
            overlay.onContacts(nowMillis, check.contacts(contacts.peers()), out);
        } else if (event instanceof MembershipEvent.Gone gone) {
            gone(nowMillis, gone.peer(), true, out);
        } else if (event instanceof MembershipEvent.Check doubted) {
            detector.onCheck(nowMillis, doubted.peer(), out);
        } else if (event instanceof MembershipEvent.Leaving) {
            overlay.onLeaving(nowMillis, out);
            left = true;
        } else {
            throw new AssertionError("unhandled: " + event);
        }
        for (MembershipAction action : out) {
            tally.sent += action instanceof MembershipAction.Send ? 1 : 0;
        }
        return out;
    }

    private void onReceived(long now, PeerAddress from, PeerMessage message, List<MembershipAction> out) {
        tally.received++;
        PeerMessage checked = check.message(now, from, message);
        if (checked == null) {
            return;
        }
        if (checked instanceof PeerMessage.Leave) {
            gone(now, from, true, out);
        } else if (checked instanceof PeerMessage.OfView ofView) {
            overlay.onMessage(now, from, ofView, out);
        } else if (checked instanceof PeerMessage.OfHealth ofHealth) {
            if (ofHealth instanceof PeerMessage.Ping ping) {
                overlay.onLinkTold(now, from, ping.linked(), out);
            } else if (ofHealth instanceof PeerMessage.Ack ack) {
                overlay.onLinkTold(now, from, ack.linked(), out);
            }
            detector.onMessage(now, from, ofHealth, out);
        } else if (checked instanceof PeerMessage.OfSize ofSize) {
            estimate.onMessage(now, from, ofSize, out);
        }
    }

    private void onTimer(long now, MembershipTimer timer, List<MembershipAction> out) {
        if (timer instanceof MembershipTimer.OfView ofView) {
            overlay.onTimer(now, ofView, out);
        } else if (timer instanceof MembershipTimer.OfHealth ofHealth) {
            detector.onTimer(now, ofHealth, out);
        } else if (timer instanceof MembershipTimer.OfSize ofSize) {
            estimate.onTimer(now, ofSize, out);
        }
    }

    /** The detector has found a peer dead. */
    private void failed(long now, PeerAddress peer, List<MembershipAction> out) {
        tally.declaredDead++;
        gone(now, peer, false, out);
    }

    private void gone(long now, PeerAddress peer, boolean leftByItself, List<MembershipAction> out) {
        check.gone(now, peer);
        detector.onGone(peer, out);
        overlay.onGone(now, peer, leftByItself, out);
    }

    /** The device's own entry. */
    public PeerEntry self() {
        return self;
    }

    /** Peers to which messages go. */
    public List<PeerEntry> links() {
        return overlay.links();
    }

    /** Every peer in the view, links first, and how it stands. */
    public List<Standing> standings() {
        List<Standing> standings = new ArrayList<>();
        for (PeerEntry entry : overlay.entries()) {
            standings.add(new Standing(entry, overlay.isLinked(entry.address()), detector.isSuspect(entry.address())));
        }
        return standings;
    }

    /** Draws from the whole view, uniformly and without replacement. */
    public List<PeerEntry> draw(int count, Set<PeerAddress> exclude) {
        List<PeerEntry> candidates = new ArrayList<>(overlay.entries());
        candidates.removeIf(entry -> exclude.contains(entry.address()));
        return UniformDraw.of(candidates, count, random);
    }

    /** Estimated number of live devices in the segment, this one included. */
    public int size() {
        return Math.max(1 + overlay.entries().size(), estimate.size());
    }

    /** What the engine has done and holds. */
    public MembershipStats stats() {
        return new MembershipStats(
                overlay.links().size(),
                overlay.entries().size(),
                detector.suspects(),
                overlay.contacts(),
                size(),
                tally.sent,
                tally.received,
                tally.probes,
                tally.unanswered,
                tally.declaredDead,
                tally.contradicted,
                tally.dropped());
    }
}
