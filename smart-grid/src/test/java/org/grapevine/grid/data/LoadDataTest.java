package org.grapevine.grid.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import org.assertj.core.data.Percentage;
import org.grapevine.grid.Xml;
import org.grapevine.grid.energy.DayPeriods;
import org.grapevine.grid.plan.Plan;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LoadDataTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @Nested
    class ChargingSessionsOfTrondheim {

        private static final String HEADER = "session,garage,user,user_type,shared_id,plug_in,plug_out,energy_kwh\n";

        @Test
        void areThoseThatCanBeRepeatedEveryDay() {
            ChargingSessions all = ChargingSessions.trondheim();

            assertThat(all.sessions().size() + all.leftOut()).isEqualTo(6878);
            assertThat(all.sessions()).hasSizeGreaterThan(6000).allSatisfy(session -> {
                assertThat(session.connected()).isPositive().isLessThanOrEqualTo(Duration.ofHours(22));
                assertThat(session.wattHours() * 3600)
                        .isPositive()
                        .isLessThanOrEqualTo(
                                session.watts() * session.connected().toSeconds());
            });
        }

        @Test
        void haveThePowerThatTheirEnergyNeeds() throws IOException {
            ChargingSessions read = ChargingSessions.read(
                    "s.csv",
                    new StringReader(HEADER
                            + "1,A,A-1,Private,,2019-01-01T18:00,2019-01-01T20:00,7.2\n"
                            + "2,A,A-1,Private,,2019-01-01T18:00,2019-01-01T20:00,7.21\n"
                            + "3,A,A-1,Private,,2019-01-01T18:00,2019-01-01T20:00,14.41\n"
                            + "4,A,A-1,Private,,2019-01-01T18:00,,14.41\n"
                            + "5,A,A-1,Private,,2019-03-31T01:00,2019-03-31T03:00,3.6\n"
                            + "6,A,A-1,Private,,2019-01-01T18:00,2019-01-02T16:01,3.6\n"));

            assertThat(read.sessions())
                    .containsExactly(
                            new ChargingSession(1, LocalTime.of(18, 0), Duration.ofHours(2), 7200, 3600),
                            new ChargingSession(2, LocalTime.of(18, 0), Duration.ofHours(2), 7210, 7200),
                            // The clocks went forward in between.
                            new ChargingSession(5, LocalTime.of(1, 0), Duration.ofHours(1), 3600, 3600));
            assertThat(read.leftOut()).isEqualTo(3);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "1,A,A-1,Private,,18:00,,1|s.csv:2: plug_in: '18:00'",
                    "1,A,A-1,Private,,2019-01-01T18:00,soon,1|s.csv:2: plug_out: 'soon'",
                    "1,A,A-1,Private,,2019-01-01T18:00,,-1|s.csv:2: energy_kwh: '-1'",
                    "x,A,A-1,Private,,2019-01-01T18:00,,1|s.csv:2: session: 'x'",
                    "1,A,A-1,Private,,2019-01-01T18:00,,1|s.csv: no usable session in 1 (expected: at least one)",
                })
        void areRefusedWithFileAndLineWhenMalformed(String row, String message) {
            assertThatThrownBy(() -> ChargingSessions.read("s.csv", new StringReader(HEADER + row)))
                    .isInstanceOf(DataFileException.class)
                    .hasMessageContaining(message);
        }
    }

    @Nested
    class TheHouseholdProfile {

        private final HouseholdProfile h25 = HouseholdProfile.h25();

        @Test
        void hasTheValueOfTheTable() {
            // June, working day, 00:00-00:15: 24.566 kWh at 1,000,000 kWh a year.
            Plan day = h25.day(LocalDate.of(2024, 6, 21), BERLIN, 1000);

            assertThat(day.runs().get(0).wattSeconds()).isEqualTo(24_566 * 3600 / 1000);
        }

        @ParameterizedTest
        @CsvSource({"2024-06-21, 96", "2024-03-31, 92", "2024-10-27, 100"})
        void hasARunForEveryQuarterOfALocalDay(LocalDate date, int quarters) {
            assertThat(h25.day(date, BERLIN, 3500).runs()).hasSize(quarters);
        }

        @Test
        void addsUpToTheAnnualConsumption() {
            long wattHours = 0;
            for (LocalDate date = LocalDate.of(2025, 1, 1); date.getYear() == 2025; date = date.plusDays(1)) {
                Plan day = h25.day(date, BERLIN, 3500);
                wattHours += day.wattHours(new DayPeriods(date, BERLIN)).stream()
                        .mapToLong(Long::longValue)
                        .sum();
            }

            assertThat(wattHours).isCloseTo(3_500_000, Percentage.withPercentage(0.3));
        }

        @Test
        void refusesAConsumptionOfNoHousehold() {
            assertThatThrownBy(() -> h25.day(LocalDate.of(2024, 6, 21), BERLIN, 0))
                    .hasMessage("annualKwh: 0 (expected: 1..20000)");
        }

        @Test
        void isRefusedWithFileAndLineWhenMalformed() {
            String good = Xml.resource(HouseholdProfile.class, "h25-2025.csv");

            assertThatThrownBy(() -> HouseholdProfile.read("h.csv", new StringReader(good.replace("00:15-00:30", "x"))))
                    .isInstanceOf(DataFileException.class)
                    .hasMessage("h.csv:4: quarter: 'x' (expected: 00:15-00:30)");
            assertThatThrownBy(() -> HouseholdProfile.read("h.csv", new StringReader(good.replace("März", "Lenz"))))
                    .hasMessageStartingWith("h.csv:1: header: ");
            assertThatThrownBy(() -> HouseholdProfile.read("h.csv", new StringReader(good.replace(",24.566,", ",-1,"))))
                    .hasMessage("h.csv:3: kWh: '-1' (expected: 0 or more, with up to 3 decimals)");
        }
    }

    @Nested
    class TheApplianceCycles {

        private static final String HEADER =
                "appliance,phases_minutes_x_watts,loaded_from,loaded_until,finish_within_hours\n";

        @Test
        void areLabelledAsAssumed() {
            assertThat(Xml.resource(ApplianceCycles.class, "appliance-cycles.csv"))
                    .startsWith("# ASSUMED");
            assertThat(ApplianceCycles.assumed())
                    .extracting(ApplianceCycle::appliance)
                    .containsExactly("washing-machine", "dishwasher", "tumble-dryer", "heat-pump-water-heater");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "oven,20,07:00,08:00,2|c.csv:2: phases_minutes_x_watts: '20' (expected: minutes x watts such as 20x2000)",
                    "oven,0x20,07:00,08:00,2|c.csv:2: phases_minutes_x_watts: '0x20' (expected: 1 minute or more)",
                    "oven,20x20,07:00,06:00,2|c.csv:2: loaded_until: '06:00' (expected: 07:00 or later)",
                    "oven,121x20,07:00,08:00,2|c.csv:2: finish_within_hours: 'PT2H' (expected: at least the programme's PT2H1M)",
                    "oven,20x20,7 am,08:00,2|c.csv:2: loaded_from: '7 am'",
                    "oven,20x20,07:00,08:00,21|c.csv:2: finish_within_hours: '21' (expected: a whole number in 1..20)",
                    ",20x20,07:00,08:00,2|c.csv:2: appliance: '' (expected: text)",
                })
        void areRefusedWithFileAndLineWhenMalformed(String row, String message) {
            assertThatThrownBy(() -> ApplianceCycles.read("c.csv", new StringReader(HEADER + row)))
                    .isInstanceOf(DataFileException.class)
                    .hasMessageContaining(message);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"LICENSE-CC-BY-4.0.txt", "LICENSE-demandlib-MIT.txt", "README.md"})
    void sourcesAndLicencesAreShipped(String name) {
        assertThat(Xml.resource(DayAheadPrices.class, name)).isNotBlank();
        assertThat(Xml.resource(DayAheadPrices.class, "README.md"))
                .contains("Bundesnetzagentur", "SMARD.de", "10.1016/j.dib.2021.107105", "demandlib");
    }
}
