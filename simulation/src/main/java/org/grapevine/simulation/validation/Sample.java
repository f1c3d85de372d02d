package org.grapevine.simulation.validation;

/** Mean and variance of values as they come (Welford 1962). For one thread. */
final class Sample {

    private long count;
    private double mean;
    private double squares;

    void add(double value) {
        count++;
        double before = value - mean;
        mean += before / count;
        squares += before * (value - mean);
    }

    long count() {
        return count;
    }

    double mean() {
        return mean;
    }

    /** Of one value; 0 for fewer than two. */
    double deviation() {
        return count < 2 ? 0 : StrictMath.sqrt(Math.max(0, squares) / (count - 1));
    }

    /** Of the mean. */
    double standardError() {
        return count == 0 ? 0 : deviation() / StrictMath.sqrt((double) count);
    }
}
