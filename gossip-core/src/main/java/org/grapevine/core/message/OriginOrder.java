package org.grapevine.core.message;

/**
 * Place of a message in the sequence of its origin, for messages that must not overtake each other.
 *
 * @param number place in the sequence; the next message of the origin has the next number
 * @param floor lowest number of that origin that may still be under way; those from there up to this one are waited for
 * @param waitUntilMillis when the last of them has expired, ms since the epoch by the origin's clock: nobody waits longer
 */
public record OriginOrder(long number, long floor, long waitUntilMillis) {
    public OriginOrder {
        if (number < 0) {
            throw new IllegalArgumentException("sequence: " + number + " (expected: >= 0)");
        }
        if (floor < 0 || floor > number) {
            throw new IllegalArgumentException("floor: " + floor + " (expected: 0.." + number + ", the sequence)");
        }
        if (waitUntilMillis < 0) {
            throw new IllegalArgumentException(
                    "wait-until: " + waitUntilMillis + " (expected: >= 0 ms since the epoch)");
        }
    }
}
