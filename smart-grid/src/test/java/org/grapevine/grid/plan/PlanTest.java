package org.grapevine.grid.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.grapevine.grid.energy.DayPeriods;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlanTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private static Instant local(String text) {
        return LocalDateTime.parse(text).atZone(BERLIN).toInstant();
    }

    @Nested
    class SplitByPeriods {

        @Test
        void aRunIsSharedByTime() {
            Plan plan = new Plan(List.of(PlannedRun.at(local("2024-06-21T06:00"), Duration.ofHours(3), 1000)));

            assertThat(plan.wattHours(new DayPeriods(LocalDate.of(2024, 6, 21), BERLIN)))
                    .containsExactly(2000L, 1000L, 0L);
        }

        @Test
        void onlyWhatLiesInTheDayCountsForIt() {
            Plan overnight = new Plan(List.of(PlannedRun.at(local("2024-06-20T22:00"), Duration.ofHours(12), 100)));

            assertThat(overnight.wattHours(new DayPeriods(LocalDate.of(2024, 6, 20), BERLIN)))
                    .containsExactly(0L, 0L, 200L);
            assertThat(overnight.wattHours(new DayPeriods(LocalDate.of(2024, 6, 21), BERLIN)))
                    .containsExactly(800L, 200L, 0L);
            assertThat(overnight.wattHours(new DayPeriods(LocalDate.of(2024, 6, 22), BERLIN)))
                    .containsExactly(0L, 0L, 0L);
        }

        @ParameterizedTest
        @CsvSource({"2024-03-31, Europe/Berlin, 700", "2024-10-27, Europe/Berlin, 900", "2024-10-27, Europe/Oslo, 900"})
        void theFirstPeriodOfADayOfChangedClocksHasSevenOrNineHours(LocalDate date, ZoneId zone, long first) {
            Instant start = date.minusDays(1).atStartOfDay(zone).toInstant();
            Plan threeDays = new Plan(List.of(PlannedRun.at(start, Duration.ofDays(3), 100)));

            assertThat(threeDays.wattHours(new DayPeriods(date, zone))).containsExactly(first, 800L, 800L);
        }

        @Test
        void cumulativeRoundingLosesNothingAtABorder() {
            // 1 Wh over 16 hours from midnight: half a Wh in each of two periods.
            Plan plan = new Plan(List.of(new PlannedRun(local("2024-06-21T00:00"), Duration.ofHours(16), 3600)));

            assertThat(plan.wattHours(new DayPeriods(LocalDate.of(2024, 6, 21), BERLIN)))
                    .containsExactly(1L, 0L, 0L);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void thePeriodsOfAllDaysAddUpToTheWholeEnergy(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 1000; round++) {
            LocalDate date = LocalDate.of(2024, 1, 1).plusDays(random.nextInt(365));
            Instant next = date.atStartOfDay(BERLIN).toInstant().plusSeconds(random.nextInt(86_400));
            List<PlannedRun> runs = new ArrayList<>();
            long wattHours = 1 + random.nextLong(20_000);
            long missing = wattHours * 3600;
            while (missing > 0) {
                long wattSeconds = random.nextInt(3) == 0 ? missing : 1 + random.nextLong(missing);
                PlannedRun run = new PlannedRun(next, Duration.ofSeconds(1 + random.nextInt(30_000)), wattSeconds);
                runs.add(run);
                missing -= wattSeconds;
                next = run.end().plusSeconds(random.nextInt(5000));
            }
            Plan plan = new Plan(runs);

            long sum = 0;
            for (LocalDate day = date;
                    !day.atStartOfDay(BERLIN).toInstant().isAfter(plan.end());
                    day = day.plusDays(1)) {
                List<Long> periods = plan.wattHours(new DayPeriods(day, BERLIN));
                assertThat(periods).allMatch(value -> value >= 0);
                sum += periods.stream().mapToLong(Long::longValue).sum();
            }

            assertThat(sum).isEqualTo(wattHours).isEqualTo(plan.wattHours());
        }
    }

    @Nested
    class WhatIsRefused {

        private final Instant start = local("2024-06-21T00:00");

        @Test
        void runsThatOverlap() {
            List<PlannedRun> runs = List.of(
                    PlannedRun.at(start, Duration.ofHours(2), 100),
                    PlannedRun.at(start.plusSeconds(3600), Duration.ofHours(2), 100));

            assertThatThrownBy(() -> new Plan(runs))
                    .hasMessage("start: 2024-06-20T23:00:00Z (expected: 2024-06-21T00:00:00Z or later,"
                            + " where the run before it ends)");
        }

        @Test
        void noRunAtAll() {
            assertThatThrownBy(() -> new Plan(List.of())).hasMessage("runs: 0 (expected: 1..1000)");
        }

        @Test
        void energyBeyondAMegawattHour() {
            assertThatThrownBy(() -> PlannedRun.at(start, Duration.ofHours(2), 500_001))
                    .hasMessage("wattSeconds: 3600007200 (expected: 0..3600000000)");
        }

        @Test
        void durationsThatAreNotPositive() {
            assertThatThrownBy(() -> new PlannedRun(start, Duration.ofSeconds(-5), 1))
                    .hasMessageStartingWith("duration: PT-5S (expected: whole seconds, 1 s to 7 days)");
        }
    }
}
