package org.grapevine.aggregation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.grapevine.core.message.Payload;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.grapevine.core.reply.Partial;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A stranger's stylesheet ends within its steps and its time, whatever it is made of. */
class MeteringTest {

    private static final int MILLIS = 2_000;

    /** For a machine that does a lot else; a run-away would go on for hours. */
    private static final int MARGIN_MILLIS = 30_000;

    private static final int DOUBLINGS = 60;

    private final StrangerStylesheets strangers =
            new StrangerStylesheets(AggregationLimits.defaults(), new RunLimits(2_000_000, MILLIS));

    private record Runaway(String name, String topLevel, String body, String expected) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** A chain of variables, each made of the one before. */
    private static String chain(String first, IntFunction<String> next) {
        return first + IntStream.range(1, DOUBLINGS).mapToObj(next).collect(Collectors.joining());
    }

    static Stream<Runaway> runaways() {
        String steps = "over (2000000 steps|2000 ms) \\(expected: at most .*; visit each answer once, .*";
        String loops = "<xsl:for-each select='//*'>".repeat(5) + "<xsl:if test='position() eq -1'><y/></xsl:if>"
                + "</xsl:for-each>".repeat(5);
        String last = "$v" + (DOUBLINGS - 1);
        return Stream.of(
                new Runaway(
                        "templates that apply themselves",
                        "<xsl:template match='r'><xsl:apply-templates select='.'/></xsl:template>",
                        "<out><xsl:apply-templates select='(*/*)[1]'/></out>",
                        steps),
                new Runaway(
                        "templates that apply themselves to a number",
                        "<xsl:template match='.[. instance of xs:integer]'><xsl:apply-templates select='1'/></xsl:template>",
                        "<out><xsl:apply-templates select='1'/></out>",
                        steps),
                new Runaway(
                        "templates that apply themselves deeper and deeper",
                        "<xsl:template match='r'><x><xsl:apply-templates select='.'/></x></xsl:template>",
                        "<xsl:apply-templates select='(*/*)[1]'/>",
                        ".*(Too many nested apply-templates calls|nested too deeply).*"),
                new Runaway("loops in loops", "", "<out>" + loops + "</out>", steps),
                new Runaway(
                        "paths in predicates",
                        "",
                        "<out><xsl:for-each select='//*'><xsl:if test='count(//*[name() eq concat(name(current()), .)]) gt 3'>"
                                + "<y/></xsl:if></xsl:for-each></out>",
                        steps),
                new Runaway(
                        "axes that find nothing",
                        "",
                        "<out><xsl:value-of select='count(//*[following::nothing]), count(//*[preceding::nothing])'/></out>",
                        steps),
                new Runaway(
                        "templates in twice as many modes",
                        IntStream.range(0, DOUBLINGS)
                                        .mapToObj(i -> "<xsl:template match='*' mode='m" + i + "'>"
                                                + ("<xsl:apply-templates select='.' mode='m" + (i + 1) + "'/>")
                                                        .repeat(2)
                                                + "</xsl:template>")
                                        .collect(Collectors.joining())
                                + "<xsl:template match='*' mode='m" + DOUBLINGS + "'/>",
                        "<out><xsl:apply-templates select='(*/*)[1]' mode='m0'/></out>",
                        steps),
                new Runaway(
                        "strings that double",
                        "",
                        chain(
                                        "<xsl:variable name='v0' select='string(.)'/>",
                                        i -> "<xsl:variable name='v" + i + "' select='concat($v" + (i - 1) + ", $v"
                                                + (i - 1) + ")'/>")
                                + "<out><xsl:value-of select='string-length(" + last + ")'/></out>",
                        steps),
                new Runaway(
                        "strings that double on their way through templates",
                        IntStream.range(0, DOUBLINGS)
                                        .mapToObj(i -> "<xsl:template match='*' mode='m" + i + "'><xsl:param name='p'/>"
                                                + "<xsl:apply-templates select='.' mode='m" + (i + 1)
                                                + "'><xsl:with-param name='p' select='concat($p, $p)'/></xsl:apply-templates>"
                                                + "</xsl:template>")
                                        .collect(Collectors.joining())
                                + "<xsl:template match='*' mode='m" + DOUBLINGS
                                + "'><xsl:param name='p'/><xsl:value-of select='string-length($p)'/></xsl:template>",
                        "<out><xsl:apply-templates select='(*/*)[1]' mode='m0'><xsl:with-param name='p' select='string(.)'/>"
                                + "</xsl:apply-templates></out>",
                        steps),
                new Runaway(
                        "sequences that double",
                        "",
                        chain(
                                        "<xsl:variable name='v0' select='//*'/>",
                                        i -> "<xsl:variable name='v" + i + "' select='$v" + (i - 1) + ", $v" + (i - 1)
                                                + "'/>")
                                + "<out><xsl:value-of select='count(" + last + ")'/></out>",
                        steps),
                new Runaway(
                        "trees that double",
                        "",
                        chain(
                                        "<xsl:variable name='v0'><y/></xsl:variable>",
                                        i -> "<xsl:variable name='v" + i + "'><z><xsl:copy-of select='$v" + (i - 1)
                                                + ", $v" + (i - 1) + "'/></z></xsl:variable>")
                                + "<out><xsl:value-of select='count(" + last + "//*)'/></out>",
                        steps),
                new Runaway(
                        "numbers that square",
                        "",
                        chain(
                                        "<xsl:variable name='v0' select='count(//*) + 3.7'/>",
                                        i -> "<xsl:variable name='v" + i + "' select='$v" + (i - 1) + " * $v" + (i - 1)
                                                + "'/>")
                                + "<out><xsl:value-of select='" + last + "'/></out>",
                        "a number of over 10000 digits \\(expected: fewer; round what is multiplied\\)"),
                new Runaway(
                        "keys of keys",
                        "<xsl:key name='k' match='*' use='count(//*[. eq current()])'/>",
                        "<out><xsl:value-of select=\"key('k', 3)\"/></out>",
                        steps),
                new Runaway(
                        "messages",
                        "",
                        "<out>" + "<xsl:for-each select='1 to 1000'>".repeat(3) + "<xsl:message>x</xsl:message>"
                                + "</xsl:for-each>".repeat(3) + "</out>",
                        steps),
                new Runaway(
                        "output",
                        "",
                        "<out>" + "<xsl:for-each select='1 to 1000'>".repeat(2) + "<element-with-a-long-name/>"
                                + "</xsl:for-each>".repeat(2) + "</out>",
                        "over 262144 bytes of output .*"));
    }

    private static List<Partial> manyAnswers() {
        Partial large = Answers.partial("<r>" + "<e k='1'>abcdefgh</e>".repeat(7_000) + "</r>", 1);
        return List.of(large, large, large, large);
    }

    @ParameterizedTest
    @MethodSource("runaways")
    void andItsCallerHasTheReason(Runaway runaway) throws Exception {
        AggregationFunction function =
                strangers.function("f.xsl", Answers.stylesheet(runaway.topLevel(), runaway.body()));
        PrintStream before = System.err;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        try {
            System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
            CompletableFuture<String> refusal = CompletableFuture.supplyAsync(() -> refusal(function));
            assertThat(refusal.get(MILLIS + MARGIN_MILLIS, TimeUnit.MILLISECONDS))
                    .matches("f\\.xsl: (line \\d+: )?" + runaway.expected());
        } finally {
            System.setErr(before);
        }
        assertThat(said.toString(StandardCharsets.UTF_8)).isEmpty();
        AggregationFunction good =
                strangers.function("good.xsl", Answers.stylesheet("", "<out><xsl:value-of select='count(*)'/></out>"));
        assertThat(Answers.merge(good, "<r/>", "<r/>")).isEqualTo("<out>2</out>");
    }

    private static String refusal(AggregationFunction function) {
        try {
            return "a result: " + function.merge(Optional.empty(), manyAnswers());
        } catch (AggregationException e) {
            return e.getMessage();
        }
    }

    @Test
    void changesNoResult() throws AggregationException {
        FunctionLibrary library = FunctionLibrary.standard();
        List<Partial> partials = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            partials.add(Answers.partial(
                    "<r unit='W'><e key='k" + i % 3 + "'><value>" + i + ".25</value></e><value>" + i + "</value></r>",
                    1));
        }
        Optional<Payload> own =
                Optional.of(Answers.payload("<r unit='W'><e key='k0'><value>1</value></e><value>3</value></r>"));
        for (String name : List.of("sum", "sum-by-key", "count", "min", "max")) {
            byte[] text = library.resolve(name).text();
            Optional<Payload> plain = library.allow(text, name).merge(own, partials);
            assertThat(strangers.function(name, text).merge(own, partials))
                    .isPresent()
                    .isEqualTo(plain);
        }
    }

    @Test
    void leavesRoomForTheSumsOfManyAnswers() throws AggregationException {
        String entries = IntStream.range(0, 24)
                .mapToObj(i -> "<e key='k" + i + "'><value>" + i + ".5</value></e>")
                .collect(Collectors.joining());
        StrangerStylesheets roomy =
                new StrangerStylesheets(AggregationLimits.defaults(), new RunLimits(2_000_000, 60_000));
        AggregationFunction function = roomy.function(
                "sum", FunctionLibrary.standard().resolve("sum-by-key").text());
        List<Partial> partials = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            partials.add(Answers.partial("<r>" + entries + "</r>", 1));
        }
        assertThat(Answers.text(function.merge(Optional.empty(), partials).orElseThrow()))
                .contains("<e key=\"k1\"><value>750</value></e>");
    }

    @Test
    void limitsAreChecked() {
        assertThatThrownBy(() -> new RunLimits(0, 1)).hasMessage("steps: 0 (expected: >= 1)");
        assertThatThrownBy(() -> new RunLimits(1, 0)).hasMessage("millis: 0 (expected: >= 1)");
    }
}
