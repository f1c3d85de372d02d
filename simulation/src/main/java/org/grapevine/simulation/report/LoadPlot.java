package org.grapevine.simulation.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** How many devices had to carry how much: one outline for each quantity, over an axis that shows where the devices are. */
final class LoadPlot {

    /** So many times the median on a linear axis, and all devices but a hub are one bar. */
    private static final double LOPSIDED = 50;

    /** If the loads differ by less than this share, an axis from 0 shows one bar, too. */
    private static final double NARROW = 0.1;

    /** The thinnest outline that one can see, as a share of the axis. */
    private static final double THINNEST = 0.01;

    private final List<Outline> outlines = new ArrayList<>();
    private final boolean logarithmic;
    private final double start;
    private final double end;
    private final double spread;

    /** The classes with devices in them, from {@code low} up to {@code high}. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Outline(String name, double[] low, double[] high, double[] height) {

        /** The last class ends with the largest value or, if that is its lower bound, is as wide as the one before. */
        static Outline of(String name, Load load) {
            double[] x = load.histogram().x();
            double[] y = load.histogram().y();
            int last = x.length - 1;
            int[] occupied = IntStream.range(0, x.length).filter(i -> y[i] > 0).toArray();
            double width = last > 0 ? x[last] - x[last - 1] : 1;
            return new Outline(
                    name,
                    Arrays.stream(occupied).mapToDouble(i -> x[i]).toArray(),
                    Arrays.stream(occupied)
                            .mapToDouble(i -> i < last ? x[i + 1] : Math.max((double) load.max(), x[i] + width))
                            .toArray(),
                    Arrays.stream(occupied).mapToDouble(i -> y[i]).toArray());
        }

        boolean isEmpty() {
            return low.length == 0;
        }
    }

    private LoadPlot(List<String> names, List<Load> loads) {
        double lowest = Double.POSITIVE_INFINITY;
        double highest = 0;
        double median = 1;
        boolean several = false;
        for (int i = 0; i < loads.size(); i++) {
            Outline outline = Outline.of(names.get(i), loads.get(i));
            if (!outline.isEmpty()) {
                outlines.add(outline);
                lowest = Math.min(lowest, outline.low()[0]);
                highest = Math.max(highest, outline.high()[outline.high().length - 1]);
                median = Math.max(median, (double) loads.get(i).median());
                several |= outline.low().length > 1;
            }
        }
        logarithmic = highest / median > LOPSIDED;
        boolean near = several && !logarithmic && highest - lowest < NARROW * highest;
        if (logarithmic) {
            // Zero has no place on such an axis: a class that begins there begins with half of what it ends with.
            start = lowest > 0
                    ? lowest
                    : outlines.stream()
                                    .mapToDouble(each -> each.high()[0])
                                    .min()
                                    .orElse(1)
                            / 2;
            end = highest;
        } else if (near) {
            start = lowest - 0.2 * (highest - lowest);
            end = highest + 0.2 * (highest - lowest);
        } else {
            start = 0;
            end = several ? highest : highest * 1.1;
        }
        spread = end - start;
    }

    static Plot messages(RunResult run) {
        Load sent = run.sentPerDevice();
        Load received = run.receivedPerDevice();
        return new LoadPlot(List.of("sent", "received"), List.of(sent, received))
                .plot(
                        "load",
                        "Load per device",
                        "messages per device",
                        1,
                        "Devices by the messages they sent (median " + Numerals.seen(sent.median()) + ", most "
                                + Numerals.seen(sent.max()) + ") and received (median "
                                + Numerals.seen(received.median()) + ", most " + Numerals.seen(received.max())
                                + ").");
    }

    static Plot bytes(RunResult run) {
        Load sent = run.bytesPerDevice();
        LoadPlot plot = new LoadPlot(List.of("bytes sent"), List.of(sent));
        double scale = plot.logarithmic || plot.spread < 10_000 ? 1 : plot.spread < 10_000_000 ? 1e-3 : 1e-6;
        return plot.plot(
                "bytes",
                "Bytes per device",
                (scale == 1 ? "bytes" : scale == 1e-3 ? "kB" : "MB") + " sent per device",
                scale,
                "Devices by the bytes they sent: median " + Numerals.bytes((double) sent.median()) + ", most "
                        + Numerals.bytes((double) sent.max()) + ".");
    }

    private Plot plot(String name, String title, String x, double scale, String description) {
        if (outlines.isEmpty()) {
            return Chart.nothing(name, title, "There are no devices.");
        }
        double[] heights = outlines.stream()
                .flatMapToDouble(outline -> Arrays.stream(outline.height()))
                .toArray();
        Chart chart = Plots.upright(new Chart(title, x, "devices"), heights, logarithmic);
        for (Outline outline : outlines) {
            double[] low = outline.low().clone();
            double[] high = outline.high().clone();
            low[0] = Math.max(low[0], start);
            if (low.length == 1 && !logarithmic) {
                high[0] = Math.max(high[0], low[0] + THINNEST * spread);
            }
            chart.skyline(outline.name(), scaled(low, scale), scaled(high, scale), outline.height());
        }
        return chart.within(start * scale, end * scale).plot(name, description);
    }

    private static double[] scaled(double[] values, double scale) {
        return Arrays.stream(values).map(value -> value * scale).toArray();
    }
}
