package org.grapevine.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.LongStream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamReader;
import net.sf.saxon.s9api.Processor;
import org.grapevine.aggregation.library.StandardFunction;
import org.grapevine.core.message.Payload;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.grapevine.core.reply.Partial;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StandardFunctionsTest {

    private static final FunctionLibrary LIBRARY =
            FunctionLibrary.standard(AggregationLimits.defaults(), FunctionLibrary.Form.XSLT);

    private static final String READING =
            """
            <n:energyNeeds xmlns:n="urn:org.grapevine:smart-grid:energy:1" date="2024-06-21">\
            <n:numDataSources>%s</n:numDataSources><n:complete>false</n:complete>\
            <n:reading key="8"><n:start>08:00</n:start><n:duration>28800</n:duration><n:value>%s</n:value></n:reading>\
            <n:reading key="0"><n:start>00:00</n:start><n:duration>28800</n:duration><n:value>%s</n:value></n:reading>\
            </n:energyNeeds>""";

    private static AggregationFunction function(String name) throws AggregationException {
        return LIBRARY.resolve(name);
    }

    @Nested
    class SumByKey {

        @Test
        void addsTheReadingsOfEveryPeriodAndKeepsTheirShape() throws AggregationException {
            String sum = Answers.merge(
                    function("sum-by-key"),
                    READING.formatted(1, "10", "0.1"),
                    READING.formatted(2, "20", "0.2"),
                    READING.formatted(3, "30", "-0.6"));
            assertThat(sum)
                    .isEqualTo(
                            """
                            <n:energyNeeds xmlns:n="urn:org.grapevine:smart-grid:energy:1" date="2024-06-21">\
                            <n:reading key="0"><n:start>00:00</n:start><n:duration>28800</n:duration>\
                            <n:value>-0.3</n:value></n:reading>\
                            <n:reading key="8"><n:start>08:00</n:start><n:duration>28800</n:duration>\
                            <n:value>60</n:value></n:reading></n:energyNeeds>""");
        }

        @Test
        void takesKeysThatOnlySomeHave() throws AggregationException {
            assertThat(Answers.merge(
                            function("sum-by-key"),
                            "<r><e key='b' value='1'/></r>",
                            "<r><e key='a' value='2'/><e key='b' value='3.50'/></r>"))
                    .isEqualTo("<r><e key=\"a\" value=\"2\"/><e key=\"b\" value=\"4.5\"/></r>");
        }

        @Test
        void addsTheTextsOfEntriesWithoutAValueOfTheirOwn() throws AggregationException {
            assertThat(Answers.merge(
                            function("sum-by-key"),
                            "<r><e key='x'>1</e><e key='x'>2</e></r>",
                            "<r><e key='x'> 3 </e></r>"))
                    .isEqualTo("<r><e key=\"x\">6</e></r>");
        }

        @Test
        void leavesOutWhatIsNotTheSameInAll() throws AggregationException {
            assertThat(
                            Answers.merge(
                                    function("sum-by-key"),
                                    "<r id='1' day='d'><e key='x' unit='W' at='1'><of>p</of><by>a</by><value>1</value></e></r>",
                                    "<r id='2' day='d'><e key='x' unit='W' at='2'><of>p</of><by>b</by><value>1</value></e></r>"))
                    .isEqualTo("<r day=\"d\"><e key=\"x\" unit=\"W\"><of>p</of><value>2</value></e></r>");
        }

        @Test
        void refusesAnswersWithDifferentNames() {
            assertThatThrownBy(() -> Answers.merge(function("sum-by-key"), "<r/>", "<q/>"))
                    .isInstanceOf(AggregationException.class)
                    .hasMessage("sum-by-key: answers with different names: q, r (expected: one name)");
        }
    }

    @Nested
    class Scalars {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "<r>%s</r>",
                    "<r value=\"%s\"/>",
                    "<r><value>%s</value></r>",
                    "<p:r xmlns:p=\"urn:p\" unit=\"W\"><p:value>%s</p:value></p:r>"
                })
        void keepTheShapeOfTheAnswers(String shape) throws AggregationException {
            String[] answers = {shape.formatted("2.5"), shape.formatted("-7"), shape.formatted("12.25")};
            for (Map.Entry<String, String> expected :
                    new TreeMap<>(Map.of("sum", "7.75", "min", "-7", "max", "12.25", "count", "3")).entrySet()) {
                assertThat(Answers.merge(function(expected.getKey()), answers[0], answers[1], answers[2]))
                        .isEqualTo(shape.formatted(expected.getValue()));
            }
        }

        @Test
        void countAddsUpTheContributorsWhateverTheAnswersSay() throws AggregationException {
            Optional<Payload> merged = function("count")
                    .merge(
                            Optional.of(Answers.payload("<r>on</r>")),
                            List.of(Answers.partial("<r>12</r>", 12), Answers.partial("<r>off</r>", 1)));
            assertThat(Answers.text(merged.orElseThrow())).isEqualTo("<r>14</r>");
        }

        @Test
        void refuseWhatIsNoDecimal() {
            assertThatThrownBy(() -> Answers.merge(function("sum"), "<r>1</r>", "<r>1e3</r>"))
                    .isInstanceOf(AggregationException.class)
                    .hasMessageContaining("1e3");
        }
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, 12);
    }

    /** Whatever tree a request drew and in whatever order replies came, the answer is that of the plain sum. */
    @ParameterizedTest
    @MethodSource("seeds")
    void mergeInAnyOrderAndGrouping(long seed) throws AggregationException {
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        int devices = random.nextInt(1, 30);
        List<Map<String, BigDecimal>> entries = new ArrayList<>();
        List<String> keyed = new ArrayList<>();
        List<String> plain = new ArrayList<>();
        BigDecimal sum = BigDecimal.ZERO;
        Set<BigDecimal> values = new TreeSet<>();
        Map<String, BigDecimal> sums = new TreeMap<>();
        for (int i = 0; i < devices; i++) {
            BigDecimal value = decimal(random);
            sum = sum.add(value);
            values.add(value);
            plain.add("<r unit=\"W\">" + value.toPlainString() + "</r>");
            Map<String, BigDecimal> own = new TreeMap<>();
            for (String key : List.of("a", "b", "c", "d")) {
                if (random.nextBoolean()) {
                    BigDecimal part = decimal(random);
                    own.put(key, part);
                    sums.merge(key, part, BigDecimal::add);
                }
            }
            entries.add(own);
            keyed.add(keyed(own));
        }
        assertThat(entries).hasSize(devices);
        String context = "seed " + seed;
        assertThat(tree(function("sum"), plain, random)).as(context).isEqualTo(answer(sum));
        assertThat(tree(function("min"), plain, random))
                .as(context)
                .isEqualTo(answer(values.iterator().next()));
        assertThat(tree(function("max"), plain, random))
                .as(context)
                .isEqualTo(answer(((TreeSet<BigDecimal>) values).last()));
        assertThat(tree(function("count"), plain, random)).as(context).isEqualTo(answer(BigDecimal.valueOf(devices)));
        assertThat(tree(function("sum-by-key"), keyed, random))
                .as(context)
                .isEqualTo(keyed(sums).replace("<r></r>", "<r/>"));
    }

    private static String answer(BigDecimal value) {
        return "<r unit=\"W\">" + canonical(value) + "</r>";
    }

    private static String keyed(Map<String, BigDecimal> entries) {
        StringBuilder xml = new StringBuilder("<r>");
        entries.forEach((key, value) ->
                xml.append("<e key=\"" + key + "\"><of>" + key + "</of><value>" + canonical(value) + "</value></e>"));
        return xml.append("</r>").toString();
    }

    private static String canonical(BigDecimal value) {
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }

    private static BigDecimal decimal(RandomGenerator random) {
        return new BigDecimal(BigInteger.valueOf(random.nextLong()), random.nextInt(0, 17));
    }

    private static String tree(AggregationFunction function, List<String> leaves, RandomGenerator random)
            throws AggregationException {
        Partial whole = merged(function, new ArrayList<>(leaves), random);
        assertThat(whole.contributors()).isEqualTo(leaves.size());
        return Answers.text(function.finish(whole.payload()));
    }

    /** One device's own answer, the others split at random among its children; relays without an answer in between. */
    private static Partial merged(AggregationFunction function, List<String> answers, RandomGenerator random)
            throws AggregationException {
        Optional<Payload> own = Optional.empty();
        int contributors = 0;
        List<String> rest = new ArrayList<>(answers);
        if (rest.size() == 1 || random.nextInt(4) > 0) {
            own = Optional.of(Answers.payload(rest.remove(random.nextInt(rest.size()))));
            contributors = 1;
        }
        List<Partial> partials = new ArrayList<>();
        while (!rest.isEmpty()) {
            boolean relay = own.isEmpty() && partials.isEmpty();
            int size = random.nextInt(1, relay ? Math.max(2, rest.size()) : rest.size() + 1);
            List<String> share = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                share.add(rest.remove(random.nextInt(rest.size())));
            }
            Partial partial = merged(function, share, random);
            contributors += partial.contributors();
            partials.add(random.nextInt(partials.size() + 1), partial);
        }
        return new Partial(function.merge(own, partials).orElseThrow(), contributors);
    }

    /** None of the operators in which every run-away showed itself (docs/references.md, 3.2). */
    @ParameterizedTest
    @EnumSource(StandardFunction.class)
    void useHarmlessOperatorsOnly(StandardFunction function) throws Exception {
        String name = function.functionName();
        ByteArrayOutputStream tree = new ByteArrayOutputStream();
        new LockedSaxon(new LongAdder())
                .compile(name, LIBRARY.resolve(name).text())
                .explain(new Processor(false).newSerializer(tree));
        Set<String> operators = new TreeSet<>();
        XMLStreamReader reader =
                XMLInputFactory.newDefaultFactory().createXMLStreamReader(new ByteArrayInputStream(tree.toByteArray()));
        while (reader.hasNext()) {
            if (reader.next() == XMLStreamConstants.START_ELEMENT) {
                String operator = reader.getLocalName();
                operators.add(operator.equals("fn") ? "fn:" + reader.getAttributeValue(null, "name") : operator);
            }
        }
        assertThat(operators)
                .contains("templateRule")
                .doesNotContain(
                        "range",
                        "ufCall",
                        "callT",
                        "tailCallLoop",
                        "function",
                        "map",
                        "dynCall",
                        "fnRef",
                        "fn:fold-left",
                        "fn:fold-right",
                        "fn:matches",
                        "fn:parse-xml",
                        "fn:transform",
                        "fn:environment-variable");
    }
}
