package org.grapevine.simulation.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.grapevine.simulation.check.Violation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class HtmlReportTest {

    private static final ReportOptions OPTIONS = ReportOptions.of("name: street\n", "grapevine simulate street.yaml");
    private static final String HOSTILE =
            "</title><script>alert(1)</script>&amp;\"'><img src=x onerror=alert(2)>\u0000\u202E]]>";

    static List<RunResult> runs() {
        return JsonReportTest.runs();
    }

    @ParameterizedTest
    @MethodSource("runs")
    void everyPageIsWellFormed(RunResult run) {
        String html = HtmlReport.of(run, Plots.of(run), OPTIONS);
        assertThat(Documents.parse(html).getElementsByTagName("svg").getLength())
                .isEqualTo(5);
        assertThat(html).startsWith("<!DOCTYPE html>\n").doesNotContain("NaN").doesNotContain("Infinity");
    }

    @Test
    void theVerdictComesFirst() {
        assertThat(HtmlReport.of(SampleRuns.ordinary(), List.of(), OPTIONS))
                .containsOnlyOnce("<p class=\"verdict good\">&#10003; all promises kept</p>");
        assertThat(HtmlReport.of(SampleRuns.broken(), List.of(), OPTIONS))
                .containsOnlyOnce("<p class=\"verdict bad\">&#10007; 2 violations</p>")
                .contains("<td>device 17 got message 3 twice</td>")
                .contains("without 1 more.");
    }

    @Test
    void aHostileScenarioIsShownAndNotRun() {
        RunResult run = SampleRuns.with(
                SampleRuns.ordinary(),
                SampleRuns.scenario("name", HOSTILE, 1),
                List.of(new Violation(HOSTILE, 1, HOSTILE)),
                1);
        String html = HtmlReport.of(run, List.of(), ReportOptions.of(HOSTILE, HOSTILE));
        Document page = Documents.parse(html);
        assertThat(page.getElementsByTagName("script").getLength()).isZero();
        assertThat(page.getElementsByTagName("img").getLength()).isZero();
        assertThat(page.getElementsByTagName("p").item(0).getTextContent())
                .isEqualTo(HOSTILE.replace('\u0000', '\uFFFD').replace('\u202E', '\uFFFD'));
        assertThat(html).doesNotContain("<script").doesNotContain("<img");
    }

    /** Scenarios with such names are refused, but the title does not rely on it. */
    @Test
    void aHostileTitleIsShownAndNotRun() {
        HtmlPage page = new HtmlPage(HOSTILE);
        page.header(HOSTILE, HOSTILE, 0);
        Document document = Documents.parse(page.toString());
        assertThat(document.getElementsByTagName("script").getLength()).isZero();
        assertThat(document.getElementsByTagName("title").item(0).getTextContent())
                .startsWith("</title><script>");
        assertThat(document.getElementsByTagName("h1").item(0).getTextContent()).startsWith("</title><script>");
    }

    @Test
    void aHostileSweepIsShownAndNotRun() {
        RunResult run = SampleRuns.with(
                SampleRuns.ordinary(),
                SampleRuns.scenario("name", HOSTILE, 1),
                List.of(new Violation(HOSTILE, 1, HOSTILE)),
                1);
        List<SweepPoint> sweep = List.of(
                new SweepPoint(Map.of(HOSTILE, HOSTILE), List.of(run)),
                new SweepPoint(Map.of(HOSTILE, "2"), List.of(run)));
        String html = HtmlReport.of(sweep, Plots.of(sweep), ReportOptions.of(HOSTILE, HOSTILE));
        assertThat(Documents.parse(html).getElementsByTagName("script").getLength())
                .isZero();
        assertThat(html).doesNotContain("<script").doesNotContain("<img");
    }

    @Test
    void nothingIsLoadedFromElsewhere() {
        RunResult run = SampleRuns.ordinary();
        String html = HtmlReport.of(run, Plots.of(run), OPTIONS);
        assertThat(html)
                .contains("default-src 'none'")
                .doesNotContain("url(http")
                .doesNotContain("@import")
                .doesNotContain("src=\"")
                .doesNotContain("href=");
    }

    /** A table has a caption and headings, a plot has a name, a section has its heading, and no id comes twice. */
    @Test
    void whoDoesNotSeeItFindsTheWay() {
        RunResult run = SampleRuns.broken();
        Document page = Documents.parse(HtmlReport.of(run, Plots.of(run), OPTIONS));
        assertThat(page.getDocumentElement().getAttribute("lang")).isEqualTo("en");
        assertThat(page.getElementsByTagName("h1").getLength()).isEqualTo(1);
        Set<String> ids = new HashSet<>();
        NodeList all = page.getElementsByTagName("*");
        for (int i = 0; i < all.getLength(); i++) {
            Element element = (Element) all.item(i);
            String id = element.getAttribute("id");
            assertThat(id.isEmpty() || ids.add(id)).as(id).isTrue();
            switch (element.getTagName()) {
                case "table" -> {
                    assertThat(element.getElementsByTagName("caption").getLength())
                            .isEqualTo(1);
                    assertThat(element.getElementsByTagName("th").getLength()).isPositive();
                }
                case "th" -> assertThat(element.getAttribute("scope")).isIn("row", "col");
                default -> {
                    if (element.getAttribute("role").equals("region")) {
                        assertThat(element.getAttribute("aria-label")).isNotBlank();
                    }
                }
            }
        }
        for (int i = 0; i < all.getLength(); i++) {
            for (String id :
                    ((Element) all.item(i)).getAttribute("aria-labelledby").split(" ", -1)) {
                assertThat(id.isEmpty() || ids.contains(id)).as(id).isTrue();
            }
        }
    }

    @Test
    void aHundredPushesAreShownAndTheOthersCounted() {
        String html = HtmlReport.of(SampleRuns.ordinary(1, 1234, 1), List.of(), OPTIONS);
        assertThat(html).contains("The first 100 of 1,234 pushes are shown, 1,134 more are in the files.");
        Element pushes =
                (Element) Documents.parse(html).getElementsByTagName("table").item(0);
        assertThat(pushes.getElementsByTagName("tr").getLength()).isEqualTo(101);
    }

    @Test
    void theCommandAndTheScenarioAreThere() {
        assertThat(HtmlReport.of(SampleRuns.ordinary(), List.of(), OPTIONS))
                .contains("<code>grapevine simulate street.yaml</code>")
                .contains("<summary>The scenario</summary>")
                .contains("<code>name: street\n</code>");
        assertThat(HtmlReport.of(SampleRuns.ordinary(), List.of(), ReportOptions.of("", "")))
                .doesNotContain("Once more")
                .doesNotContain("<details>");
    }

    @Test
    void realTimeIsToldOnRequestOnly() {
        RunResult fast = SampleRuns.ordinary(7, 12, 5_000_000);
        RunResult slow = SampleRuns.ordinary(7, 12, 900_000_000);
        assertThat(HtmlReport.of(fast, Plots.of(fast), OPTIONS))
                .isEqualTo(HtmlReport.of(slow, Plots.of(slow), OPTIONS));
        assertThat(HtmlReport.of(slow, List.of(), OPTIONS.withWallClock(true))).contains("<dd>900 ms</dd>");
    }

    @Test
    void aSweepHasATableOfItsPoints() {
        List<SweepPoint> sweep = SampleRuns.sweep("0", "0.1");
        Document page = Documents.parse(HtmlReport.of(sweep, Plots.of(sweep), OPTIONS));
        Element points = (Element) page.getElementsByTagName("table").item(0);
        assertThat(points.getElementsByTagName("tr").getLength()).isEqualTo(19);
        assertThat(points.getElementsByTagName("td").item(2).getTextContent()).contains(" % ± ");
        assertThat(page.getElementsByTagName("svg").getLength()).isEqualTo(7);
    }

    @Test
    void aSweepOfNothingIsAPage() {
        Documents.parse(HtmlReport.of(List.<SweepPoint>of(), Plots.of(List.<SweepPoint>of()), OPTIONS));
    }
}
