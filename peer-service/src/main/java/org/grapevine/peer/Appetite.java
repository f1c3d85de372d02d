package org.grapevine.peer;

/**
 * How many peers of a segment somebody wants to hear of. Who wants some gets a random sample, and the others are not asked who they
 * are; so a thousand hosts that start together cost each other little.
 *
 * @param count peers of other hosts that are enough, and as many of the own host; at least 1
 */
public record Appetite(int count) {

    public Appetite {
        if (count < 1) {
            throw new IllegalArgumentException("count: " + count + " (expected: >= 1)");
        }
    }

    /** All that there are. */
    public static Appetite everybody() {
        return new Appetite(Integer.MAX_VALUE);
    }

    /** A sample, of at least that many if there are so many. */
    public static Appetite some(int count) {
        return new Appetite(count);
    }

    public boolean isForEverybody() {
        return count == Integer.MAX_VALUE;
    }
}
