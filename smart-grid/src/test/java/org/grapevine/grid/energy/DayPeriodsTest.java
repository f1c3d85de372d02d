package org.grapevine.grid.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DayPeriodsTest {

    @ParameterizedTest
    @CsvSource({
        "2024-06-21, Europe/Berlin, 8, 8, 8",
        "2024-03-31, Europe/Berlin, 7, 8, 8",
        "2024-10-27, Europe/Berlin, 9, 8, 8",
        "2024-03-31, Europe/Oslo, 7, 8, 8",
        "2024-10-27, Europe/Oslo, 9, 8, 8",
        "2024-03-31, America/New_York, 8, 8, 8",
    })
    void theDayIsCutByTheClockOnTheWall(LocalDate date, ZoneId zone, int first, int second, int third) {
        assertThat(hours(new DayPeriods(date, zone))).containsExactly((long) first, (long) second, (long) third);
    }

    @Test
    void eachBorderHasTheOffsetOfItsTime() {
        assertThat(new DayPeriods(LocalDate.of(2024, 3, 31), ZoneId.of("Europe/Berlin")).borders())
                .extracting(OffsetDateTime::toString)
                .containsExactly(
                        "2024-03-31T00:00+01:00",
                        "2024-03-31T08:00+02:00",
                        "2024-03-31T16:00+02:00",
                        "2024-04-01T00:00+02:00");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Europe/Berlin", "Europe/Oslo", "Asia/Beirut", "Australia/Lord_Howe", "America/Sao_Paulo"})
    void theDaysOfAYearFollowEachOtherWithoutGap(ZoneId zone) {
        LocalDate date = LocalDate.of(2018, 1, 1);
        OffsetDateTime end = new DayPeriods(date, zone).borders().get(3);
        for (int day = 1; day < 366; day++) {
            DayPeriods next = new DayPeriods(date.plusDays(day), zone);
            assertThat(next.borders().get(0)).isEqualTo(end);
            end = next.borders().get(3);
        }
    }

    @Test
    void aDayThatAZoneSkippedIsRefused() {
        assertThatThrownBy(() -> new DayPeriods(LocalDate.of(2011, 12, 30), ZoneId.of("Pacific/Apia")))
                .hasMessage("date: '2011-12-30' (expected: a day that exists in Pacific/Apia)");
    }

    private static List<Long> hours(DayPeriods day) {
        List<Long> hours = new ArrayList<>();
        for (int period = 0; period < DayPeriods.COUNT; period++) {
            hours.add(Duration.between(day.borders().get(period), day.borders().get(period + 1))
                    .toHours());
        }
        return hours;
    }
}
