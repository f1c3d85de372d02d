package org.grapevine.peer;

/** Lets some through at once, and the others at a steady rate. For one thread; told the time. */
public final class TokenBucket {

    private static final long TOKEN = 1_000; // so that a millisecond brings a whole number of parts

    private final int perSecond;
    private final long capacity;
    private long parts;
    private long filledMillis = Long.MIN_VALUE;

    /**
     * A full bucket.
     *
     * @param perSecond tokens that come in a second, at least 1
     * @param burst most tokens at a time, at least 1
     */
    public TokenBucket(int perSecond, int burst) {
        this.perSecond = perSecond;
        this.capacity = burst * TOKEN;
        this.parts = capacity;
    }

    /** Takes a token; false if there is none. */
    public boolean take(long nowMillis) {
        fill(nowMillis);
        if (parts < TOKEN) {
            return false;
        }
        parts -= TOKEN;
        return true;
    }

    /** When the next token can be taken, ms since the epoch. */
    long nextMillis(long nowMillis) {
        fill(nowMillis);
        long lacking = Math.max(0, TOKEN - parts);
        return nowMillis + (lacking + perSecond - 1) / perSecond;
    }

    private void fill(long nowMillis) {
        if (nowMillis <= filledMillis) {
            return;
        }
        long elapsed = filledMillis == Long.MIN_VALUE ? 0 : Math.min(nowMillis - filledMillis, capacity);
        parts = Math.min(capacity, parts + elapsed * perSecond);
        filledMillis = nowMillis;
    }
}
