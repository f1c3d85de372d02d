package org.grapevine.core.membership;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;
import org.grapevine.core.message.PeerAddress;
import org.jspecify.annotations.Nullable;

/**
 * Pings peers in turn, and finds the ones that are dead (SWIM; Das, Gupta, Motivala 2002, with Lifeguard; Dadgar, Phillips, Currey 2018).
 *
 * <p>A link that answers neither this device nor others that ping it becomes a suspect, which is pinged in every period and has some time
 * to contradict; an entry of the view that is no link is taken out at once. What others say of a peer is never enough to take it out: a
 * Suspect or Dead from outside is a reason to look, and makes the time shorter for a peer that does not answer this device either.
 */
final class FailureDetector {

    /** How far ahead of this device's clock an incarnation may be; a contradiction twice as far, since it must be above what it answers. */
    static final long FUTURE_MILLIS = 86_400_000;

    /** As often in succession a peer that does not answer this device is believed alive since others say so. */
    static final int WORD_OF_OTHERS = 6;

    /** A message with more rumours is refused. */
    static final int RUMOURS = 32;

    /** Told of a peer that is dead. */
    @FunctionalInterface
    interface Failed {
        void failed(long now, PeerAddress peer, List<MembershipAction> out);
    }

    private final MembershipConfig.Detection detection;
    private final PeerAddress self;
    private final Overlay overlay;
    private final IntSupplier size;
    private final Failed failed;
    private final RandomGenerator random;
    private final Tally tally;
    private final LocalHealth health;
    private final ProbeOrder order;
    private final Rumours rumours;
    private final PingRelay relay;
    private final Acquaintances acquaintances;

    /** One peer that is being pinged. */
    private static final class Probe {
        private final PeerAddress target;
        private final boolean stranger;
        private final boolean again;
        private final Set<PeerAddress> helpers = new LinkedHashSet<>(0);
        private final Set<PeerAddress> inVain = new LinkedHashSet<>(0);
        private long dueAt;

        private Probe(PeerAddress target, boolean stranger, boolean again) {
            this.target = target;
            this.stranger = stranger;
            this.again = again;
        }
    }

    private final Map<Long, Probe> probes = new LinkedHashMap<>(0);
    private final Map<PeerAddress, Suspicion> suspicions = new LinkedHashMap<>(0);
    /** Peers that others had to speak for, and how often since their own last answer. */
    private final Map<PeerAddress, Integer> spokenFor = new HashMap<>(0);

    private long incarnation;
    private long worseAgainAt;

    FailureDetector(
            MembershipConfig config,
            PeerAddress self,
            Overlay overlay,
            IntSupplier size,
            Failed failed,
            RandomGenerator random,
            Tally tally) {
        this.detection = config.detection();
        this.self = self;
        this.overlay = overlay;
        this.size = size;
        this.failed = failed;
        this.random = random;
        this.tally = tally;
        this.health = new LocalHealth(detection.healthLimit());
        this.order = new ProbeOrder(config, overlay, random);
        this.rumours = new Rumours(detection.rumours(), tally);
        this.relay = new PingRelay(detection, random, tally);
        this.acquaintances = new Acquaintances(tally);
    }

    void onStarted(long now, List<MembershipAction> out) {
        incarnation = Math.max(0, now);
        if (detection.probeMillis() > 0) {
            rumours.tell(alive());
            out.add(new MembershipAction.Schedule(
                    random.nextLong(detection.probeMillis()) + 1, new MembershipTimer.Probe()));
        }
    }

    void onMessage(long now, PeerAddress from, PeerMessage.OfHealth message, List<MembershipAction> out) {
        if (message instanceof PeerMessage.Ping ping) {
            onPing(now, from, ping, out);
        } else if (message instanceof PeerMessage.Ack ack) {
            onAck(now, from, ack, out);
        } else if (message instanceof PeerMessage.PingRequest request) {
            onPingRequest(now, from, request, out);
        } else if (message instanceof PeerMessage.Nack nack) {
            onNack(from, nack);
        }
    }

    void onTimer(long now, MembershipTimer.OfHealth timer, List<MembershipAction> out) {
        if (timer instanceof MembershipTimer.Probe) {
            onPeriod(now, out);
        } else if (timer instanceof MembershipTimer.PingDue due) {
            if (!relay.onDue(due.number(), out)) {
                onNoDirectAnswer(due.number(), out);
            }
        } else if (timer instanceof MembershipTimer.ProbeDue due) {
            onNoAnswer(now, due.number(), out);
        } else if (timer instanceof MembershipTimer.SuspicionDue due) {
            onSuspicionDue(now, due.suspect(), out);
        }
    }

    // Asking

    private void onPeriod(long now, List<MembershipAction> out) {
        acquaintances.forgetOld(now, out);
        spokenFor.keySet().removeIf(peer -> !overlay.knows(peer));
        PeerAddress link = order.nextLink(this::isProbed);
        if (link != null) {
            probe(now, link, false, false, out);
        }
        PeerAddress suspect = nextSuspect();
        if (suspect != null) {
            probe(now, suspect, false, false, out);
        }
        for (PeerAddress entry : order.nextEntries(this::isProbed)) {
            probe(now, entry, false, false, out);
        }
        // After the timers of the probes, so that their verdict comes before the next turn.
        out.add(new MembershipAction.Schedule(periodMillis(), new MembershipTimer.Probe()));
    }

    /** Each suspect gets a chance to contradict, in turn, beside its place in the order. */
    private @Nullable PeerAddress nextSuspect() {
        for (PeerAddress suspect : suspicions.keySet()) {
            if (!isProbed(suspect)) {
                Suspicion last = suspicions.remove(suspect);
                suspicions.put(suspect, last);
                return suspect;
            }
        }
        return null;
    }

    private boolean isProbed(PeerAddress peer) {
        for (Probe probe : probes.values()) {
            if (probe.target.equals(peer)) {
                return true;
            }
        }
        return false;
    }

    private void probe(long now, PeerAddress target, boolean stranger, boolean again, List<MembershipAction> out) {
        // Unknown to everybody else: an answer can only come from who was asked.
        long number = random.nextLong() & Long.MAX_VALUE;
        Probe probe = new Probe(target, stranger, again);
        probe.dueAt = now + periodMillis();
        probes.put(number, probe);
        tally.probes++;
        List<Rumour> told = stranger ? List.of() : told(accusation(target), detection.rumoursPerMessage());
        out.add(new MembershipAction.Send(target, new PeerMessage.Ping(number, overlay.isLinked(target), told)));
        if (!stranger && detection.indirect() > 0) {
            out.add(new MembershipAction.Schedule(
                    detection.pingMillis() * health.multiplier(), new MembershipTimer.PingDue(number)));
        }
        out.add(new MembershipAction.Schedule(probe.dueAt - now, new MembershipTimer.ProbeDue(number)));
    }

    /** What a peer is accused of, so that it can contradict (Lifeguard's buddy system). */
    private @Nullable Rumour accusation(PeerAddress peer) {
        Rumour believed = rumours.known(peer);
        Suspicion suspicion = suspicions.get(peer);
        if (suspicion != null) {
            return new Rumour(peer, Rumour.State.SUSPECT, suspicion.incarnation(), self);
        }
        return believed != null && believed.state() == Rumour.State.DEAD ? believed : null;
    }

    private void onNoDirectAnswer(long number, List<MembershipAction> out) {
        Probe probe = probes.get(number);
        if (probe == null || probe.stranger) {
            return;
        }
        List<PeerAddress> candidates = new ArrayList<>();
        for (PeerAddress peer : ProbeOrder.shuffled(overlay.links(), random)) {
            if (!peer.equals(probe.target) && !suspicions.containsKey(peer)) {
                candidates.add(peer);
            }
        }
        if (candidates.size() < detection.indirect()) {
            for (PeerAddress peer : ProbeOrder.shuffled(overlay.entries(), random)) {
                if (!peer.equals(probe.target) && !overlay.isLinked(peer)) {
                    candidates.add(peer);
                }
            }
        }
        Rumour accusation = accusation(probe.target);
        for (PeerAddress helper : candidates.subList(0, Math.min(detection.indirect(), candidates.size()))) {
            probe.helpers.add(helper);
            List<Rumour> told = told(accusation, accusation == null ? 0 : Math.min(1, detection.rumoursPerMessage()));
            out.add(new MembershipAction.Send(helper, new PeerMessage.PingRequest(number, probe.target, told)));
        }
    }

    // Answers

    private void onAck(long now, PeerAddress from, PeerMessage.Ack ack, List<MembershipAction> out) {
        Probe probe = probes.get(ack.number());
        boolean direct = probe != null && probe.target.equals(from);
        if (probe == null || !(direct || probe.helpers.contains(from))) {
            if (!relay.onAck(from, ack, out)) {
                tally.drop(MembershipDrop.UNASKED);
            }
            return;
        }
        onRumours(now, ack.rumours(), out);
        if (direct) {
            probes.remove(ack.number());
            spokenFor.remove(from);
            health.better();
            contradicted(from);
            if (!overlay.isLinked(from) && acquaintances.isAsked(from)) {
                acquaintances.met(now, from, out);
            }
        } else if (isBelievedOnce(probe.target)) {
            probes.remove(ack.number());
            contradicted(probe.target);
        }
    }

    /** Others can speak for a peer, but not for ever: messages to it do not arrive, whoever else hears from it. */
    private boolean isBelievedOnce(PeerAddress peer) {
        return spokenFor.merge(peer, 1, Integer::sum) <= WORD_OF_OTHERS;
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

    private void onNack(PeerAddress from, PeerMessage.Nack nack) {
        Probe probe = probes.get(nack.number());
        if (probe == null || !probe.helpers.contains(from)) {
            tally.drop(MembershipDrop.UNASKED);
        } else {
            probe.inVain.add(from);
        }
    }

    private void onNoAnswer(long now, long number, List<MembershipAction> out) {
        Probe probe = probes.remove(number);
        if (probe == null || probe.stranger) {
            return;
        }
        if (now - probe.dueAt > detection.pingMillis() && !probe.again) {
            // This device slept: the answer may be waiting behind the timer.
            health.worse();
            probe(now, probe.target, false, true, out);
            return;
        }
        tally.unanswered++;
        if (!overlay.knows(probe.target)) {
            return;
        }
        if (!overlay.isLinked(probe.target)) {
            order.foundDead();
            dropped(now, probe.target, out);
            return;
        }
        if (probe.inVain.isEmpty()) {
            // Not one of those who were asked to help says anything: perhaps nothing arrives here.
            health.worse();
        }
        if (detection.suspicion() == 0) {
            dead(now, probe.target, out);
        } else {
            Suspicion suspicion = suspect(now, probe.target, rumours.incarnation(probe.target), self, out);
            accuse(now, probe.target, suspicion, self, out);
            for (PeerAddress helper : probe.inVain) {
                accuse(now, probe.target, suspicion, helper, out);
            }
            suspicion.askedInVain();
            if (suspicion.isCertain()) {
                dead(now, probe.target, out);
            }
        }
    }

    // Suspects

    private Suspicion suspect(
            long now, PeerAddress peer, long accused, PeerAddress accuser, List<MembershipAction> out) {
        Suspicion suspicion = suspicions.get(peer);
        if (suspicion == null) {
            suspicion = new Suspicion(now, accused, accuser, detection, devices());
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

    private void onSuspicionDue(long now, PeerAddress peer, List<MembershipAction> out) {
        Suspicion suspicion = suspicions.get(peer);
        if (suspicion == null || now < suspicion.deadline()) {
            return;
        }
        if (now - suspicion.deadline() > detection.pingMillis()
                && suspicion.forgiven(now, 2 * detection.probeMillis())) {
            health.worse();
            order.doubt(peer);
            schedule(now, peer, suspicion, out);
        } else if (overlay.knows(peer)) {
            dead(now, peer, out);
        } else {
            suspicions.remove(peer);
        }
    }

    private void dead(long now, PeerAddress peer, List<MembershipAction> out) {
        Rumour rumour = new Rumour(peer, Rumour.State.DEAD, rumours.incarnation(peer), self);
        rumours.learn(rumour);
        rumours.tell(rumour);
        dropped(now, peer, out);
    }

    private void dropped(long now, PeerAddress peer, List<MembershipAction> out) {
        suspicions.remove(peer);
        failed.failed(now, peer, out);
    }

    /** The peer is out of every view: nothing is waited for from it any more. */
    void onGone(PeerAddress peer, List<MembershipAction> out) {
        suspicions.remove(peer);
        spokenFor.remove(peer);
        probes.values().removeIf(probe -> probe.target.equals(peer));
        acquaintances.forget(peer, out);
    }

    // Asked by others

    private void onPing(long now, PeerAddress from, PeerMessage.Ping ping, List<MembershipAction> out) {
        boolean accused = onRumours(now, ping.rumours(), out);
        // Never more to a stranger than it has sent: it may be another one's address.
        int most = overlay.isLinked(from)
                ? detection.rumoursPerMessage()
                : Math.min(detection.rumoursPerMessage(), ping.rumours().size());
        List<Rumour> told = told(accused ? alive() : accusation(from), most);
        out.add(new MembershipAction.Send(from, new PeerMessage.Ack(ping.number(), overlay.isLinked(from), told)));
    }

    private void onPingRequest(
            long now, PeerAddress from, PeerMessage.PingRequest request, List<MembershipAction> out) {
        if (detection.probeMillis() == 0) {
            return;
        }
        if (request.target().equals(self) || request.target().equals(from)) {
            tally.drop(MembershipDrop.IMPOSSIBLE_VALUE);
            return;
        }
        onRumours(now, request.rumours(), out);
        relay.onRequest(from, request, overlay.isLinked(request.target()), out);
    }

    // Rumours

    private Rumour alive() {
        return new Rumour(self, Rumour.State.ALIVE, incarnation, self);
    }

    private List<Rumour> told(@Nullable Rumour first, int most) {
        return rumours.forMessage(first, most, this::devices);
    }

    private int devices() {
        return Math.max(size.getAsInt(), 1 + overlay.entries().size());
    }

    /** True if this device is accused. */
    private boolean onRumours(long now, List<Rumour> heard, List<MembershipAction> out) {
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

    private void onRumour(long now, Rumour rumour, List<MembershipAction> out) {
        PeerAddress about = rumour.about();
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
        if (suspicions.containsKey(rumour.about()) && !isBelievedOnce(rumour.about())) {
            return;
        }
        rumours.learn(rumour);
        contradicted(rumour.about());
        if (contradicts) {
            rumours.tell(rumour);
        }
    }

    // Checks

    /** Somebody wants to know whether the peer is there: it is pinged next; a stranger now, but not too often. */
    void onCheck(long now, PeerAddress peer, List<MembershipAction> out) {
        if (detection.probeMillis() == 0 || peer.equals(self)) {
            return;
        }
        if (overlay.isLinked(peer)) {
            doubt(peer);
        } else if (!isProbed(peer) && acquaintances.mayAsk(now, peer)) {
            probe(now, peer, !overlay.knows(peer), false, out);
        }
    }

    boolean isSuspect(PeerAddress peer) {
        return suspicions.containsKey(peer);
    }

    int suspects() {
        return suspicions.size();
    }

    private long periodMillis() {
        return detection.probeMillis() * health.multiplier();
    }
}
