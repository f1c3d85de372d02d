package org.grapevine.grid.data;

import static org.grapevine.grid.Arguments.requireArgument;

import java.io.IOException;
import java.io.Reader;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/**
 * Hourly prices of a day-ahead auction, without gaps. Wholesale prices, without taxes, levies and grid fees. Immutable.
 */
public final class DayAheadPrices {

    private static final List<String> HEADER = List.of("start_utc,price_eur_mwh");
    private static final Duration HOUR = Duration.ofHours(1);

    private final Instant start;
    private final List<BigDecimal> prices;

    private DayAheadPrices(Instant start, List<BigDecimal> prices) {
        this.start = start;
        this.prices = List.copyOf(prices);
    }

    /** The prices of bidding zone Germany/Luxembourg in 2024, as shipped. */
    public static DayAheadPrices germany2024() {
        return Shipped.GERMANY_2024;
    }

    /**
     * Reads prices from a file of the same form.
     *
     * @param name of the file, for errors
     * @throws DataFileException for the first line that is malformed or does not follow the one before it
     */
    public static DayAheadPrices read(String name, Reader reader) throws IOException {
        return of(CsvFile.read(name, reader, HEADER));
    }

    private static DayAheadPrices of(CsvFile file) {
        List<BigDecimal> prices = new ArrayList<>();
        Instant start = instant(file.rows().get(0));
        for (CsvFile.Row row : file.rows()) {
            Instant expected = start.plus(HOUR.multipliedBy(prices.size()));
            row.require(instant(row).equals(expected), "start_utc", instant(row), expected.toString());
            prices.add(row.decimal(1, "price_eur_mwh"));
        }
        return new DayAheadPrices(start, prices);
    }

    private static Instant instant(CsvFile.Row row) {
        return row.time(0, "start_utc", OffsetDateTime::parse, "a time such as 2024-01-01T00:00Z")
                .toInstant();
    }

    /**
     * The prices of one local day.
     *
     * @param start the day's first instant
     * @param eurPerMwh one price for each of its 23, 24 or 25 hours
     */
    public record Day(Instant start, List<BigDecimal> eurPerMwh) {}

    /**
     * The prices of a local day.
     *
     * @throws NoPricesException if not all of its hours are in the data
     * @throws IllegalArgumentException if the zone's days do not begin and end with an hour of the auction
     */
    public Day day(LocalDate date, ZoneId zone) {
        Instant from = date.atStartOfDay(zone).toInstant();
        Instant to = date.plusDays(1).atStartOfDay(zone).toInstant();
        if (from.isBefore(start) || to.isAfter(end())) {
            throw new NoPricesException(
                    "date: " + date + " (expected: " + firstDay(zone) + ".." + lastDay(zone) + " in " + zone + ")");
        }
        requireArgument(
                Duration.between(start, from).toSeconds() % HOUR.toSeconds() == 0
                        && Duration.between(from, to).toSeconds() % HOUR.toSeconds() == 0,
                "zone",
                zone,
                "a zone whose days begin on a full hour of UTC");
        int first = (int) Duration.between(start, from).toHours();
        int hours = (int) Duration.between(from, to).toHours();
        return new Day(from, prices.subList(first, first + hours));
    }

    /** The first local day that the data cover entirely. */
    public LocalDate firstDay(ZoneId zone) {
        LocalDate date = LocalDate.ofInstant(start, zone);
        return date.atStartOfDay(zone).toInstant().isBefore(start) ? date.plusDays(1) : date;
    }

    /** The last local day that the data cover entirely. */
    public LocalDate lastDay(ZoneId zone) {
        return LocalDate.ofInstant(end(), zone).minusDays(1);
    }

    private Instant end() {
        return start.plus(HOUR.multipliedBy(prices.size()));
    }

    /** Read once, when first asked for. */
    private static final class Shipped {
        static final DayAheadPrices GERMANY_2024 = of(CsvFile.shipped("prices.csv", HEADER));
    }
}
