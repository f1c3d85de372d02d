package org.grapevine.simulation.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Places for the devices of an overlay. Parts without a link between them stand apart, each in a disc as large as it has devices. In
 * it, few devices stand in a circle, and so do so many that nothing else could be told; others are drawn together by their links and
 * pushed apart by all (Fruchterman, Reingold 1991). Equal graphs have equal places, and the work is bounded.
 *
 * @param x of each node
 * @param y of each node
 * @param spacing how far neighbouring nodes are apart at the most crowded place, roughly
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared.
record OverlayLayout(double[] x, double[] y, double spacing) {

    private static final int FEW = 10;
    private static final int MOST_IN_A_ROW = 50;

    /** Pairs of nodes that are looked at, for one part; 1,000 nodes have 60 rounds, which is not much but shows. */
    private static final long MOST_PAIRS = 60_000_000;

    private static final int MOST_ROUNDS = 300;
    private static final int FEWEST_ROUNDS = 30;

    /** Turns that put the points of a spiral evenly over a disc. */
    private static final double GOLDEN_ANGLE = StrictMath.PI * (3 - Math.sqrt(5));

    /** Between the discs of parts, as a share of a disc. */
    private static final double GAP = 0.12;

    private record Disc(List<Integer> nodes, double radius) {}

    /** Fills a box from 0, 0 to width, height; nothing is placed nearer to its edge than the margin. */
    static OverlayLayout of(OverlayGraph graph, double width, double height, double margin) {
        List<Disc> discs = graph.pieces().stream()
                .map(piece -> new Disc(piece, Math.sqrt(piece.size()) * (1 + GAP)))
                .toList();
        double[] x = new double[graph.nodes().size()];
        double[] y = new double[graph.nodes().size()];
        double roomX = Math.max(1, width - 2 * margin);
        double roomY = Math.max(1, height - 2 * margin);
        List<List<Disc>> shelves = bestShelves(discs, roomX, roomY);
        double scale = scale(shelves, roomX, roomY);
        double top = margin + (roomY - scale * height(shelves)) / 2;
        for (List<Disc> shelf : shelves) {
            double left = margin + (roomX - scale * width(shelf)) / 2;
            for (Disc disc : shelf) {
                double[][] places = places(graph, disc.nodes());
                boolean alone = discs.size() == 1;
                double radiusX = alone ? roomX / 2 : scale * disc.radius() / (1 + GAP);
                double radiusY = alone ? roomY / 2 : scale * disc.radius() / (1 + GAP);
                if (alone) {
                    intoUnitSquare(places[0]);
                    intoUnitSquare(places[1]);
                }
                for (int i = 0; i < disc.nodes().size(); i++) {
                    int node = disc.nodes().get(i);
                    x[node] = left + scale * disc.radius() + radiusX * places[0][i];
                    y[node] = top + scale * height(shelf) / 2 + radiusY * places[1][i];
                }
                left += 2 * scale * disc.radius();
            }
            top += scale * height(shelf);
        }
        return new OverlayLayout(x, y, 1.8 * scale);
    }

    /** Of the rows as wide as the first disc, the first two and so on, those in which everything is largest. */
    private static List<List<Disc>> bestShelves(List<Disc> discs, double roomX, double roomY) {
        List<List<Disc>> best = List.of();
        double largest = 0;
        double widest = 0;
        for (Disc disc : discs.subList(0, Math.min(MOST_IN_A_ROW, discs.size()))) {
            widest += 2 * disc.radius();
            List<List<Disc>> shelves = shelves(discs, widest * (1 + 1e-9));
            if (scale(shelves, roomX, roomY) > largest) {
                largest = scale(shelves, roomX, roomY);
                best = shelves;
            }
        }
        return best;
    }

    private static double scale(List<List<Disc>> shelves, double roomX, double roomY) {
        double wide = shelves.stream().mapToDouble(OverlayLayout::width).max().orElse(1);
        return Math.min(roomX / wide, roomY / height(shelves));
    }

    private static List<List<Disc>> shelves(List<Disc> discs, double widest) {
        List<List<Disc>> shelves = new ArrayList<>();
        double used = widest;
        for (Disc disc : discs) {
            if (used + 2 * disc.radius() > widest) {
                shelves.add(new ArrayList<>());
                used = 0;
            }
            shelves.get(shelves.size() - 1).add(disc);
            used += 2 * disc.radius();
        }
        return shelves;
    }

    private static double height(Collection<List<Disc>> shelves) {
        return shelves.stream().mapToDouble(OverlayLayout::height).sum();
    }

    private static double width(List<Disc> shelf) {
        return shelf.stream().mapToDouble(disc -> 2 * disc.radius()).sum();
    }

    private static double height(List<Disc> shelf) {
        return 2 * shelf.get(0).radius();
    }

    /** Places of the nodes of one part, in the unit disc around 0, 0. */
    private static double[][] places(OverlayGraph graph, List<Integer> nodes) {
        int size = nodes.size();
        long pairs = (long) size * size;
        long rounds = Math.min(MOST_ROUNDS, MOST_PAIRS / Math.max(1, pairs));
        if (size == 1) {
            return new double[][] {{0}, {0}};
        }
        if (size <= FEW || rounds < FEWEST_ROUNDS) {
            return circle(size);
        }
        return drawnTogether(links(graph, nodes), size, (int) rounds);
    }

    private static double[][] circle(int size) {
        double[][] places = new double[2][size];
        for (int i = 0; i < size; i++) {
            double angle = 2 * StrictMath.PI * i / size - StrictMath.PI / 2;
            places[0][i] = StrictMath.cos(angle);
            places[1][i] = StrictMath.sin(angle);
        }
        return places;
    }

    /** Both ends of each link of the part, as indexes among its nodes. */
    private static int[][] links(OverlayGraph graph, List<Integer> nodes) {
        int[] index = new int[graph.nodes().size()];
        Arrays.fill(index, -1);
        for (int i = 0; i < nodes.size(); i++) {
            index[nodes.get(i)] = i;
        }
        return graph.links().stream()
                .filter(link -> index[link.from()] >= 0)
                .map(link -> new int[] {index[link.from()], index[link.to()]})
                .toArray(int[][]::new);
    }

    private static double[][] drawnTogether(int[][] links, int size, int rounds) {
        double[] x = new double[size];
        double[] y = new double[size];
        for (int i = 0; i < size; i++) {
            double radius = Math.sqrt((i + 0.5) / size);
            x[i] = radius * StrictMath.cos(i * GOLDEN_ANGLE);
            y[i] = radius * StrictMath.sin(i * GOLDEN_ANGLE);
        }
        double ideal = Math.sqrt(StrictMath.PI / size);
        double[] moveX = new double[size];
        double[] moveY = new double[size];
        for (int round = 0; round < rounds; round++) {
            Arrays.fill(moveX, 0);
            Arrays.fill(moveY, 0);
            for (int a = 0; a < size; a++) {
                for (int b = a + 1; b < size; b++) {
                    double dx = x[a] - x[b];
                    double dy = y[a] - y[b];
                    double push = ideal * ideal / Math.max(1e-6, dx * dx + dy * dy);
                    moveX[a] += dx * push;
                    moveY[a] += dy * push;
                    moveX[b] -= dx * push;
                    moveY[b] -= dy * push;
                }
            }
            for (int[] link : links) {
                double dx = x[link[0]] - x[link[1]];
                double dy = y[link[0]] - y[link[1]];
                double pull = Math.sqrt(dx * dx + dy * dy) / ideal / 2; // Most links come twice, once each way.
                moveX[link[0]] -= dx * pull;
                moveY[link[0]] -= dy * pull;
                moveX[link[1]] += dx * pull;
                moveY[link[1]] += dy * pull;
            }
            double furthest = 0.2 * (1 - (double) round / rounds);
            for (int i = 0; i < size; i++) {
                double length = Math.sqrt(moveX[i] * moveX[i] + moveY[i] * moveY[i]);
                double step = length == 0 ? 0 : Math.min(furthest, length) / length;
                x[i] += moveX[i] * step;
                y[i] += moveY[i] * step;
            }
        }
        return intoUnitDisc(x, y);
    }

    /** From -1 to 1; what is all at one place goes to 0. */
    private static void intoUnitSquare(double[] places) {
        double low = Arrays.stream(places).min().orElse(0);
        double high = Arrays.stream(places).max().orElse(0);
        for (int i = 0; i < places.length; i++) {
            places[i] = high == low ? 0 : (2 * places[i] - low - high) / (high - low);
        }
    }

    private static double[][] intoUnitDisc(double[] x, double[] y) {
        double centreX = Arrays.stream(x).average().orElse(0);
        double centreY = Arrays.stream(y).average().orElse(0);
        double furthest = 1e-9;
        for (int i = 0; i < x.length; i++) {
            x[i] -= centreX;
            y[i] -= centreY;
            furthest = Math.max(furthest, Math.sqrt(x[i] * x[i] + y[i] * y[i]));
        }
        for (int i = 0; i < x.length; i++) {
            x[i] /= furthest;
            y[i] /= furthest;
        }
        return new double[][] {x, y};
    }
}
