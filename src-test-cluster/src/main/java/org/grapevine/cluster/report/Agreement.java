package org.grapevine.cluster.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Whether a run of real devices came to what the simulator says. Bounds are about the range of the simulator's runs, since one run of
 * real devices is one more draw: a value inside the range widened by the margin agrees.
 *
 * @param rows one for each measure that either of the two has
 */
public record Agreement(List<Row> rows) {

    /** Coverage: repair fills what loss took, so both come to all but, perhaps, a device that was late. */
    static final double SHARE_MARGIN = 0.001;

    /** Answers: one silent branch may take some devices with it. */
    static final double COMPLETENESS_MARGIN = 0.01;

    /** Hops: of equally long ways the fastest thread wins, and threads have no latency that a scenario tells. */
    static final double HOPS_MARGIN = 0.3;

    static final double HOPS_PORTION = 0.1;

    /** The longest of all ways is one draw of many devices. */
    static final double MOST_HOPS_MARGIN = 2;

    /** Messages: timers of busy threads are late, so now and then one asks again. */
    static final double COPIES_PORTION = 0.1;

    /** The verdict about one measure. */
    public enum Verdict {
        AGREES,
        DIFFERS,
        /** One of the two has no such number, or it depends on the machine. */
        NOT_JUDGED
    }

    /**
     * Measured beside predicted.
     *
     * @param measured NaN if the run has no such number
     * @param bound in words
     */
    public record Row(Measure measure, double measured, Range predicted, String bound, Verdict verdict) {}

    public Agreement {
        rows = List.copyOf(rows);
    }

    static Agreement of(Map<Measure, Double> measured, Prediction prediction) {
        List<Row> rows = new ArrayList<>();
        for (Measure measure : Measure.values()) {
            double value = measured.getOrDefault(measure, Double.NaN);
            Range range = prediction.range(measure);
            if (Double.isFinite(value) || range.runs() > 0) {
                rows.add(row(measure, value, range));
            }
        }
        return new Agreement(rows);
    }

    /** The rows of a report; without a prediction, what was measured alone. */
    static List<Row> rows(ClusterReport report) {
        Agreement agreement = report.agreement();
        if (agreement != null) {
            return agreement.rows();
        }
        List<Row> rows = new ArrayList<>();
        for (Measure measure : Measure.values()) {
            double value = report.measure(measure);
            if (Double.isFinite(value)) {
                rows.add(new Row(measure, value, Range.of(), "none: not predicted", Verdict.NOT_JUDGED));
            }
        }
        return rows;
    }

    private static Row row(Measure measure, double value, Range range) {
        return switch (measure) {
            case COVERAGE -> judged(measure, value, range, SHARE_MARGIN, "range ± " + SHARE_MARGIN);
            case MEAN_HOPS ->
                judged(
                        measure,
                        value,
                        range,
                        Math.max(HOPS_MARGIN, HOPS_PORTION * range.mean()),
                        "range ± 10 % or " + HOPS_MARGIN);
            case MOST_HOPS -> judged(measure, value, range, MOST_HOPS_MARGIN, "range ± " + (int) MOST_HOPS_MARGIN);
            case COPIES -> judged(measure, value, range, COPIES_PORTION * range.mean(), "range ± 10 %");
            case ANSWERED, COMPLETENESS ->
                judged(measure, value, range, COMPLETENESS_MARGIN, "range ± " + COMPLETENESS_MARGIN);
            case CONTROLS -> new Row(measure, value, range, "none: timers of their own", Verdict.NOT_JUDGED);
            case T50, T99, T100 ->
                new Row(measure, value, range, "none: the machine's threads and sockets", Verdict.NOT_JUDGED);
        };
    }

    private static Row judged(Measure measure, double value, Range range, double margin, String bound) {
        if (!Double.isFinite(value) || range.runs() == 0) {
            return new Row(measure, value, range, bound, Verdict.NOT_JUDGED);
        }
        return new Row(measure, value, range, bound, range.holds(value, margin) ? Verdict.AGREES : Verdict.DIFFERS);
    }

    /** True if nothing differs. */
    public boolean isKept() {
        return rows.stream().noneMatch(row -> row.verdict() == Verdict.DIFFERS);
    }
}
