package org.grapevine.gossip.shadow;

import java.util.ArrayDeque;
import java.util.Deque;
import org.grapevine.core.message.OriginOrder;

/**
 * Numbers the messages of one origin (that enter at one shadow, or come from one client), for those that must not overtake each other. The numbers begin where no earlier
 * start of the device has come to: at the microseconds since the epoch, which a device that publishes less than a thousand messages
 * per millisecond never overtakes. Any thread.
 */
public final class OriginSequence {

    /** Stretches of numbers that are remembered; beyond it the two oldest become one, which only makes the floor lower. */
    private static final int STRETCHES = 256;

    private static final long NUMBERS_PER_MILLI = 1_000;

    private final Deque<Stretch> underWay = new ArrayDeque<>(); // guarded by this
    private long next; // guarded by this

    /** Numbers in a row, and when the last of their messages has expired. */
    private record Stretch(long first, long expiresAtMillis) {}

    /** A sequence that begins now. */
    public OriginSequence(long nowMillis) {
        this.next = nowMillis * NUMBERS_PER_MILLI;
    }

    /**
     * The next place.
     *
     * @param expiresAtMillis when the message that gets it has expired
     */
    public synchronized OriginOrder next(long nowMillis, long expiresAtMillis) {
        while (!underWay.isEmpty() && underWay.peekFirst().expiresAtMillis() <= nowMillis) {
            underWay.removeFirst();
        }
        long number = next++;
        long floor = underWay.isEmpty() ? number : underWay.peekFirst().first();
        long waitUntil =
                underWay.stream().mapToLong(Stretch::expiresAtMillis).max().orElse(nowMillis);
        if (underWay.size() >= STRETCHES) {
            Stretch oldest = underWay.removeFirst();
            Stretch second = underWay.removeFirst();
            underWay.addFirst(
                    new Stretch(oldest.first(), Math.max(oldest.expiresAtMillis(), second.expiresAtMillis())));
        }
        underWay.addLast(new Stretch(number, expiresAtMillis));
        return new OriginOrder(number, floor, waitUntil);
    }
}
