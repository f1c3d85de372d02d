package org.grapevine.simulation.report;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Who sends to whom in one overlay.
 *
 * @param title what overlay it is
 * @param nodes the devices
 * @param links from the device that holds a link to the one it is to; at most one each way
 */
public record OverlayGraph(String title, List<Node> nodes, List<Link> links) {

    /** What is known of a device. */
    public enum State {
        /** It has told its links. */
        ANSWERED,
        /** As {@link #ANSWERED}, and somebody suspects it to be dead. */
        SUSPECTED,
        /** Others have links to it, and it has told nothing. */
        SILENT
    }

    /** A device. */
    public record Node(String name, State state) {}

    /**
     * A link that one device holds to another.
     *
     * @param from index among the nodes
     * @param to another one
     * @param suspected whoever holds it suspects the other to be dead
     */
    public record Link(int from, int to, boolean suspected) {}

    /**
     * Figures of the devices that have told their links, and of the links among them.
     *
     * @param pieces sizes of the parts between which there is no link either way, largest first
     * @param links each way counts
     * @param oneSided links that the other side does not hold
     * @param inDegreeLeast fewest links to a device
     * @param inDegreeMean mean number of links to a device
     * @param inDegreeMost most links to a device
     * @param clustering mean over all devices of the share of pairs of neighbours that are neighbours themselves; a device with fewer
     *     than two counts 0
     */
    public record Figures(
            List<Integer> pieces,
            int links,
            int oneSided,
            int inDegreeLeast,
            double inDegreeMean,
            int inDegreeMost,
            double clustering) {
        public Figures {
            pieces = List.copyOf(pieces);
        }
    }

    public OverlayGraph {
        nodes = List.copyOf(nodes);
        links = List.copyOf(links);
        BitSet[] told = noLinks(nodes.size());
        for (Link link : links) {
            boolean known = link.from() >= 0
                    && link.from() < nodes.size()
                    && link.to() >= 0
                    && link.to() < nodes.size()
                    && link.from() != link.to();
            if (!known) {
                throw new IllegalArgumentException(
                        "link: " + link + " (expected: between two of " + nodes.size() + " nodes)");
            }
            if (told[link.from()].get(link.to())) {
                throw new IllegalArgumentException("link: " + link + " twice (expected: once)");
            }
            told[link.from()].set(link.to());
        }
    }

    /** The figures. Takes time in proportion to the links times the devices at the worst. */
    public Figures figures() {
        BitSet[] out = noLinks(nodes.size());
        int[] in = new int[nodes.size()];
        int among = 0;
        for (Link link : links) {
            if (hasAnswered(link.from()) && hasAnswered(link.to())) {
                out[link.from()].set(link.to());
                in[link.to()]++;
                among++;
            }
        }
        BitSet[] either = noLinks(nodes.size());
        int mutual = 0;
        for (int from = 0; from < out.length; from++) {
            for (int to = out[from].nextSetBit(0); to >= 0; to = out[from].nextSetBit(to + 1)) {
                mutual += out[to].get(from) ? 1 : 0;
                either[from].set(to);
                either[to].set(from);
            }
        }
        int[] degrees = IntStream.range(0, in.length)
                .filter(this::hasAnswered)
                .map(node -> in[node])
                .toArray();
        List<Integer> pieces = pieces(either).stream()
                .filter(piece -> hasAnswered(piece.get(0)))
                .map(List::size)
                .toList();
        return new Figures(
                pieces,
                among,
                among - mutual,
                Arrays.stream(degrees).min().orElse(0),
                Arrays.stream(degrees).average().orElse(0),
                Arrays.stream(degrees).max().orElse(0),
                clustering(either));
    }

    private double clustering(BitSet[] neighbours) {
        double sum = 0;
        int answered = 0;
        for (int node = 0; node < neighbours.length; node++) {
            if (!hasAnswered(node)) {
                continue;
            }
            answered++;
            BitSet around = neighbours[node];
            long degree = around.cardinality();
            long closed = 0;
            for (int other = around.nextSetBit(0); other >= 0; other = around.nextSetBit(other + 1)) {
                BitSet common = (BitSet) around.clone();
                common.and(neighbours[other]);
                closed += common.cardinality();
            }
            sum += degree < 2 ? 0 : (double) closed / (double) (degree * (degree - 1));
        }
        return answered == 0 ? 0 : sum / answered;
    }

    private boolean hasAnswered(int node) {
        return nodes.get(node).state() != State.SILENT;
    }

    /** The nodes of each part between which there is no link at all, the silent among them; largest first. */
    List<List<Integer>> pieces() {
        BitSet[] either = noLinks(nodes.size());
        for (Link link : links) {
            either[link.from()].set(link.to());
            either[link.to()].set(link.from());
        }
        return pieces(either);
    }

    private static List<List<Integer>> pieces(BitSet[] neighbours) {
        List<List<Integer>> pieces = new ArrayList<>();
        BitSet seen = new BitSet(neighbours.length);
        for (int first = 0; first < neighbours.length; first++) {
            if (seen.get(first)) {
                continue;
            }
            List<Integer> piece = new ArrayList<>();
            ArrayDeque<Integer> next = new ArrayDeque<>(List.of(first));
            seen.set(first);
            while (!next.isEmpty()) {
                int node = next.remove();
                piece.add(node);
                BitSet around = neighbours[node];
                for (int other = around.nextSetBit(0); other >= 0; other = around.nextSetBit(other + 1)) {
                    if (!seen.get(other)) {
                        seen.set(other);
                        next.add(other);
                    }
                }
            }
            pieces.add(piece);
        }
        pieces.sort(Comparator.comparing(List::size, Comparator.reverseOrder()));
        return pieces;
    }

    private static BitSet[] noLinks(int size) {
        BitSet[] none = new BitSet[size];
        Arrays.setAll(none, i -> new BitSet());
        return none;
    }
}
