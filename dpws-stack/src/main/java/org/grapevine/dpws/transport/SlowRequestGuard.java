package org.grapevine.dpws.transport;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts off connections that dribble a request header: each byte resets Jetty's idle timeout, so that alone would let a
 * client hold a connection for ever with a few bytes a minute. Looks at all connections several times per timeout.
 */
final class SlowRequestGuard implements Connection.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(SlowRequestGuard.class);
    private static final int SWEEPS_PER_TIMEOUT = 4;

    private final long timeoutNanos;
    private final Supplier<Scheduler> scheduler;
    private final LongAdder cutOff;
    private final ConcurrentHashMap<Connection, Watch> watches = new ConcurrentHashMap<>();
    private volatile boolean running;

    SlowRequestGuard(Duration timeout, Supplier<Scheduler> scheduler, LongAdder cutOff) {
        this.timeoutNanos = timeout.toNanos();
        this.scheduler = scheduler;
        this.cutOff = cutOff;
    }

    void start() {
        running = true;
        scheduleSweep();
    }

    void stop() {
        running = false;
    }

    @Override
    public void onOpened(Connection connection) {
        watches.put(connection, new Watch(connection));
    }

    @Override
    public void onClosed(Connection connection) {
        watches.remove(connection);
    }

    Watch requestBegan(Connection connection) {
        Watch watch = watches.get(connection);
        // Absent only when the connection closed just now: then nobody needs to watch it.
        Watch used = watch == null ? new Watch(connection) : watch;
        used.requestBegan();
        return used;
    }

    private void scheduleSweep() {
        scheduler.get().schedule(this::sweep, Math.max(1, timeoutNanos / SWEEPS_PER_TIMEOUT), TimeUnit.NANOSECONDS);
    }

    private void sweep() {
        if (!running) {
            return;
        }
        long now = System.nanoTime();
        for (Watch watch : watches.values()) {
            if (watch.isOverdue(now, timeoutNanos)) {
                cutOff.increment();
                LOG.debug("cut off {}: its request header took too long", watch.connection.getEndPoint());
                watch.connection.getEndPoint().close();
            }
        }
        scheduleSweep();
    }

    /** What is known of one connection between two requests. */
    static final class Watch {

        private final Connection connection;
        private boolean inRequest;
        private long bytesBetweenRequests;
        private boolean headerBegun;
        private long headerBegunNanos;

        private Watch(Connection connection) {
            this.connection = connection;
        }

        private synchronized void requestBegan() {
            inRequest = true;
            headerBegun = false;
        }

        /** The body has arrived: what comes from now on is the next header, even before this request is answered. */
        synchronized void requestRead() {
            bytesBetweenRequests = connection.getBytesIn();
        }

        synchronized void requestEnded() {
            inRequest = false;
        }

        private synchronized boolean isOverdue(long now, long timeoutNanos) {
            if (inRequest || connection.getBytesIn() == bytesBetweenRequests) {
                return false;
            }
            if (!headerBegun) {
                headerBegun = true;
                headerBegunNanos = now;
            }
            return now - headerBegunNanos >= timeoutNanos;
        }
    }
}
