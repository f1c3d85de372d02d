package org.grapevine.grid.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.grapevine.grid.appliance.Appliance;
import org.grapevine.grid.appliance.Concentrator;
import org.grapevine.grid.data.DayAheadPrices;
import org.grapevine.grid.data.TariffEvents;
import org.grapevine.grid.energy.DayNeeds;
import org.grapevine.grid.energy.DayPeriods;
import org.grapevine.grid.plan.Load;
import org.grapevine.grid.plan.Plan;
import org.grapevine.grid.plan.PriceOutlook;
import org.grapevine.grid.tariff.Tariff;
import org.grapevine.grid.tariff.TariffEvent;
import org.grapevine.grid.tariff.TariffStatus;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleAppliancesTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final LocalDate DATE = LocalDate.of(2024, 6, 21);
    private static final Instant NOW = Instant.parse("2024-06-20T11:00:00Z");
    private static final SampleGrid GRID = new SampleGrid("demo", 4, 20, 160);

    private final SampleAppliances appliances = new SampleAppliances(1, BERLIN);

    @Nested
    class Determinism {

        @Test
        void theSameSeedGivesTheSameLoadsInAnyOrderOfAsking() {
            List<Load> seventh = appliances.loads(7, DATE);
            appliances.loads(8, DATE);

            assertThat(new SampleAppliances(1, BERLIN).loads(7, DATE)).isEqualTo(seventh);
        }

        @Test
        void anotherSeedGivesOthers() {
            long same = 0;
            for (int number = 1; number <= 160; number++) {
                Plan one = appliances.loads(number, DATE).get(1).plan();
                Plan other = new SampleAppliances(2, BERLIN)
                        .loads(number, DATE)
                        .get(1)
                        .plan();
                same += one.equals(other) ? 1 : 0;
            }
            assertThat(same).isLessThan(10);
        }

        @Test
        void theNumbersOfTheFirstScenarioStayAsTheyAre() {
            assertThat(sum(false)).containsExactly(232278L, 259751L, 548296L);
            assertThat(sum(true)).containsExactly(385110L, 278244L, 376971L);
        }
    }

    @Nested
    class TheMix {

        @Test
        void hasEveryKindAmongAHundredAndSixty() {
            Set<String> kinds = new TreeSet<>();
            for (int number = 1; number <= 160; number++) {
                kinds.add(appliances.kind(number));
            }
            assertThat(kinds)
                    .containsExactly(
                            "dishwasher",
                            "ev-charger",
                            "heat-pump-water-heater",
                            "household",
                            "tumble-dryer",
                            "washing-machine");
        }

        @Test
        void hasItsSharesAmongManyThousand() {
            long chargers = 0;
            for (int number = 1; number <= 10_000; number++) {
                chargers += appliances.kind(number).equals("ev-charger") ? 1 : 0;
            }
            assertThat(chargers).isBetween(2800L, 3200L);
        }

        @Test
        void givesEveryLoadAnIdOfItsOwn() {
            Set<String> mrids = new HashSet<>();
            for (int number = 1; number <= 160; number++) {
                appliances.loads(number, DATE).forEach(load -> mrids.add(load.mrid()));
            }
            assertThat(mrids).hasSize(320).allMatch(mrid -> mrid.matches("[0-9A-F]{32}"));
        }
    }

    @Nested
    class AfterATariff {

        @ParameterizedTest
        @ValueSource(strings = {"2024-01-16", "2024-03-31", "2024-05-12", "2024-06-21", "2024-10-27", "2024-12-12"})
        void noLoadCostsMoreOrNeedsOtherEnergyOrLeavesItsWindow(LocalDate date) {
            PriceOutlook outlook = new PriceOutlook(List.of(tariff(date)), BERLIN);
            for (int number = 1; number <= 160; number++) {
                for (Load load : appliances.loads(number, date)) {
                    Plan before = load.plan();
                    Plan after = load.plan(outlook);
                    assertThat(after.wattSeconds()).isEqualTo(before.wattSeconds());
                    assertThat(outlook.cost(after)).isLessThanOrEqualTo(outlook.cost(before));
                    assertThat(outlook.cost(after).unpricedWattSeconds()).isZero();
                    assertThat(after.start()).isAfterOrEqualTo(load.earliest());
                    assertThat(after.end()).isBeforeOrEqualTo(load.latestEnd());
                }
            }
        }

        @Test
        void theSecondPictureDiffersFromTheFirstByMoreThanATenthOfTheDay() {
            List<Long> before = sum(false);
            List<Long> after = sum(true);
            long moved = 0;
            for (int period = 0; period < DayPeriods.COUNT; period++) {
                moved += Math.abs(after.get(period) - before.get(period)) / 2;
            }
            long day = before.stream().mapToLong(Long::longValue).sum();

            assertThat(moved).isGreaterThan(day / 10);
            assertThat(after.get(2)).isLessThan(before.get(2));
        }
    }

    @Test
    void theSumOverMetersAndAppliancesIsComplete() {
        DayNeeds sum = new Concentrator("sm-1", BERLIN, GRID.appliancesOf(1)).dayNeeds(DATE);
        for (int meter = 2; meter <= GRID.meters(); meter++) {
            sum = sum.plus(new Concentrator("sm-" + meter, BERLIN, GRID.appliancesOf(meter)).dayNeeds(DATE));
        }
        assertThat(sum.complete()).isFalse();
        for (int number = 1; number <= GRID.appliances(); number++) {
            sum = sum.plus(appliance(number).dayNeeds(DATE));
        }
        assertThat(sum.numDataSources()).isEqualTo(160);
        assertThat(sum.expected()).isEqualTo(160);
        assertThat(sum.complete()).isTrue();
    }

    @Test
    void aCarIsUnpluggedBeforeItComesBackOnADayOf23HoursToo() {
        LocalDate shortDay = LocalDate.of(2024, 3, 31);
        for (int number = 1; number <= 500; number++) {
            if (appliances.kind(number).equals("ev-charger")) {
                List<Load> loads = appliances.loads(number, shortDay);
                assertThat(loads.get(0).latestEnd()).isBefore(loads.get(1).earliest());
            }
        }
    }

    @Test
    void onlyAppliancesHaveLoads() {
        assertThatThrownBy(() -> appliances.appliance(GRID.meter(1), DATE, () -> NOW))
                .hasMessage("role: SMART_METER (expected: APPLIANCE)");
        assertThatThrownBy(() -> appliances.loads(0, DATE)).hasMessage("number: 0 (expected: 1 or more)");
    }

    private Appliance appliance(int number) {
        return appliances.appliance(GRID.appliance(number), DATE, () -> NOW);
    }

    private static Tariff tariff(LocalDate date) {
        return new TariffEvents(DayAheadPrices.germany2024(), BERLIN, "utility", List.of(GRID.scope()))
                .tariffForDay(date, 0, TariffStatus.FAR, NOW);
    }

    private List<Long> sum(boolean afterTariff) {
        TariffEvent event = TariffEvent.of(tariff(DATE));
        DayNeeds sum = DayNeeds.of(new DayPeriods(DATE, BERLIN), 0, 0, Optional.empty(), List.of(0L, 0L, 0L));
        for (int number = 1; number <= GRID.appliances(); number++) {
            Appliance appliance = appliance(number);
            if (afterTariff) {
                assertThat(appliance.onTariff(event)).isTrue();
            }
            sum = sum.plus(appliance.dayNeeds(DATE));
        }
        return sum.wattHours();
    }
}
