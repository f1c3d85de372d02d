package org.grapevine.core.message;

import org.jspecify.annotations.Nullable;

/**
 * What the origin fixed for one gossiped unit; the same in every copy.
 *
 * @param variant how it spreads
 * @param fanout peers per push and segment, or {@link #AUTO}
 * @param rounds hops that a copy may travel inside one segment, or {@link #AUTO}
 * @param eagerHops of a lazy push, how many hops take the payload at once all the same; or {@link #AUTO_EAGER_HOPS}
 * @param originTimeMillis when it was published, ms since the epoch by the origin's clock
 * @param lifetimeMillis how long after that it is worth delivering, ms
 * @param repairPeriodMillis how often a holder compares digests with a random peer, ms; 0 for no repair
 * @param order place in the sequence of its origin; null if messages may overtake each other
 * @param replies how replies come back; null for a one-way message
 */
public record GossipParameters(
        GossipVariant variant,
        int fanout,
        int rounds,
        int eagerHops,
        long originTimeMillis,
        long lifetimeMillis,
        long repairPeriodMillis,
        @Nullable OriginOrder order,
        @Nullable ReplyTerms replies) {

    /** Each device works the value out from the size of the segment into which it sends. */
    public static final int AUTO = 0;

    /** Each device works out how many of the first hops are eager: floor(ln n / ln fanout) + 1. */
    public static final int AUTO_EAGER_HOPS = -1;

    public static final int MAX_FANOUT = 64;
    public static final int MAX_ROUNDS = 255;

    /** A day: what a device has to remember is bounded by it. */
    public static final long MAX_LIFETIME_MILLIS = 24L * 60 * 60 * 1000;

    public GossipParameters {
        require(fanout >= AUTO && fanout <= MAX_FANOUT, "fanout", fanout, "1.." + MAX_FANOUT + " or auto");
        require(rounds >= AUTO && rounds <= MAX_ROUNDS, "rounds", rounds, "1.." + MAX_ROUNDS + " or auto");
        require(
                eagerHops >= AUTO_EAGER_HOPS && eagerHops <= MAX_ROUNDS,
                "eagerHops",
                eagerHops,
                "0.." + MAX_ROUNDS + " or auto");
        require(originTimeMillis >= 0, "originTime", originTimeMillis, ">= 0 ms since the epoch");
        require(
                lifetimeMillis >= 1 && lifetimeMillis <= MAX_LIFETIME_MILLIS,
                "lifetime",
                lifetimeMillis,
                "1.." + MAX_LIFETIME_MILLIS + " ms");
        require(
                repairPeriodMillis >= 0 && repairPeriodMillis <= MAX_LIFETIME_MILLIS,
                "repair",
                repairPeriodMillis,
                "0 for none, up to " + MAX_LIFETIME_MILLIS + " ms");
    }

    /** An eager push whose messages may overtake each other. */
    public GossipParameters(
            int fanout,
            int rounds,
            long originTimeMillis,
            long lifetimeMillis,
            long repairPeriodMillis,
            @Nullable ReplyTerms replies) {
        this(
                GossipVariant.EAGER_PUSH,
                fanout,
                rounds,
                0,
                originTimeMillis,
                lifetimeMillis,
                repairPeriodMillis,
                null,
                replies);
    }

    /** The same, spread another way. */
    public GossipParameters withVariant(GossipVariant other) {
        return new GossipParameters(
                other, fanout, rounds, eagerHops, originTimeMillis, lifetimeMillis, repairPeriodMillis, order, replies);
    }

    /** The same, with other eager hops. */
    public GossipParameters withEagerHops(int hops) {
        return new GossipParameters(
                variant, fanout, rounds, hops, originTimeMillis, lifetimeMillis, repairPeriodMillis, order, replies);
    }

    /** The same, at a place in its origin's sequence. */
    public GossipParameters withOrder(@Nullable OriginOrder place) {
        return new GossipParameters(
                variant,
                fanout,
                rounds,
                eagerHops,
                originTimeMillis,
                lifetimeMillis,
                repairPeriodMillis,
                place,
                replies);
    }

    /** The same, with other terms of replies; null for a one-way message. */
    public GossipParameters withReplies(@Nullable ReplyTerms terms) {
        return new GossipParameters(
                variant, fanout, rounds, eagerHops, originTimeMillis, lifetimeMillis, repairPeriodMillis, order, terms);
    }

    /** When the unit stops being worth delivering, ms since the epoch by the origin's clock. */
    public long expiresAtMillis() {
        return originTimeMillis + lifetimeMillis;
    }

    private static void require(boolean holds, String name, long value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
