package org.grapevine.simulation.report;

import java.util.Arrays;

/**
 * Points of a line or bars of a histogram, in the order of x.
 *
 * @param x handed over, not copied
 * @param y as many as x
 */
@SuppressWarnings("ArrayRecordComponent") // Thousands of numbers; equality is defined below.
public record Curve(double[] x, double[] y) {
    public Curve {
        if (x.length != y.length) {
            throw new IllegalArgumentException("y: " + y.length + " values (expected: " + x.length + ", as many as x)");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Curve that && Arrays.equals(x, that.x) && Arrays.equals(y, that.y);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(x) + Arrays.hashCode(y);
    }

    @Override
    public String toString() {
        return "Curve[" + x.length + " points]";
    }
}
