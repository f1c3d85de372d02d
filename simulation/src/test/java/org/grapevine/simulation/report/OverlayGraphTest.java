package org.grapevine.simulation.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.grapevine.simulation.report.Overlays.devices;
import static org.grapevine.simulation.report.Overlays.link;

import java.util.List;
import org.grapevine.simulation.report.OverlayGraph.Figures;
import org.grapevine.simulation.report.OverlayGraph.Link;
import org.grapevine.simulation.report.OverlayGraph.Node;
import org.grapevine.simulation.report.OverlayGraph.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverlayGraphTest {

    private static Figures figures(int devices, Link... links) {
        return new OverlayGraph("test", devices(devices), List.of(links)).figures();
    }

    @Test
    void aRingIsOnePieceWithTwoLinksToEachAndNoTriangle() {
        assertThat(Overlays.ring(6).figures()).isEqualTo(new Figures(List.of(6), 12, 0, 2, 2, 2, 0));
    }

    @Test
    void whereEverybodyKnowsEverybodyAllNeighboursAreNeighbours() {
        Figures figures = Overlays.everybody(5).figures();

        assertThat(figures.clustering()).isEqualTo(1);
        assertThat(figures.links()).isEqualTo(20);
    }

    @Test
    void clusteringIsTheMeanShareOfLinkedPairsOfNeighbours() {
        // 0, 1, 2 are a triangle; 3 hangs on 0, of whose three pairs of neighbours one is linked.
        Figures figures = figures(4, link(0, 1), link(1, 2), link(2, 0), link(3, 0));

        assertThat(figures.clustering()).isCloseTo((1.0 / 3 + 1 + 1 + 0) / 4, within(1e-12));
    }

    @Test
    void aLinkOfOneSideJoinsPiecesAndIsCounted() {
        Figures figures = figures(5, link(0, 1), link(1, 0), link(2, 1), link(3, 4));

        assertThat(figures.pieces()).containsExactly(3, 2);
        assertThat(figures.links()).isEqualTo(4);
        assertThat(figures.oneSided()).isEqualTo(2);
    }

    @Test
    void linksToEachAreThoseThatComeIn() {
        Figures figures = figures(3, link(0, 2), link(1, 2), link(2, 0));

        assertThat(figures.inDegreeLeast()).isZero();
        assertThat(figures.inDegreeMean()).isEqualTo(1);
        assertThat(figures.inDegreeMost()).isEqualTo(2);
    }

    @Test
    void whoHasToldNothingJoinsNoPieces() {
        List<Node> nodes =
                List.of(new Node("a", State.ANSWERED), new Node("gone", State.SILENT), new Node("b", State.SUSPECTED));
        OverlayGraph graph = new OverlayGraph("test", nodes, List.of(link(0, 1), link(2, 1)));

        assertThat(graph.figures()).isEqualTo(new Figures(List.of(1, 1), 0, 0, 0, 0, 0, 0));
        assertThat(graph.pieces()).hasSize(1);
    }

    @Test
    void nobodyIsNoPiece() {
        assertThat(figures(0)).isEqualTo(new Figures(List.of(), 0, 0, 0, 0, 0, 0));
    }

    @ParameterizedTest
    @CsvSource({"0, 2", "-1, 0", "1, 1"})
    void aLinkHasTwoEndsAmongTheNodes(int from, int to) {
        assertThatThrownBy(() -> figures(2, link(from, to)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("link: Link[from=" + from + ", to=" + to
                        + ", suspected=false] (expected: between two of 2 nodes)");
    }

    @Test
    void aLinkIsHeldOnce() {
        assertThatThrownBy(() -> figures(2, link(0, 1), new Link(0, 1, true)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("link: Link[from=0, to=1, suspected=true] twice (expected: once)");
    }
}
