package org.grapevine.dpws.device;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads on which hosted services are called for gossip; what finds no room is refused and counted. Any thread. */
final class ApplicationPool implements Executor, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ApplicationPool.class);

    private static final long STOP_PATIENCE_MILLIS = 5_000;

    private final ThreadPoolExecutor threads;
    private final LongAdder refused = new LongAdder();

    ApplicationPool(int size, int queue) {
        AtomicInteger number = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                size,
                size,
                0,
                TimeUnit.MILLISECONDS,
                new ArrayBlockingQueue<>(queue),
                task -> new Thread(task, "grapevine-application-" + number.getAndIncrement()));
    }

    @Override
    public void execute(Runnable call) {
        try {
            threads.execute(call);
        } catch (RejectedExecutionException e) {
            refused.increment();
            String why = threads.isShutdown()
                    ? "closed"
                    : threads.getQueue().size() + " waiting (expected: at most that many)";
            throw new RejectedExecutionException("application calls: " + why, e);
        }
    }

    long refused() {
        return refused.sum();
    }

    /** Interrupts the calls that run, drops those that wait, and waits for the threads. Safe to call again. */
    @Override
    public void close() {
        int dropped = threads.shutdownNow().size();
        if (dropped > 0) {
            LOG.info("{} application calls were still waiting and are dropped", dropped);
        }
        try {
            if (!threads.awaitTermination(STOP_PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.warn("a hosted service does not return, although its thread was interrupted");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
