package org.grapevine.grid.energy;

import static org.grapevine.grid.payload.Lexical.require;

import java.time.LocalDate;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.List;

/**
 * The three periods of a local day, cut where the clock on the wall shows 00:00, 08:00, 16:00 and 24:00. On a day of 23
 * or 25 hours the period in which the clock is changed has 7 or 9 hours; in most zones that is the first.
 */
public record DayPeriods(LocalDate date, ZoneId zone) {

    /** How many periods a day has. */
    public static final int COUNT = 3;

    private static final LocalTime FIRST_BORDER = LocalTime.of(8, 0);
    private static final LocalTime SECOND_BORDER = LocalTime.of(16, 0);

    public DayPeriods {
        List<OffsetDateTime> borders = bordersOf(date, zone);
        for (int period = 0; period < COUNT; period++) {
            // Where a zone crossed the date line, a whole day is missing.
            require(
                    borders.get(period).isBefore(borders.get(period + 1)),
                    "date",
                    date,
                    "a day that exists in " + zone);
        }
    }

    /** The four borders of the three periods, the last being the begin of the next day. */
    public List<OffsetDateTime> borders() {
        return bordersOf(date, zone);
    }

    private static List<OffsetDateTime> bordersOf(LocalDate date, ZoneId zone) {
        return List.of(
                date.atStartOfDay(zone).toOffsetDateTime(),
                date.atTime(FIRST_BORDER).atZone(zone).toOffsetDateTime(),
                date.atTime(SECOND_BORDER).atZone(zone).toOffsetDateTime(),
                date.plusDays(1).atStartOfDay(zone).toOffsetDateTime());
    }
}
