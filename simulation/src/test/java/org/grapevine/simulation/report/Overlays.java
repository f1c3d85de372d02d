package org.grapevine.simulation.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.grapevine.simulation.report.OverlayGraph.Link;
import org.grapevine.simulation.report.OverlayGraph.Node;
import org.grapevine.simulation.report.OverlayGraph.State;

/** Overlays for tests. */
final class Overlays {

    private Overlays() {}

    static List<Node> devices(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Node("device " + i, State.ANSWERED))
                .toList();
    }

    static Link link(int from, int to) {
        return new Link(from, to, false);
    }

    /** Devices linked with their neighbours on a ring, both ways. */
    static OverlayGraph ring(int size) {
        List<Link> links = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            links.add(link(i, (i + 1) % size));
            links.add(link((i + 1) % size, i));
        }
        return new OverlayGraph("ring of " + size, devices(size), links);
    }

    /** Each device with some random links, held by both sides, within parts of equal size. */
    static OverlayGraph random(int size, int linksEach, int parts) {
        SplittableRandom random = new SplittableRandom(size);
        Set<Link> links = new LinkedHashSet<>();
        for (int i = 0; i < size; i++) {
            for (int k = 0; k < linksEach; k++) {
                int other = random.nextInt(size / parts) * parts + i % parts;
                if (other < size && other != i) {
                    links.add(link(i, other));
                    links.add(link(other, i));
                }
            }
        }
        return new OverlayGraph("random", devices(size), List.copyOf(links));
    }

    /** Everybody has a link to everybody. */
    static OverlayGraph everybody(int size) {
        List<Link> links = new ArrayList<>();
        for (int from = 0; from < size; from++) {
            for (int to = 0; to < size; to++) {
                if (from != to) {
                    links.add(link(from, to));
                }
            }
        }
        return new OverlayGraph("everybody", devices(size), links);
    }
}
