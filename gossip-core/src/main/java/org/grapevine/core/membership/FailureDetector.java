package org.grapevine.core.membership;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;
import org.grapevine.core.message.PeerAddress;

/**
 * Pings peers in turn, and finds the ones that are dead (SWIM; Das, Gupta, Motivala 2002, with Lifeguard; Dadgar, Phillips, Currey 2018).
 *
 * <p>A link that answers neither this device nor others that ping it becomes a suspect, which is pinged in every period and has some time
 * to contradict; an entry of the view that is no link is taken out at once.
 */
final class FailureDetector {

    /** Told of a peer that is dead. */
    @FunctionalInterface
    interface Failed {
        void failed(long now, PeerAddress peer, List<MembershipAction> out);
    }

    private final MembershipConfig.Detection detection;
    private final PeerAddress self;
    private final Overlay overlay;
    private final Failed failed;
    private final RandomGenerator random;
    private final Tally tally;
    private final LocalHealth health;
    private final ProbeOrder order;
    private final Suspects suspects;
    private final PingRelay relay;
    private final Acquaintances acquaintances;

    /** One peer that is being pinged. */
    private static final class Probe {
        private final PeerAddress target;
        private final boolean stranger;
        private final boolean again;
        private final Set<PeerAddress> helpers = new LinkedHashSet<>(0);
        private final Set<PeerAddress> inVain = new LinkedHashSet<>(0);
        private final long begunAt;
        private final long dueAt;

        private Probe(PeerAddress target, boolean stranger, boolean again, long begunAt, long dueAt) {
            this.target = target;
            this.stranger = stranger;
            this.again = again;
            this.begunAt = begunAt;
            this.dueAt = dueAt;
        }
    }

    private final Map<Long, Probe> probes = new LinkedHashMap<>(0);
    private long heardAt = Long.MIN_VALUE;

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
        this.failed = failed;
        this.random = random;
        this.tally = tally;
        this.health = new LocalHealth(detection.healthLimit());
        this.order = new ProbeOrder(config, overlay, random);
        this.suspects = new Suspects(detection, self, overlay, size, failed, order, health, tally);
        this.relay = new PingRelay(detection, overlay::isLinked, random, tally);
        this.acquaintances = new Acquaintances(tally);
    }

    void onStarted(long now, List<MembershipAction> out) {
        suspects.onStarted(now);
        if (detection.probeMillis() > 0) {
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
            onNack(now, from, nack);
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
            suspects.onDue(now, due.suspect(), out);
        }
    }

    // Asking

    private void onPeriod(long now, List<MembershipAction> out) {
        acquaintances.forgetOld(now, out);
        suspects.onPeriod();
        for (int due = order.linksDue(); due > 0; due--) {
            PeerAddress link = order.nextLink(this::isProbed);
            if (link != null) {
                probe(now, link, false, false, out);
            }
        }
        PeerAddress doubted = order.doubtedLink(this::isProbed);
        if (doubted != null) {
            probe(now, doubted, false, false, out);
        }
        for (PeerAddress suspect : suspects.next(this::isProbed)) {
            probe(now, suspect, false, false, out);
        }
        for (PeerAddress entry : order.nextEntries(this::isProbed)) {
            probe(now, entry, false, false, out);
        }
        // After the timers of the probes, so that their verdict comes before the next turn.
        out.add(new MembershipAction.Schedule(periodMillis(), new MembershipTimer.Probe()));
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
        Probe probe = new Probe(target, stranger, again, now, now + periodMillis());
        probes.put(number, probe);
        tally.probes++;
        List<Rumour> told =
                stranger ? List.of() : suspects.told(suspects.accusation(target), detection.rumoursPerMessage());
        out.add(new MembershipAction.Send(target, new PeerMessage.Ping(number, overlay.isLinked(target), told)));
        if (!stranger && detection.indirect() > 0) {
            out.add(new MembershipAction.Schedule(
                    detection.pingMillis() * health.multiplier(), new MembershipTimer.PingDue(number)));
        }
        out.add(new MembershipAction.Schedule(probe.dueAt - now, new MembershipTimer.ProbeDue(number)));
    }

    private void onNoDirectAnswer(long number, List<MembershipAction> out) {
        Probe probe = probes.get(number);
        if (probe == null || probe.stranger) {
            return;
        }
        List<PeerAddress> candidates = new ArrayList<>();
        for (PeerAddress peer : ProbeOrder.shuffled(overlay.links(), random)) {
            if (!peer.equals(probe.target) && !suspects.contains(peer)) {
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
        Rumour accusation = suspects.accusation(probe.target);
        for (PeerAddress helper : candidates.subList(0, Math.min(detection.indirect(), candidates.size()))) {
            probe.helpers.add(helper);
            List<Rumour> told =
                    suspects.told(accusation, accusation == null ? 0 : Math.min(1, detection.rumoursPerMessage()));
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
        heardAt = now;
        suspects.onRumours(now, ack.rumours(), out);
        if (direct) {
            probes.remove(ack.number());
            health.better();
            suspects.answered(from);
            if (!overlay.isLinked(from) && acquaintances.isAsked(from)) {
                acquaintances.met(now, from, out);
            }
        } else if (suspects.spokenFor(probe.target)) {
            probes.remove(ack.number());
        }
    }

    private void onNack(long now, PeerAddress from, PeerMessage.Nack nack) {
        Probe probe = probes.get(nack.number());
        if (probe == null || !probe.helpers.contains(from)) {
            tally.drop(MembershipDrop.UNASKED);
        } else {
            heardAt = now;
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
        if (probe.inVain.isEmpty()) {
            // Not one of those who were asked to help says anything: perhaps nothing arrives here.
            health.worse();
        }
        if (overlay.isLinked(probe.target)) {
            if (!suspects.contains(probe.target)) {
                order.foundSuspect();
            }
            suspects.unanswered(now, probe.target, probe.inVain, out);
        } else if (heardAt < probe.begunAt && !probe.helpers.isEmpty()) {
            // Nothing at all arrives: to drop one after the other would leave nobody.
            order.doubt(probe.target);
        } else {
            order.foundDead();
            failed.failed(now, probe.target, out);
        }
    }

    /** The peer is out of every view: nothing is waited for from it any more. */
    void onGone(PeerAddress peer, List<MembershipAction> out) {
        suspects.remove(peer);
        probes.values().removeIf(probe -> probe.target.equals(peer));
        acquaintances.forget(peer, out);
    }

    // Asked by others

    private void onPing(long now, PeerAddress from, PeerMessage.Ping ping, List<MembershipAction> out) {
        boolean accused = suspects.onRumours(now, ping.rumours(), out);
        // Never more to a stranger than it has sent: it may be another one's address.
        int most = overlay.isLinked(from)
                ? detection.rumoursPerMessage()
                : Math.min(detection.rumoursPerMessage(), ping.rumours().size());
        List<Rumour> told = suspects.told(accused ? suspects.alive() : suspects.accusation(from), most);
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
        suspects.onRumours(now, request.rumours(), out);
        relay.onRequest(from, request, out);
    }

    // Checks

    /** Somebody wants to know whether the peer is there: it is pinged next; a stranger now, but not too often. */
    void onCheck(long now, PeerAddress peer, List<MembershipAction> out) {
        if (detection.probeMillis() == 0 || peer.equals(self)) {
            return;
        }
        if (overlay.isLinked(peer)) {
            if (!order.doubt(peer)) {
                tally.drop(MembershipDrop.TABLE_FULL);
            }
        } else if (!isProbed(peer) && acquaintances.mayAsk(now, peer)) {
            probe(now, peer, !overlay.knows(peer), false, out);
        }
    }

    boolean isSuspect(PeerAddress peer) {
        return suspects.contains(peer);
    }

    int suspects() {
        return suspects.size();
    }

    private long periodMillis() {
        return detection.probeMillis() * health.multiplier();
    }
}
