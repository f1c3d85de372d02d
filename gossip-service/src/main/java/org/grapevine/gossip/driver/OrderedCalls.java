package org.grapevine.gossip.driver;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.dpws.transport.EventLoop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls of a hosted service with messages whose origin wants them in its order. Each origin has one call at a time in the lanes, so
 * that neither several application threads nor another priority let a message overtake the one before it; what the service does not
 * take now holds up those behind it. Bounded in all; what finds no room is the engine's again, which keeps the order too.
 *
 * <p>{@link #offer} by one thread at a time; the rest any thread.
 */
final class OrderedCalls {

    private static final Logger LOG = LoggerFactory.getLogger(OrderedCalls.class);

    /** Calls of one shadow that may wait here, behind one that is under way. */
    static final int MOST_WAITING = 1_000;

    private static final long RETRY_MILLIS = 50;

    /** One call, which the service may refuse for the moment. */
    @FunctionalInterface
    interface Call {

        /** False if it was not taken now, and is to be made again. */
        boolean run();
    }

    private record Waiting(Lane lane, long expiresAtMillis, Call call) {}

    private final ApplicationLanes lanes;
    private final Lanes.Owner owner;
    private final EventLoop loop;

    /** What waits, of each origin of which a call is under way. */
    private final Map<PeerAddress, Queue<Waiting>> lines = new HashMap<>(); // guarded by this

    private int waiting; // guarded by this

    OrderedCalls(ApplicationLanes lanes, Lanes.Owner owner, EventLoop loop) {
        this.lanes = lanes;
        this.owner = owner;
        this.loop = loop;
    }

    /**
     * Makes a call when those before it, of the same origin, are done.
     *
     * @param expiresAtMillis when it is not tried again any more, ms since the epoch; that is counted as if there were no room
     * @return false if there is no room for it: it will not be made, and was counted
     */
    boolean offer(PeerAddress origin, Lane lane, long expiresAtMillis, Call call) {
        Waiting last = new Waiting(lane, expiresAtMillis, call);
        synchronized (this) {
            Queue<Waiting> line = lines.get(origin);
            if (line != null) {
                if (waiting >= MOST_WAITING) {
                    owner.refuse(lane);
                    return false;
                }
                line.add(last);
                waiting++;
                return true;
            }
            lines.put(origin, new ArrayDeque<>(2));
        }
        if (start(origin, last)) {
            return true;
        }
        synchronized (this) {
            lines.remove(origin);
        }
        return false;
    }

    private boolean start(PeerAddress origin, Waiting next) {
        return lanes.offer(owner, next.lane(), () -> run(origin, next));
    }

    private void run(PeerAddress origin, Waiting first) {
        Waiting next = first;
        // A lane that is full stops nobody who has a thread already.
        do {
            if (!isDone(next)) {
                again(origin, next);
                return;
            }
            next = takeNext(origin);
        } while (next != null && !start(origin, next));
    }

    private static boolean isDone(Waiting next) {
        try {
            return next.call().run();
        } catch (RuntimeException | Error e) {
            // A defect of the service must not hold up what comes behind.
            LOG.error("a call of a hosted service failed", e);
            return true;
        }
    }

    private synchronized @Nullable Waiting takeNext(PeerAddress origin) {
        Queue<Waiting> line = lines.get(origin);
        if (line == null) {
            return null;
        }
        Waiting next = line.poll();
        if (next == null) {
            lines.remove(origin);
        } else {
            waiting--;
        }
        return next;
    }

    /** Makes the call a little later, or gives it up in favour of the next. */
    private void again(PeerAddress origin, Waiting refused) {
        Waiting next = refused;
        while (next != null && !isScheduled(origin, next)) {
            owner.refuse(next.lane());
            next = takeNext(origin);
        }
    }

    private boolean isScheduled(PeerAddress origin, Waiting next) {
        return loop.nowMillis() < next.expiresAtMillis()
                && loop.schedule(RETRY_MILLIS, () -> retry(origin, next)).isPresent();
    }

    private void retry(PeerAddress origin, Waiting next) {
        if (isOpen(origin) && !start(origin, next)) {
            again(origin, next);
        }
    }

    private synchronized boolean isOpen(PeerAddress origin) {
        return lines.containsKey(origin);
    }

    /** True if no call waits or is under way. */
    synchronized boolean isIdle() {
        return lines.isEmpty();
    }

    /** Forgets what waits. */
    synchronized void clear() {
        lines.clear();
        waiting = 0;
    }
}
