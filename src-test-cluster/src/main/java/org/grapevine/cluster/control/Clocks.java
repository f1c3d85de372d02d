package org.grapevine.cluster.control;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** The two clocks of a process. */
final class Clocks {

    private Clocks() {}

    /** µs since the epoch. */
    static long epochMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    /** A deadline in terms of {@link System#nanoTime()}. */
    static long in(Duration time) {
        return System.nanoTime() + time.toNanos();
    }
}
