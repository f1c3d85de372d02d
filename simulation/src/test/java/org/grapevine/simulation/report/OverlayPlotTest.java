package org.grapevine.simulation.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.grapevine.simulation.report.OverlayGraph.Link;
import org.grapevine.simulation.report.OverlayGraph.Node;
import org.grapevine.simulation.report.OverlayGraph.State;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class OverlayPlotTest {

    private static Element svg(String title, OverlayGraph... overlays) {
        return svg(Plots.overlays(title, List.of(overlays)));
    }

    private static Element svg(Plot plot) {
        assertThat(plot.svg()).doesNotContain("NaN").doesNotContain("Infinity");
        return Documents.parse(plot.svg()).getDocumentElement();
    }

    private static String description(Element svg) {
        return svg.getElementsByTagName("desc").item(0).getTextContent();
    }

    private static OverlayGraph three(State last, Link... links) {
        return new OverlayGraph(
                "three",
                List.of(new Node("a", State.ANSWERED), new Node("b", State.ANSWERED), new Node("c", last)),
                List.of(links));
    }

    @Test
    void saysInWordsWhatItShows() {
        Element svg = svg("Peers of a street", Overlays.ring(8), Overlays.random(40, 4, 2));

        assertThat(svg.getAttribute("role")).isEqualTo("img");
        assertThat(svg.getAttribute("aria-labelledby")).isEqualTo("overlay-title overlay-desc");
        assertThat(svg.getElementsByTagName("title").item(0).getTextContent()).isEqualTo("Peers of a street");
        assertThat(description(svg))
                .startsWith("ring of 8: 8 devices, all connected; links to a device 2 to 2, mean 2; clustering 0. ")
                .contains("random: 40 devices in 2 parts without a link between them; ");
    }

    @Test
    void linksOfOneSideAreDashed() {
        OverlayGraph mutual = three(State.ANSWERED, new Link(0, 1, false), new Link(1, 0, false));
        OverlayGraph oneSided = three(State.ANSWERED, new Link(0, 1, false));

        // The legend has one in any case.
        assertThat(dashed(svg("test", mutual))).isEqualTo(1);
        assertThat(dashed(svg("test", oneSided))).isEqualTo(2);
    }

    private static long dashed(Element svg) {
        return elements(svg)
                .filter(each -> each.getAttribute("stroke-dasharray").startsWith("3"))
                .filter(each -> each.hasAttribute("d") || each.getTagName().equals("line") || each.hasChildNodes())
                .count();
    }

    @Test
    void whatIsSuspectedHasAColourAndAShapeOfItsOwn() {
        OverlayGraph well = three(State.ANSWERED, new Link(0, 2, false));
        OverlayGraph suspected = three(State.SUSPECTED, new Link(0, 2, true));

        assertThat(coloured(svg("test", suspected))).isGreaterThan(coloured(svg("test", well)));
        assertThat(squares(svg("test", suspected))).isEqualTo(squares(svg("test", well)) + 1);
    }

    /** Those of the series that stands for suspicion. */
    private static long coloured(Element svg) {
        return elements(svg)
                .filter(each -> (each.getAttribute("fill") + each.getAttribute("stroke")).contains("rgb(213,94,0)"))
                .count();
    }

    private static long squares(Element svg) {
        return elements(svg).filter(each -> each.getTagName().equals("rect")).count();
    }

    @Test
    void whoDidNotAnswerIsCountedApart() {
        assertThat(description(svg("test", three(State.SILENT, new Link(0, 1, false), new Link(0, 2, false)))))
                .contains("2 devices, all connected, 1 more did not answer;");
    }

    @Test
    void hostileNamesAreDrawnAndNotRun() {
        String hostile = "\"/><script>alert(1)</script>&<!--\u0000\u202e]]>" + "x".repeat(10_000);
        OverlayGraph graph = new OverlayGraph(
                hostile, List.of(new Node(hostile, State.ANSWERED), new Node("", State.SILENT)), List.of());

        Element svg = svg(hostile, graph, Overlays.ring(3));

        assertThat(elements(svg).map(Element::getTagName)).doesNotContain("script");
        assertThat(elements(svg).map(Element::getTagName)).doesNotContain("text");
    }

    @Test
    void moreOverlaysThanHaveRoomAreCounted() {
        List<OverlayGraph> many = Collections.nCopies(OverlayPlot.MOST_PANELS + 3, Overlays.ring(3));

        assertThat(description(svg(Plots.overlays("test", many)))).endsWith("3 more are not drawn.");
    }

    @Test
    void hasNoMoreLinesThanOneCanSee() {
        int size = 300;
        OverlayGraph all = Overlays.everybody(size);
        assertThat(all.links()).hasSizeGreaterThan(OverlayPlot.MOST_LINES);

        assertThat(Plots.overlays("test", List.of(all)).svg()).hasSizeLessThan(1_000_000);
    }

    @Test
    void isAsHighAsItsPanelsNeed() {
        Plot one = Plots.overlays("test", List.of(Overlays.ring(3)));
        Plot nine = Plots.overlays(
                "test", IntStream.range(0, 9).mapToObj(i -> Overlays.ring(3)).toList());

        assertThat(svg(one).getAttribute("viewBox")).isEqualTo("0 0 760 " + one.height());
        assertThat(nine.height()).isGreaterThan(one.height());
        assertThat(one.png()).isNotEmpty();
    }

    @Test
    void noOverlayAtAllIsSaid() {
        assertThat(description(svg("test"))).isEqualTo("No device has told its links.");
    }

    private static Stream<Element> elements(Element svg) {
        return IntStream.range(0, svg.getElementsByTagName("*").getLength())
                .mapToObj(i -> (Element) svg.getElementsByTagName("*").item(i));
    }
}
