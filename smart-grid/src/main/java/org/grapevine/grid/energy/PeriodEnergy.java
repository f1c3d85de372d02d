package org.grapevine.grid.energy;

import static org.grapevine.grid.payload.Lexical.require;

import java.time.Duration;
import java.time.OffsetDateTime;

/**
 * The energy needed in one period.
 *
 * @param start with the offset that holds at that place then
 * @param duration elapsed time, up to 48 hours
 * @param wattHours 0..10^15, which leaves room to add up a thousand of the largest
 */
public record PeriodEnergy(OffsetDateTime start, Duration duration, long wattHours) {

    static final long MAX_SECONDS = Duration.ofDays(2).toSeconds();
    static final long MAX_WATT_HOURS = 1_000_000_000_000_000L;

    public PeriodEnergy {
        require(
                duration.toSeconds() >= 1 && duration.toSeconds() <= MAX_SECONDS,
                "reading/duration",
                duration,
                "1.." + MAX_SECONDS + " s");
        require(
                wattHours >= 0 && wattHours <= MAX_WATT_HOURS,
                "reading/value",
                wattHours,
                "0.." + MAX_WATT_HOURS + " Wh");
    }
}
