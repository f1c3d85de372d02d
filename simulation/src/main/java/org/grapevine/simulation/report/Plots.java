package org.grapevine.simulation.report;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** The plots of a run and of a sweep. They need fonts, but no screen: {@code java.awt.headless} is set unless it is set already. */
public final class Plots {

    /** A bar so many times as high as another hides it on a linear axis. */
    private static final double TOO_FAR_APART = 200;

    private static final double MILLIS_IN_A_SECOND = 1000;

    private Plots() {}

    /**
     * Infection curve, hops, latency, load in messages and in bytes. Every run has the same plots; one with nothing to show says so.
     *
     * @throws IllegalStateException if the machine has no fonts
     */
    public static List<Plot> of(RunResult run) {
        Fonts.require();
        return List.of(infection(run), hops(run), latency(run), LoadPlot.messages(run), LoadPlot.bytes(run));
    }

    /**
     * Coverage, messages, time, payloads, ids and the busiest device against the setting that varies. Where several vary, the first whose values are numbers runs along
     * the axis, and each combination of the others is a line.
     *
     * @throws IllegalStateException if the machine has no fonts
     */
    public static List<Plot> of(List<SweepPoint> sweep) {
        Fonts.require();
        SweptPlot swept = SweptPlot.of(sweep);
        return List.of(
                swept.plot("coverage", "Coverage", "mean share of devices reached, %", Figure.COVERAGE, true),
                swept.plot("messages", "Cost", "messages sent per device", Figure.MESSAGES, false),
                swept.plot("time", "Time to 99 % of the devices", "median, ms", Figure.T99, false),
                swept.bars("payloads", "Payloads", "copies sent per delivery", Figure.COPIES),
                swept.bars("ids", "Advertisements", "ids sent per delivery", Figure.IDS),
                swept.bars("busiest", "Load", "messages sent by the busiest device", Figure.BUSIEST),
                InfectionPlot.of(sweep));
    }

    /**
     * Overlays side by side, the first {@value OverlayPlot#MOST_PANELS} of them: devices as dots, links as lines. Links that only one
     * side holds are dashed, what is suspected stands out by colour and shape, and parts without a link between them stand apart.
     *
     * @throws IllegalStateException if the machine has no fonts
     */
    public static Plot overlays(String title, List<OverlayGraph> overlays) {
        Fonts.require();
        return OverlayPlot.of(title, overlays);
    }

    private static Plot infection(RunResult run) {
        String title = "Infection curve";
        Curve curve = finite(run.infection());
        if (curve.x().length == 0) {
            return Chart.nothing("infection", title, "No message was pushed.");
        }
        double end = settled(curve);
        double scale = end >= 10 * MILLIS_IN_A_SECOND ? MILLIS_IN_A_SECOND : 1;
        double[] share = scaled(curve.y(), 100);
        Curve line = roundTicks(curve, end);
        return new Chart(title, (scale == 1 ? "ms" : "s") + " since publication", "devices reached, %")
                .within(0, end / scale)
                .heights(0, above100(0))
                .ticks(Plots::tick, Plots::tick)
                .line("devices reached", scaled(line.x(), 1 / scale), scaled(line.y(), 100))
                .plot(
                        "infection",
                        "The share of devices reached rises to " + Numerals.share(share[share.length - 1] / 100)
                                + ", over " + Numerals.micros(end * 1000) + " since publication. Mean over "
                                + TextReport.counted(run.spreads().size(), "push", "pushes") + ".");
    }

    /**
     * The same line with a point more. The library puts its ticks on the points if these are evenly spaced, be they ever so odd; and
     * a curve of one point would not be a line.
     */
    private static Curve roundTicks(Curve curve, double end) {
        int count = curve.x().length;
        double[] x = Arrays.copyOf(curve.x(), count + 1);
        double[] y = Arrays.copyOf(curve.y(), count + 1);
        double step = count > 1 ? x[count - 1] - x[count - 2] : 1;
        x[count] = Math.max(x[count - 1], end) + 0.4 * step;
        y[count] = y[count - 1];
        return new Curve(x, y);
    }

    /** Where nothing happens any more, with a bit of it left to see; repair goes on long after everybody has everything. */
    private static double settled(Curve curve) {
        double[] x = curve.x();
        double last = curve.y()[x.length - 1];
        int i = x.length - 1;
        while (i > 0 && curve.y()[i - 1] >= last) {
            i--;
        }
        double end = Math.min(x[x.length - 1], x[i] * 1.2);
        return end > 0 ? end : 1;
    }

    private static Plot hops(RunResult run) {
        String title = "Hops to each device";
        Curve curve = occupied(run.hops());
        if (curve.x().length == 0) {
            return Chart.nothing("hops", title, "No device was reached by gossip.");
        }
        double first = Math.min(1, curve.x()[0]);
        double last = curve.x()[curve.x().length - 1];
        double[] low = Arrays.stream(curve.x()).map(x -> x - 0.4).toArray();
        double[] high = Arrays.stream(curve.x()).map(x -> x + 0.4).toArray();
        return upright(new Chart(title, "hops from the publisher", "deliveries"), curve.y(), false)
                .bars("deliveries", low, high, curve.y())
                .within(first - 0.6, Math.max(last, first + 3) + 0.6)
                .wholeNumbersBelow()
                .plot(
                        "hops",
                        "Deliveries by the number of hops from the publisher: most at " + peak(curve) + ", the last at "
                                + Numerals.decimal(last) + ".");
    }

    private static Plot latency(RunResult run) {
        String title = "Time to each device";
        Curve curve = finite(run.latency());
        if (occupied(curve).x().length == 0) {
            return Chart.nothing("latency", title, "No message was pushed.");
        }
        double[] high = curve.x();
        boolean logarithmic = high[0] > 0 && high.length > 2 && high[high.length - 1] / high[0] > TOO_FAR_APART;
        double[] low = new double[high.length];
        for (int i = 0; i < high.length; i++) {
            low[i] = i > 0 ? high[i - 1] : logarithmic ? high[0] * high[0] / high[1] : Math.min(0, high[0]);
        }
        int from = 0;
        while (curve.y()[from] <= 0) {
            from++;
        }
        int to = high.length;
        while (curve.y()[to - 1] <= 0) {
            to--;
        }
        double end = high[to - 1];
        double[] right = new double[to - from];
        for (int i = from; i < to; i++) {
            // A gap tells the bars apart, and keeps the library from putting its ticks on the bounds of the classes.
            right[i - from] = logarithmic ? high[i] : high[i] - (high[i] - low[i]) * 0.08;
        }
        double scale = !logarithmic && end >= 10 * MILLIS_IN_A_SECOND ? MILLIS_IN_A_SECOND : 1;
        double[] deliveries = Arrays.copyOfRange(curve.y(), from, to);
        return upright(
                        new Chart(title, (scale == 1 ? "ms" : "s") + " since publication", "deliveries"),
                        deliveries,
                        logarithmic)
                .bars(
                        "deliveries",
                        scaled(Arrays.copyOfRange(low, from, to), 1 / scale),
                        scaled(right, 1 / scale),
                        deliveries)
                .within(logarithmic ? low[from] / scale : 0, end / scale)
                .plot(
                        "latency",
                        "Deliveries by the time since publication, the last within " + Numerals.micros(end * 1000)
                                + ".");
    }

    /** Heights on a logarithmic axis, too, if the other axis has one: what is far apart there comes in numbers far apart. */
    static Chart upright(Chart chart, double[] heights, boolean logarithmic) {
        double highest = Arrays.stream(heights).max().orElse(1);
        double lowest =
                Arrays.stream(heights).filter(height -> height > 0).min().orElse(1);
        return chart.logarithmic(logarithmic, logarithmic)
                .heights(logarithmic ? lowest / 2 : 0, highest * (logarithmic ? 1.5 : 1.05))
                .ticks(Plots::tick, Plots::tick)
                .wholeNumbersUp();
    }

    /** End of an axis in percent, so that a line at 100 shows in its full width, but no tick comes after it. */
    static double above100(double low) {
        return 100 + (100 - low) * 0.03;
    }

    /** A number along an axis. */
    static String tick(double value) {
        double size = Math.abs(value);
        if (size >= 1e15) {
            return Numerals.plain(value);
        } else if (size >= 1e12) {
            return Numerals.fixed(value / 1e12, 2) + " T";
        } else if (size >= 1e9) {
            return Numerals.fixed(value / 1e9, 2) + " G";
        } else if (size >= 1e6) {
            return Numerals.fixed(value / 1e6, 2) + " M";
        }
        return Numerals.fixed(value, size >= 100 ? 0 : size >= 1 ? 2 : 4);
    }

    private static String peak(Curve curve) {
        int highest = 0;
        for (int i = 1; i < curve.y().length; i++) {
            highest = curve.y()[i] > curve.y()[highest] ? i : highest;
        }
        return Numerals.decimal(curve.x()[highest]);
    }

    /** The points that are numbers. */
    static Curve finite(Curve curve) {
        return kept(curve, i -> Double.isFinite(curve.x()[i]) && Double.isFinite(curve.y()[i]));
    }

    /** The classes with something in them. */
    private static Curve occupied(Curve curve) {
        return kept(curve, i -> Double.isFinite(curve.x()[i]) && Double.isFinite(curve.y()[i]) && curve.y()[i] > 0);
    }

    private static Curve kept(Curve curve, IntPredicate wanted) {
        int[] kept = IntStream.range(0, curve.x().length).filter(wanted).toArray();
        return new Curve(
                Arrays.stream(kept).mapToDouble(i -> curve.x()[i]).toArray(),
                Arrays.stream(kept).mapToDouble(i -> curve.y()[i]).toArray());
    }

    static double[] scaled(double[] values, double factor) {
        return Arrays.stream(values).map(value -> value * factor).toArray();
    }
}
