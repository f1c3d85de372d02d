package org.grapevine.cluster.soak;

import java.util.List;

/**
 * Whether something grows: the straight line through its values (least squares), and how much it rises from the first value to the
 * last.
 *
 * @param what is looked at
 * @param agent at which process
 * @param first value on the line at the first sample
 * @param rise of the line from the first sample to the last; negative if it falls
 * @param hours between the two
 * @param bound the rise that counts as none
 * @param samples values that the line goes through
 */
public record Flatness(String what, int agent, double first, double rise, double hours, double bound, int samples) {

    private static final int LEAST_SAMPLES = 3;

    /** One value at one time. */
    record Sample(double hours, double value) {}

    /**
     * Draws the line.
     *
     * @param share of the value at the beginning that may be gained
     * @param least the bound is not below this
     */
    static Flatness of(String what, int agent, List<Sample> samples, double share, double least) {
        int n = samples.size();
        if (n < LEAST_SAMPLES) {
            double value = n == 0 ? 0 : samples.get(0).value();
            return new Flatness(what, agent, value, 0, 0, Math.max(least, share * value), n);
        }
        double meanHours = samples.stream().mapToDouble(Sample::hours).average().orElse(0);
        double meanValue = samples.stream().mapToDouble(Sample::value).average().orElse(0);
        double above = 0;
        double below = 0;
        for (Sample sample : samples) {
            above += (sample.hours() - meanHours) * (sample.value() - meanValue);
            below += (sample.hours() - meanHours) * (sample.hours() - meanHours);
        }
        double slope = below == 0 ? 0 : above / below;
        double span = samples.get(n - 1).hours() - samples.get(0).hours();
        double first = meanValue + slope * (samples.get(0).hours() - meanHours);
        return new Flatness(what, agent, first, slope * span, span, Math.max(least, share * first), n);
    }

    /** True if the line rises by no more than the bound; a line through fewer than three values says nothing, and is not flat. */
    public boolean isFlat() {
        return samples >= LEAST_SAMPLES && rise <= bound;
    }
}
