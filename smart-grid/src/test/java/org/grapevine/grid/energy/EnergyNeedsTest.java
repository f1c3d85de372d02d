package org.grapevine.grid.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.grapevine.grid.Xml;
import org.grapevine.grid.payload.MalformedPayloadException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnergyNeedsTest {

    private static final String GOLDEN = Xml.resource(EnergyNeedsTest.class, "energy-needs.xml");
    private static final String GOLDEN_NEED = Xml.resource(EnergyNeedsTest.class, "energy-need.xml");
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    @Nested
    class TheNeedsOfADay {

        @Test
        void theGoldenFileIsValidAndReadsAsItSays() {
            Xml.validate(GOLDEN, EnergyNeeds.class, "energy.xsd");

            DayPeriods day = new DayPeriods(LocalDate.of(2024, 10, 27), BERLIN);
            assertThat(Xml.unmarshal(GOLDEN, EnergyNeeds.class).toDayNeeds())
                    .isEqualTo(DayNeeds.of(
                            day,
                            11,
                            12,
                            Optional.of(Instant.parse("2024-10-26T11:00:00Z")),
                            List.of(12345L, 0L, 67890L)));
        }

        @ParameterizedTest
        @ValueSource(strings = {"2024-06-21", "2024-03-31", "2024-10-27"})
        void whatIsWrittenIsValidAndComesBackUnchanged(LocalDate date) {
            DayNeeds needs = DayNeeds.of(new DayPeriods(date, BERLIN), 0, 3, Optional.empty(), List.of(0L, 0L, 0L));
            String xml = Xml.marshal(EnergyNeeds.of(needs));

            Xml.validate(xml, EnergyNeeds.class, "energy.xsd");
            assertThat(xml).doesNotContain("oldest");
            assertThat(Xml.unmarshal(xml, EnergyNeeds.class).toDayNeeds()).isEqualTo(needs);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "date=\"2024-10-27\"|date=\"2024-10-28\"|reading/start: '2024-10-27T00:00+02:00' (expected: on 2024-10-28)",
                    "date=\"2024-10-27\"|date=\"27.10.2024\"|@date: '27.10.2024'",
                    "date=\"2024-10-27\"|''|@date: missing",
                    ">11<|>-11<|numDataSources: '-11' (expected: a whole number in 0..4294967295)",
                    ">false<|>true<|complete: 'true' (expected: false for numDataSources 11 and expected 12)",
                    ">false<|>maybe<|complete: 'maybe' (expected: true or false)",
                    ">2024-10-26T11:00:00Z<|><|oldest: ''",
                    "key=\"1\"|key=\"2\"|reading/@key: '2' (expected: 1, in order)",
                    ">32400<|>28800<|reading/start: '2024-10-27T08:00+01:00' (expected: 2024-10-27T06:00:00Z, where",
                    ">67890<|>-1<|reading/value: '-1'",
                    ">67890<|>1.5<|reading/value: '1.5'",
                    "</energyNeeds>|<reading/></energyNeeds>|reading: 4 of them (expected: 3..3)",
                })
        void theErrorNamesTheElementTheValueAndWhatIsExpected(String good, String bad, String message) {
            assertThat(GOLDEN).contains(good);
            EnergyNeeds needs = Xml.unmarshal(GOLDEN.replace(good, bad), EnergyNeeds.class);

            assertThatThrownBy(needs::toDayNeeds)
                    .isInstanceOf(MalformedPayloadException.class)
                    .hasMessageContaining(message);
        }
    }

    @Nested
    class TheRequest {

        @Test
        void isValidAndComesBackUnchanged() {
            LocalDate date = LocalDate.of(2024, 6, 21);
            String xml = Xml.marshal(EnergyNeedsRequest.of(date));

            Xml.validate(xml, EnergyNeeds.class, "energy.xsd");
            assertThat(Xml.unmarshal(xml, EnergyNeedsRequest.class).toDate()).isEqualTo(date);
        }

        @ParameterizedTest
        @ValueSource(strings = {"tomorrow", "2024-02-30", "+999999999-12-31", "0000-01-01", "9999-12-31"})
        void forNoPossibleDayIsRefused(String date) {
            String xml = Xml.marshal(EnergyNeedsRequest.of(LocalDate.EPOCH.plusDays(5)))
                    .replace("1970-01-06", date);

            assertThatThrownBy(
                            () -> Xml.unmarshal(xml, EnergyNeedsRequest.class).toDate())
                    .isInstanceOf(MalformedPayloadException.class)
                    .hasMessage("date: '" + date + "' (expected: a date between 1970-01-02 and 9998-12-30)");
        }
    }

    @Nested
    class TheNeedOfAnAppliance {

        @Test
        void theGoldenFileIsValidAndReadsAsItSays() {
            Xml.validate(GOLDEN_NEED, EnergyNeeds.class, "energy.xsd");

            FlowReservation reservation = new FlowReservation(
                    "86236566C72733FBA9DEBE773FB009A4",
                    5780,
                    3600,
                    Duration.ofSeconds(5780),
                    Instant.parse("2024-06-21T14:33:00Z"),
                    Duration.ofSeconds(21060),
                    true);
            assertThat(Xml.unmarshal(GOLDEN_NEED, EnergyNeed.class).toReservation())
                    .isEqualTo(reservation);

            String written = Xml.marshal(EnergyNeed.of(reservation));
            Xml.validate(written, EnergyNeeds.class, "energy.xsd");
            assertThat(Xml.unmarshal(written, EnergyNeed.class).toReservation()).isEqualTo(reservation);
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "FB009A4<|fb009a4<|mRID",
                    "<energyRequested>5780|<energyRequested>1000001|energyRequested: '1000001'",
                    ">3600<|>-3600<|powerRequested: '-3600'",
                    ">21060<|>5779<|intervalRequested/duration: 'PT1H36M19S' (expected: durationRequested or more",
                    ">true<|>yes<|interruptible: 'yes' (expected: true or false)",
                })
        void theErrorNamesTheElementTheValueAndWhatIsExpected(String good, String bad, String message) {
            assertThat(GOLDEN_NEED).contains(good);
            EnergyNeed need = Xml.unmarshal(GOLDEN_NEED.replace(good, bad), EnergyNeed.class);

            assertThatThrownBy(need::toReservation)
                    .isInstanceOf(MalformedPayloadException.class)
                    .hasMessageContaining(message);
        }
    }
}
