package org.grapevine.grid.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Currency;
import java.util.List;
import java.util.SplittableRandom;
import org.grapevine.grid.tariff.Tariff;
import org.grapevine.grid.tariff.TariffStatus;
import org.grapevine.grid.tariff.Tariffs;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PriceOutlookTest {

    private static Instant local(String text) {
        return LocalDateTime.parse(text).atZone(Outlooks.BERLIN).toInstant();
    }

    private static Plan oneKilowattHourAt(Instant start) {
        return new Plan(List.of(PlannedRun.at(start, Duration.ofHours(1), 1000)));
    }

    @Test
    void aPlanCostsItsEnergyTimesThePrice() {
        PriceOutlook outlook = Outlooks.hourly(local("2024-06-21T10:00"), "0.10081", "0.2");

        assertThat(outlook.cost(oneKilowattHourAt(local("2024-06-21T10:00"))).amount())
                .isEqualByComparingTo("0.10081");
        assertThat(outlook.cost(oneKilowattHourAt(local("2024-06-21T10:30"))).amount())
                .isEqualByComparingTo("0.150405");
    }

    @Nested
    class OutsideOfTheTariffs {

        private final PriceOutlook outlook = Outlooks.hourly(local("2024-03-31T10:00"), "0.1", "0.2");

        @Test
        void thePriceOfTheSameTimeTheDayBeforeOrAfterIsExpected() {
            assertThat(outlook.cost(oneKilowattHourAt(local("2024-04-01T11:00")))
                            .amount())
                    .isEqualByComparingTo("0.2");
            // The clocks change between this day and the next: 23 hours, but the same time on the wall.
            assertThat(outlook.cost(oneKilowattHourAt(local("2024-03-30T10:00")))
                            .amount())
                    .isEqualByComparingTo("0.1");
        }

        @Test
        void anyOtherHourIsUnpriced() {
            PriceOutlook.Cost cost = outlook.cost(oneKilowattHourAt(local("2024-04-02T10:30")));

            assertThat(cost.unpricedWattSeconds()).isEqualTo(3_600_000);
            assertThat(cost).isGreaterThan(outlook.cost(oneKilowattHourAt(local("2024-03-31T11:00"))));
        }

        @Test
        void aWholeDayGivesAPriceToEveryQuarterOfItsNeighboursOnDaysOfChangedClocksToo() {
            for (LocalDate date : List.of(LocalDate.of(2024, 3, 31), LocalDate.of(2024, 10, 27))) {
                PriceOutlook whole = Outlooks.random(date, new SplittableRandom(1));
                Instant start = date.minusDays(1).atStartOfDay(Outlooks.BERLIN).toInstant();
                Instant end = date.plusDays(2).atStartOfDay(Outlooks.BERLIN).toInstant();
                for (Instant quarter = start; quarter.isBefore(end); quarter = quarter.plus(Loads.QUARTER)) {
                    assertThat(whole.priceAt(quarter).isKnown())
                            .as("%s", quarter)
                            .isTrue();
                }
            }
        }
    }

    @Nested
    class WithSeveralTariffs {

        private final Instant start = local("2024-06-21T10:00");

        @Test
        void theOneCreatedLastHolds() {
            Tariff first = Tariffs.with("b", 0, TariffStatus.FAR, Tariffs.CREATED, start, List.of(), "0.1");
            Tariff second =
                    Tariffs.with("a", 0, TariffStatus.FAR, Tariffs.CREATED.plusSeconds(1), start, List.of(), "0.2");

            PriceOutlook outlook = new PriceOutlook(List.of(second, first), Outlooks.BERLIN);

            assertThat(outlook.cost(oneKilowattHourAt(start)).amount()).isEqualByComparingTo("0.2");
        }

        @Test
        void anotherCurrencyIsLeftOut() {
            Tariff crowns = new Tariff(
                    "nok",
                    0,
                    TariffStatus.FAR,
                    Tariffs.CREATED.minusSeconds(1),
                    "utility",
                    start,
                    Duration.ofHours(1),
                    Currency.getInstance("NOK"),
                    List.of(new BigDecimal("0.01")),
                    List.of());
            Tariff euros = Tariffs.hourly("eur", 0, start.plus(Duration.ofHours(1)), "0.2");

            PriceOutlook outlook = new PriceOutlook(List.of(crowns, euros), Outlooks.BERLIN);

            assertThat(outlook.cost(oneKilowattHourAt(start)).unpricedWattSeconds())
                    .isPositive();
        }
    }
}
