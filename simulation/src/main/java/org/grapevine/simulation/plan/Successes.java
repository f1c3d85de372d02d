package org.grapevine.simulation.plan;

/**
 * How often something came about, in independent runs.
 *
 * @param count how often
 * @param runs out of how many, from 1
 */
record Successes(int count, int runs) {

    private static final double Z95 = 1.959964;

    /** What lies beyond three standard errors on one side of a normal distribution. */
    private static final double BEYOND_THREE_ERRORS = 0.00135;

    double share() {
        return (double) count / runs;
    }

    /** Lower end of Wilson's 95 % interval, which is right for shares near 1 too (Wilson, 1927). */
    double low() {
        return count == 0 ? 0 : Math.max(0, centre() - halfWidth());
    }

    /** Upper end of the same. */
    double high() {
        return count == runs ? 1 : Math.min(1, centre() + halfWidth());
    }

    private double centre() {
        return (share() + Z95 * Z95 / (2.0 * runs)) / (1 + Z95 * Z95 / runs);
    }

    private double halfWidth() {
        double variance = share() * (1 - share()) / runs + Z95 * Z95 / (4.0 * runs * runs);
        return Z95 * StrictMath.sqrt(variance) / (1 + Z95 * Z95 / runs);
    }

    // Counted out by the binomial distribution: near 1 the failures are too few for a normal one.

    /** True if so few or fewer are as unlikely as three standard errors at this probability. */
    boolean isLessThan(double probability) {
        return atMost(count, probability) < BEYOND_THREE_ERRORS;
    }

    /** True if so many or more are as unlikely as three standard errors at this probability. */
    boolean isMoreThan(double probability) {
        return 1 - atMost(count - 1, probability) < BEYOND_THREE_ERRORS;
    }

    /** Probability of at most so many successes. */
    private double atMost(int most, double probability) {
        if (probability <= 0 || probability >= 1) {
            return probability <= 0 || most >= runs ? (most < 0 ? 0 : 1) : 0;
        }
        double sum = 0;
        double logTerm = runs * StrictMath.log1p(-probability); // Of no success at all.
        double logOdds = StrictMath.log(probability) - StrictMath.log1p(-probability);
        for (int i = 0; i <= most; i++) {
            sum += StrictMath.exp(logTerm);
            logTerm += StrictMath.log((double) (runs - i) / (i + 1)) + logOdds;
        }
        return Math.min(1, sum);
    }
}
