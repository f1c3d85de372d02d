package org.grapevine.grid.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.StringReader;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import org.grapevine.grid.tariff.Tariff;
import org.grapevine.grid.tariff.TariffStatus;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DayAheadPricesTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @Nested
    class TheShippedPrices {

        private final DayAheadPrices prices = DayAheadPrices.germany2024();

        @ParameterizedTest
        @CsvSource({"2024-06-21, 24", "2024-03-31, 23", "2024-10-27, 25", "2024-01-02, 24", "2024-12-30, 24"})
        void haveAPriceForEveryHourOfALocalDay(LocalDate date, int hours) {
            DayAheadPrices.Day day = prices.day(date, BERLIN);

            assertThat(day.eurPerMwh()).hasSize(hours);
            assertThat(day.start()).isEqualTo(date.atStartOfDay(BERLIN).toInstant());
        }

        @Test
        void beginWithTheHourBeforeMidnightUtcInBerlin() {
            DayAheadPrices.Day day = prices.day(LocalDate.of(2024, 6, 21), BERLIN);

            assertThat(day.eurPerMwh().get(0)).isEqualByComparingTo("100.81");
            assertThat(day.eurPerMwh().get(23)).isEqualByComparingTo("82.14");
        }

        @ParameterizedTest
        @ValueSource(strings = {"2024-01-01", "2024-12-31", "2025-06-21", "1999-01-01"})
        void sayWhichDaysThereAre(LocalDate date) {
            assertThatThrownBy(() -> prices.day(date, BERLIN))
                    .isInstanceOf(NoPricesException.class)
                    .hasMessage("date: " + date + " (expected: 2024-01-02..2024-12-30 in Europe/Berlin)");
        }

        @Test
        void coverExactlyTheDaysTheySay() {
            for (ZoneId zone : List.of(BERLIN, ZoneId.of("UTC"), ZoneId.of("America/New_York"))) {
                assertThat(prices.day(prices.firstDay(zone), zone).eurPerMwh()).hasSize(24);
                assertThat(prices.day(prices.lastDay(zone), zone).eurPerMwh()).hasSize(24);
                assertThatThrownBy(() -> prices.day(prices.firstDay(zone).minusDays(1), zone))
                        .isInstanceOf(NoPricesException.class);
                assertThatThrownBy(() -> prices.day(prices.lastDay(zone).plusDays(1), zone))
                        .isInstanceOf(NoPricesException.class);
            }
        }

        @Test
        void doNotFitZonesOfHalfHours() {
            assertThatThrownBy(() -> prices.day(LocalDate.of(2024, 6, 21), ZoneId.of("Asia/Kolkata")))
                    .hasMessage("zone: Asia/Kolkata (expected: a zone whose days begin on a full hour of UTC)");
        }
    }

    @Nested
    class ATariffMadeFromThem {

        private final Instant created = Instant.parse("2024-06-20T11:00:00Z");
        private final TariffEvents events =
                new TariffEvents(DayAheadPrices.germany2024(), BERLIN, "utility", List.of("grid:demo"));

        @Test
        void hasThePricesPerKilowattHourWithoutRounding() {
            Tariff tariff = events.tariffForDay(LocalDate.of(2024, 6, 21), 2, TariffStatus.NEAR, created);

            assertThat(tariff.eventId()).isEqualTo("day-ahead-2024-06-21");
            assertThat(tariff.modificationNumber()).isEqualTo(2);
            assertThat(tariff.prices().get(0)).isEqualTo(new BigDecimal("0.10081"));
            assertThat(tariff.priceAt(Instant.parse("2024-06-21T12:59:59Z"))).contains(new BigDecimal("0.07822"));
            assertThat(events.forDay(LocalDate.of(2024, 6, 21), 2, TariffStatus.NEAR, created)
                            .toTariff())
                    .isEqualTo(tariff);
        }

        @Test
        void existsForEveryDayThatIsCovered() {
            LocalDate last = events.prices().lastDay(BERLIN);
            for (LocalDate day = events.prices().firstDay(BERLIN); !day.isAfter(last); day = day.plusDays(1)) {
                Tariff tariff = events.tariffForDay(day, 0, TariffStatus.FAR, created);
                assertThat(tariff.end())
                        .isEqualTo(day.plusDays(1).atStartOfDay(BERLIN).toInstant());
            }
        }
    }

    @Nested
    class AMalformedFile {

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "start,price;|p.csv:1: header: 'start,price' (expected: start_utc,price_eur_mwh)",
                    "start_utc,price_eur_mwh;2024-01-01T00:00Z,abc|p.csv:2: price_eur_mwh: 'abc' (expected: a decimal number)",
                    "start_utc,price_eur_mwh;2024-01-01T00:00Z,1e9|p.csv:2: price_eur_mwh: '1e9'",
                    "start_utc,price_eur_mwh;2024-01-01T00:00Z|p.csv:2: values: '1' (expected: 2)",
                    "start_utc,price_eur_mwh;today,1|p.csv:2: start_utc: 'today' (expected: a time such as",
                    "start_utc,price_eur_mwh;2024-01-01T00:00Z,1;2024-01-01T02:00Z,1|p.csv:3: start_utc: '2024-01-01T02:00:00Z'"
                            + " (expected: 2024-01-01T01:00:00Z)",
                    "start_utc,price_eur_mwh|p.csv:1: ends too early (expected: 1 header lines and at least one row)",
                })
        void isRefusedWithItsNameAndLine(String lines, String message) {
            assertThatThrownBy(() -> DayAheadPrices.read("p.csv", new StringReader(lines.replace(';', '\n'))))
                    .isInstanceOf(DataFileException.class)
                    .hasMessageContaining(message);
        }

        @Test
        void mayNotHaveLinesWithoutEnd() {
            String line = "x".repeat(5000);
            assertThatThrownBy(() -> DayAheadPrices.read("p.csv", new StringReader(line)))
                    .hasMessage("p.csv:1: line: '5000' (expected: up to 4096 characters)");
        }
    }
}
