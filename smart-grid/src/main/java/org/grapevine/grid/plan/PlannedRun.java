package org.grapevine.grid.plan;

import static org.grapevine.grid.Arguments.requireArgument;

import java.time.Duration;
import java.time.Instant;

/**
 * A stretch of constant power. It holds its energy rather than its power: the last minutes of a charge need not fill
 * their last second, and the energy is what must come out exactly.
 *
 * @param start on a full second
 * @param duration in whole seconds, 1 s to 7 days
 * @param wattSeconds 0 or more, up to {@link Plan#MAX_WATT_SECONDS}
 */
public record PlannedRun(Instant start, Duration duration, long wattSeconds) {

    private static final Duration MAX_DURATION = Duration.ofDays(7);

    public PlannedRun {
        Loads.requireWholeSeconds("start", start);
        requireArgument(
                duration.toSeconds() >= 1 && Loads.isWholeSeconds(duration) && duration.compareTo(MAX_DURATION) <= 0,
                "duration",
                duration,
                "whole seconds, 1 s to 7 days");
        requireArgument(
                wattSeconds >= 0 && wattSeconds <= Plan.MAX_WATT_SECONDS,
                "wattSeconds",
                wattSeconds,
                "0.." + Plan.MAX_WATT_SECONDS);
    }

    /** A run at {@code watts} for the whole of {@code duration}. */
    static PlannedRun at(Instant start, Duration duration, long watts) {
        return new PlannedRun(start, duration, watts * duration.toSeconds());
    }

    public Instant end() {
        return start.plus(duration);
    }

    /** Mean power in W, rounded up. */
    public long watts() {
        return Loads.ceilDiv(wattSeconds, duration.toSeconds());
    }

    /** The part of the energy drawn before an instant, rounded down to the watt-second. */
    long wattSecondsBefore(Instant instant) {
        if (!instant.isAfter(start)) {
            return 0;
        }
        if (!instant.isBefore(end())) {
            return wattSeconds;
        }
        return wattSeconds * Duration.between(start, instant).toSeconds() / duration.toSeconds();
    }
}
