package org.grapevine.grid.energy;

import static org.grapevine.grid.payload.Lexical.require;
import static org.grapevine.grid.payload.Lexical.requireSize;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The energy that some appliances need on one day, per period, and how many appliances that is.
 *
 * <p>An appliance says {@code numDataSources} 1 and {@code expected} 0. The meter in front of it needs nothing itself
 * and says {@code numDataSources} 0 and {@code expected} the number of appliances it knows of. So in a sum over meters
 * and appliances both counts are about appliances, and the sum is complete when as many were heard as are known.
 *
 * @param numDataSources appliances whose needs are inside
 * @param expected appliances that ought to be inside
 * @param oldest when the oldest of the plans inside was made; empty if there is none
 * @param periods the day's three periods, one following the other
 */
public record DayNeeds(
        LocalDate date, long numDataSources, long expected, Optional<Instant> oldest, List<PeriodEnergy> periods) {

    static final long MAX_COUNT = 0xFFFF_FFFFL;

    public DayNeeds {
        require(
                numDataSources >= 0 && numDataSources <= MAX_COUNT,
                "numDataSources",
                numDataSources,
                "0.." + MAX_COUNT);
        require(expected >= 0 && expected <= MAX_COUNT, "expected", expected, "0.." + MAX_COUNT);
        requireSize("reading", periods, DayPeriods.COUNT, DayPeriods.COUNT);
        periods = List.copyOf(periods);
        require(
                periods.get(0).start().toLocalDate().equals(date),
                "reading/start",
                periods.get(0).start(),
                "on " + date);
        for (int key = 1; key < DayPeriods.COUNT; key++) {
            PeriodEnergy before = periods.get(key - 1);
            Instant end = before.start().toInstant().plus(before.duration());
            require(
                    periods.get(key).start().toInstant().equals(end),
                    "reading/start",
                    periods.get(key).start(),
                    end + ", where the reading before it ends");
        }
    }

    /** Needs of a day, one value in Wh for each of its periods. */
    public static DayNeeds of(
            DayPeriods day, long numDataSources, long expected, Optional<Instant> oldest, List<Long> wattHours) {
        requireSize("reading", wattHours, DayPeriods.COUNT, DayPeriods.COUNT);
        List<PeriodEnergy> periods = new ArrayList<>();
        for (int key = 0; key < DayPeriods.COUNT; key++) {
            OffsetDateTime start = day.borders().get(key);
            Duration duration = Duration.between(start, day.borders().get(key + 1));
            periods.add(new PeriodEnergy(start, duration, wattHours.get(key)));
        }
        return new DayNeeds(day.date(), numDataSources, expected, oldest, periods);
    }

    /** Whether as many appliances are inside as ought to be. */
    public boolean complete() {
        return numDataSources >= expected;
    }

    public List<Long> wattHours() {
        return periods.stream().map(PeriodEnergy::wattHours).toList();
    }

    public long totalWattHours() {
        return periods.stream().mapToLong(PeriodEnergy::wattHours).sum();
    }

    /**
     * The sum, by the rules of sum-by-period.xsl: where two are about different days (dates, or the same date in
     * different zones), the one whose day begins later stays and the other's appliances are only counted as expected.
     */
    public DayNeeds plus(DayNeeds other) {
        String start = DateTimes.text(periods.get(0).start());
        String otherStart = DateTimes.text(other.periods.get(0).start());
        long allExpected = expected + other.expected;
        if (start.compareTo(otherStart) > 0) {
            return new DayNeeds(date, numDataSources, allExpected + other.numDataSources, oldest, periods);
        }
        if (start.compareTo(otherStart) < 0) {
            return other.plus(this);
        }
        List<PeriodEnergy> sums = new ArrayList<>();
        for (int key = 0; key < DayPeriods.COUNT; key++) {
            PeriodEnergy mine = periods.get(key);
            sums.add(new PeriodEnergy(
                    mine.start(),
                    mine.duration(),
                    mine.wattHours() + other.periods.get(key).wattHours()));
        }
        Optional<Instant> oldestOfBoth =
                Stream.concat(oldest.stream(), other.oldest.stream()).min(Instant::compareTo);
        return new DayNeeds(date, numDataSources + other.numDataSources, allExpected, oldestOfBoth, sums);
    }
}
