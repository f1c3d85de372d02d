package org.grapevine.grid.plan;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.random.RandomGenerator;
import org.grapevine.grid.tariff.Tariff;
import org.grapevine.grid.tariff.TariffStatus;
import org.grapevine.grid.tariff.Tariffs;

/** Outlooks on prices for tests. */
final class Outlooks {

    static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    static final String MRID = "0123456789ABCDEF0123456789ABCDEF";

    private Outlooks() {}

    static PriceOutlook hourly(Instant start, String... prices) {
        return new PriceOutlook(List.of(Tariffs.hourly("test", 0, start, prices)), BERLIN);
    }

    /** A local day of random prices, negative ones and equal ones among them. */
    static PriceOutlook random(LocalDate date, RandomGenerator random) {
        Instant start = date.atStartOfDay(BERLIN).toInstant();
        Duration length =
                Duration.between(start, date.plusDays(1).atStartOfDay(BERLIN).toInstant());
        Duration interval = random.nextBoolean() ? Duration.ofHours(1) : Duration.ofMinutes(15);
        List<BigDecimal> prices = new ArrayList<>();
        for (long i = 0; i < length.dividedBy(interval); i++) {
            prices.add(BigDecimal.valueOf(random.nextInt(-20, 60), 2));
        }
        return new PriceOutlook(
                List.of(new Tariff(
                        "random",
                        0,
                        TariffStatus.FAR,
                        Tariffs.CREATED,
                        "utility",
                        start,
                        interval,
                        Currency.getInstance("EUR"),
                        prices,
                        List.of())),
                BERLIN);
    }
}
