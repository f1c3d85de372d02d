package org.grapevine.dpws.transport;

import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Datagrams that {@link TransportFaults} hold back, of all links of a host. One thread lets them go when they are due, those due at
 * the same time in the order in which they came; it is there from the first of them on. Any thread.
 */
final class HeldDatagrams implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HeldDatagrams.class);
    private static final int MOST = 65_536;
    private static final long MOST_BYTES = 64L << 20;
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    private record Held(long dueNanos, long number, int bytes, Runnable sending) {}

    private final int most;
    private final long mostBytes;
    private final long startNanos = System.nanoTime();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();

    // Guarded by the lock.
    private final PriorityQueue<Held> queue =
            new PriorityQueue<>(Comparator.comparingLong(Held::dueNanos).thenComparingLong(Held::number));
    private long bytes;
    private long next;
    private boolean closed;
    private @Nullable Thread thread;

    HeldDatagrams() {
        this(MOST, MOST_BYTES);
    }

    /**
     * Holds nothing yet.
     *
     * @param most datagrams that may be held at once
     * @param mostBytes of all of them
     */
    HeldDatagrams(int most, long mostBytes) {
        this.most = most;
        this.mostBytes = mostBytes;
    }

    /**
     * Sends a datagram later. Never blocks.
     *
     * @param size of the datagram, bytes
     * @return false if there is no room, or it is closed: the datagram is lost
     */
    boolean hold(long delayMicros, int size, Runnable sending) {
        lock.lock();
        try {
            if (closed || queue.size() >= most || bytes + size > mostBytes) {
                return false;
            }
            long dueNanos = System.nanoTime() - startNanos + TimeUnit.MICROSECONDS.toNanos(delayMicros);
            Held held = new Held(dueNanos, next++, size, sending);
            queue.add(held);
            bytes += size;
            if (thread == null) {
                thread = new Thread(this::run, "held-datagrams");
                thread.start();
            } else if (held.equals(queue.peek())) {
                news.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Datagrams that wait now. */
    int size() {
        lock.lock();
        try {
            return queue.size();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        for (Held due = take(); due != null; due = take()) {
            try {
                due.sending().run();
            } catch (RuntimeException e) {
                LOG.error("a datagram that was held back could not be sent", e); // The next one can.
            }
        }
    }

    /** Waits for the next that is due; null when it is closed. */
    private @Nullable Held take() {
        lock.lock();
        try {
            while (!closed) {
                Held first = queue.peek();
                long waitNanos = first == null ? Long.MAX_VALUE : first.dueNanos() - (System.nanoTime() - startNanos);
                if (first != null && waitNanos <= 0) {
                    queue.remove();
                    bytes -= first.bytes();
                    return first;
                }
                long unused = news.awaitNanos(waitNanos);
            }
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // Only close() interrupts it, when it does not end by itself.
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** What waits is lost. Safe to call again. */
    @Override
    public void close() {
        Thread ending;
        lock.lock();
        try {
            closed = true;
            queue.clear();
            bytes = 0;
            ending = thread;
            news.signal();
        } finally {
            lock.unlock();
        }
        if (ending != null && ending != Thread.currentThread()) {
            Threads.join(ending, STOP_PATIENCE);
        }
    }
}
