package org.grapevine.gossip.legacy;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one service, and when the next attempt may be made: one message at a time in the order in which they came, each until
 * it is accepted or refused, or its lifetime is over. Has no clock and sends nothing. For one thread.
 */
final class WardQueue {

    /** What an attempt came to. */
    enum End {
        /** A status of 200 to 299. */
        ACCEPTED,
        /** A status of 400 to 499: the service does not want it. */
        REFUSED,
        /** Anything else, such as no answer at all. */
        FAILED
    }

    /** What became of messages, of all services together. Any thread may read. */
    static final class Counts {
        final LongAdder delivered = new LongAdder();
        final LongAdder refused = new LongAdder();
        final LongAdder retried = new LongAdder();
        final LongAdder expired = new LongAdder();
        final LongAdder overflowed = new LongAdder();
        final LongAdder handedOver = new LongAdder();
    }

    private final LegacyOptions options;
    private final Counts counts;
    private final ArrayDeque<Held> waiting = new ArrayDeque<>();
    private final Set<String> given = new LinkedHashSet<>();
    private @Nullable Held underWay;
    private @Nullable Held failed; // the first that waits, if it was under way before
    private boolean dropped; // all that waited, while one was under way
    private long pauseMillis;
    private long pausedUntil = Long.MIN_VALUE;

    WardQueue(LegacyOptions options, Counts counts) {
        this.options = options;
        this.counts = counts;
    }

    /** One more message, unless it is over or was added before. The oldest that waits makes room. */
    void add(long now, Held message) {
        if (message.expiresAt() <= now || !given.add(message.id())) {
            return;
        }
        if (given.size() > options.maxQueued() + options.maxHeld()) {
            Iterator<String> oldest = given.iterator();
            oldest.next();
            oldest.remove();
        }
        if (waiting.size() >= options.maxQueued()) {
            expire(now);
        }
        if (waiting.size() >= options.maxQueued()) {
            waiting.removeFirst();
            counts.overflowed.increment();
        }
        waiting.addLast(message);
    }

    /** The message to send now, which is then under way until {@link #ended}; empty if none may be. */
    Optional<Held> begin(long now) {
        if (underWay != null) {
            return Optional.empty();
        }
        expire(now);
        Held next = waiting.peekFirst();
        if (next == null || now < pausedUntil) {
            return Optional.empty();
        }
        waiting.removeFirst();
        if (next.equals(failed)) {
            counts.retried.increment();
        }
        failed = null;
        underWay = next;
        dropped = false;
        return Optional.of(next);
    }

    /** How long the attempt may take that has begun now, ms. */
    long patience(long now, Held message) {
        return Math.max(1, Math.min(options.attemptMillis(), message.expiresAt() - now));
    }

    /**
     * The attempt is over.
     *
     * @return the pause before the next one, ms
     */
    long ended(long now, End end) {
        Held message = underWay;
        if (message == null) {
            return 0;
        }
        underWay = null;
        if (end != End.FAILED) {
            pauseMillis = 0;
            pausedUntil = Long.MIN_VALUE;
            (end == End.ACCEPTED ? counts.delivered : counts.refused).increment();
            return 0;
        }
        pauseMillis =
                pauseMillis == 0 ? options.retryMillis() : Math.min(options.longestRetryMillis(), 2 * pauseMillis);
        pausedUntil = now + pauseMillis;
        if (dropped) {
            counts.handedOver.increment();
        } else if (message.expiresAt() <= now) {
            counts.expired.increment();
        } else if (waiting.size() >= options.maxQueued()) {
            counts.overflowed.increment(); // It is the oldest.
        } else {
            waiting.addFirst(message);
            failed = message;
        }
        return pauseMillis;
    }

    private void expire(long now) {
        int before = waiting.size();
        waiting.removeIf(message -> message.expiresAt() <= now);
        counts.expired.add(before - waiting.size());
    }

    /** Somebody else sends from now on; what is under way may still arrive. */
    void handOver() {
        counts.handedOver.add(waiting.size());
        waiting.clear();
        dropped = underWay != null;
    }

    /** How many wait, without the one that is under way. */
    int size() {
        return waiting.size();
    }
}
