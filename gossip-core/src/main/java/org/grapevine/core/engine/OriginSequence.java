package org.grapevine.core.engine;

import java.util.ArrayDeque;
import java.util.Deque;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.OriginOrder;

/**
 * Gives out the places in the sequence of one origin. The first number is the clock's, in ms, so that an origin that starts again
 * goes on above what it gave out before, as long as it publishes less than a message per ms on average.
 *
 * <p>Not thread-safe: who publishes in order publishes one after the other.
 */
public final class OriginSequence {

    /** Beyond this many messages with ends of their own, some are taken to live as long as a later one. */
    static final int LIMIT = 1_000;

    private record Live(long number, long untilMillis) {}

    /** Each lives longer than all before it: a message that ends before an earlier one is never the lowest that is alive. */
    private final Deque<Live> live = new ArrayDeque<>();

    private long last;
    private boolean started;
    private long latestMillis;

    /**
     * The place of the next message.
     *
     * @param nowMillis when it is published, ms since the epoch
     * @param lifetimeMillis of that message, 1..{@link GossipParameters#MAX_LIFETIME_MILLIS} ms
     * @return the next number, the lowest one that is still alive, and until when one of those between may be
     * @throws IllegalArgumentException for another lifetime, or a time before 1970
     */
    public OriginOrder next(long nowMillis, long lifetimeMillis) {
        require(nowMillis >= 0, "now", nowMillis, ">= 0 ms since the epoch");
        require(
                lifetimeMillis >= 1 && lifetimeMillis <= GossipParameters.MAX_LIFETIME_MILLIS,
                "lifetime",
                lifetimeMillis,
                "1.." + GossipParameters.MAX_LIFETIME_MILLIS + " ms");
        while (!live.isEmpty() && live.getFirst().untilMillis() <= nowMillis) {
            live.removeFirst();
        }
        long number = started ? last + 1 : nowMillis;
        started = true;
        last = number;
        OriginOrder order = live.isEmpty()
                ? new OriginOrder(number, number, nowMillis)
                : new OriginOrder(number, live.getFirst().number(), latestMillis);
        remember(number, nowMillis + lifetimeMillis);
        return order;
    }

    private void remember(long number, long untilMillis) {
        if (!live.isEmpty() && untilMillis <= latestMillis) {
            return;
        }
        latestMillis = untilMillis;
        if (live.size() < LIMIT) {
            live.addLast(new Live(number, untilMillis));
        } else {
            // Receivers may wait for a number that has expired; that costs time, the other way round the order.
            live.addLast(new Live(live.removeLast().number(), untilMillis));
        }
    }

    private static void require(boolean holds, String name, long value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
