package org.grapevine.simulation.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class PlotsTest {

    static Stream<List<Plot>> plots() {
        return Stream.concat(
                JsonReportTest.runs().stream().map(Plots::of),
                Stream.of(
                                SampleRuns.sweep("0"),
                                SampleRuns.sweep("0", "0.1", "0.3"),
                                SampleRuns.sweep("0").subList(0, 1),
                                List.<SweepPoint>of(),
                                List.of(new SweepPoint(Map.of("fanout", "3"), List.of())),
                                List.of(new SweepPoint(Map.of(), List.of(SampleRuns.empty()))))
                        .map(Plots::of));
    }

    @Test
    void aRunHasFive() {
        assertThat(Plots.of(SampleRuns.ordinary()))
                .extracting(Plot::name)
                .containsExactly("infection", "hops", "latency", "load", "bytes");
    }

    @Test
    void aSweepHasThree() {
        assertThat(Plots.of(SampleRuns.sweep("0")))
                .extracting(Plot::name)
                .containsExactly("coverage", "messages", "time", "payloads", "ids", "busiest", "infections");
    }

    @ParameterizedTest
    @MethodSource("plots")
    void everySvgIsWellFormedAndSaysWhatItIs(List<Plot> plots) {
        for (Plot plot : plots) {
            Element svg = Documents.parse(plot.svg()).getDocumentElement();
            assertThat(svg.getNamespaceURI()).isEqualTo("http://www.w3.org/2000/svg");
            assertThat(svg.getAttribute("viewBox")).isEqualTo("0 0 760 420");
            assertThat(svg.getAttribute("role")).isEqualTo("img");
            assertThat(svg.getElementsByTagName("title").item(0).getTextContent())
                    .isEqualTo(plot.title());
            assertThat(svg.getElementsByTagName("desc").item(0).getTextContent())
                    .isEqualTo(plot.description());
            assertThat(plot.svg()).doesNotContain("NaN").doesNotContain("Infinity");
        }
    }

    @ParameterizedTest
    @MethodSource("plots")
    void everyPngHasTwiceThePixels(List<Plot> plots) throws IOException {
        for (Plot plot : plots) {
            BufferedImage image = ImageIO.read(new ByteArrayInputStream(plot.png()));
            assertThat(image.getWidth()).isEqualTo(1520);
            assertThat(image.getHeight()).isEqualTo(840);
            assertThat(image.getRGB(3, 3)).isEqualTo(0xffffffff);
            assertThat(hasInk(image)).as(plot.title()).isTrue();
        }
    }

    private static boolean hasInk(BufferedImage image) {
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                if (image.getRGB(x, y) != 0xffffffff) {
                    return true;
                }
            }
        }
        return false;
    }

    @Test
    void equalRunsGiveEqualBytes() {
        List<Plot> some = Plots.of(SampleRuns.ordinary());
        List<Plot> others = Plots.of(SampleRuns.ordinary());
        for (int i = 0; i < some.size(); i++) {
            assertThat(some.get(i).svg()).isEqualTo(others.get(i).svg());
            assertThat(some.get(i).png()).isEqualTo(others.get(i).png());
            // Painting once must not leave anything behind.
            assertThat(some.get(i).svg()).isEqualTo(others.get(i).svg());
        }
    }

    /** Several plots stand in one page, where an id may not come twice. */
    @Test
    void idsBeginWithTheNameOfThePlot() {
        Set<String> ids = new HashSet<>();
        for (Plot plot : Plots.of(SampleRuns.ordinary())) {
            NodeList elements = Documents.parse(plot.inlineSvg()).getElementsByTagName("*");
            for (int i = 0; i < elements.getLength(); i++) {
                String id = ((Element) elements.item(i)).getAttribute("id");
                if (!id.isEmpty()) {
                    assertThat(id).startsWith(plot.name() + "-");
                    assertThat(ids.add(id)).as(id).isTrue();
                }
            }
        }
        assertThat(ids).contains("infection-title", "bytes-desc");
    }

    @Test
    void noSvgPointsOutside() {
        for (Plot plot : Plots.of(SampleRuns.ordinary())) {
            assertThat(plot.svg().replace("http://www.w3.org/2000/svg", ""))
                    .doesNotContain("http")
                    .doesNotContain("<!DOCTYPE")
                    .doesNotContain("href");
        }
    }

    @Test
    void aPageColoursThePlotsInIt() {
        for (Plot plot : Plots.of(SampleRuns.ordinary())) {
            assertThat(plot.inlineSvg())
                    .contains("var(--ink)")
                    .contains("var(--grid)")
                    .contains("var(--series-0)")
                    .doesNotContain("\"white\"")
                    .doesNotContain("rgb(0,114,178)");
            assertThat(plot.svg()).doesNotContain("var(");
        }
    }

    @Test
    void aRunWithoutAnythingSaysSo() {
        assertThat(Plots.of(SampleRuns.empty()))
                .extracting(Plot::description)
                .containsExactly(
                        "No message was pushed.",
                        "No device was reached by gossip.",
                        "No message was pushed.",
                        "There are no devices.",
                        "There are no devices.");
    }

    /** The library takes what stands between dollars for TeX, breaks lines, and cannot measure an empty text. */
    @ParameterizedTest
    @ValueSource(
            strings = {"", " ", "$x^2$", "$$", "a\nb", "\n", "\u0000", "<b>&\"'</b>", "\uD83C\uDF47\uD800", "\u202Eabc"
            })
    void anySettingCanBeDrawn(String hostile) {
        List<SweepPoint> sweep = new ArrayList<>();
        for (SweepPoint point : SampleRuns.sweep("0", "0.1")) {
            Map<String, String> settings = new LinkedHashMap<>();
            settings.put(hostile, point.settings().getOrDefault("fanout", "") + hostile);
            settings.put(hostile + hostile + "2", point.settings().getOrDefault("loss", "") + hostile);
            sweep.add(new SweepPoint(settings, point.runs()));
        }
        for (Plot plot : Plots.of(sweep)) {
            Documents.parse(plot.svg());
            assertThat(plot.png()).isNotEmpty();
        }
    }

    /** All devices sent the same, or nearly, or all but one did: there is an outline to see in each. */
    @ParameterizedTest
    @ValueSource(strings = {"32200 32200 1000", "32000 32010 500", "1 1000000 1"})
    void anyLoadHasAnOutline(String bounds) throws IOException {
        String[] parts = bounds.split(" ", -1);
        double least = Double.parseDouble(parts[0]);
        long most = Long.parseLong(parts[1]);
        Curve classes = most == least
                ? new Curve(new double[] {least}, new double[] {1000})
                : new Curve(new double[] {least, least + (most - least) / 2}, new double[] {1000, 500});
        Load load = new Load(least, (long) least, most, most, classes);
        RunResult empty = SampleRuns.empty();
        RunResult run = new RunResult(
                empty.scenario(),
                1,
                1500,
                0,
                0,
                0,
                0,
                List.of(),
                List.of(),
                empty.infection(),
                empty.hops(),
                empty.latency(),
                load,
                load,
                load,
                empty.traffic(),
                Map.of(),
                null,
                List.of(),
                0);
        BufferedImage image =
                ImageIO.read(new ByteArrayInputStream(Plots.of(run).get(4).png()));
        int blue = 0;
        for (int x = 0; x < image.getWidth(); x++) {
            Color color = new Color(image.getRGB(x, 600));
            blue += color.getBlue() > color.getRed() + 30 ? 1 : 0;
        }
        assertThat(blue).isGreaterThan(6);
    }

    @Test
    void longNamesAreCut() {
        assertThat(Chart.label("x".repeat(1000))).hasSize(60).endsWith("x…");
        assertThat(Chart.label("\uD83C\uDF47".repeat(100)).codePoints()).hasSize(60);
    }

    @Test
    void theSettingThatVariesRunsAlongTheAxis() {
        assertThat(Plots.of(SampleRuns.sweep("0")).get(0).title()).isEqualTo("Coverage against fanout");
        SweptPlot swept = SweptPlot.of(SampleRuns.sweep("0", "0.1"));
        assertThat(swept.setting()).isEqualTo("fanout");
        assertThat(swept.lines()).containsOnlyKeys("loss 0", "loss 0.1");
        assertThat(swept.lines().getOrDefault("loss 0", List.of()))
                .extracting(SweptPlot.At::x)
                .containsExactly(2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0);
    }

    @Test
    void numbersGoBeforeWordsOnTheAxis() {
        List<SweepPoint> sweep = List.of(
                point("topology", "star", "devices", "10"),
                point("topology", "mesh", "devices", "10"),
                point("topology", "star", "devices", "20"));
        assertThat(SweptPlot.of(sweep).setting()).isEqualTo("devices");
        assertThat(SweptPlot.of(sweep.subList(0, 2)).setting()).isEqualTo("topology");
        assertThat(SweptPlot.of(sweep.subList(0, 2)).categories()).containsExactly("star", "mesh");
    }

    @Test
    void moreLinesThanCanBeToldApartAreLeftToTheTable() {
        List<SweepPoint> sweep =
                SampleRuns.sweep("0", "0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.61", "0.62", "0.63");
        assertThat(SweptPlot.of(sweep).lines()).hasSize(8);
        assertThat(Plots.of(sweep).get(0).description()).endsWith("2 lines are left out; the table has all.");
    }

    /** A mean over the lucky runs would lie. */
    @Test
    void aPointWhereNotEveryRunGotThereIsLeftOut() {
        assertThat(Plots.of(SampleRuns.sweep("0")).get(2).description())
                .isEqualTo("Time to 99 % of the devices against fanout, with 95 % intervals over the seeds."
                        + " Points where not every run got there are left out.");
    }

    private static SweepPoint point(String... namesAndValues) {
        Map<String, String> settings = new LinkedHashMap<>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            settings.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return new SweepPoint(settings, List.of(SampleRuns.ordinary()));
    }
}
