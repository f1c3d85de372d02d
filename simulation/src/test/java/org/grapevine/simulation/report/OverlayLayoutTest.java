package org.grapevine.simulation.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OverlayLayoutTest {

    private static final double WIDTH = 720;
    private static final double HEIGHT = 480;
    private static final double MARGIN = 24;

    private static OverlayLayout layout(OverlayGraph graph) {
        return OverlayLayout.of(graph, WIDTH, HEIGHT, MARGIN);
    }

    private static double distance(OverlayLayout layout, int a, int b) {
        double dx = layout.x()[a] - layout.x()[b];
        double dy = layout.y()[a] - layout.y()[b];
        return Math.sqrt(dx * dx + dy * dy);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "2, 1", "10, 1", "11, 1", "40, 1", "40, 4", "300, 1", "300, 3", "1500, 1", "64, 64"})
    void everyDeviceIsInTheBox(int size, int parts) {
        OverlayLayout layout = layout(Overlays.random(size, 3, parts));

        assertThat(layout.x()).hasSize(size);
        assertThat(min(layout.x())).isGreaterThan(MARGIN - 1e-6);
        assertThat(max(layout.x())).isLessThan(WIDTH - MARGIN + 1e-6);
        assertThat(min(layout.y())).isGreaterThan(MARGIN - 1e-6);
        assertThat(max(layout.y())).isLessThan(HEIGHT - MARGIN + 1e-6);
    }

    @ParameterizedTest
    @ValueSource(ints = {5, 60, 400})
    void noTwoDevicesAreAtOnePlace(int size) {
        OverlayLayout layout = layout(Overlays.random(size, 3, 1));

        for (int a = 0; a < size; a++) {
            for (int b = a + 1; b < size; b++) {
                assertThat(distance(layout, a, b)).isGreaterThan(0.5);
            }
        }
    }

    @Test
    void equalOverlaysHaveEqualPlaces() {
        assertThat(layout(Overlays.random(120, 4, 2)).x())
                .isEqualTo(layout(Overlays.random(120, 4, 2)).x());
    }

    @Test
    void linkedDevicesAreNearerThanOthers() {
        OverlayGraph graph = Overlays.ring(60);
        OverlayLayout layout = layout(graph);

        double linked = graph.links().stream()
                .mapToDouble(link -> distance(layout, link.from(), link.to()))
                .average()
                .orElseThrow();
        double all = IntStream.range(1, 60)
                .mapToDouble(i -> distance(layout, 0, i))
                .average()
                .orElseThrow();
        assertThat(linked).isLessThan(all / 4);
    }

    @Test
    void partsWithoutALinkBetweenThemStandApart() {
        OverlayGraph graph = Overlays.random(90, 5, 3);
        OverlayLayout layout = layout(graph);

        List<double[]> boxes = new ArrayList<>();
        for (List<Integer> part : graph.pieces()) {
            double[] x = part.stream().mapToDouble(node -> layout.x()[node]).toArray();
            double[] y = part.stream().mapToDouble(node -> layout.y()[node]).toArray();
            boxes.add(new double[] {min(x), max(x), min(y), max(y)});
        }
        assertThat(boxes).hasSize(3);
        for (int a = 0; a < boxes.size(); a++) {
            for (int b = a + 1; b < boxes.size(); b++) {
                double[] one = boxes.get(a);
                double[] other = boxes.get(b);
                assertThat(one[1] < other[0] || other[1] < one[0] || one[3] < other[2] || other[3] < one[2])
                        .isTrue();
            }
        }
    }

    private static double min(double[] values) {
        return Arrays.stream(values).min().orElseThrow();
    }

    private static double max(double[] values) {
        return Arrays.stream(values).max().orElseThrow();
    }
}
