package org.grapevine.cluster.agent;

/** Time since the start of a run by monotonic time, which no wrong clock moves. Any thread. */
final class RunClock {

    private static final long NOT_BEGUN = Long.MIN_VALUE;

    private volatile long zeroNanos = NOT_BEGUN;

    /**
     * Sets time 0.
     *
     * @param startMillis ms since the epoch by the machine's clock
     */
    void begin(long startMillis) {
        zeroNanos = System.nanoTime() + (startMillis - System.currentTimeMillis()) * 1_000_000;
    }

    boolean hasBegun() {
        return zeroNanos != NOT_BEGUN;
    }

    /** µs since time 0, below 0 before it; meaningless unless it has been set. */
    long micros() {
        return (System.nanoTime() - zeroNanos) / 1_000;
    }
}
