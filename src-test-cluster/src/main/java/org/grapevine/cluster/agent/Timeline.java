package org.grapevine.cluster.agent;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does things at their times since the start of a run, on one thread, one after the other. What is to be done must not block. Things
 * whose time is over when it begins are left out.
 */
final class Timeline implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Timeline.class);

    /** Something to do at a time, µs since the start. */
    record Due(long atMicros, Runnable what) {}

    private final RunClock clock;
    private final List<Due> dues = new ArrayList<>(); // of the thread, once it has begun
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "cluster-timeline");
        made.setDaemon(true);
        return made;
    });
    private int next;

    Timeline(RunClock clock) {
        this.clock = clock;
    }

    /** Adds something, before it begins. */
    void at(long micros, Runnable what) {
        dues.add(new Due(micros, what));
    }

    /**
     * Begins, once.
     *
     * @param fromMicros what is due before is left out
     */
    void begin(long fromMicros) {
        thread.execute(() -> {
            dues.removeIf(due -> due.atMicros() < fromMicros);
            dues.sort(Comparator.comparingLong(Due::atMicros));
            step();
        });
    }

    private void step() {
        while (next < dues.size()) {
            Due due = dues.get(next);
            long wait = due.atMicros() - clock.micros();
            if (wait > 0) {
                var unused = thread.schedule(this::step, wait, TimeUnit.MICROSECONDS);
                return;
            }
            next++;
            try {
                due.what().run();
            } catch (RuntimeException e) {
                LOG.error("what was due at {} µs failed", due.atMicros(), e); // The rest of the run goes on.
            }
        }
    }

    /** Does nothing any more; what is being done comes to its end. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
