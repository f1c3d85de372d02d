package org.grapevine.dpws.transport;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts off connections that dribble a request header, or a TLS handshake: each byte resets Jetty's idle timeout, so that alone would let a
 * client hold a connection for ever with a few bytes a minute. Looks at all connections several times per timeout.
 */
final class SlowRequestGuard implements Connection.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(SlowRequestGuard.class);
    private static final int SWEEPS_PER_TIMEOUT = 4;

    private final long timeoutNanos;
    private final Supplier<Scheduler> scheduler;
    private final LongAdder cutOff;
    private final LongAdder failedHandshakes;
    private final ConcurrentHashMap<Connection, Watch> watches = new ConcurrentHashMap<>();
    private volatile boolean running;

    SlowRequestGuard(Duration timeout, Supplier<Scheduler> scheduler, LongAdder cutOff, LongAdder failedHandshakes) {
        this.timeoutNanos = timeout.toNanos();
        this.scheduler = scheduler;
        this.cutOff = cutOff;
        this.failedHandshakes = failedHandshakes;
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
        if (connection instanceof SslConnection secured) {
            watchHandshake(secured);
            return;
        }
        watches.put(connection, new Watch(connection));
    }

    /** The connection inside of it has a watch of its own, which sees nothing before the handshake is over. */
    private void watchHandshake(SslConnection secured) {
        watches.put(secured, new Watch(secured));
        secured.addHandshakeListener(new SslHandshakeListener() {
            @Override
            public void handshakeSucceeded(Event event) {
                watches.remove(secured);
            }

            @Override
            public void handshakeFailed(Event event, Throwable failure) {
                failedHandshakes.increment();
                LOG.debug("a TLS handshake with {} failed", secured.getEndPoint(), failure);
                watches.remove(secured);
            }
        });
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
                LOG.debug("cut off {}: its request header or handshake took too long", watch.connection.getEndPoint());
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
