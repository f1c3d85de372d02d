package org.grapevine.grid.data;

import static org.grapevine.grid.Arguments.requireArgument;

import java.io.IOException;
import java.io.Reader;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.grapevine.grid.plan.Plan;
import org.grapevine.grid.plan.PlannedRun;

/**
 * The mean load of households by month, kind of day and quarter of an hour. Public holidays are taken for what their
 * weekday says; the table's values already add up to the year, so no further factor by the day of the year is applied.
 * Immutable.
 */
public final class HouseholdProfile {

    private static final int MONTHS = 12;
    private static final int QUARTERS = 96;
    private static final int MAX_ANNUAL_KWH = 20_000;
    private static final Duration QUARTER = Duration.ofMinutes(15);
    private static final List<String> MONTH_NAMES = List.of(
            "Januar",
            "Februar",
            "März",
            "April",
            "Mai",
            "Juni",
            "Juli",
            "August",
            "September",
            "Oktober",
            "November",
            "Dezember");
    /** Saturday, Sunday (and public holiday), working day. */
    private static final List<String> DAY_TYPES = List.of("SA", "FT", "WT");

    private static final DateTimeFormatter HOUR_AND_MINUTE = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);

    /** Thousandths of a kWh per quarter of an hour and 1,000,000 kWh a year: by column, then by quarter. */
    private final List<List<Integer>> milliKilowattHours;

    private HouseholdProfile(List<List<Integer>> milliKilowattHours) {
        this.milliKilowattHours = milliKilowattHours;
    }

    /** The profile H25 of the German association BDEW, as shipped. */
    public static HouseholdProfile h25() {
        return Shipped.H25;
    }

    /**
     * Reads a profile from a file of the same form.
     *
     * @param name of the file, for errors
     * @throws DataFileException for the first line that is malformed
     */
    public static HouseholdProfile read(String name, Reader reader) throws IOException {
        return of(CsvFile.read(name, reader, headers()));
    }

    private static HouseholdProfile of(CsvFile file) {
        if (file.rows().size() != QUARTERS) {
            throw new DataFileException(file.name() + ": " + file.rows().size() + " rows (expected: " + QUARTERS + ")");
        }
        List<List<Integer>> columns = new ArrayList<>();
        for (int column = 0; column < MONTHS * DAY_TYPES.size(); column++) {
            columns.add(new ArrayList<>());
        }
        LocalTime begin = LocalTime.MIDNIGHT;
        for (CsvFile.Row row : file.rows()) {
            String quarter = HOUR_AND_MINUTE.format(begin) + "-" + HOUR_AND_MINUTE.format(begin.plus(QUARTER));
            row.require(row.text(0, "quarter").equals(quarter), "quarter", row.text(0, "quarter"), quarter);
            for (int column = 0; column < columns.size(); column++) {
                BigDecimal value = row.decimal(column + 1, "kWh");
                row.require(
                        value.signum() >= 0 && value.scale() <= 3, "kWh", value, "0 or more, with up to 3 decimals");
                columns.get(column).add(value.movePointRight(3).intValueExact());
            }
            begin = begin.plus(QUARTER);
        }
        return new HouseholdProfile(columns);
    }

    private static List<String> headers() {
        StringBuilder months = new StringBuilder();
        StringBuilder days = new StringBuilder("[kWh]");
        for (String month : MONTH_NAMES) {
            for (String day : DAY_TYPES) {
                months.append(',').append(month);
                days.append(',').append(day);
            }
        }
        return List.of(months.toString(), days.toString());
    }

    /**
     * The load of a household on one local day, a run for each quarter of an hour. On a day of 23 hours the skipped
     * quarters are missing, on one of 25 hours the repeated ones come twice.
     *
     * @param annualKwh consumption of a year, 1..20,000 kWh
     */
    public Plan day(LocalDate date, ZoneId zone, int annualKwh) {
        requireArgument(annualKwh >= 1 && annualKwh <= MAX_ANNUAL_KWH, "annualKwh", annualKwh, "1.." + MAX_ANNUAL_KWH);
        List<Integer> quarters =
                milliKilowattHours.get((date.getMonthValue() - 1) * DAY_TYPES.size() + dayType(date.getDayOfWeek()));
        Instant end = date.plusDays(1).atStartOfDay(zone).toInstant();
        List<PlannedRun> runs = new ArrayList<>();
        for (Instant start = date.atStartOfDay(zone).toInstant(); start.isBefore(end); start = start.plus(QUARTER)) {
            LocalTime time = LocalDateTime.ofInstant(start, zone).toLocalTime();
            int quarter = (int) (time.toSecondOfDay() / QUARTER.toSeconds());
            runs.add(new PlannedRun(start, QUARTER, wattSeconds(quarters.get(quarter), annualKwh)));
        }
        return new Plan(runs);
    }

    /** 1/1000 kWh = 3,600 Ws, scaled from 1,000,000 kWh to {@code annualKwh}, rounded down. */
    private static long wattSeconds(int milliKilowattHours, int annualKwh) {
        return milliKilowattHours * 3600L * annualKwh / 1_000_000;
    }

    private static int dayType(DayOfWeek day) {
        return switch (day) {
            case SATURDAY -> 0;
            case SUNDAY -> 1;
            default -> 2;
        };
    }

    /** Read once, when first asked for. */
    private static final class Shipped {
        static final HouseholdProfile H25 = of(CsvFile.shipped("h25-2025.csv", headers()));
    }
}
