package org.grapevine.simulation.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CsvReportTest {

    static List<RunResult> runs() {
        return JsonReportTest.runs();
    }

    @Test
    void aRunHasSixTables() {
        assertThat(CsvReport.of(SampleRuns.ordinary()))
                .containsOnlyKeys(
                        "infection.csv", "hops.csv", "latency.csv", "spreads.csv", "requests.csv", "load.csv");
    }

    @Test
    void linesEndAsTheStandardSays() {
        assertThat(table(SampleRuns.ordinary(), "hops.csv"))
                .isEqualTo("hops,deliveries\r\n0,12\r\n1,132\r\n2,1405\r\n3,5210\r\n4,4203\r\n5,911\r\n6,126\r\n");
    }

    @Test
    void eachPushHasItsLine() {
        assertThat(table(SampleRuns.ordinary(), "spreads.csv").lines())
                .hasSize(13)
                .contains(
                        "urn:uuid:00000000-0000-4000-8000-000100000003,111,3000000,1000,999,0.999,1000,999,61300,118630,,6,8903,0,eager-push,8893,0,0,62000,171000");
    }

    @Test
    void aFaultComesWithWhatItFound() {
        assertThat(table(SampleRuns.ordinary(), "requests.csv").lines())
                .last()
                .isEqualTo(
                        "urn:uuid:3,9,30000000,first,1000,990,1000,0,0,310,2044,0,640,0,,timeout: 5 s without an answer,5000000,9002,7903,3.3,6,602");
    }

    @Test
    void aRequestWithoutAnEndHasEmptyCells() {
        assertThat(table(SampleRuns.nobodyReached(), "requests.csv").lines())
                .last()
                .isEqualTo("urn:uuid:2,0,0,aggregate,0,0,0,0,0,,,,,,,,,0,0,,0,0");
    }

    /** RFC 4180, section 2: rules 5, 6 and 7. */
    @Test
    void cellsAreQuotedWhereTheyHaveToBe() {
        CsvText csv = new CsvText("a", "b");
        csv.text("one, two").text("say \"so\"").endLine();
        csv.text("two\r\nlines").text(" plain ; text ").endLine();
        assertThat(csv.toString())
                .isEqualTo("a,b\r\n\"one, two\",\"say \"\"so\"\"\"\r\n\"two\r\nlines\", plain ; text \r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"=1+1", "+cmd", "-cmd", "@SUM(A1)", "\tx", "\uFF1D1", "-1+1", "+1e5e5"})
    void aTextIsNoFormula(String text) {
        CsvText csv = new CsvText();
        csv.text(text).endLine();
        assertThat(csv.toString()).isEqualTo("\r\n'" + text + "\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "+2.5", "1e5", "-1E-3", "fanout", "urn:uuid:1", ""})
    void whatIsNoFormulaStaysAsItIs(String text) {
        CsvText csv = new CsvText();
        csv.text(text).endLine();
        assertThat(csv.toString()).isEqualTo("\r\n" + text + "\r\n");
    }

    @Test
    void aFormulaThatHasToBeQuotedIsBoth() {
        CsvText csv = new CsvText();
        csv.text("=HYPERLINK(\"http://x\",1)").endLine();
        assertThat(csv.toString()).isEqualTo("\r\n\"'=HYPERLINK(\"\"http://x\"\",1)\"\r\n");
    }

    @ParameterizedTest
    @MethodSource("runs")
    void noCellIsNotANumber(RunResult run) {
        CsvReport.of(run).values().forEach(table -> assertThat(table)
                .doesNotContain("NaN")
                .doesNotContain("Infinity")
                .endsWith("\r\n"));
    }

    @Test
    void aSweepHasALineForEachPointAndSeed() {
        String table = CsvReport.of(SampleRuns.sweep("0", "0.1")).getOrDefault("sweep.csv", "");
        assertThat(table.lines()).hasSize(1 + 18 * 5);
        assertThat(table.lines().findFirst().orElse(""))
                .startsWith("setting.fanout,setting.loss,scenario,seed,trace_hash,devices,virtual_us,events,violations,"
                        + "coverage_mean,coverage_min,");
        assertThat(table.lines().skip(1).findFirst().orElse(""))
                .startsWith("2,0,street,1,000000000000004d,1000,42500000,287413,0,0.794,");
    }

    @Test
    void aSettingThatSomePointsLackIsEmptyThere() {
        List<SweepPoint> sweep = List.of(
                new SweepPoint(Map.of("a", "1"), List.of(SampleRuns.empty())),
                new SweepPoint(Map.of("seed", "=2"), List.of(SampleRuns.empty())));
        assertThat(CsvReport.of(sweep).getOrDefault("sweep.csv", "").lines().map(line -> line.substring(0, 20)))
                .containsExactly("setting.a,setting.se", "1,,silence,0,0000000", ",'=2,silence,0,00000");
    }

    private static String table(RunResult run, String name) {
        return CsvReport.of(run).getOrDefault(name, "");
    }
}
