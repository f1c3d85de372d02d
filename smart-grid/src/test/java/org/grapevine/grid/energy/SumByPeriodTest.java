package org.grapevine.grid.energy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.io.StringWriter;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.transform.stream.StreamSource;
import net.sf.saxon.s9api.Processor;
import net.sf.saxon.s9api.SaxonApiException;
import net.sf.saxon.s9api.Serializer;
import net.sf.saxon.s9api.XdmDestination;
import net.sf.saxon.s9api.XdmNode;
import net.sf.saxon.s9api.Xslt30Transformer;
import net.sf.saxon.s9api.XsltExecutable;
import net.sf.saxon.s9api.streams.Predicates;
import net.sf.saxon.s9api.streams.Steps;
import org.grapevine.grid.Xml;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SumByPeriodTest {

    private static final Processor PROCESSOR = new Processor(false);

    private static Serializer plainXml(StringWriter result) {
        Serializer serializer = PROCESSOR.newSerializer(result);
        serializer.setOutputProperty(Serializer.Property.OMIT_XML_DECLARATION, "yes");
        return serializer;
    }

    private static final XsltExecutable STYLESHEET = stylesheet();
    private static final DayPeriods DAY = new DayPeriods(LocalDate.of(2024, 10, 27), ZoneId.of("Europe/Berlin"));
    private static final Instant PLANNED = Instant.parse("2024-10-26T11:00:00Z");

    private static XsltExecutable stylesheet() {
        try {
            return PROCESSOR
                    .newXsltCompiler()
                    .compile(new StreamSource(Objects.requireNonNull(EnergyNeeds.class.getResource("sum-by-period.xsl"))
                            .toString()));
        } catch (SaxonApiException e) {
            throw new AssertionError(e);
        }
    }

    private static String merged(List<String> own, List<String> partials) {
        StringBuilder merge = new StringBuilder("<a:Merge xmlns:a=\"urn:org.grapevine:aggregation:1\"><a:Own>");
        own.forEach(merge::append);
        merge.append("</a:Own>");
        partials.forEach(partial ->
                merge.append("<a:Partial contributors=\"1\">").append(partial).append("</a:Partial>"));
        merge.append("</a:Merge>");
        try {
            StringWriter result = new StringWriter();
            Xslt30Transformer transformer = STYLESHEET.load30();
            transformer.applyTemplates(new StreamSource(new StringReader(merge.toString())), plainXml(result));
            return result.toString();
        } catch (SaxonApiException e) {
            throw new AssertionError(e);
        }
    }

    private static DayNeeds sum(List<DayNeeds> needs) {
        List<String> xml = needs.stream().map(SumByPeriodTest::xml).toList();
        String result = merged(xml.subList(0, 1), xml.subList(1, xml.size()));
        Xml.validate(result, EnergyNeeds.class, "energy.xsd");
        return Xml.unmarshal(result, EnergyNeeds.class).toDayNeeds();
    }

    private static String xml(DayNeeds needs) {
        return Xml.marshal(EnergyNeeds.of(needs)).replaceFirst("<\\?xml[^>]*>", "");
    }

    private static DayNeeds appliance(DayPeriods day, Instant plannedAt, long... wattHours) {
        List<Long> values = new ArrayList<>();
        for (long value : wattHours) {
            values.add(value);
        }
        return DayNeeds.of(day, 1, 0, Optional.of(plannedAt), values);
    }

    private static DayNeeds meter(DayPeriods day, int appliances) {
        return DayNeeds.of(day, 0, appliances, Optional.empty(), List.of(0L, 0L, 0L));
    }

    @Nested
    class ForOneDay {

        @Test
        void valuesAndCountsAreAddedAndTheOldestPlanIsTold() {
            DayNeeds sum = sum(List.of(
                    meter(DAY, 2),
                    appliance(DAY, PLANNED.plusSeconds(5), 1, 20, 300),
                    appliance(DAY, PLANNED, 1_000_000_000_000L, 50, 600)));

            assertThat(sum)
                    .isEqualTo(DayNeeds.of(DAY, 2, 2, Optional.of(PLANNED), List.of(1_000_000_000_001L, 70L, 900L)));
            assertThat(sum.complete()).isTrue();
        }

        @Test
        void aSumThatLacksAnApplianceIsNotComplete() {
            assertThat(sum(List.of(meter(DAY, 2), appliance(DAY, PLANNED, 1, 2, 3)))
                            .complete())
                    .isFalse();
        }

        @Test
        void metersAloneHaveNoOldest() {
            assertThat(sum(List.of(meter(DAY, 2), meter(DAY, 3))))
                    .isEqualTo(DayNeeds.of(DAY, 0, 5, Optional.empty(), List.of(0L, 0L, 0L)));
        }

        @Test
        void aDeviceWithoutNeedsOfItsOwnPassesOnWhatItGot() {
            DayNeeds needs = appliance(DAY, PLANNED, 1, 2, 3);
            String result = merged(List.of(), List.of(xml(needs)));

            assertThat(Xml.unmarshal(result, EnergyNeeds.class).toDayNeeds()).isEqualTo(needs);
        }

        @Test
        void nothingInIsNothingOut() {
            assertThat(merged(List.of(), List.of())).isEmpty();
        }
    }

    @Nested
    class ForDifferentDays {

        private final DayPeriods before = new DayPeriods(DAY.date().minusDays(1), DAY.zone());

        @Test
        void theLaterDayStaysAndTheApplianceOfTheOtherIsOnlyExpected() {
            DayNeeds sum = sum(List.of(appliance(before, PLANNED, 7, 8, 9), appliance(DAY, PLANNED, 1, 2, 3)));

            assertThat(sum).isEqualTo(DayNeeds.of(DAY, 1, 1, Optional.of(PLANNED), List.of(1L, 2L, 3L)));
        }

        @Test
        void withAMeterTheSumIsNotComplete() {
            DayNeeds sum =
                    sum(List.of(meter(DAY, 2), appliance(before, PLANNED, 7, 8, 9), appliance(DAY, PLANNED, 1, 2, 3)));

            assertThat(sum.complete()).isFalse();
        }

        @Test
        void theSameDateInAnotherZoneIsAnotherDay() {
            DayPeriods elsewhere = new DayPeriods(DAY.date(), ZoneId.of("Europe/Helsinki"));

            DayNeeds sum = sum(List.of(appliance(DAY, PLANNED, 1, 2, 3), appliance(elsewhere, PLANNED, 7, 8, 9)));

            assertThat(sum.wattHours()).containsExactly(7L, 8L, 9L);
            assertThat(sum.expected()).isEqualTo(1);
        }
    }

    @Test
    void theCompiledStylesheetHasNoOperatorThatCouldRunAway() throws SaxonApiException {
        XdmDestination compiled = new XdmDestination();
        STYLESHEET.explain(compiled);
        Set<String> operators = new TreeSet<>();
        for (XdmNode node : compiled.getXdmNode()
                .select(Steps.descendant(Predicates.isElement()))
                .toList()) {
            operators.add(node.getNodeName().getLocalName());
            if (node.getNodeName().getLocalName().equals("fn")) {
                operators.add("fn:" + node.attribute("name"));
            }
        }

        assertThat(operators)
                .contains("forEachGroup", "fn:sum")
                .doesNotContain("let", "for", "range", "function", "ufCall", "callT", "tailCallLoop", "fn:matches");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void anyOrderAndAnyGroupingGiveTheSameSum(long seed) {
        Random random = new Random(seed);
        List<DayNeeds> needs = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            DayPeriods day = new DayPeriods(DAY.date().minusDays(random.nextInt(10) / 8), DAY.zone());
            Instant plannedAt = PLANNED.plusMillis(random.nextInt(100_000));
            needs.add(
                    random.nextInt(5) == 0
                            ? meter(day, random.nextInt(6))
                            : appliance(
                                    day, plannedAt, random.nextInt(9000), random.nextInt(9000), random.nextInt(9000)));
        }
        DayNeeds expected = needs.stream().reduce(DayNeeds::plus).orElseThrow();

        List<DayNeeds> partials = new ArrayList<>(needs);
        while (partials.size() > 1) {
            Collections.shuffle(partials, random);
            List<DayNeeds> some = partials.subList(0, 2 + random.nextInt(Math.min(5, partials.size() - 1)));
            DayNeeds merged = sum(List.copyOf(some));
            some.clear();
            partials.add(merged);
        }

        assertThat(partials).containsExactly(expected);
    }
}
