package org.grapevine.dpws.eventing;

/**
 * When a subscriber renews: at half of the granted time, and after a failure again at a quarter of what is left, until there is
 * nothing left. For one thread; times in ms since the epoch by a clock that never jumps.
 */
public final class Renewal {

    /** However short the granted time, a source is not asked more often. */
    public static final long SHORTEST_PAUSE_MILLIS = 500;

    /** However long the granted time: a source that lost its subscriptions is found out within a day. */
    private static final long LONGEST_PAUSE_MILLIS = 24L * 3_600 * 1_000;

    private long deadline;
    private long dueAt;

    public Renewal(long now, Expiry granted) {
        granted(now, granted);
    }

    /** The source granted so much, counted from now. */
    public void granted(long now, Expiry granted) {
        deadline = granted.deadline(now);
        dueAt = now + pause((deadline - now) / 2);
    }

    /**
     * A renewal did not come through, though it was not refused.
     *
     * @return false if the subscription will be over before the next attempt
     */
    public boolean failed(long now) {
        dueAt = now + pause((deadline - now) / 4);
        return dueAt < deadline;
    }

    /** When to renew next. */
    public long dueAt() {
        return dueAt;
    }

    /** When the subscription ends if it is not renewed. */
    public long deadline() {
        return deadline;
    }

    private static long pause(long wanted) {
        return Math.max(SHORTEST_PAUSE_MILLIS, Math.min(wanted, LONGEST_PAUSE_MILLIS));
    }
}
