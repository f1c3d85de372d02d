package org.grapevine.core.membership;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.Predicate;
import org.grapevine.core.message.PeerAddress;
import org.jspecify.annotations.Nullable;

/**
 * Who is under suspicion, what is believed of peers, and what of it is passed on (SWIM, sections 4.1 and 4.2).
 *
 * <p>What others say of a peer is never enough to take it out: a Suspect or Dead from outside is a reason to look, and makes the time
 * shorter for a peer that does not answer this device either. Rumours about strangers go no further.
 */
final class Suspects {

    /** How far ahead of this device's clock an incarnation may be; a contradiction twice as far, since it must be above what it answers. */
    static final long FUTURE_MILLIS = 86_400_000;

    /** As often in succession a peer that does not answer this device is believed alive since others say so. */
    static final int WORD_OF_OTHERS = 6;

    /** Suspects that are pinged in one period. */
    static final int PINGED = 5;

    /** A message with more rumours has none that are listened to. */
    static final int RUMOURS = 32;

    private final MembershipConfig.Detection detection;
    private final PeerAddress self;
    private final Overlay overlay;
    private final IntSupplier size;
    private final FailureDetector.Failed failed;
    private final ProbeOrder order;
    private final LocalHealth health;
    private final Rumours rumours;
    private final Tally tally;
    private final Map<PeerAddress, Suspicion> suspicions = new LinkedHashMap<>(0);
    /** Peers for which helpers had to answer, and how often since their own last answer. */
    private final Map<PeerAddress, Integer> spokenFor = new HashMap<>(0);
    /** Suspects of which others said that they contradict, and how often since their own last answer. */
    private final Map<PeerAddress, Integer> saidAlive = new HashMap<>(0);

    private long incarnation;
    private long worseAgainAt;

    Suspects(
            MembershipConfig.Detection detection,
            PeerAddress self,
            Overlay overlay,
            IntSupplier size,
            FailureDetector.Failed failed,
            ProbeOrder order,
            LocalHealth health,
            Tally tally) {
        this.detection = detection;
        this.self = self;
        this.overlay = overlay;
        this.size = size;
        this.failed = failed;
        this.order = order;
        this.health = health;
        this.rumours = new Rumours(detection.rumours(), tally);
        this.tally = tally;
    }

    void onStarted(long now) {
        incarnation = Math.max(0, now);
        rumours.tell(alive());
    }

    boolean contains(PeerAddress peer) {
        return suspicions.containsKey(peer);
    }

    int size() {
        return suspicions.size();
    }

    /** The peer is out of every view. */
    void remove(PeerAddress peer) {
        suspicions.remove(peer);
        spokenFor.remove(peer);
        saidAlive.remove(peer);
    }

    /** A new period begins. */
    void onPeriod() {
        spokenFor.keySet().removeIf(peer -> !overlay.knows(peer));
        saidAlive.keySet().removeIf(peer -> !overlay.knows(peer));
    }

    /** What a peer is accused of, so that it can contradict (Lifeguard's buddy system). */
    @Nullable
    Rumour accusation(PeerAddress peer) {
        Rumour believed = rumours.known(peer);
        Suspicion suspicion = suspicions.get(peer);
        if (suspicion != null) {
            return new Rumour(peer, Rumour.State.SUSPECT, suspicion.incarnation(), self);
        }
        return believed != null && believed.state() == Rumour.State.DEAD ? believed : null;
    }

    /** Suspects get a chance to contradict, some in each period, beside their places in the order. */
    List<PeerAddress> next(Predicate<PeerAddress> skip) {
        List<PeerAddress> next =
                suspicions.keySet().stream().filter(skip.negate()).limit(PINGED).toList();
        for (PeerAddress suspect : next) {
            Suspicion moved = suspicions.remove(suspect);
            if (moved != null) {
                suspicions.put(suspect, moved);
            }
        }
        return next;
    }

    // Answers

    /** The peer itself has answered. */
    void answered(PeerAddress peer) {
        spokenFor.remove(peer);
        saidAlive.remove(peer);
        contradicted(peer);
    }

    /**
     * Another device says that the peer has answered it.
     *
     * @return true if that counts
     */
    boolean spokenFor(PeerAddress peer) {
        boolean believed = isBelieved(spokenFor, peer);
        if (believed) {
            contradicted(peer);
        }
        return believed;
    }

    /** Others can speak for a peer, but not for ever: messages to it do not arrive, whoever else hears from it. */
    private static boolean isBelieved(Map<PeerAddress, Integer> words, PeerAddress peer) {
        return words.merge(peer, 1, Integer::sum) <= WORD_OF_OTHERS;
    }

    private void contradicted(PeerAddress suspect) {
        if (suspicions.remove(suspect) != null) {
            tally.contradicted++;
            rumours.withdraw(suspect);
            Rumour believed = rumours.known(suspect);
            if (believed != null && believed.state() == Rumour.State.ALIVE) {
                rumours.tell(believed);
            }
        }
    }

    // Suspicion

    /**
     * A link has given no answer, direct or indirect.
     *
     * @param inVain who has pinged it in vain too
     */
    void unanswered(long now, PeerAddress peer, Collection<PeerAddress> inVain, List<MembershipAction> out) {
        if (detection.suspicion() == 0) {
            dead(now, peer, out);
            return;
        }
        Suspicion suspicion = suspect(now, peer, rumours.incarnation(peer), self, out);
        accuse(now, peer, suspicion, self, out);
        for (PeerAddress helper : inVain) {
            accuse(now, peer, suspicion, helper, out);
        }
        suspicion.askedInVain();
        if (suspicion.isCertain()) {
            dead(now, peer, out);
        }
    }

    private Suspicion suspect(
            long now, PeerAddress peer, long accused, PeerAddress accuser, List<MembershipAction> out) {
        Suspicion suspicion = suspicions.get(peer);
        if (suspicion == null) {
            suspicion = new Suspicion(now, accused, accuser, !accuser.equals(self), detection, devices());
            suspicions.put(peer, suspicion);
            Rumour rumour = new Rumour(peer, Rumour.State.SUSPECT, accused, accuser);
            if (rumours.isNew(rumour)) {
                rumours.learn(rumour);
            }
            rumours.tell(rumour);
            schedule(now, peer, suspicion, out);
        }
        return suspicion;
    }

    private void accuse(
            long now, PeerAddress peer, Suspicion suspicion, PeerAddress accuser, List<MembershipAction> out) {
        if (suspicion.accused(accuser)) {
            rumours.tell(new Rumour(peer, Rumour.State.SUSPECT, suspicion.incarnation(), accuser));
            schedule(now, peer, suspicion, out);
        }
    }

    private static void schedule(long now, PeerAddress peer, Suspicion suspicion, List<MembershipAction> out) {
        long delay = Math.max(1, suspicion.deadline() - now);
        out.add(new MembershipAction.Schedule(delay, new MembershipTimer.SuspicionDue(peer)));
    }

    /** Perhaps its time is over. */
    void onDue(long now, PeerAddress peer, List<MembershipAction> out) {
        Suspicion suspicion = suspicions.get(peer);
        if (suspicion == null || now < suspicion.deadline()) {
            return;
        }
        if (now - suspicion.deadline() > detection.pingMillis()
                && suspicion.forgiven(now, 2 * detection.probeMillis())) {
            health.worse();
            order.doubt(peer);
            schedule(now, peer, suspicion, out);
        } else if (!overlay.knows(peer)) {
            suspicions.remove(peer);
        } else if (suspicion.isHearsay()) {
            out.add(new MembershipAction.Schedule(detection.probeMillis(), new MembershipTimer.SuspicionDue(peer)));
        } else {
            dead(now, peer, out);
        }
    }

    private void dead(long now, PeerAddress peer, List<MembershipAction> out) {
        Rumour rumour = new Rumour(peer, Rumour.State.DEAD, rumours.incarnation(peer), self);
        rumours.learn(rumour);
        rumours.tell(rumour);
        suspicions.remove(peer);
        failed.failed(now, peer, out);
    }

    // Rumours

    /** What this device says of itself. */
    Rumour alive() {
        return new Rumour(self, Rumour.State.ALIVE, incarnation, self);
    }

    /**
     * Rumours for one message.
     *
     * @param first one that must be among them; null for none
     */
    List<Rumour> told(@Nullable Rumour first, int most) {
        return rumours.forMessage(first, most, this::devices);
    }

    private int devices() {
        return Math.max(size.getAsInt(), 1 + overlay.entries().size());
    }

    /** Listens to others. @return true if they accuse this device */
    boolean onRumours(long now, List<Rumour> heard, List<MembershipAction> out) {
        if (heard.size() > RUMOURS) {
            tally.drop(MembershipDrop.TOO_MANY_ENTRIES);
            return false;
        }
        boolean accused = false;
        for (Rumour rumour : heard) {
            long future = rumour.state() == Rumour.State.ALIVE ? 2 * FUTURE_MILLIS : FUTURE_MILLIS;
            if (rumour.incarnation() > now + future) {
                tally.drop(MembershipDrop.WRONG_TIME);
            } else if (rumour.about().equals(self)) {
                accused |= onRumourAboutSelf(now, rumour);
            } else if (overlay.knows(rumour.about()) || rumours.known(rumour.about()) != null) {
                onRumour(now, rumour, out);
            }
        }
        return accused;
    }

    private boolean onRumourAboutSelf(long now, Rumour rumour) {
        if (rumour.state() == Rumour.State.ALIVE) {
            // From before a restart with a clock that was ahead.
            incarnation = Math.max(incarnation, rumour.incarnation());
            return false;
        }
        if (rumour.incarnation() >= incarnation) {
            incarnation = Math.max(now, rumour.incarnation() + 1);
            if (now >= worseAgainAt) {
                // Not more often, lest a liar slows this device down.
                worseAgainAt = now + 4 * detection.probeMillis();
                health.worse();
            }
        }
        rumours.tell(alive());
        return true;
    }

    private void onRumour(long now, Rumour heard, List<MembershipAction> out) {
        PeerAddress about = heard.about();
        // Who never heard of the peer's incarnation means the present one.
        Rumour rumour = heard.incarnation() > 0
                ? heard
                : new Rumour(about, heard.state(), rumours.incarnation(about), heard.from());
        if (rumour.state() == Rumour.State.ALIVE) {
            onAlive(rumour);
            return;
        }
        if (rumour.from().equals(self) || rumour.from().equals(about)) {
            return;
        }
        Suspicion suspicion = suspicions.get(about);
        boolean isNew = rumours.isNew(rumour);
        if (!overlay.isLinked(about) || detection.suspicion() == 0) {
            if (isNew && overlay.knows(about)) {
                rumours.learn(rumour);
                doubt(about);
            }
            return;
        }
        if (suspicion == null && isNew) {
            rumours.learn(rumour);
            doubt(about);
            suspicion = suspect(now, about, rumour.incarnation(), rumour.from(), out);
        } else if (suspicion == null || rumour.incarnation() < suspicion.incarnation()) {
            return;
        } else {
            accuse(now, about, suspicion, rumour.from(), out);
        }
        if (rumour.state() == Rumour.State.DEAD) {
            boolean shorter = suspicion.confirmed();
            if (suspicion.isCertain()) {
                dead(now, about, out);
            } else if (shorter) {
                schedule(now, about, suspicion, out);
            }
        }
    }

    private void doubt(PeerAddress peer) {
        if (!order.doubt(peer)) {
            tally.drop(MembershipDrop.TABLE_FULL);
        }
    }

    private void onAlive(Rumour rumour) {
        Rumour believed = rumours.known(rumour.about());
        if (!rumours.isNew(rumour)) {
            return;
        }
        boolean contradicts = believed != null && believed.state() != Rumour.State.ALIVE;
        if (suspicions.containsKey(rumour.about()) && !isBelieved(saidAlive, rumour.about())) {
            return;
        }
        rumours.learn(rumour);
        contradicted(rumour.about());
        if (contradicts) {
            rumours.tell(rumour);
        }
    }
}
