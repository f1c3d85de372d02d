package org.grapevine.gossip.driver;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls of hosted services that wait for a thread. One thread, where there are several, is kept for alarms; and one shadow has at
 * most half of them, so that a slow service leaves some for the others. Any thread.
 */
final class ApplicationLanes {

    private static final Logger LOG = LoggerFactory.getLogger(ApplicationLanes.class);

    private final Executor executor;
    private final int threads;
    private final Lanes lanes;
    private int running; // guarded by this

    /**
     * @param executor with so many threads
     * @param capacity calls that may wait in each lane
     */
    ApplicationLanes(Executor executor, int threads, int capacity) {
        this.executor = executor;
        this.threads = threads;
        this.lanes = new Lanes(capacity, Math.max(1, threads / 2));
    }

    Lanes lanes() {
        return lanes;
    }

    /**
     * Lets a thread run the task when its turn has come.
     *
     * @return false if there is no room for it: it will not run
     */
    boolean offer(Lanes.Owner owner, Lane lane, Runnable task) {
        if (!owner.offer(lane, task)) {
            return false;
        }
        // Without a thread nobody would ever come for it: others have filled the executor, or the host is being closed.
        return startRunner(lane) || !owner.takeBack(lane, task);
    }

    /** False if no thread works here, and none could be had. */
    private synchronized boolean startRunner(Lane lane) {
        if (running < (lane == Lane.ALARM ? threads : forOthers())) {
            running++;
            try {
                executor.execute(this::run);
            } catch (RejectedExecutionException e) {
                running--;
            }
        }
        return running > 0;
    }

    /** Threads that may do anything but alarms. */
    private int forOthers() {
        return Math.max(1, threads - 1);
    }

    private void run() {
        for (Lanes.@Nullable Taken next = take(); next != null; next = take()) {
            try {
                next.task().run();
            } catch (RuntimeException | Error e) {
                // A defect of one service must not cost the others a thread.
                LOG.error("a call of a hosted service failed", e);
            } finally {
                lanes.finished(next.owner());
            }
        }
    }

    /** The next task for this thread; without one the thread has ended its work. */
    private synchronized Lanes.@Nullable Taken take() {
        Lanes.Taken next = lanes.take(running > forOthers() ? Lane.ALARM : Lane.BULK);
        if (next == null) {
            running--;
        }
        return next;
    }
}
