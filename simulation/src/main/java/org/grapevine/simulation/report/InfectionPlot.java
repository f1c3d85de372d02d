package org.grapevine.simulation.report;

import java.util.ArrayList;
import java.util.List;

/** The infection curves of a sweep, one line for each of its points, over a logarithmic axis: some are a thousand times as fast. */
final class InfectionPlot {

    private static final String NAME = "infections";
    private static final String TITLE = "Infection curves";

    private static final int SAMPLES = 160;

    /** Before this nothing is worth looking at, ms. */
    private static final double EARLIEST = 1;

    private InfectionPlot() {}

    static Plot of(List<SweepPoint> sweep) {
        List<SweepPoint> shown = sweep.stream()
                .filter(point -> point.runs().stream()
                        .anyMatch(run -> Plots.finite(run.infection()).x().length > 0))
                .limit(Palette.size())
                .toList();
        double end = shown.stream()
                .flatMap(point -> point.runs().stream())
                .map(run -> Plots.finite(run.infection()).x())
                .mapToDouble(x -> x.length == 0 ? 0 : x[x.length - 1])
                .max()
                .orElse(0);
        if (end <= EARLIEST) {
            return Chart.nothing(NAME, TITLE, "No message was pushed.");
        }
        double[] x = new double[SAMPLES];
        double start = Math.max(EARLIEST, end / 100_000);
        for (int i = 0; i < SAMPLES; i++) {
            x[i] = start * StrictMath.pow(end / start, i / (SAMPLES - 1.0));
        }
        Chart chart = new Chart(TITLE, "ms since publication", "devices reached, %")
                .logarithmic(true, false)
                .within(start, end)
                .heights(0, Plots.above100(0))
                .ticks(Plots::tick, Plots::tick);
        for (SweepPoint point : shown) {
            chart.line(name(point), x, mean(point, x));
        }
        String left = sweep.size() > shown.size() ? " Some points are left out." : "";
        return chart.plot(
                NAME,
                "The share of devices reached against the time since publication, a line for each point of the sweep, mean over its"
                        + " messages and seeds." + left);
    }

    private static String name(SweepPoint point) {
        List<String> values = new ArrayList<>(point.settings().values());
        return values.isEmpty() ? "all" : String.join(", ", values);
    }

    private static double[] mean(SweepPoint point, double[] x) {
        double[] mean = new double[x.length];
        for (RunResult run : point.runs()) {
            Curve curve = Plots.finite(run.infection());
            for (int i = 0; i < x.length; i++) {
                mean[i] += 100 * at(curve, x[i]) / point.runs().size();
            }
        }
        return mean;
    }

    /** Between two points of the curve, on the straight line that joins them. */
    private static double at(Curve curve, double x) {
        int after = 0;
        while (after < curve.x().length && curve.x()[after] < x) {
            after++;
        }
        if (after == curve.x().length) {
            return after == 0 ? 0 : curve.y()[after - 1];
        }
        if (after == 0) {
            return curve.y()[0];
        }
        double width = curve.x()[after] - curve.x()[after - 1];
        double part = width == 0 ? 1 : (x - curve.x()[after - 1]) / width;
        return curve.y()[after - 1] + part * (curve.y()[after] - curve.y()[after - 1]);
    }
}
