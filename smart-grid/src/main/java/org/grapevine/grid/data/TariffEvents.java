package org.grapevine.grid.data;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Currency;
import java.util.List;
import org.grapevine.grid.tariff.Tariff;
import org.grapevine.grid.tariff.TariffEvent;
import org.grapevine.grid.tariff.TariffStatus;

/**
 * Makes a day's tariff from its day-ahead prices: one price per hour, in EUR/kWh, exact.
 *
 * @param zone whose days the tariffs cover
 * @param issuer as it appears in the tariffs
 * @param groups whom the tariffs concern; empty for everybody
 */
public record TariffEvents(DayAheadPrices prices, ZoneId zone, String issuer, List<String> groups) {

    private static final int DIGITS_FROM_MWH_TO_KWH = 3;

    public TariffEvents {
        groups = List.copyOf(groups);
    }

    /**
     * The tariff of a day, with an eventID such as {@code day-ahead-2024-06-21}.
     *
     * @throws NoPricesException if the day's prices are not all known
     */
    public TariffEvent forDay(LocalDate date, long modificationNumber, TariffStatus status, Instant createdAt) {
        return TariffEvent.of(tariffForDay(date, modificationNumber, status, createdAt));
    }

    /** As {@link #forDay}, before it is written as an event. */
    public Tariff tariffForDay(LocalDate date, long modificationNumber, TariffStatus status, Instant createdAt) {
        DayAheadPrices.Day day = prices.day(date, zone);
        List<BigDecimal> perKilowattHour = day.eurPerMwh().stream()
                .map(price -> price.movePointLeft(DIGITS_FROM_MWH_TO_KWH))
                .toList();
        return new Tariff(
                "day-ahead-" + date,
                modificationNumber,
                status,
                createdAt,
                issuer,
                day.start(),
                Duration.ofHours(1),
                Currency.getInstance("EUR"),
                perKilowattHour,
                groups);
    }
}
