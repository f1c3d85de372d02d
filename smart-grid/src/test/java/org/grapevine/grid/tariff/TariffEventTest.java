package org.grapevine.grid.tariff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Currency;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.grapevine.grid.Xml;
import org.grapevine.grid.data.DayAheadPrices;
import org.grapevine.grid.data.TariffEvents;
import org.grapevine.grid.payload.MalformedPayloadException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TariffEventTest {

    private static final String GOLDEN = Xml.resource(TariffEventTest.class, "tariff-event.xml");
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

    private static Tariff read(String xml) {
        return Xml.unmarshal(xml, TariffEvent.class).toTariff();
    }

    private static TariffEvent ofDay(LocalDate date) {
        return new TariffEvents(DayAheadPrices.germany2024(), BERLIN, "utility", List.of("grid:demo"))
                .forDay(date, 0, TariffStatus.FAR, Tariffs.CREATED);
    }

    @Nested
    class OnTheWire {

        @Test
        void theGoldenEventIsValidAndReadsAsItSays() {
            Xml.validate(GOLDEN, TariffEvent.class, "tariff.xsd");

            assertThat(read(GOLDEN))
                    .isEqualTo(new Tariff(
                            "evening-2024-06-21",
                            3,
                            TariffStatus.NEAR,
                            Instant.parse("2024-06-20T11:00:00Z"),
                            "Stadtwerke Köln",
                            Instant.parse("2024-06-21T16:00:00Z"),
                            Duration.ofMinutes(30),
                            Currency.getInstance("EUR"),
                            List.of(new BigDecimal("0.31"), new BigDecimal("-0.0045"), BigDecimal.ZERO),
                            List.of("grid:demo/han")));
        }

        @ParameterizedTest
        @ValueSource(strings = {"2024-06-21", "2024-03-31", "2024-10-27", "2024-05-12"})
        void aDayOfRealPricesIsValidAndComesBackUnchanged(LocalDate date) {
            TariffEvent event = ofDay(date);
            String xml = Xml.marshal(event);

            Xml.validate(xml, TariffEvent.class, "tariff.xsd");
            assertThat(read(xml)).isEqualTo(event.toTariff());
        }

        @Test
        void aDayOf25HoursStaysBelow2900BytesEvenWithALongerPrefixOnEveryElement() {
            String xml = Xml.marshal(ofDay(LocalDate.of(2024, 10, 27)));
            assertThat(xml).contains("uid=\"24\"").contains("<t:");

            String longer =
                    xml.replace("<t:", "<ns42:").replace("</t:", "</ns42:").replace("xmlns:t=", "xmlns:ns42=");

            assertThat(longer.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(2900);
        }

        @Test
        void aTariffForEverybodyHasNoTarget() {
            String xml = Xml.marshal(TariffEvent.of(Tariffs.hourly("a", 0, Instant.EPOCH, "0.1")));

            assertThat(xml).doesNotContain("target");
            Xml.validate(xml, TariffEvent.class, "tariff.xsd");
            assertThat(read(xml).groups()).isEmpty();
        }
    }

    @Nested
    class WhenSomethingIsWrong {

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    ">3<| >-1<| modificationNumber: '-1' (expected: a whole number in 0..4294967295)",
                    ">3<| >three<| modificationNumber: 'three'",
                    ">3<| >99999999999999999999<| modificationNumber",
                    ">near<| >soon<| status: 'soon' (expected: none, far, near, active, completed or cancelled)",
                    ">2024-06-20T13:00:00+02:00<| >yesterday<| createdDateTime: 'yesterday'",
                    ">2024-06-20T13:00:00+02:00<| >2024-06-20T13:00:00<| createdDateTime",
                    ">2024-06-21T18:00:00+02:00<| >+999999999-01-01T00:00:00Z<| activePeriod/start",
                    ">2024-06-21T18:00:00+02:00<| >2024-06-21T18:07:00+02:00<| activePeriod/start: '2024-06-21T16:07:00Z'"
                            + " (expected: a full quarter of an hour)",
                    ">PT90M<| >-PT90M<| activePeriod/duration: '-PT90M' (expected: a positive duration",
                    ">PT90M<| >PT0S<| activePeriod/duration: 'PT0S'",
                    ">PT90M<| >P1Y<| activePeriod/duration: 'P1Y'",
                    ">PT90M<| >PT2H<| activePeriod/duration: 'PT2H' (expected: PT1H30M, as 3 intervals of PT30M take)",
                    ">PT30M<| >PT-30M<| signal/intervalDuration: 'PT-30M'",
                    ">PT30M<| >PT1S<| intervalDuration: 'PT1S' (expected: PT15M, PT30M or PT1H)",
                    ">ELECTRICITY_PRICE<| >LOAD_DISPATCH<| signal/signalName: 'LOAD_DISPATCH' (expected: ELECTRICITY_PRICE)",
                    ">EUR<| >XQZ<| signal/currency: 'XQZ' (expected: an ISO 4217 code such as EUR)",
                    ">EUR/kWh<| >EUR/MWh<| signal/unit: 'EUR/MWh' (expected: EUR/kWh)",
                    "uid=\"1\"| uid=\"2\"| signal/intervals/interval/@uid: '2' (expected: 1, in order)",
                    "uid=\"1\"| | signal/intervals/interval/@uid: missing",
                    "\"0.31\"| \"NaN\"| signal/intervals/interval/@payloadFloat: 'NaN' (expected: a decimal number",
                    "\"0.31\"| \"1e999999999\"| signal/intervals/interval/@payloadFloat",
                    "\"0.31\"| \"1000.1\"| payloadFloat: '1000.1' (expected: -1000..1000 per kWh",
                    "\"0.31\"| \"0.1234567\"| payloadFloat: '0.1234567'",
                })
        void theErrorNamesTheElementTheValueAndWhatIsExpected(String good, String bad, String message) {
            assertThat(GOLDEN).contains(good);
            String xml = GOLDEN.replace(good, bad == null ? "" : bad);

            assertThatThrownBy(() -> read(xml))
                    .isInstanceOf(MalformedPayloadException.class)
                    .hasMessageContaining(message);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "eventID",
                    "modificationNumber",
                    "status",
                    "createdDateTime",
                    "issuer",
                    "activePeriod",
                    "start",
                    "duration",
                    "signal",
                    "signalName",
                    "currency",
                    "unit",
                    "intervalDuration",
                    "intervals",
                    "groupID"
                })
        void anElementThatIsMissingIsNamed(String element) {
            String xml = GOLDEN.replaceAll("(?s)<ns2:" + element + ">.*?</ns2:" + element + ">", "");
            assertThat(xml).isNotEqualTo(GOLDEN);

            assertThatThrownBy(() -> read(xml))
                    .isInstanceOf(MalformedPayloadException.class)
                    .hasMessageContaining(element + ": missing (expected: ");
        }

        @Test
        void anEventWithoutIntervalsIsRefused() {
            String xml = GOLDEN.replaceAll("<ns2:interval [^>]*/>", "");

            assertThatThrownBy(() -> read(xml))
                    .isInstanceOf(MalformedPayloadException.class)
                    .hasMessage("signal/intervals/interval: 0 of them (expected: 1..100)");
        }

        @Test
        void tenThousandIntervalsAreRefusedByTheirNumber() {
            String many = IntStream.range(0, 10_000)
                    .mapToObj(uid -> "<ns2:interval uid=\"" + uid + "\" payloadFloat=\"0.1\"/>")
                    .collect(Collectors.joining());
            String xml = GOLDEN.replaceAll(
                    "(?s)<ns2:intervals>.*</ns2:intervals>", "<ns2:intervals>" + many + "</ns2:intervals>");

            assertThatThrownBy(() -> read(xml))
                    .isInstanceOf(MalformedPayloadException.class)
                    .hasMessage("signal/intervals/interval: 10000 of them (expected: 1..100)");
        }

        @Test
        void aLongValueIsShortenedAndKeptOnOneLine() {
            String xml = GOLDEN.replace(">near<", ">near&#10;INFO all is well" + "x".repeat(40) + "<");

            assertThatThrownBy(() -> read(xml))
                    .isInstanceOf(MalformedPayloadException.class)
                    .hasMessage("status: 'near?INFO all is wellxxxxxxxxxxxxxxxxxxx...'"
                            + " (expected: text of 1..64 characters)");
        }
    }

    @Nested
    class ItsTarget {

        private final Tariff forHomes = read(GOLDEN);

        @Test
        void concernsAScopeAndAllBelowIt() {
            assertThat(forHomes.concerns(List.of("grid:demo/han"))).isTrue();
            assertThat(forHomes.concerns(List.of("grid:demo/fan/ssc-1", "grid:demo/han/sm-1")))
                    .isTrue();
        }

        @Test
        void doesNotConcernWhatMerelyBeginsAlike() {
            assertThat(forHomes.concerns(List.of("grid:demo/hands"))).isFalse();
            assertThat(forHomes.concerns(List.of("grid:demo"))).isFalse();
            assertThat(forHomes.concerns(List.of())).isFalse();
        }
    }
}
