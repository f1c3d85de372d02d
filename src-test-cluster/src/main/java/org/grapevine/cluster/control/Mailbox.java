package org.grapevine.cluster.control;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What has happened and is not yet dealt with. What others send finds room for a limited number only, what this process itself has
 * to tell always does. Any thread puts in, one takes out.
 */
final class Mailbox<E> {

    private final int limit;
    private final Queue<E> events = new ArrayDeque<>(); // guarded by this
    private long dropped; // guarded by this

    /** @param limit how many events may wait before those of others are dropped */
    Mailbox(int limit) {
        this.limit = limit;
    }

    /** An event of somebody else's making. */
    synchronized void offer(E event) {
        if (events.size() >= limit) {
            dropped++;
            return;
        }
        put(event);
    }

    /** An event of this process, of which there are a few. */
    synchronized void put(E event) {
        events.add(event);
        notifyAll();
    }

    /**
     * The next event.
     *
     * @param deadline in terms of {@link System#nanoTime()}
     * @return null if there is none until then
     */
    synchronized @Nullable E take(long deadline) throws InterruptedException {
        while (events.isEmpty()) {
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return null;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        return events.remove();
    }

    /** How many found no room. */
    synchronized long dropped() {
        return dropped;
    }
}
