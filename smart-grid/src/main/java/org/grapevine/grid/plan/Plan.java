package org.grapevine.grid.plan;

import static org.grapevine.grid.Arguments.requireArgument;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.grapevine.grid.energy.DayPeriods;

/**
 * The runs of one load, in order and without overlap.
 *
 * <p>Whole watt-hours come from cumulative rounding: the energy up to an instant is rounded, and what lies between two
 * instants is the difference of both. So the values of periods that follow each other add up exactly to the rounded
 * energy of the whole, wherever the borders lie and at midnight too: a run that crosses it counts for each day with the
 * part that lies in it.
 *
 * @param runs at least one, together at most {@link #MAX_WATT_SECONDS}
 */
public record Plan(List<PlannedRun> runs) {

    /** 1 MWh. With prices up to 1000 per kWh a cost then fits a long. */
    public static final long MAX_WATT_SECONDS = 1_000_000 * Loads.SECONDS_PER_HOUR;

    private static final int MAX_RUNS = 1000;

    public Plan {
        requireArgument(!runs.isEmpty() && runs.size() <= MAX_RUNS, "runs", runs.size(), "1.." + MAX_RUNS);
        runs = List.copyOf(runs);
        long total = 0;
        for (int i = 0; i < runs.size(); i++) {
            total += runs.get(i).wattSeconds();
            if (i > 0) {
                Instant end = runs.get(i - 1).end();
                requireArgument(
                        !runs.get(i).start().isBefore(end),
                        "start",
                        runs.get(i).start(),
                        end + " or later, where the run before it ends");
            }
        }
        requireArgument(total <= MAX_WATT_SECONDS, "wattSeconds", total, "at most " + MAX_WATT_SECONDS + " in all");
    }

    public Instant start() {
        return runs.get(0).start();
    }

    public Instant end() {
        return runs.get(runs.size() - 1).end();
    }

    public long wattSeconds() {
        return runs.stream().mapToLong(PlannedRun::wattSeconds).sum();
    }

    /** The whole energy in Wh, rounded half up. */
    public long wattHours() {
        return wattHoursBefore(end());
    }

    /** The highest power of all runs, in W. */
    public long peakWatts() {
        return runs.stream().mapToLong(PlannedRun::watts).max().orElseThrow();
    }

    /** How long the load runs, pauses left out. */
    public Duration runningTime() {
        return runs.stream().map(PlannedRun::duration).reduce(Duration.ZERO, Duration::plus);
    }

    /** The energy from one instant up to another, in whole Wh. */
    public long wattHoursBetween(Instant from, Instant to) {
        return wattHoursBefore(to) - wattHoursBefore(from);
    }

    /** The energy in each period of a day, in whole Wh; what lies in other days is left out. */
    public List<Long> wattHours(DayPeriods day) {
        List<Long> wattHours = new ArrayList<>();
        for (int period = 0; period < DayPeriods.COUNT; period++) {
            Instant from = day.borders().get(period).toInstant();
            Instant to = day.borders().get(period + 1).toInstant();
            wattHours.add(wattHoursBetween(from, to));
        }
        return wattHours;
    }

    private long wattHoursBefore(Instant instant) {
        long wattSeconds = 0;
        for (PlannedRun run : runs) {
            wattSeconds += run.wattSecondsBefore(instant);
        }
        return (wattSeconds + Loads.SECONDS_PER_HOUR / 2) / Loads.SECONDS_PER_HOUR;
    }
}
