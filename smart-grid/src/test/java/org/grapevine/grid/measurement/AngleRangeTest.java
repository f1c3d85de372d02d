package org.grapevine.grid.measurement;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.grapevine.aggregation.FunctionLibrary;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Payload;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.grapevine.core.reply.Partial;
import org.grapevine.grid.Xml;
import org.grapevine.grid.payload.MalformedPayloadException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AngleRangeTest {

    private static final Instant NOON = Instant.parse("2024-06-21T10:00:00Z");
    private static final AggregationFunction STYLESHEET = stylesheet();

    private static AggregationFunction stylesheet() {
        try {
            return FunctionLibrary.standard()
                    .allow(Xml.resource(AngleRange.class, "angle-range.xsl").getBytes(UTF_8), "angle-range.xsl");
        } catch (AggregationException e) {
            throw new AssertionError(e);
        }
    }

    private static AngleRange angle(Instant at, String degrees) {
        return AngleRange.of(new Phasor(at, BigDecimal.valueOf(230), new BigDecimal(degrees)));
    }

    private static AngleRange angles(String... degrees) {
        return Arrays.stream(degrees)
                .map(each -> angle(NOON, each))
                .reduce(AngleRange::plus)
                .orElseThrow();
    }

    private static Payload payload(AngleRange range) {
        return new EncodedPayload(Xml.marshal(PhaseAngles.of(range))
                .replaceFirst("<\\?xml[^>]*>", "")
                .getBytes(UTF_8));
    }

    private static AngleRange merged(AngleRange own, List<AngleRange> partials) {
        try {
            Payload merged = STYLESHEET
                    .merge(
                            Optional.of(payload(own)),
                            partials.stream()
                                    .map(range -> new Partial(payload(range), (int) range.numDataSources()))
                                    .toList())
                    .orElseThrow();
            String xml = new String(((EncodedPayload) merged).bytes(), UTF_8);
            Xml.validate(xml, AngleRange.class, "measurement.xsd");
            return Xml.unmarshal(xml, PhaseAngles.class).toRange();
        } catch (AggregationException e) {
            throw new AssertionError(e);
        }
    }

    /** The circle without its widest gap, found by looking at all angles. */
    private static BigDecimal shortestArc(List<BigDecimal> degrees) {
        List<BigDecimal> sorted = degrees.stream().sorted().toList();
        BigDecimal circle = BigDecimal.valueOf(360);
        BigDecimal widest = circle.add(sorted.get(0)).subtract(sorted.get(sorted.size() - 1));
        for (int i = 1; i < sorted.size(); i++) {
            widest = widest.max(sorted.get(i).subtract(sorted.get(i - 1)));
        }
        return circle.subtract(widest);
    }

    @Nested
    class TheDifference {

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "12.5                       | 0",
                    "10 20 15                   | 10",
                    "-10 20                     | 30",
                    "170 -170                   | 20",
                    "179.9999 -180              | 0.0001",
                    "-150.25 -149.5 -150        | 0.75",
                    "-120 -179 150              | 90",
                    "0 -180                     | 180",
                    "-90 90                     | 180",
                    "100 -100 179 -179          | 160"
                })
        void isTheShortestArcThatHoldsAllAngles(String degrees, BigDecimal difference) {
            assertThat(angles(degrees.split(" +")).difference().orElseThrow()).isEqualByComparingTo(difference);
        }

        @ParameterizedTest
        @ValueSource(strings = {"0 120 -120", "-91 90 0", "0 91 -179"})
        void isNoneWhereAnglesLieOnMoreThanHalfOfTheCircle(String degrees) {
            AngleRange range = angles(degrees.split(" +"));

            assertThat(range.difference()).isEmpty();
            Xml.validate(Xml.marshal(PhaseAngles.of(range)), AngleRange.class, "measurement.xsd");
        }
    }

    @Nested
    class TheStylesheet {

        @ParameterizedTest
        @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
        void givesTheSameInAnyOrderAndGroupingAsAllAnglesAtOnce(long seed) {
            Random random = new Random(seed);
            for (int run = 0; run < 20; run++) {
                List<BigDecimal> degrees = someAngles(random);
                List<AngleRange> open = new ArrayList<>(degrees.stream()
                        .map(each -> angle(NOON, each.toPlainString()))
                        .toList());
                AngleRange expected = open.stream().reduce(AngleRange::plus).orElseThrow();
                while (open.size() > 1) {
                    List<AngleRange> group = new ArrayList<>();
                    for (int i = Math.min(open.size(), 2 + random.nextInt(4)); i > 0; i--) {
                        group.add(open.remove(random.nextInt(open.size())));
                    }
                    open.add(merged(group.get(0), group.subList(1, group.size())));
                }
                AngleRange sum = open.get(0);

                assertThat(sum.numDataSources()).isEqualTo(degrees.size());
                assertThat(sum.difference().map(BigDecimal::stripTrailingZeros))
                        .isEqualTo(expected.difference().map(BigDecimal::stripTrailingZeros));
                BigDecimal arc = shortestArc(degrees);
                assertThat(sum.difference().isPresent()).isEqualTo(arc.compareTo(BigDecimal.valueOf(180)) <= 0);
                assertThat(sum.difference().stream()).allMatch(difference -> difference.compareTo(arc) == 0);
            }
        }

        /** Anywhere on the circle, on an arc of up to 240 degrees. */
        private static List<BigDecimal> someAngles(Random random) {
            int first = random.nextInt(3_600_000);
            int arc = 1 + random.nextInt(2_400_000);
            return Stream.generate(() -> BigDecimal.valueOf((first + random.nextInt(arc)) % 3_600_000 - 1_800_000, 4))
                    .limit(1 + random.nextInt(12))
                    .toList();
        }

        @Test
        void countsWhoMeasuredAtAnotherInstantInsteadOfMixingBoth() {
            AngleRange late = angle(NOON.plusSeconds(1), "100");

            AngleRange sum = merged(angle(NOON, "10"), List.of(late, angles("20", "30")));

            assertThat(sum).isEqualTo(angle(NOON, "10").plus(late).plus(angles("20", "30")));
            assertThat(sum.numDataSources()).isEqualTo(1);
            assertThat(sum.leftOut()).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<difference>1</difference>   | <difference>2</difference> | difference: '2' (expected: 1)",
                "<difference>1</difference>   |                            | difference: 'none' (expected: 1)",
                "<lowest>10                   | <lowest>180                | half/lowest: '180' (expected: -180 or more, and less than 180)",
                "<lowest>10                   | <lowest>-10                | half/highest: '11' (expected: on the same side of 0 as the lowest, -10)",
                "<lowest>10                   | <lowest>12                 | half/highest: '11' (expected: 12 or more, the lowest)",
                "side=\"positive\"            | side=\"west\"              | half: 'none' (expected: one or two)",
                "<numDataSources>2            | <numDataSources>0          | numDataSources: '0' (expected: a whole number in 1..4294967295)"
            })
    void whatMakesNoSenseIsRefused(String right, String wrong, String message) {
        String xml = Xml.marshal(PhaseAngles.of(angles("10", "11")))
                .replace("m:", "")
                .replace("xmlns:m=", "xmlns=")
                .replace(right, wrong == null ? "" : wrong);

        assertThatThrownBy(() -> Xml.unmarshal(xml, PhaseAngles.class).toRange())
                .isInstanceOf(MalformedPayloadException.class)
                .hasMessage(message);
    }
}
