package org.grapevine.grid.tariff;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;

/** Tariffs for tests. */
public final class Tariffs {

    public static final Instant CREATED = Instant.parse("2024-06-20T11:00:00Z");

    private Tariffs() {}

    public static Tariff hourly(String eventId, long modificationNumber, Instant start, String... prices) {
        return with(eventId, modificationNumber, TariffStatus.FAR, CREATED, start, List.of(), prices);
    }

    public static Tariff with(
            String eventId,
            long modificationNumber,
            TariffStatus status,
            Instant createdAt,
            Instant start,
            List<String> groups,
            String... prices) {
        return new Tariff(
                eventId,
                modificationNumber,
                status,
                createdAt,
                "utility",
                start,
                Duration.ofHours(1),
                Currency.getInstance("EUR"),
                Arrays.stream(prices).map(BigDecimal::new).toList(),
                groups);
    }
}
