package org.grapevine.grid.appliance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.grapevine.grid.Xml;
import org.grapevine.grid.energy.DayNeeds;
import org.grapevine.grid.energy.EnergyNeed;
import org.grapevine.grid.energy.EnergyNeeds;
import org.grapevine.grid.energy.EnergyNeedsRequest;
import org.grapevine.grid.payload.MalformedPayloadException;
import org.grapevine.grid.plan.ChargingLoad;
import org.grapevine.grid.tariff.Tariff;
import org.grapevine.grid.tariff.TariffBook;
import org.grapevine.grid.tariff.TariffEvent;
import org.grapevine.grid.tariff.TariffStatus;
import org.grapevine.grid.tariff.Tariffs;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ApplianceTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final LocalDate DATE = LocalDate.of(2024, 6, 21);
    private static final Instant MIDNIGHT = DATE.atStartOfDay(BERLIN).toInstant();
    private static final Instant NOON_BEFORE = Instant.parse("2024-06-20T10:00:00Z");

    private Instant now = NOON_BEFORE;
    private final InstantSource clock = () -> now;

    /** 3.6 kWh, plugged in from 07:00 to 18:00. */
    private final Appliance charger = new Appliance(
            "ied-1",
            List.of("grid:demo/han/sm-1"),
            BERLIN,
            List.of(new ChargingLoad("0123456789ABCDEF0123456789ABCDEF", local(7), local(18), 3600, 3600)),
            clock);

    private static Instant local(int hour) {
        return MIDNIGHT.plus(Duration.ofHours(hour));
    }

    /** Cheap in one hour of the day only. */
    private static Tariff cheapAt(int hour, long modificationNumber, String... groups) {
        String[] prices = new String[24];
        for (int i = 0; i < prices.length; i++) {
            prices[i] = i == hour ? "0.1" : "0.3";
        }
        return Tariffs.with(
                "day", modificationNumber, TariffStatus.FAR, Tariffs.CREATED, MIDNIGHT, List.of(groups), prices);
    }

    private static List<Long> wattHours(Appliance appliance) {
        return appliance.dayNeeds(DATE).wattHours();
    }

    @Nested
    class WhenATariffArrives {

        @Test
        void theNeedsMoveToItsCheapHours() {
            assertThat(wattHours(charger)).containsExactly(3600L, 0L, 0L);

            assertThat(charger.onTariff(TariffEvent.of(cheapAt(16, 0)))).isTrue();

            assertThat(wattHours(charger)).containsExactly(0L, 0L, 3600L);
        }

        @Test
        void aNewerModificationMovesThemAgainAndAnOlderOneDoesNot() {
            charger.onTariff(cheapAt(16, 1));
            assertThat(charger.onTariff(cheapAt(12, 2))).isTrue();
            assertThat(charger.onTariff(cheapAt(16, 1))).isFalse();

            assertThat(wattHours(charger)).containsExactly(0L, 3600L, 0L);
            assertThat(charger.stats().tariffs()).isEqualTo(new TariffBook.Stats(2, 1, 0, 0));
        }

        @Test
        void aCancelledOneBringsTheFirstPlanBack() {
            charger.onTariff(cheapAt(16, 0));
            Tariff cancelled =
                    Tariffs.with("day", 1, TariffStatus.CANCELLED, Tariffs.CREATED, MIDNIGHT, List.of(), "0.1");

            assertThat(charger.onTariff(cancelled)).isTrue();

            assertThat(wattHours(charger)).containsExactly(3600L, 0L, 0L);
        }

        @Test
        void oneForOthersIsIgnoredAndCounted() {
            assertThat(charger.onTariff(cheapAt(16, 0, "grid:other"))).isFalse();
            assertThat(charger.onTariff(cheapAt(16, 0, "grid:other", "grid:demo")))
                    .isTrue();

            assertThat(charger.stats().notConcerned()).isEqualTo(1);
        }

        @Test
        void aMalformedOneChangesNothing() {
            String xml = Xml.marshal(TariffEvent.of(cheapAt(16, 0))).replace("EUR/kWh", "EUR");

            assertThatThrownBy(() -> charger.onTariff(Xml.unmarshal(xml, TariffEvent.class)))
                    .isInstanceOf(MalformedPayloadException.class);

            assertThat(wattHours(charger)).containsExactly(3600L, 0L, 0L);
        }
    }

    @Nested
    class AskedForItsNeeds {

        @Test
        void itIsOneSourceAndSaysWhenItPlanned() {
            DayNeeds first = charger.dayNeeds(DATE);
            now = NOON_BEFORE.plusSeconds(60);
            charger.onTariff(cheapAt(16, 0));
            DayNeeds second = charger.dayNeeds(DATE);

            assertThat(first.numDataSources()).isEqualTo(1);
            assertThat(first.expected()).isZero();
            assertThat(first.oldest()).contains(NOON_BEFORE);
            assertThat(second.oldest()).contains(now);
        }

        @Test
        void itAnswersWithAValidDocument() {
            EnergyNeeds answer = charger.needs(EnergyNeedsRequest.of(DATE));

            Xml.validate(Xml.marshal(answer), EnergyNeedsRequest.class, "energy.xsd");
            assertThat(answer.toDayNeeds()).isEqualTo(charger.dayNeeds(DATE));
        }

        @Test
        void itNeedsNothingOnOtherDays() {
            assertThat(charger.dayNeeds(DATE.plusDays(1)).totalWattHours()).isZero();
            assertThat(charger.energyNeeds(DATE.plusDays(1))).isEmpty();
        }

        @Test
        void itListsItsLoadsOneByOne() {
            List<EnergyNeed> needs = charger.energyNeeds(DATE);

            assertThat(needs).hasSize(1);
            assertThat(needs.get(0).toReservation().energyRequestedWh()).isEqualTo(3600);
        }
    }

    @Test
    void aMeterAddsNothingButTheNumberOfItsAppliances() {
        DayNeeds needs = new Concentrator("sm-1", BERLIN, 12).dayNeeds(DATE);

        assertThat(needs.numDataSources()).isZero();
        assertThat(needs.expected()).isEqualTo(12);
        assertThat(needs.oldest()).isEqualTo(Optional.empty());
        assertThat(needs.wattHours()).containsExactly(0L, 0L, 0L);
        assertThat(needs.complete()).isFalse();
        assertThat(new Concentrator("sm-1", BERLIN, 12)
                        .needs(EnergyNeedsRequest.of(DATE))
                        .toDayNeeds())
                .isEqualTo(needs);
        assertThatThrownBy(() -> new Concentrator("sm-1", BERLIN, -1))
                .hasMessage("appliances: -1 (expected: 0..1000000)");
    }

    @Test
    void manyThreadsSeeWholePlansAndTheHighestModificationStays() throws InterruptedException, ExecutionException {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Boolean>> done = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                int number = i;
                done.add(threads.submit(() -> {
                    charger.onTariff(cheapAt(7 + number % 11, number));
                    return charger.dayNeeds(DATE).totalWattHours() == 3600;
                }));
            }
            for (Future<Boolean> each : done) {
                assertThat(each.get()).isTrue();
            }
        } finally {
            threads.shutdownNow();
        }

        assertThat(charger.plans().get(0).start()).isEqualTo(local(7 + 199 % 11));
        TariffBook.Stats stats = charger.stats().tariffs();
        assertThat(stats.accepted() + stats.outdated()).isEqualTo(200);
    }
}
