package org.grapevine.core.message;

import org.jspecify.annotations.Nullable;

/**
 * What a relay writes anew into each copy.
 *
 * @param segment the segment through which the copy travels
 * @param left hops that may follow this one inside the segment; 0 means deliver but do not forward there
 * @param hop hops travelled up to the receiver, over all segments; 1 for a copy that the origin sent
 * @param budgetMillis time left for the reply to a request, ms (a duration, since clocks differ); 0 for one-way messages
 * @param insteadOf of a request: the sender asks in place of that peer, which it asked before and takes for lost. Whoever has that
 *     peer as its parent has the sender from now on. Null for all else
 */
public record Hop(Segment segment, int left, int hop, long budgetMillis, @Nullable PeerAddress insteadOf) {

    /** What fits the four digits that the header gives these counts. */
    public static final int MAX_COUNT = 9_999;

    /** What fits the seven digits that the header gives the budget: almost three hours. */
    public static final long MAX_BUDGET_MILLIS = 9_999_999;

    public Hop {
        require(left >= 0 && left <= MAX_COUNT, "left", left, "0.." + MAX_COUNT);
        require(hop >= 0 && hop <= MAX_COUNT, "hop", hop, "0.." + MAX_COUNT);
        require(
                budgetMillis >= 0 && budgetMillis <= MAX_BUDGET_MILLIS,
                "budget",
                budgetMillis,
                "0.." + MAX_BUDGET_MILLIS + " ms");
    }

    /** A hop in nobody's place. */
    public Hop(Segment segment, int left, int hop, long budgetMillis) {
        this(segment, left, hop, budgetMillis, null);
    }

    private static void require(boolean holds, String name, long value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
