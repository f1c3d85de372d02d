package org.grapevine.gossip.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.grapevine.dpws.transport.EventLoop;

/**
 * The work of all shadows on one event loop. Events wait in {@link Lanes}, and the loop's own inbox never holds more than one
 * turn of them, so that no shadow's flood gets in the way of timers or of another shadow. What a turn sends leaves at its end, or
 * a little later if more work waits.
 */
final class LoopTurns {

    private static final int EVENTS_OF_A_TURN = 16;

    /** Few enough to be done on the receiving thread before it looks for more. */
    private static final int EVENTS_DONE_WHILE_RECEIVING = 8;

    private static final long RETRY_MILLIS = 1;

    private final EventLoop loop;
    private final Lanes lanes;
    private final Outbox outbox;
    private final long holdNanos;
    private final Runnable turn = this::turn;
    private final List<Runnable> batch = new ArrayList<>(EVENTS_OF_A_TURN);

    /** A turn is in the loop's inbox, or under way. */
    private final AtomicBoolean scheduled = new AtomicBoolean();

    // Of the receiving thread.
    private int receivedNow;

    LoopTurns(EventLoop loop, int laneCapacity, Outbox outbox, long holdMillis) {
        this.loop = loop;
        this.lanes = new Lanes(laneCapacity, Integer.MAX_VALUE);
        this.outbox = outbox;
        this.holdNanos = TimeUnit.MILLISECONDS.toNanos(holdMillis);
    }

    EventLoop loop() {
        return loop;
    }

    Lanes lanes() {
        return lanes;
    }

    /** What the tasks of the loop send. */
    Outbox outbox() {
        return outbox;
    }

    /** Something was put into the lanes. */
    void begin() {
        if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
            offerTurn();
        }
    }

    /**
     * Something was put into the lanes by the receiving thread, which says {@link #endReceiving} soon.
     *
     * @return true for the first time since then
     */
    boolean beginReceiving() {
        receivedNow++;
        if (receivedNow > EVENTS_DONE_WHILE_RECEIVING) {
            begin();
        }
        return receivedNow == 1;
    }

    /** Does what little came in, if the loop is idle, on the receiving thread: waking another one takes longer. */
    void endReceiving() {
        boolean few = receivedNow <= EVENTS_DONE_WHILE_RECEIVING;
        receivedNow = 0;
        if (!scheduled.get() && scheduled.compareAndSet(false, true) && !(few && loop.runHere(turn))) {
            offerTurn();
        }
    }

    private void offerTurn() {
        // A full inbox is emptied by others; the turn must not get lost.
        if (!loop.offer(turn) && loop.schedule(RETRY_MILLIS, turn).isEmpty()) {
            scheduled.set(false);
        }
    }

    private void turn() {
        lanes.take(batch, EVENTS_OF_A_TURN);
        try {
            batch.forEach(Runnable::run);
        } finally {
            batch.clear();
            endTurn();
        }
    }

    private void endTurn() {
        if (!lanes.isEmpty()) {
            if (outbox.isOlderThan(holdNanos)) {
                outbox.flush();
            }
            offerTurn();
            return;
        }
        outbox.flush();
        scheduled.set(false);
        if (!lanes.isEmpty()) {
            begin(); // It came between the look and the flag.
        }
    }

    /** A task of the loop outside of a turn is done. */
    void afterTask() {
        if (!scheduled.get()) {
            outbox.flush();
        }
    }
}
