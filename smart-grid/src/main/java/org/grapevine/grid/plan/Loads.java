package org.grapevine.grid.plan;

import static org.grapevine.grid.Arguments.requireArgument;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What all loads demand of their numbers, and the quarters of an hour in which they plan. */
final class Loads {

    /** Hourly and quarter-hourly prices change on it, and so does every time zone's offset. */
    static final Duration QUARTER = Duration.ofMinutes(15);

    static final long SECONDS_PER_HOUR = 3600;

    private Loads() {}

    static void requireWholeSeconds(String name, Instant instant) {
        requireArgument(instant.equals(instant.truncatedTo(ChronoUnit.SECONDS)), name, instant, "a full second");
    }

    static boolean isWholeSeconds(Duration duration) {
        return duration.toNanosPart() == 0;
    }

    /** The begin of the quarter of an hour in which an instant lies. */
    static Instant quarterOf(Instant instant) {
        long seconds = instant.getEpochSecond();
        return Instant.ofEpochSecond(seconds - Math.floorMod(seconds, QUARTER.toSeconds()));
    }

    static Instant nextQuarter(Instant instant) {
        return quarterOf(instant).plus(QUARTER);
    }

    static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    static long ceilDiv(long dividend, long divisor) {
        return -Math.floorDiv(-dividend, divisor);
    }
}
