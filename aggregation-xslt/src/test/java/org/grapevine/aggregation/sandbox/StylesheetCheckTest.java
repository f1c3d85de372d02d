package org.grapevine.aggregation.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import org.grapevine.aggregation.AggregationLimits;
import org.grapevine.aggregation.FunctionLibrary;
import org.grapevine.aggregation.StylesheetFinding;
import org.grapevine.core.message.Payload;
import org.grapevine.core.reply.AggregationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What the author of a stylesheet is told before anybody else sees it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StylesheetCheckTest {

    private static final long SEED = 42;

    @SuppressWarnings("NullAway.Init") // JUnit calls start before anything else.
    private SmallJvmPool pool;

    @BeforeAll
    void start() throws AggregationException {
        pool = Samples.pool(Samples.patient());
    }

    @AfterAll
    void close() {
        pool.close();
    }

    private StylesheetReport check(byte[] text, Payload... samples) {
        return new StylesheetCheck(pool, AggregationLimits.defaults()).check(text, List.of(samples), SEED);
    }

    @Test
    void allThatIsRefusedIsToldByLines() {
        StylesheetReport report = check(Samples.stylesheet(
                "<xsl:import href='x'/>\n<xsl:output method='html'/>", "<out xsl:use-when='true()'/>"));
        assertThat(report.isClean()).isFalse();
        assertThat(report.merges()).isZero();
        assertThat(report.findings())
                .extracting(StylesheetFinding::toString)
                .containsExactly(
                        "2: xsl:import: not allowed (copy the templates into this stylesheet: it travels alone)",
                        "3: xsl:output: not allowed (leave it out: the result is always plain XML in UTF-8)",
                        "5: use-when: not allowed (leave it out: it runs in the compiler)");
    }

    @Test
    void operatorsAreToldByLines() {
        StylesheetReport report = check(
                Samples.stylesheet(
                        "",
                        "<out><xsl:value-of select='matches(string(*[1]), \"a\")'/>\n<xsl:value-of select='generate-id(.)'/></out>"));
        assertThat(report.findings()).extracting(StylesheetFinding::line).containsExactly(4, 5);
        assertThat(report.findings().get(1))
                .hasToString("5: the function generate-id(): not allowed"
                        + " (leave it out: it differs from device to device, and the result must not)");
    }

    @Test
    void whatCannotBeReadOrCompiledIsToldWithItsReason() {
        assertThat(check("<xsl:stylesheet".getBytes(StandardCharsets.UTF_8)).problem())
                .hasValueSatisfying(problem -> assertThat(problem).contains("well-formed XML"));
        assertThat(check(Samples.stylesheet("", "<out><xsl:value-of select='1 +'/></out>"))
                        .problem())
                .hasValueSatisfying(problem -> assertThat(problem).contains("line 4: "));
        assertThat(check(new byte[40_000]).problem())
                .contains("stylesheet: 40000 bytes (expected: at most 32768; split it into several functions)");
    }

    @Test
    void mergingInAnyOrderAndGroupingIsClean() {
        StylesheetReport report = check(Samples.stylesheet(
                "", "<answer><value><xsl:value-of select='sum(*/*/xs:decimal(value))'/></value></answer>"));
        assertThat(report.isClean()).isTrue();
        assertThat(report.merges()).isGreaterThan(40);
        assertThat(report.result()).contains("<answer><value>1000028.61</value></answer>");
    }

    @Test
    void theStandardFunctionsAreClean() throws AggregationException {
        FunctionLibrary library = FunctionLibrary.standard();
        for (String name : library.names()) {
            StylesheetReport report = check(library.resolve(name).text());
            assertThat(report).as(name).matches(StylesheetReport::isClean);
        }
    }

    @Test
    void anOrderThatMattersIsShown() {
        StylesheetReport report =
                check(Samples.stylesheet("", "<xsl:copy-of select='(*/*)[1]' copy-namespaces='no'/>"));
        assertThat(report.difference())
                .contains("1(2, 3, 4, 5, 6, 7, 8) gives <answer unit=\"W\"><value>0.1</value></answer>,"
                        + " but 8(7, 6, 5, 4, 3, 2, 1) gives <answer unit=\"W\"><value>1000000.01</value></answer>");
        assertThat(report.isClean()).isFalse();
    }

    @Test
    void aGroupingThatMattersIsShown() {
        StylesheetReport report = check(Samples.stylesheet(
                "", "<answer><value><xsl:value-of select='avg(*/*/xs:decimal(value))'/></value></answer>"));
        assertThat(report.difference()).hasValueSatisfying(difference -> assertThat(difference)
                .startsWith("1(2, 3, 4, 5, 6, 7, 8) gives ")
                .contains("but 1(2(3(4(5(6(7(8))))))) gives "));
    }

    @Test
    void sumsOfFloatingPointNumbersAreFoundOut() {
        StylesheetReport report = check(Samples.stylesheet(
                "", "<answer><value><xsl:value-of select='sum(*/*/xs:double(value))'/></value></answer>"));
        assertThat(report.difference()).isPresent();
    }

    @Test
    void theAuthorsOwnSamplesAreUsed() {
        byte[] text = Samples.stylesheet("", "<t><xsl:value-of select='sum(*/*/xs:decimal(.))'/></t>");
        StylesheetReport report = check(text, Samples.payload("<t>1</t>"), Samples.payload("<t>2</t>"));
        assertThat(report.result()).contains("<t>3</t>");
        assertThat(check(text, Samples.payload("<t>x</t>"), Samples.payload("<t>2</t>"))
                        .problem())
                .hasValueSatisfying(problem -> assertThat(problem).contains("\"x\""));
        List<Payload> many = Collections.nCopies(33, Samples.payload("<t>1</t>"));
        assertThatThrownBy(() -> new StylesheetCheck(pool, AggregationLimits.defaults()).check(text, many, SEED))
                .hasMessage("samples: 33 (expected: at most 32)");
    }
}
