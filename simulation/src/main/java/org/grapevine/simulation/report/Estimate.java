package org.grapevine.simulation.report;

import java.util.List;

/**
 * A mean over runs with different seeds, and how far it may be from the true one.
 *
 * @param count values it rests on
 * @param mean NaN if there are none
 * @param halfWidth of the interval that holds the true mean with 95 % (Student's t); NaN for fewer than two values
 */
record Estimate(int count, double mean, double halfWidth) {

    /** Two-sided 95 % points of Student's t for 1..30 degrees of freedom. */
    private static final double[] T95 = {
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131, 2.120,
        2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042
    };

    /** From the values that are finite; a run without pushes has no coverage, and says nothing about that of others. */
    static Estimate of(List<Double> values) {
        double sum = 0;
        int count = 0;
        for (double value : values) {
            if (Double.isFinite(value)) {
                sum += value;
                count++;
            }
        }
        if (count == 0) {
            return new Estimate(0, Double.NaN, Double.NaN);
        }
        double mean = sum / count;
        if (count == 1) {
            return new Estimate(1, mean, Double.NaN);
        }
        double squares = 0;
        for (double value : values) {
            if (Double.isFinite(value)) {
                squares += (value - mean) * (value - mean);
            }
        }
        return new Estimate(count, mean, t95(count - 1) * StrictMath.sqrt(squares / (count - 1) / count));
    }

    /** Beyond the table the first term of the expansion around the normal distribution is right to three digits. */
    private static double t95(int freedom) {
        return freedom <= T95.length ? T95[freedom - 1] : 1.960 + 2.372 / freedom;
    }
}
