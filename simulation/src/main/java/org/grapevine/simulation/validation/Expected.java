package org.grapevine.simulation.validation;

/**
 * A figure to compare with.
 *
 * @param value the figure
 * @param text as it was published or is printed
 * @param rounding how far it may be off by rounding
 * @param runs from how many simulated runs it is; 0 for a formula
 * @param deviation of one run, if known; otherwise negative
 * @param bound whether any higher or any lower figure is as good
 */
record Expected(double value, String text, double rounding, long runs, double deviation, Bound bound) {

    /** Sums of thousands of equal numbers differ in their last digits, and what is the same in all runs has no error. */
    private static final double ROUND_OFF = 1e-9;

    /** What is as good as the figure itself. */
    enum Bound {
        NONE,
        /** Any higher one. */
        FLOOR,
        /** Any lower one. */
        CEILING
    }

    private static final double UNKNOWN = -1;

    /** Simulated by others with so many runs, and rounded to the digits that are given. */
    static Expected published(String text, long runs) {
        return new Expected(Double.parseDouble(text), text, Decimals.rounding(text), runs, UNKNOWN, Bound.NONE);
    }

    /** Published from a formula, and rounded to the digits that are given. */
    static Expected formula(String text) {
        return published(text, 0);
    }

    /** Calculated here, without error; {@code deviation} of one run, or negative if not known. */
    static Expected exact(double value, double deviation, int decimals) {
        return new Expected(value, Decimals.text(value, decimals), 0, 0, deviation, Bound.NONE);
    }

    /** Simulated here by a model. */
    static Expected modelled(Sample sample, int decimals) {
        return new Expected(
                sample.mean(),
                Decimals.text(sample.mean(), decimals),
                0,
                sample.count(),
                sample.deviation(),
                Bound.NONE);
    }

    static Expected atLeast(String text) {
        return new Expected(Double.parseDouble(text), "at least " + text, 0, 0, UNKNOWN, Bound.FLOOR);
    }

    static Expected atMost(String text) {
        return new Expected(Double.parseDouble(text), "at most " + text, 0, 0, UNKNOWN, Bound.CEILING);
    }

    /**
     * How far a simulated figure may be off by chance and by rounding: three standard errors of the difference. The error of what
     * is 0 or 1 in each run follows from its probability: of the formula, or of both samples together.
     */
    double tolerance(Sample simulated, boolean isShareOfRuns) {
        if (bound != Bound.NONE) {
            return 0;
        }
        double perRun = deviation >= 0 ? deviation : simulated.deviation();
        if (isShareOfRuns) {
            double p = (simulated.mean() * simulated.count() + value * runs) / (simulated.count() + runs);
            double probability = runs == 0 ? value : p;
            perRun = StrictMath.sqrt(probability * (1 - probability));
        }
        double variance = perRun * perRun * (1.0 / simulated.count() + (runs == 0 ? 0 : 1.0 / runs));
        return 3 * StrictMath.sqrt(variance) + rounding;
    }

    boolean isMetBy(Sample simulated, boolean isShareOfRuns) {
        return switch (bound) {
            case FLOOR -> simulated.mean() >= value;
            case CEILING -> simulated.mean() <= value;
            case NONE -> Math.abs(simulated.mean() - value) <= tolerance(simulated, isShareOfRuns) + ROUND_OFF;
        };
    }
}
