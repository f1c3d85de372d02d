package org.grapevine.core.engine;

import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipTimer;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.OriginOrder;
import org.grapevine.core.message.PeerAddress;
import org.jspecify.annotations.Nullable;

/**
 * Hands the messages of an origin to the application in the order of their numbers; they are passed on without waiting.
 *
 * <p>A message waits until all that may come before it have been handed over, or cannot come any longer. One event hands over one
 * message of an origin at the most: should the application refuse it, none behind it is on its way already.
 */
final class OrderedDelivery {

    private static final long NOTHING = -1;

    private record Held(GossipMessage message, long dueAt) {}

    /** What is known of one origin's sequence. */
    private static final class Sequence {
        private final PeerAddress origin;
        /** Whatever has a number up to this one is here, or will never be. */
        private long passed = NOTHING;
        /** Lower numbers have expired, says the origin. */
        private long floor;

        private final TreeMap<Long, Held> held = new TreeMap<>();
        /** Refused by the application and to be offered again: nothing passes it. */
        private @Nullable MessageId refused;

        private long timerAt = Long.MAX_VALUE;
        private long forgetAt;

        private Sequence(PeerAddress origin) {
            this.origin = origin;
        }

        private boolean mayPass(long number, long dueAt, long now) {
            return number - 1 <= passed || number <= floor || dueAt <= now;
        }
    }

    private final GossipConfig config;
    private final Counters counters;
    private final SeenTable seen;
    /** Those heard of most recently last. */
    private final Map<PeerAddress, Sequence> sequences = new LinkedHashMap<>(16, 0.75f, true);

    private int held;
    private long heldBytes;

    OrderedDelivery(GossipConfig config, Counters counters, SeenTable seen) {
        this.config = config;
        this.counters = counters;
        this.seen = seen;
    }

    /** A message that is new to the application. */
    void onNew(long now, GossipMessage message, OriginOrder order, List<GossipAction> actions) {
        Sequence sequence = sequence(now, message.origin());
        if (sequence == null) {
            putOff(message);
            return;
        }
        long refusedFrom = Lifetimes.refusedFromMillis(config, message.parameters());
        sequence.forgetAt = Math.max(sequence.forgetAt, refusedFrom);
        sequence.floor = Math.max(sequence.floor, order.floor());
        if (order.number() <= sequence.passed || sequence.held.containsKey(order.number())) {
            counters.drop(DropReason.OVERTAKEN);
            release(now, sequence, actions);
            return;
        }
        // The last moment of its own life comes before the end of its wait only if it lives shorter than what it waits
        // for. The
        // newer message is the better one then.
        long dueAt = Math.min(order.waitUntilMillis() + config.allowedClockErrorMillis(), refusedFrom - 1);
        hold(sequence, order.number(), new Held(message, dueAt));
        release(now, sequence, actions);
        if (sequence.held.containsKey(order.number())) {
            counters.heldBack++;
            while (held > config.variants().orderLimit() || heldBytes > config.bufferLimitBytes()) {
                putOffFromLongest();
            }
        }
    }

    private @Nullable Sequence sequence(long now, PeerAddress origin) {
        Sequence known = sequences.get(origin);
        if (known != null) {
            return known;
        }
        if (sequences.size() >= config.originLimit() && !forgetOne(now)) {
            return null;
        }
        Sequence sequence = new Sequence(origin);
        sequences.put(origin, sequence);
        return sequence;
    }

    /**
     * Makes room for another origin. If the forgotten one goes on, its next message may wait for others that were here: they
     * come no more, so it waits as long as it may, but overtakes nothing.
     */
    private boolean forgetOne(long now) {
        for (Iterator<Sequence> each = sequences.values().iterator(); each.hasNext(); ) {
            Sequence sequence = each.next();
            if (sequence.held.isEmpty() && sequence.refused == null) {
                if (now < sequence.forgetAt) {
                    counters.drop(DropReason.ORDER_FORGOTTEN);
                }
                each.remove();
                return true;
            }
        }
        return false;
    }

    private void hold(Sequence sequence, long number, Held message) {
        sequence.held.put(number, message);
        held++;
        heldBytes += message.message().payload().sizeBytes();
    }

    private void unhold(Held message) {
        held--;
        heldBytes -= message.message().payload().sizeBytes();
    }

    /** The origin that holds up most loses what it would need last. */
    private void putOffFromLongest() {
        Sequence longest = sequences.values().stream()
                .max(Comparator.comparingInt(sequence -> sequence.held.size()))
                .orElseThrow();
        Held last = longest.held.pollLastEntry().getValue();
        unhold(last);
        putOff(last.message());
    }

    /** It may come again, by repair, as long as it lives. */
    private void putOff(GossipMessage message) {
        seen.notDelivered(message.id());
        counters.drop(DropReason.ORDER_FULL);
    }

    /** Hands over the first message that waits, if it or one behind it need not wait any longer. */
    private void release(long now, Sequence sequence, List<GossipAction> actions) {
        while (sequence.refused == null && !sequence.held.isEmpty()) {
            long dueAt = Long.MAX_VALUE;
            boolean mayPass = false;
            for (Map.Entry<Long, Held> each : sequence.held.entrySet()) {
                dueAt = Math.min(dueAt, each.getValue().dueAt());
                if (sequence.mayPass(each.getKey(), each.getValue().dueAt(), now)) {
                    mayPass = true;
                    break;
                }
            }
            if (!mayPass) {
                schedule(now, sequence, dueAt, actions);
                return;
            }
            Map.Entry<Long, Held> first = sequence.held.pollFirstEntry();
            GossipMessage message = first.getValue().message();
            unhold(first.getValue());
            sequence.passed = first.getKey();
            if (now >= Lifetimes.refusedFromMillis(config, message.parameters())) {
                // A device that stood still for long: as if it came now.
                counters.drop(DropReason.EXPIRED);
                continue;
            }
            counters.delivered++;
            actions.add(new GossipAction.Deliver(message));
            if (!sequence.held.isEmpty()) {
                schedule(now, sequence, now, actions);
            }
            return;
        }
    }

    private static void schedule(long now, Sequence sequence, long at, List<GossipAction> actions) {
        if (at < sequence.timerAt) {
            sequence.timerAt = at;
            actions.add(new GossipAction.Schedule(at - now, new GossipTimer.OrderDue(sequence.origin)));
        }
    }

    void onDue(long now, PeerAddress origin, List<GossipAction> actions) {
        Sequence sequence = sequences.get(origin);
        if (sequence != null) {
            if (now >= sequence.timerAt) {
                sequence.timerAt = Long.MAX_VALUE;
            }
            release(now, sequence, actions);
        }
    }

    // What the application refuses

    /**
     * The application did not take a message.
     *
     * @param offeredAgain whether it will be offered again; else it may come by repair
     * @return false if a later one has been handed over since, so that this one must not
     */
    boolean onRefused(GossipMessage message, OriginOrder order, boolean offeredAgain) {
        Sequence sequence = sequences.get(message.origin());
        if (sequence == null) {
            return true;
        }
        if (sequence.passed > order.number()) {
            return false;
        }
        sequence.passed = Math.min(sequence.passed, order.number() - 1);
        if (offeredAgain) {
            sequence.refused = message.id();
        }
        return true;
    }

    /** The time has come to offer it again, or to give it up. */
    void onOfferedAgain(
            long now, GossipMessage message, OriginOrder order, boolean givenUp, List<GossipAction> actions) {
        Sequence sequence = sequences.get(message.origin());
        if (sequence != null) {
            if (message.id().equals(sequence.refused)) {
                sequence.refused = null;
            }
            sequence.passed = Math.max(sequence.passed, order.number());
        }
        if (!givenUp) {
            counters.delivered++;
            actions.add(new GossipAction.Deliver(message));
        }
        if (sequence != null && !sequence.held.isEmpty()) {
            schedule(now, sequence, now, actions);
        }
    }

    // Forgetting

    void purge(long now) {
        for (Iterator<Sequence> each = sequences.values().iterator(); each.hasNext(); ) {
            Sequence sequence = each.next();
            if (sequence.forgetAt <= now) {
                for (Held message : sequence.held.values()) {
                    unhold(message);
                    counters.drop(DropReason.EXPIRED);
                }
                each.remove();
            }
        }
    }

    /** Messages that wait now. */
    int held() {
        return held;
    }

    /** Origins whose order is known now. */
    int origins() {
        return sequences.size();
    }
}
