package org.grapevine.grid.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.grapevine.grid.energy.FlowReservation;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadTest {

    private static final Instant SIX = Instant.parse("2024-06-21T06:00:00Z");
    private static final String MRID = Outlooks.MRID;

    private static Instant at(int hour, int minute) {
        return SIX.plus(Duration.ofHours(hour - 6)).plus(Duration.ofMinutes(minute));
    }

    @Nested
    class ACharger {

        private final ChargingLoad charger = new ChargingLoad(MRID, at(6, 10), at(10, 0), 3600, 3600);

        @Test
        void withoutTariffChargesFromPlugInOn() {
            assertThat(charger.plan().runs()).containsExactly(PlannedRun.at(at(6, 10), Duration.ofHours(1), 3600));
        }

        @Test
        void movesToTheCheapestHours() {
            Plan plan = charger.plan(Outlooks.hourly(SIX, "0.30", "0.20", "0.10", "0.25"));

            assertThat(plan.runs()).containsExactly(PlannedRun.at(at(8, 0), Duration.ofHours(1), 3600));
        }

        @Test
        void pausesWhereTheCheapHoursAreApartAndTakesTheEarlierOfTwoThatCostTheSame() {
            ChargingLoad more = new ChargingLoad(MRID, at(6, 0), at(11, 0), 5400, 3600);

            Plan plan = more.plan(Outlooks.hourly(SIX, "0.30", "0.10", "0.30", "0.20", "0.20"));

            assertThat(plan.runs())
                    .containsExactly(
                            PlannedRun.at(at(7, 0), Duration.ofHours(1), 3600),
                            PlannedRun.at(at(9, 0), Duration.ofMinutes(30), 3600));
        }

        @Test
        void endsBeforeThePlugOutEvenIfLaterHoursAreCheaper() {
            Plan plan = charger.plan(Outlooks.hourly(SIX, "0.4", "0.3", "0.2", "0.1", "-0.5"));

            assertThat(plan.end()).isEqualTo(at(10, 0));
            assertThat(plan.wattHours()).isEqualTo(3600);
        }

        @Test
        void usesHoursWithoutPriceOnlyWhenItMust() {
            PriceOutlook oneHour = Outlooks.hourly(at(9, 0), "5.00");

            assertThat(charger.plan(oneHour).start()).isEqualTo(at(9, 0));
            assertThat(new ChargingLoad(MRID, at(8, 0), at(10, 0), 5400, 3600)
                            .plan(oneHour)
                            .runs())
                    .containsExactly(
                            PlannedRun.at(at(8, 0), Duration.ofMinutes(30), 3600),
                            PlannedRun.at(at(9, 0), Duration.ofHours(1), 3600));
        }

        @Test
        void keepsAnEnergyThatDoesNotFillItsLastSecond() {
            Plan plan = new ChargingLoad(MRID, at(6, 0), at(10, 0), 1, 7200).plan();

            assertThat(plan.runs()).containsExactly(new PlannedRun(at(6, 0), Duration.ofSeconds(1), 3600));
        }

        @Test
        void asksForTheTimeFromItsPlannedBeginToThePlugOut() {
            Plan plan = charger.plan(Outlooks.hourly(SIX, "0.30", "0.20", "0.10", "0.25"));

            assertThat(charger.reservation(plan))
                    .isEqualTo(new FlowReservation(
                            MRID, 3600, 3600, Duration.ofHours(1), at(8, 0), Duration.ofHours(2), true));
        }

        @Test
        void refusesMoreThanFits() {
            assertThatThrownBy(() -> new ChargingLoad(MRID, at(6, 0), at(7, 0), 3601, 3600))
                    .hasMessage("wattHours: 3601 (expected: at most what 3600 W yield in PT1H)");
            assertThatThrownBy(() -> new ChargingLoad(MRID, at(7, 0), at(6, 0), 1, 3600))
                    .hasMessage("latestEnd: 2024-06-21T06:00:00Z (expected: up to 7 days after 2024-06-21T07:00:00Z)");
        }
    }

    @Nested
    class AMachine {

        private final List<CycleLoad.Phase> phases = List.of(
                new CycleLoad.Phase(Duration.ofMinutes(30), 2000), new CycleLoad.Phase(Duration.ofMinutes(60), 100));
        private final CycleLoad machine = new CycleLoad(MRID, at(6, 10), at(10, 30), phases);

        @Test
        void withoutTariffStartsWhenLoaded() {
            assertThat(machine.plan().start()).isEqualTo(at(6, 10));
            assertThat(machine.plan().wattHours()).isEqualTo(1100);
        }

        @Test
        void startsSoThatItsHungryPhaseMeetsTheLowPrice() {
            Plan plan = machine.plan(Outlooks.hourly(SIX, "0.30", "0.20", "0.10", "0.90", "0.90"));

            assertThat(plan.runs())
                    .containsExactly(
                            PlannedRun.at(at(8, 0), Duration.ofMinutes(30), 2000),
                            PlannedRun.at(at(8, 30), Duration.ofMinutes(60), 100));
        }

        @Test
        void staysWhereItIsIfNothingIsCheaper() {
            assertThat(machine.plan(Outlooks.hourly(SIX, "0.1", "0.1", "0.1", "0.1", "0.1")))
                    .isEqualTo(machine.plan());
        }

        @Test
        void refusesAWindowTooShortForItsProgramme() {
            assertThatThrownBy(() -> new CycleLoad(MRID, at(6, 0), at(7, 29), phases))
                    .hasMessage("latestEnd: 2024-06-21T07:29:00Z (expected: PT1H30M to 7 days after"
                            + " 2024-06-21T06:00:00Z)");
        }
    }

    @Test
    void aBaseLoadNeverMoves() {
        BaseLoad base = new BaseLoad(MRID, new Plan(List.of(PlannedRun.at(SIX, Duration.ofHours(2), 500))));

        assertThat(base.plan(Outlooks.hourly(SIX, "9", "-9"))).isEqualTo(base.plan());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void adaptingKeepsTheEnergyStaysInTheWindowAndNeverCostsMore(long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        int moved = 0;
        for (int round = 0; round < 600; round++) {
            LocalDate date = LocalDate.of(2024, 3, 30).plusDays(random.nextInt(3) * 105L);
            PriceOutlook outlook = Outlooks.random(date, random);
            Load load = randomLoad(date, random);
            Plan before = load.plan();
            Plan after = load.plan(outlook);

            assertThat(after.wattSeconds()).isEqualTo(before.wattSeconds());
            assertThat(after.start()).isAfterOrEqualTo(load.earliest());
            assertThat(after.end()).isBeforeOrEqualTo(load.latestEnd());
            assertThat(after.peakWatts()).isLessThanOrEqualTo(load.watts());
            assertThat(outlook.cost(after)).isLessThanOrEqualTo(outlook.cost(before));
            assertThat(load.plan(outlook)).isEqualTo(after);
            moved += after.equals(before) ? 0 : 1;
        }
        assertThat(moved).isGreaterThan(300);
    }

    private static Load randomLoad(LocalDate date, RandomGenerator random) {
        Instant earliest =
                date.minusDays(1).atStartOfDay(Outlooks.BERLIN).toInstant().plusSeconds(random.nextInt(2 * 86_400));
        if (random.nextBoolean()) {
            int seconds = random.nextInt(60, 86_400);
            long watts = random.nextBoolean() ? 3600 : 7213;
            long wattHours = 1 + random.nextLong(Math.max(1, watts * seconds / 3600 - 1));
            return new ChargingLoad(Outlooks.MRID, earliest, earliest.plusSeconds(seconds), wattHours, watts);
        }
        List<CycleLoad.Phase> phases = new ArrayList<>();
        long length = 0;
        for (int phase = random.nextInt(1, 5); phase > 0; phase--) {
            int seconds = random.nextInt(1, 6000);
            phases.add(new CycleLoad.Phase(Duration.ofSeconds(seconds), random.nextInt(100, 2500)));
            length += seconds;
        }
        return new CycleLoad(Outlooks.MRID, earliest, earliest.plusSeconds(length + random.nextInt(60_000)), phases);
    }
}
