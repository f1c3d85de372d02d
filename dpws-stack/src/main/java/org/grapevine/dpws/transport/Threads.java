package org.grapevine.dpws.transport;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starting and stopping threads the same way everywhere: named, and joined when their owner closes. */
final class Threads {

    private static final Logger LOG = LoggerFactory.getLogger(Threads.class);

    private Threads() {}

    static ThreadFactory named(String prefix) {
        AtomicInteger next = new AtomicInteger();
        return task -> new Thread(task, prefix + "-" + next.getAndIncrement());
    }

    /** Waits for a thread that was asked to stop; interrupts it when it does not within the patience, and waits again. */
    static void join(Thread thread, Duration patience) {
        try {
            thread.join(patience.toMillis());
            if (thread.isAlive()) {
                LOG.warn("{} does not stop, interrupting it", thread.getName());
                thread.interrupt();
                thread.join(patience.toMillis());
            }
            if (thread.isAlive()) {
                LOG.warn("{} still runs after the interrupt", thread.getName());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static void stop(ExecutorService executor, String name, Duration patience) {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                int abandoned = executor.shutdownNow().size();
                LOG.warn("{} does not stop, interrupting it; {} tasks abandoned", name, abandoned);
                if (!executor.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                    LOG.warn("{} still runs after the interrupt", name);
                }
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
