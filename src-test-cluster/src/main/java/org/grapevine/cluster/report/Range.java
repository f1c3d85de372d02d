package org.grapevine.cluster.report;

import java.util.Arrays;

/**
 * What several runs came to.
 *
 * @param mean NaN if no run has such a number
 * @param least of the runs that have one
 * @param greatest of the runs that have one
 * @param runs how many have one
 */
public record Range(double mean, double least, double greatest, int runs) {

    /** What is not a number is left out. */
    static Range of(double... values) {
        double[] finite = Arrays.stream(values).filter(Double::isFinite).toArray();
        return finite.length == 0
                ? new Range(Double.NaN, Double.NaN, Double.NaN, 0)
                : new Range(
                        Arrays.stream(finite).sum() / finite.length,
                        Arrays.stream(finite).min().getAsDouble(),
                        Arrays.stream(finite).max().getAsDouble(),
                        finite.length);
    }

    /** True if a value is no further outside than so much. */
    boolean holds(double value, double margin) {
        return value >= least - margin && value <= greatest + margin;
    }
}
