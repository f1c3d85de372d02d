package org.grapevine.dpws.discovery;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Remembers the ids of messages for a while, so that a repeated datagram is dropped (SOAP-over-UDP 1.1, 4.1). One thread at a
 * time.
 */
public final class DuplicateFilter {

    private final int capacity;
    private final Duration retention;
    private final Map<String, Instant> seen = new LinkedHashMap<>();
    private long duplicates;
    private long evicted;

    /**
     * A filter that has seen nothing.
     *
     * @param capacity most ids remembered, at least 1; the oldest goes when there are more
     * @param retention how long an id is remembered; longer than any repetition of a datagram takes
     */
    public DuplicateFilter(int capacity, Duration retention) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity: " + capacity + " (expected: >= 1)");
        }
        if (retention.isNegative() || retention.isZero()) {
            throw new IllegalArgumentException("retention: " + retention + " (expected: more than 0)");
        }
        this.capacity = capacity;
        this.retention = retention;
    }

    /** True if the id was not seen within the retention; from now on it is. */
    public boolean isNew(String messageId, Instant now) {
        forgetBefore(now.minus(retention));
        if (seen.containsKey(messageId)) {
            duplicates++;
            return false;
        }
        if (seen.size() == capacity) {
            Iterator<String> oldest = seen.keySet().iterator();
            oldest.next();
            oldest.remove();
            evicted++;
        }
        seen.put(messageId, now);
        return true;
    }

    public int size() {
        return seen.size();
    }

    /** Repeated ids so far. */
    public long duplicates() {
        return duplicates;
    }

    /** Ids forgotten before their time because the filter was full; not 0 means that the capacity is too low. */
    public long evicted() {
        return evicted;
    }

    /** Ids are kept in the order in which they came, so the old ones are in front. */
    private void forgetBefore(Instant limit) {
        Iterator<Instant> times = seen.values().iterator();
        while (times.hasNext() && !times.next().isAfter(limit)) {
            times.remove();
        }
    }
}
