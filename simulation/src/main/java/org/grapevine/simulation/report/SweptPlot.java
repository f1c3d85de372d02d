package org.grapevine.simulation.report;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A sweep laid out for plots.
 *
 * @param setting the name along the axis; null if nothing was swept
 * @param categories what stands along the axis in place of numbers, at 0, 1, 2 and so on; empty if the values are numbers
 * @param lines the points of each line, by the line's name, in the order of x
 * @param left how many lines there are beyond those that can be told apart
 */
record SweptPlot(@Nullable String setting, List<String> categories, Map<String, List<At>> lines, int left) {

    /** A point of the sweep and where it stands along the axis. */
    record At(double x, SweepPoint point) {}

    private static final int LONGEST_CATEGORY = 14;

    static SweptPlot of(List<SweepPoint> sweep) {
        List<String> varied = new ArrayList<>();
        for (String name : Tables.settings(sweep)) {
            Set<String> values = new HashSet<>();
            sweep.forEach(point -> values.add(point.settings().getOrDefault(name, "")));
            if (values.size() > 1) {
                varied.add(name);
            }
        }
        if (varied.isEmpty()) {
            varied.addAll(Tables.settings(sweep));
        }
        if (varied.isEmpty()) {
            return new SweptPlot(null, List.of(), Map.of(), 0);
        }
        String along = varied.stream()
                .filter(name -> sweep.stream().allMatch(point -> Double.isFinite(number(point, name))))
                .findFirst()
                .orElse(varied.get(0));
        boolean numbers = sweep.stream().allMatch(point -> Double.isFinite(number(point, along)));
        Set<String> values = new LinkedHashSet<>();
        sweep.forEach(point -> values.add(point.settings().getOrDefault(along, "")));
        List<String> categories = numbers ? List.of() : List.copyOf(values);

        Map<String, List<At>> all = new LinkedHashMap<>();
        for (SweepPoint point : sweep) {
            double x = numbers
                    ? number(point, along)
                    : categories.indexOf(point.settings().getOrDefault(along, ""));
            all.computeIfAbsent(others(point, varied, along), name -> new ArrayList<>())
                    .add(new At(x, point));
        }
        Map<String, List<At>> shown = new LinkedHashMap<>();
        all.entrySet().stream().limit(Palette.size()).forEach(line -> {
            line.getValue().sort((a, b) -> Double.compare(a.x(), b.x()));
            shown.put(line.getKey(), line.getValue());
        });
        return new SweptPlot(along, categories, shown, all.size() - shown.size());
    }

    private static String others(SweepPoint point, List<String> varied, String along) {
        List<String> others = new ArrayList<>();
        for (String name : varied) {
            if (!name.equals(along)) {
                others.add(name + " " + point.settings().getOrDefault(name, Numerals.NONE));
            }
        }
        return String.join(", ", others);
    }

    /** NaN for what is not a number. */
    private static double number(SweepPoint point, String setting) {
        try {
            return Double.parseDouble(point.settings().getOrDefault(setting, ""));
        } catch (NumberFormatException notANumber) {
            return Double.NaN;
        }
    }

    /**
     * A figure against the setting, with 95 % intervals.
     *
     * @param percent true for a share
     */
    Plot plot(String name, String title, String y, Figure figure, boolean percent) {
        double factor = percent ? 100 : 1;
        String heading = setting == null ? title : title + " against " + setting;
        Chart chart = new Chart(heading, setting == null ? "" : setting, y);
        double lowest = Double.POSITIVE_INFINITY;
        double highest = Double.NEGATIVE_INFINITY;
        for (Map.Entry<String, List<At>> line : lines.entrySet()) {
            List<At> points = line.getValue().stream()
                    .filter(at -> isWhole(at.point(), figure))
                    .toList();
            if (points.isEmpty()) {
                continue;
            }
            double[] mean = new double[points.size()];
            double[] error = new double[points.size()];
            boolean known = false;
            for (int i = 0; i < mean.length; i++) {
                Estimate estimate = figure.of(points.get(i).point());
                mean[i] = estimate.mean() * factor;
                if (Double.isFinite(estimate.halfWidth())) {
                    error[i] = estimate.halfWidth() * factor;
                    known = true;
                }
                lowest = Math.min(lowest, mean[i] - error[i]);
                highest = Math.max(highest, mean[i] + error[i]);
            }
            double[] x = points.stream().mapToDouble(At::x).toArray();
            chart.points(line.getKey(), x, mean, known ? error : null);
        }
        if (highest < lowest) {
            return Chart.nothing(name, heading, "There is nothing to compare.");
        }
        // All plots of a sweep have the same axis, so that a value without a result leaves a gap to see.
        double first = Double.POSITIVE_INFINITY;
        double last = Double.NEGATIVE_INFINITY;
        boolean whole = true;
        for (List<At> line : lines.values()) {
            for (At at : line) {
                first = Math.min(first, at.x());
                last = Math.max(last, at.x());
                whole &= Double.compare(at.x(), Math.rint(at.x())) == 0;
            }
        }
        double margin = last > first ? (last - first) * 0.04 : 0.5;
        if (percent) {
            double low = lowest < 20 ? 0 : 10 * Math.floor(Math.min(lowest - 1, 90) / 10);
            chart.heights(low, Plots.above100(low));
        } else {
            chart.heights(0, highest > 0 ? highest * 1.08 : 1);
        }
        chart.within(first - margin, last + margin).ticks(this::tick, Plots::tick);
        if (whole) {
            chart.wholeNumbersBelow();
        }
        boolean gaps =
                lines.values().stream().anyMatch(line -> line.stream().anyMatch(at -> !isWhole(at.point(), figure)));
        return chart.plot(name, description(title, gaps));
    }

    /**
     * A figure for each value of a setting that is no number, as bars in the colours of the infection curves; as {@link #plot} where
     * the values are numbers.
     */
    Plot bars(String name, String title, String y, Figure figure) {
        if (categories.isEmpty() || lines.size() != 1 || categories.size() > Palette.size()) {
            return plot(name, title, y, figure, false);
        }
        Chart chart = new Chart(title + " against " + setting, "", y);
        double highest = 0;
        int shown = 0;
        for (At at : lines.values().iterator().next()) {
            double mean = figure.of(at.point()).mean();
            if (Double.isFinite(mean)) {
                highest = Math.max(highest, mean);
                shown++;
            }
        }
        if (shown == 0) {
            return Chart.nothing(name, title, "There is nothing to compare.");
        }
        chart.within(-0.6, categories.size() - 0.4)
                .heights(0, highest > 0 ? highest * 1.08 : 1)
                .ticks(x -> "", Plots::tick);
        for (At at : lines.values().iterator().next()) {
            double mean = figure.of(at.point()).mean();
            String category = categories.get((int) Math.rint(at.x()));
            if (Double.isFinite(mean)) {
                chart.bars(category, new double[] {at.x() - 0.4}, new double[] {at.x() + 0.4}, new double[] {mean});
            }
        }
        return chart.plot(name, title + " against " + setting + ", mean over the seeds.");
    }

    /** A mean over those runs alone that got there would look better than it is. */
    private static boolean isWhole(SweepPoint point, Figure figure) {
        return !point.runs().isEmpty()
                && figure.of(point).count() == point.runs().size();
    }

    private String tick(double x) {
        if (categories.isEmpty()) {
            return Plots.tick(x);
        }
        int index = (int) Math.rint(x);
        if (Math.abs(x - index) > 1e-6 || index < 0 || index >= categories.size()) {
            return "";
        }
        String category = Chart.label(categories.get(index));
        return category.length() > LONGEST_CATEGORY ? category.substring(0, LONGEST_CATEGORY - 1) + "…" : category;
    }

    private String description(String title, boolean gaps) {
        List<String> sentences = new ArrayList<>();
        sentences.add(title + " against " + setting + ", with 95 % intervals over the seeds.");
        if (gaps) {
            sentences.add("Points where not every run got there are left out.");
        }
        if (left > 0) {
            sentences.add(TextReport.counted(left, "line is", "lines are") + " left out; the table has all.");
        }
        return String.join(" ", sentences);
    }
}
