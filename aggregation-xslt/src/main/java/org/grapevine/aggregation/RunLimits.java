package org.grapevine.aggregation;

/**
 * What one run of a stranger's stylesheet may use. Both defaults are guesses: some ten to a hundred times what the standard functions need
 * for ten ordinary answers.
 *
 * @param steps values and items that expressions may give, long strings counting once for every 8 characters
 * @param millis wall-clock time, ms
 */
public record RunLimits(long steps, int millis) {

    public RunLimits {
        if (steps < 1) {
            throw new IllegalArgumentException("steps: " + steps + " (expected: >= 1)");
        }
        if (millis < 1) {
            throw new IllegalArgumentException("millis: " + millis + " (expected: >= 1)");
        }
    }

    public static RunLimits defaults() {
        return new RunLimits(2_000_000, 2_000);
    }
}
