package org.grapevine.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.grapevine.core.message.Payload;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.Partial;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each function of the library gives, in both of its forms. {@code sum}, {@code min} and so on: see StandardFunctionsTest. */
class LibraryFunctionsTest {

    private static final String A = " xmlns:a=\"urn:org.grapevine:aggregation:1\"";

    private static final List<FunctionLibrary> FORMS = List.of(
            FunctionLibrary.standard(AggregationLimits.defaults(), FunctionLibrary.Form.NATIVE),
            FunctionLibrary.standard(AggregationLimits.defaults(), FunctionLibrary.Form.XSLT));

    private interface Work {
        String run(ListedFunction function) throws AggregationException;
    }

    /** What the function gives, natively, once it is sure that its stylesheet gives the same. */
    private static String both(String reference, Work work) throws AggregationException {
        String result = work.run(FORMS.get(0).resolve(reference));
        assertThat(CanonicalXml.of(work.run(FORMS.get(1).resolve(reference))))
                .as("by XSLT")
                .isEqualTo(CanonicalXml.of(result));
        return result;
    }

    private static void refused(String reference, Work work, String message) throws AggregationException {
        for (FunctionLibrary form : FORMS) {
            ListedFunction function = form.resolve(reference);
            assertThatThrownBy(() -> work.run(function))
                    .as(function.form().toString())
                    .isInstanceOf(AggregationException.class)
                    .hasMessage(message);
        }
    }

    /** The partial of devices of which each merges the ones before with its own answer. */
    private static Payload chain(ListedFunction function, String... answers) throws AggregationException {
        Optional<Payload> whole = Optional.empty();
        int contributors = 0;
        for (String answer : answers) {
            List<Partial> partials = new ArrayList<>();
            if (whole.isPresent()) {
                partials.add(new Partial(whole.get(), contributors));
            }
            whole = function.merge(Optional.of(Answers.payload(answer)), partials);
            contributors++;
        }
        return whole.orElseThrow();
    }

    private static String partial(String reference, String... answers) throws AggregationException {
        return both(reference, function -> Answers.text(chain(function, answers)));
    }

    private static String answer(String reference, String... answers) throws AggregationException {
        return both(reference, function -> Answers.text(function.finish(chain(function, answers))));
    }

    private static String[] plain(String... values) {
        String[] answers = new String[values.length];
        for (int i = 0; i < values.length; i++) {
            answers[i] = "<r>" + values[i] + "</r>";
        }
        return answers;
    }

    private static void wrongPartial(String reference, String partial, String message) throws AggregationException {
        refused(
                reference,
                function -> Answers.text(function.merge(Optional.empty(), List.of(Answers.partial(partial, 2)))
                        .orElseThrow()),
                message);
    }

    @Nested
    class Shapes {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "<r>%s</r>",
                    "<r value=\"%s\"/>",
                    "<r><value>%s</value></r>",
                    "<p:r xmlns:p=\"urn:p\" unit=\"W\"><p:value>%s</p:value></p:r>"
                })
        void ofTheAnswersAreThoseOfTheResult(String shape) throws AggregationException {
            String[] answers = {shape.formatted("2.5"), shape.formatted("-7"), shape.formatted("12.25")};
            assertThat(answer("mean?digits=3", answers)).isEqualTo(shape.formatted("2.583"));
            assertThat(answer("range", answers)).isEqualTo(shape.formatted("19.25"));
            assertThat(answer("variance?digits=1", answers)).isEqualTo(shape.formatted("61.8"));
            assertThat(answer("quantile", answers)).isEqualTo(shape.formatted("2.5"));
        }

        @Test
        void loseWhatIsNotTheSameInAll() throws AggregationException {
            assertThat(answer(
                            "mean",
                            "<r unit='W' id='1'><at>08:00</at><value>1</value></r>",
                            "<r unit='W' id='2'><at>08:15</at><value>2</value></r>"))
                    .isEqualTo("<r unit=\"W\"><value>1.5</value></r>");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"sum", "count", "mean", "range", "variance", "histogram", "quantile", "top-k", "distinct"})
        void ofDifferentNamesAreRefusedWhereverTheyMeet(String function) throws AggregationException {
            refused(
                    function,
                    each -> Answers.text(chain(each, "<r>1</r>", "<q>1</q>")),
                    function + ": answers with different names: q, r (expected: one name)");
            refused(
                    function,
                    each -> {
                        Partial first = new Partial(chain(each, "<r>1</r>", "<r>2</r>"), 2);
                        Partial second = new Partial(chain(each, "<q>1</q>"), 1);
                        return Answers.text(each.merge(Optional.empty(), List.of(first, second))
                                .orElseThrow());
                    },
                    function + ": answers with different names: q, r (expected: one name)");
        }
    }

    @Nested
    class Values {

        @ParameterizedTest
        @ValueSource(strings = {"mean", "range", "variance", "histogram", "quantile", "top-k"})
        void areDecimals(String function) throws AggregationException {
            for (String value : List.of("", "1e3", "NaN", "INF", "1,5", "0x10", "- 1")) {
                refused(
                        function,
                        each -> Answers.text(chain(each, "<r>" + value + "</r>")),
                        function + ": value: " + value
                                + (value.isEmpty() ? "" : " ")
                                + "(expected: a decimal number of at most 64 characters)");
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"sum", "min", "max"})
        void areDecimalsWhereverTheyStand(String function) throws AggregationException {
            refused(
                    function,
                    each -> Answers.merge(each, "<r>1</r>", "<r value='x'/>"),
                    function + ": value: x (expected: a decimal number of at most 64 characters, 160 in a partial)");
        }

        @Test
        void haveABoundedNumberOfCharacters() throws AggregationException {
            String most = "9".repeat(64);
            assertThat(partial("sum", plain(most, most))).isEqualTo("<r>1" + "9".repeat(63) + "8</r>");
            for (String function : List.of("sum", "mean", "variance", "quantile")) {
                for (String huge : List.of("9".repeat(65), "0." + "1".repeat(20_000), "1".repeat(30_000))) {
                    for (FunctionLibrary form : FORMS) {
                        ListedFunction one = form.resolve(function);
                        assertThatThrownBy(() -> chain(one, plain(huge)))
                                .hasMessageStartingWith(function + ": value: " + huge.substring(0, 40)
                                        + " (expected: a decimal number");
                    }
                }
            }
        }

        @Test
        void ofHundredThousandsOfDigitsAreRefusedByTheReader() throws AggregationException {
            for (FunctionLibrary form : FORMS) {
                ListedFunction sum = form.resolve("sum");
                assertThatThrownBy(() -> chain(sum, plain("7".repeat(200_000))))
                        .hasMessageContaining("(expected: well-formed XML inside the limits)");
            }
        }

        /** No single part of this number is over the reader's limit. */
        @Test
        void inManyPartsAreRefusedAsWell() throws AggregationException {
            refused(
                    "sum",
                    function -> Answers.text(chain(function, plain("77777<x/>".repeat(8_000)))),
                    "sum: value: " + "7".repeat(40)
                            + " (expected: a decimal number of at most 64 characters, 160 in a partial)");
        }

        @Test
        void areAddedToTheLastDigit() throws AggregationException {
            assertThat(partial("sum", plain("0.1", "0.2", "1" + "0".repeat(40) + "." + "0".repeat(20) + "1")))
                    .isEqualTo("<r>1" + "0".repeat(40) + ".3" + "0".repeat(19) + "1</r>");
        }
    }

    @Nested
    class Mean {

        @Test
        void isTheSumByTheCount() throws AggregationException {
            assertThat(partial("mean", plain("1.10", "2", "-0.4")))
                    .isEqualTo("<a:Mean" + A + " count=\"3\" sum=\"2.7\"><a:Form><r/></a:Form></a:Mean>");
            assertThat(answer("mean", plain("1.10", "2", "-0.4"))).isEqualTo("<r>0.9</r>");
        }

        @ParameterizedTest
        @CsvSource({
            "2, 1 2 2, 1.67",
            "2, -1 -2 -2, -1.67",
            "0, 1 2, 2",
            "0, -1 -2, -2",
            "1, 0.1 0.2, 0.2",
            "12, 1 1 0, 0.666666666667",
            "18, 1 0 0, 0.333333333333333333",
            "3, 0 0, 0"
        })
        void isRoundedHalvesAwayFromZero(int digits, String values, String mean) throws AggregationException {
            assertThat(answer("mean?digits=" + digits, plain(values.split(" ", -1))))
                    .isEqualTo("<r>" + mean + "</r>");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "<r>5</r>",
                    "<a:Mean%s count=\"3\" sum=\"5\"><a:Form><r/></a:Form></a:Mean>",
                    "<a:Mean%s count=\"2\" sum=\"x\"><a:Form><r/></a:Form></a:Mean>",
                    "<a:Mean%s count=\"2\"><a:Form><r/></a:Form></a:Mean>",
                    "<a:Mean%s count=\"2\" sum=\"5\"/>",
                    "<a:Mean%s count=\"2\" sum=\"5\"><a:Form/></a:Mean>",
                    "<a:Mean%s count=\"2\" sum=\"5\"><a:Form><r/><r/></a:Form></a:Mean>",
                    "<a:Mean%s count=\"2\" sum=\"5\"><a:Form><r/></a:Form><a:Form><r/></a:Form></a:Mean>",
                    "<a:Mean xmlns:a=\"urn:other\" count=\"2\" sum=\"5\"><a:Form><r/></a:Form></a:Mean>"
                })
        void refusesPartialsThatAreNoneOrLieAboutTheirContributors(String partial) throws AggregationException {
            String name = partial.startsWith("<r") ? "r" : "a:Mean";
            wrongPartial(
                    "mean",
                    partial.formatted(A),
                    "mean: partial: " + name
                            + " (expected: a:Mean with its contributors as count, a decimal sum, and one a:Form)");
        }

        @Test
        void takesAnAnswerForAnAnswerWhateverItIsCalled() throws AggregationException {
            assertThat(answer(
                            "mean", "<a:Mean" + A + " count=\"9\" sum=\"9\">4</a:Mean>", "<a:Mean" + A + ">6</a:Mean>"))
                    .isEqualTo("<a:Mean" + A + ">5</a:Mean>");
        }

        @Test
        void finishesNothingButAPartial() throws AggregationException {
            refused(
                    "mean",
                    function -> Answers.text(function.finish(Answers.payload("<r>1</r>"))),
                    "mean: partial: r (expected: a:Mean with its contributors as count, a decimal sum, and one a:Form)");
        }
    }

    @Nested
    class Variance {

        @Test
        void isTheMeanSquareOfTheDistancesFromTheMean() throws AggregationException {
            assertThat(partial("variance", plain("1", "2", "3")))
                    .isEqualTo("<a:Variance" + A
                            + " count=\"3\" sum=\"6\" squares=\"14\"><a:Form><r/></a:Form></a:Variance>");
            assertThat(answer("variance", plain("2", "4", "4", "4", "5", "5", "7", "9")))
                    .isEqualTo("<r>4</r>");
            assertThat(answer("variance?of=sample&digits=4", plain("2", "4", "4", "4", "5", "5", "7", "9")))
                    .isEqualTo("<r>4.5714</r>");
        }

        @Test
        void losesNothingWhereDoublesLoseAll() throws AggregationException {
            assertThat(answer("variance", plain("1000000000000.1", "1000000000000.2", "1000000000000.3")))
                    .isEqualTo("<r>0.006666666667</r>");
        }

        @Test
        void ofASampleTakesTwoValues() throws AggregationException {
            assertThat(answer("variance", plain("7"))).isEqualTo("<r>0</r>");
            refused(
                    "variance?of=sample",
                    function -> Answers.text(function.finish(chain(function, "<r>7</r>"))),
                    "variance: count: 1 (expected: at least 2 values for of=sample)");
        }
    }

    @Nested
    class Range {

        @Test
        void isTheLargestLessTheSmallest() throws AggregationException {
            assertThat(partial("range", plain("-119.5", "120.25", "0.10")))
                    .isEqualTo("<a:Range" + A
                            + " count=\"3\" min=\"-119.5\" max=\"120.25\"><a:Form><r/></a:Form></a:Range>");
            assertThat(answer("range", plain("-119.5", "120.25", "0.10"))).isEqualTo("<r>239.75</r>");
            assertThat(answer("range", plain("5"))).isEqualTo("<r>0</r>");
        }
    }

    @Nested
    class Histogram {

        @Test
        void countsValuesBetweenBounds() throws AggregationException {
            assertThat(answer("histogram?bounds=0,100.50", plain("-1", "0", "100.4", "100.5", "1000")))
                    .isEqualTo("<a:Histogram" + A + " count=\"5\" bounds=\"0,100.5\">"
                            + "<a:Bucket below=\"0\" count=\"1\"/>"
                            + "<a:Bucket from=\"0\" below=\"100.5\" count=\"2\"/>"
                            + "<a:Bucket from=\"100.5\" count=\"2\"/>"
                            + "<a:Form><r/></a:Form></a:Histogram>");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "count='2' bounds='1'><a:Bucket below='1' count='0'/><a:Bucket from='1' count='2'/>",
                    "count='2' bounds='0'><a:Bucket below='0' count='2'/>",
                    "count='2' bounds='0'><a:Bucket below='0' count='0'/><a:Bucket from='0' count='1'/>",
                    "count='2' bounds='0'><a:Bucket below='0' count='0'/><a:Bucket from='1' count='2'/>",
                    "count='2' bounds='0'><a:Bucket below='0' count='-1'/><a:Bucket from='0' count='3'/>",
                    "count='1' bounds='0'><a:Bucket below='0' count='0'/><a:Bucket from='0' count='1'/>"
                })
        void refusesPartialsWithOtherBucketsOrCounts(String partial) throws AggregationException {
            wrongPartial(
                    "histogram?bounds=0",
                    "<a:Histogram" + A + " " + partial + "<a:Form><r/></a:Form></a:Histogram>",
                    "histogram: partial: a:Histogram (expected: a:Histogram with its contributors as count, the same"
                            + " bounds, a bucket for each, and one a:Form)");
        }
    }

    @Nested
    class Quantile {

        @Test
        void isTheValueOfThatRank() throws AggregationException {
            String[] answers = plain("10", "9", "8", "7", "6", "5", "4", "3", "2", "1");
            assertThat(answer("quantile", answers)).isEqualTo("<r>5</r>");
            assertThat(answer("quantile?q=0.51", answers)).isEqualTo("<r>6</r>");
            assertThat(answer("quantile?q=0.9", answers)).isEqualTo("<r>9</r>");
            assertThat(answer("quantile?q=0", answers)).isEqualTo("<r>1</r>");
            assertThat(answer("quantile?q=1", answers)).isEqualTo("<r>10</r>");
        }

        @Test
        void keepsTheFirstSignificantDigits() throws AggregationException {
            assertThat(partial("quantile", plain("230.99", "230.1", "-0.0012349", "0", "98765")))
                    .isEqualTo("<a:Quantile" + A + " count=\"5\" digits=\"3\">"
                            + "<a:Bucket value=\"-0.00123\" count=\"1\"/><a:Bucket value=\"0\" count=\"1\"/>"
                            + "<a:Bucket value=\"230\" count=\"2\"/><a:Bucket value=\"98700\" count=\"1\"/>"
                            + "<a:Form><r/></a:Form></a:Quantile>");
            assertThat(answer("quantile?digits=1", plain("19.9"))).isEqualTo("<r>10</r>");
        }

        /** 1,201 different values do not fit, so that two digits stay; the partial says so, and no answer of three is made of it. */
        @Test
        void keepsFewerDigitsOverThousandBucketsAndThenSaysSo() throws AggregationException {
            StringBuilder buckets = new StringBuilder();
            for (int i = 100; i < 700; i++) {
                buckets.append("<a:Bucket value='").append(i).append("' count='1'/>");
            }
            String low =
                    "<a:Quantile" + A + " count='600' digits='3'>" + buckets + "<a:Form><r/></a:Form></a:Quantile>";
            String high = low.replace("value='", "value='0.");
            String merged = both(
                    "quantile",
                    function -> Answers.text(function.merge(
                                    Optional.of(Answers.payload("<r>5.55</r>")),
                                    List.of(Answers.partial(low, 600), Answers.partial(high, 600)))
                            .orElseThrow()));
            assertThat(merged)
                    .startsWith(
                            "<a:Quantile" + A + " count=\"1201\" digits=\"2\"><a:Bucket value=\"0.1\" count=\"10\"/>")
                    .contains("<a:Bucket value=\"5.5\" count=\"1\"/>", "<a:Bucket value=\"690\" count=\"10\"/>");
            refused(
                    "quantile",
                    function -> Answers.text(function.finish(Answers.payload(merged))),
                    "quantile: digits: 3, over 1000 buckets (expected: digits=2 for values so far apart)");
            assertThat(both("quantile?digits=2", function -> Answers.text(function.finish(Answers.payload(merged)))))
                    .isEqualTo("<r>5.5</r>");
        }

        @ParameterizedTest
        @CsvSource({"1, 1", "-1, -1", "0., 0.", "-., -0."})
        void takesTheLongestNumbers(String start, String shown) throws AggregationException {
            String longest = start + "9".repeat(64 - start.length());
            boolean whole = !start.contains(".");
            String expected = shown + (whole ? "99" + "0".repeat(62 - start.length()) : "999");
            assertThat(answer("quantile", "<r>" + longest + "</r>", "<r>" + longest + "</r>"))
                    .isEqualTo("<r>" + expected + "</r>");
            String smallest = "0." + "0".repeat(61) + "7";
            assertThat(answer("quantile?digits=4", plain(smallest, smallest, "5")))
                    .isEqualTo("<r>" + smallest + "</r>");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "digits='3'><a:Bucket value='1' count='1'/>",
                    "digits='9'><a:Bucket value='1' count='2'/>",
                    "digits='3'><a:Bucket value='1e9' count='2'/>",
                    "digits='3'><a:Bucket value='1' count='0'/><a:Bucket value='2' count='2'/>",
                    "digits='3'>"
                })
        void refusesWrongSketches(String partial) throws AggregationException {
            wrongPartial(
                    "quantile",
                    "<a:Quantile" + A + " count='2' " + partial + "<a:Form><r/></a:Form></a:Quantile>",
                    "quantile: partial: a:Quantile (expected: a:Quantile with its contributors as count, digits,"
                            + " buckets of so many values together, and one a:Form)");
        }
    }

    @Nested
    class TopK {

        private final String[] answers = {
            "<r id=\"a\"><value>3</value></r>",
            "<r id=\"b\"><value>12</value></r>",
            "<r id=\"c\"><value>7</value></r>",
            "<r id=\"d\"><value>-5</value></r>"
        };

        @Test
        void areTheAnswersWithTheLargestValuesAsTheyAre() throws AggregationException {
            assertThat(answer("top-k?k=2", answers))
                    .isEqualTo("<a:Top" + A + " count=\"4\" left-out=\"2\" by=\"max\">" + answers[1] + answers[2]
                            + "</a:Top>");
        }

        @Test
        void areThoseWithTheSmallestIfAsked() throws AggregationException {
            assertThat(answer("top-k?k=2&by=min", answers))
                    .isEqualTo("<a:Top" + A + " count=\"4\" left-out=\"2\" by=\"min\">" + answers[3] + answers[0]
                            + "</a:Top>");
        }

        @Test
        void areAllIfThereAreNoMore() throws AggregationException {
            assertThat(answer("top-k", answers[0]))
                    .isEqualTo("<a:Top" + A + " count=\"1\" left-out=\"0\" by=\"max\">" + answers[0] + "</a:Top>");
        }

        @Test
        void areTheSameInAnyOrderWhereValuesAreTheSame() throws AggregationException {
            String[] ties = {"<r id=\"b\">1</r>", "<r id=\"a\">1.0</r>", "<r id=\"c\">1</r>"};
            String[] turned = {ties[2], ties[1], ties[0]};
            assertThat(answer("top-k?k=1", ties))
                    .isEqualTo(answer("top-k?k=1", turned))
                    .contains("count=\"3\" left-out=\"2\"");
        }

        @Test
        void refusesPartialsOfAnotherQuestion() throws AggregationException {
            wrongPartial(
                    "top-k",
                    "<a:Top" + A + " count='2' left-out='1' by='min'><r>1</r></a:Top>",
                    "top-k: partial: a:Top (expected: a:Top with its contributors as count, the same by, and at most so"
                            + " many answers)");
        }
    }

    @Nested
    class Distinct {

        @Test
        void areTheDifferentValuesAndHowManyAnswersHaveThem() throws AggregationException {
            assertThat(answer("distinct", plain("1.4.2", "1.5", " 1.4.2\n", "beta  2")))
                    .isEqualTo("<a:Distinct" + A + " count=\"4\" left-out=\"0\">"
                            + "<a:Value count=\"2\">1.4.2</a:Value><a:Value count=\"1\">1.5</a:Value>"
                            + "<a:Value count=\"1\">beta 2</a:Value><a:Form><r/></a:Form></a:Distinct>");
        }

        @Test
        void keepTheFirstAndCountWhatIsLeftOut() throws AggregationException {
            assertThat(answer("distinct?limit=1", plain("c", "a", "b", "c", "a")))
                    .isEqualTo("<a:Distinct" + A + " count=\"5\" left-out=\"3\"><a:Value count=\"2\">a</a:Value>"
                            + "<a:Form><r/></a:Form></a:Distinct>");
        }

        @Test
        void refuseLongValues() throws AggregationException {
            refused(
                    "distinct",
                    function -> Answers.text(chain(function, plain("x".repeat(257)))),
                    "distinct: value: " + "x".repeat(40) + " (expected: at most 256 characters)");
        }
    }

    @Nested
    class Collect {

        @Test
        void keepsAnswersAsTheyAreWhateverTheirNames() throws AggregationException {
            assertThat(answer("collect", "<r id=\"2\">x</r>", "<q xmlns=\"urn:q\"><e/></q>", "<r id=\"1\">x</r>"))
                    .isEqualTo("<a:Collection" + A + " count=\"3\" left-out=\"0\"><r id=\"1\">x</r><r id=\"2\">x</r>"
                            + "<q xmlns=\"urn:q\"><e/></q></a:Collection>");
        }

        @Test
        void saysHowManyAreLeftOut() throws AggregationException {
            assertThat(answer("collect?limit=2", plain("3", "1", "2", "1")))
                    .isEqualTo("<a:Collection" + A + " count=\"4\" left-out=\"2\"><r>1</r><r>1</r></a:Collection>");
        }

        @Test
        void refusesPartialsWithMoreAnswersThanContributors() throws AggregationException {
            wrongPartial(
                    "collect",
                    "<a:Collection" + A + " count='2' left-out='0'><r/><r/><r/></a:Collection>",
                    "collect: partial: a:Collection (expected: a:Collection with its contributors as count, and at most so"
                            + " many answers)");
        }

        @Test
        void refusesWhatTheNextDeviceWouldNotRead() throws AggregationException {
            String deep = "<r>".repeat(64) + "</r>".repeat(64);
            for (FunctionLibrary form : FORMS) {
                ListedFunction collect = form.resolve("collect");
                assertThatThrownBy(() -> chain(collect, deep))
                        .hasMessageStartingWith("output of collect: ")
                        .hasMessageContaining("(expected: well-formed XML inside the limits)");
            }
        }

        @Test
        void refusesMoreThanAPayloadHolds() throws AggregationException {
            String large = "<r>" + "x".repeat(30_000) + "</r>";
            refused(
                    "collect",
                    function -> Answers.text(
                            chain(function, large, large, large, large, large, large, large, large, large)),
                    "collect: over 262144 bytes of output (expected: at most 262144)");
        }
    }

    @Nested
    class SumByKey {

        @Test
        void refusesEntriesOfOneKeyWithDifferentNames() throws AggregationException {
            refused(
                    "sum-by-key",
                    function -> Answers.merge(function, "<r><e key='x'>1</e></r>", "<r><f key='x'>1</f></r>"),
                    "sum-by-key: entries with different names: e, f (expected: one name for a key)");
        }

        @Test
        void ofNoEntriesIsAnEmptyAnswer() throws AggregationException {
            assertThat(both("sum-by-key", function -> Answers.merge(function, "<r u=\"1\"/>", "<r u=\"1\"><e/></r>")))
                    .isEqualTo("<r u=\"1\"/>");
        }
    }
}
