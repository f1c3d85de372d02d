package org.grapevine.simulation.plan;

import java.util.List;

/**
 * A quantity measured in several runs.
 *
 * @param count runs in which it could be measured
 * @param mean 0 if there are none
 * @param error standard error of the mean; 0 for fewer than two runs
 * @param max the largest value; 0 if there are none
 */
public record Sample(int count, double mean, double error, double max) {

    static Sample of(List<Double> values) {
        int count = values.size();
        double sum = 0;
        double max = 0;
        for (double value : values) {
            sum += value;
            max = Math.max(max, value);
        }
        double mean = count == 0 ? 0 : sum / count;
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return new Sample(count, mean, count < 2 ? 0 : StrictMath.sqrt(squares / (count - 1) / count), max);
    }

    /**
     * True if an expected value is not farther from the mean than three standard errors and a share of itself: a mean over many
     * runs is known better than any formula for it is exact.
     */
    boolean agreesWith(double expected, double share) {
        return Math.abs(mean - expected) <= errors() * error + share * Math.abs(expected);
    }

    /** Three, and more if the error itself is known from few runs only: Student's t, by the first terms of its expansion. */
    private double errors() {
        double freedom = Math.max(1, count - 1);
        return 3 + 7.5 / freedom + 17.25 / (freedom * freedom);
    }
}
