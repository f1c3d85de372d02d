package org.grapevine.simulation.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TextReportTest {

    static List<RunResult> runs() {
        return JsonReportTest.runs();
    }

    @Test
    void theHeadlineSaysWhatWasRun() {
        assertThat(TextReport.headline(SampleRuns.ordinary()))
                .containsExactly(
                        "street: 1,000 devices, seed 7, 42.5 s of virtual time, 287,413 events, trace 0123456789abcdef",
                        "A street of meters; one of them speaks now and then.");
        assertThat(TextReport.headline(SampleRuns.sweep("0", "0.1")))
                .containsExactly("street: 18 points of fanout, loss, 90 runs");
    }

    @Test
    void manyPushesAreSummedUp() {
        assertThat(TextReport.spreads(SampleRuns.ordinary()))
                .startsWith(
                        List.of("12 pushes", "lowest", "median", "highest"),
                        List.of("coverage", "99.9 %", "100 %", "100 %"))
                .contains(List.of("time to all", "171 ms", "173 ms", "never"));
    }

    @Test
    void fewPushesAreShownOneByOne() {
        assertThat(TextReport.spreads(SampleRuns.ordinary(1, 2, 1))).hasSize(3);
        assertThat(TextReport.spreads(SampleRuns.empty())).isEmpty();
        assertThat(TextReport.requests(SampleRuns.empty())).isEmpty();
    }

    @Test
    void trafficHasTheSameRowsForEveryRun() {
        assertThat(TextReport.traffic(SampleRuns.ordinary())).contains(List.of("lost: by the link", "4,811", "4.21 %"));
        assertThat(TextReport.traffic(SampleRuns.empty()))
                .hasSameSizeAs(TextReport.traffic(SampleRuns.ordinary()))
                .contains(List.of("sent", "0", "-"));
    }

    @Test
    void theVerdictNamesWhatBroke() {
        assertThat(TextReport.verdict(SampleRuns.ordinary())).containsExactly("all promises kept");
        assertThat(TextReport.verdict(SampleRuns.broken()))
                .containsExactly("2 violations", "at-most-once at 12.3 s: device 17 got message 3 twice", "and 1 more");
    }

    @Test
    void theVerdictOnASweepNamesTheSeed() {
        List<SweepPoint> sweep =
                List.of(new SweepPoint(Map.of("fanout", "3"), List.of(SampleRuns.ordinary(), SampleRuns.broken())));
        assertThat(TextReport.verdict(sweep))
                .containsExactly(
                        "2 violations",
                        "fanout=3 seed 7: 2 violations, first at-most-once: device 17 got message 3 twice");
    }

    @Test
    void viewsAreShownWhereThereAreEngines() {
        assertThat(TextReport.overlay(SampleRuns.ordinary())).isEmpty();
        assertThat(TextReport.overlay(SampleRuns.withOverlay(SampleRuns.ordinary())))
                .contains(
                        List.of("views", "value"),
                        List.of("of a device in a second", "3"),
                        List.of("entries of the dead", "2 %"),
                        List.of("entries of liars", "-"),
                        List.of("looks at overlays in parts", "3 of 42, last at 7 s"),
                        List.of("refused: own entry", "424"));
    }

    @Test
    void speedIsToldApart() {
        assertThat(TextReport.wallClock(SampleRuns.ordinary(7, 12, 500_000_000)))
                .isEqualTo("took 500 ms, 574,826 events per second");
        assertThat(TextReport.wallClock(SampleRuns.empty())).isEqualTo("took 0 ms");
    }

    @ParameterizedTest
    @MethodSource("runs")
    void rowsOfATableHaveAsManyCellsAsItsHeading(RunResult run) {
        for (List<List<String>> table : List.of(
                TextReport.spreads(run),
                TextReport.requests(run),
                TextReport.traffic(run),
                TextReport.kinds(run),
                TextReport.loads(run),
                TextReport.drops(run),
                TextReport.overlay(SampleRuns.withOverlay(run)),
                TextReport.sweep(SampleRuns.sweep("0")))) {
            assertThat(table).allSatisfy(row -> assertThat(row)
                    .hasSameSizeAs(table.get(0))
                    .noneMatch(cell -> cell.contains("NaN") || cell.isEmpty()));
        }
    }
}
