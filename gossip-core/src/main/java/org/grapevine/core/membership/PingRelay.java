package org.grapevine.core.membership;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.grapevine.core.message.PeerAddress;
import org.jspecify.annotations.Nullable;

/**
 * Pings peers for others. However many ask for a target, it gets one small ping at a time; whoever asks too often, or when there is no
 * room, gets no answer.
 */
final class PingRelay {

    /** Targets that are pinged for others at the same time. */
    static final int TARGETS = 32;

    /** Targets at the same time for one and the same device. */
    static final int TARGETS_OF_ONE = 4;

    /** Devices that wait for the same target. */
    static final int WAITING = 16;

    private final long waitMillis;
    private final Tally tally;
    private final Predicate<PeerAddress> linked;
    private final RandomGenerator random;

    /** A ping for others; kept until its time is over even if it was answered. */
    private static final class Relayed {
        private final long number;
        private final PeerAddress target;
        /** Who asked, and by which number. */
        private final Map<PeerAddress, Long> askedBy = new LinkedHashMap<>(2);

        private @Nullable Rumour contradiction;
        private boolean answered;

        private Relayed(long number, PeerAddress target) {
            this.number = number;
            this.target = target;
        }
    }

    private final Map<Long, Relayed> relayed = new LinkedHashMap<>(0);

    /** @param linked whether a peer is a link of this device */
    PingRelay(
            MembershipConfig.Detection detection, Predicate<PeerAddress> linked, RandomGenerator random, Tally tally) {
        long answerMillis = Math.min(detection.pingMillis(), detection.probeMillis() - detection.pingMillis());
        // Early enough for a Nack to arrive in time.
        this.waitMillis = Math.max(1, answerMillis * 4 / 5);
        this.linked = linked;
        this.random = random;
        this.tally = tally;
    }

    /** Pings the target, unless that is being done. */
    void onRequest(PeerAddress from, PeerMessage.PingRequest request, List<MembershipAction> out) {
        int ofThatOne = 0;
        Relayed same = null;
        for (Relayed each : relayed.values()) {
            ofThatOne += each.askedBy.containsKey(from) ? 1 : 0;
            same = each.target.equals(request.target()) ? each : same;
        }
        if (ofThatOne >= TARGETS_OF_ONE) {
            tally.drop(MembershipDrop.TOO_OFTEN);
        } else if (same != null) {
            join(same, from, request, out);
        } else if (relayed.size() >= TARGETS) {
            tally.drop(MembershipDrop.TABLE_FULL);
        } else {
            Relayed ping = new Relayed(random.nextLong() & Long.MAX_VALUE, request.target());
            ping.askedBy.put(from, request.number());
            relayed.put(ping.number, ping);
            // The suspect itself has to know of what it is accused; nothing else that a stranger says is carried
            // further.
            List<Rumour> accusation = request.rumours().stream()
                    .filter(rumour -> rumour.about().equals(request.target()))
                    .limit(1)
                    .toList();
            out.add(new MembershipAction.Send(
                    ping.target, new PeerMessage.Ping(ping.number, linked.test(ping.target), accusation)));
            out.add(new MembershipAction.Schedule(waitMillis, new MembershipTimer.PingDue(ping.number)));
        }
    }

    private void join(Relayed same, PeerAddress from, PeerMessage.PingRequest request, List<MembershipAction> out) {
        if (!same.askedBy.containsKey(from) && same.askedBy.size() >= WAITING) {
            tally.drop(MembershipDrop.TABLE_FULL);
            return;
        }
        same.askedBy.put(from, request.number());
        if (same.answered) {
            answer(same, from, request.number(), out);
        }
    }

    /** True if the ack is one that a ping for others has brought. */
    boolean onAck(PeerAddress from, PeerMessage.Ack ack, List<MembershipAction> out) {
        Relayed ping = relayed.get(ack.number());
        if (ping == null || !ping.target.equals(from)) {
            return false;
        }
        if (!ping.answered) {
            ping.answered = true;
            ping.contradiction = ack.rumours().stream()
                    .filter(rumour -> rumour.about().equals(from) && rumour.state() == Rumour.State.ALIVE)
                    .findFirst()
                    .orElse(null);
            ping.askedBy.forEach((asking, number) -> answer(ping, asking, number, out));
        }
        return true;
    }

    private void answer(Relayed ping, PeerAddress to, long number, List<MembershipAction> out) {
        List<Rumour> rumours = ping.contradiction == null ? List.of() : List.of(ping.contradiction);
        out.add(new MembershipAction.Send(to, new PeerMessage.Ack(number, linked.test(to), rumours)));
    }

    /** True if the number is that of a ping for others: its time is over. */
    boolean onDue(long number, List<MembershipAction> out) {
        Relayed ping = relayed.remove(number);
        if (ping == null) {
            return false;
        }
        if (!ping.answered) {
            ping.askedBy.forEach(
                    (asking, asked) -> out.add(new MembershipAction.Send(asking, new PeerMessage.Nack(asked))));
        }
        return true;
    }

    int size() {
        return relayed.size();
    }
}
