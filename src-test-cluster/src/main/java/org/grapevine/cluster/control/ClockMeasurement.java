package org.grapevine.cluster.control;

import java.time.Duration;

/**
 * How far an agent's clock is ahead of this one, from some round trips: the fastest is believed, for half of it is the most that the
 * answer can be wrong by.
 */
final class ClockMeasurement {

    static final int ROUND_TRIPS = 8;

    private int asked;
    private int answered;
    private long askedNanos;
    private long askedMicros;
    private long bestNanos = Long.MAX_VALUE;
    private long offsetMicros;

    /** The next question, which must go out at once. */
    ControlMessage.Ping ask() {
        askedNanos = System.nanoTime();
        askedMicros = Clocks.epochMicros();
        return new ControlMessage.Ping(++asked);
    }

    /**
     * Takes an answer in.
     *
     * @param atNanos when it came
     * @return whether it is the one to the last question
     */
    boolean take(ControlMessage.Pong pong, long atNanos) {
        if (pong.nonce() != asked || answered == asked) {
            return false;
        }
        answered++;
        long took = Math.max(0, atNanos - askedNanos);
        if (took < bestNanos) {
            bestNanos = took;
            offsetMicros = pong.micros() - (askedMicros + Duration.ofNanos(took).toNanos() / 2_000);
        }
        return true;
    }

    boolean isDone() {
        return answered >= ROUND_TRIPS;
    }

    /** The agent's clock less this one's, µs. */
    long offsetMicros() {
        return offsetMicros;
    }

    /** How far off the offset may be, µs. */
    long errorMicros() {
        return bestNanos == Long.MAX_VALUE ? Long.MAX_VALUE : bestNanos / 2_000;
    }
}
