package org.grapevine.simulation.scenario;

import java.util.random.RandomGenerator;

/** How long a copy is under way on a link, bandwidth and queue apart. Times in microseconds of virtual time. */
public sealed interface Latency {

    /** The longest that can be drawn, µs. */
    long maxMicros();

    /** Draws that of one copy, µs. */
    long draw(RandomGenerator random);

    /** Always the same. */
    record Constant(long micros) implements Latency {
        public Constant {
            Limits.require(micros >= 0 && micros <= Limits.MAX_MICROS, "latency.constant", micros, "0..24 h");
        }

        @Override
        public long maxMicros() {
            return micros;
        }

        @Override
        public long draw(RandomGenerator random) {
            return micros;
        }
    }

    /** Each value between two bounds, both included, with equal probability. */
    record Uniform(long minMicros, long maxMicros) implements Latency {
        public Uniform {
            Limits.require(
                    minMicros >= 0 && minMicros <= maxMicros, "latency.uniform[0]", minMicros, "0 to the upper bound");
            Limits.require(maxMicros <= Limits.MAX_MICROS, "latency.uniform[1]", maxMicros, "0..24 h");
        }

        @Override
        public long draw(RandomGenerator random) {
            return random.nextLong(minMicros, maxMicros + 1);
        }
    }

    /**
     * Log-normal, as delays over many hops tend to be: half of the copies are faster than the median.
     *
     * @param medianMicros half of all copies take no longer, µs
     * @param sigma standard deviation of the delay's logarithm, 0..4
     * @param maxMicros longer draws are cut to this, µs
     */
    record LogNormal(long medianMicros, double sigma, long maxMicros) implements Latency {
        public LogNormal {
            Limits.require(
                    medianMicros >= 1 && medianMicros <= maxMicros,
                    "latency.lognormal.median",
                    medianMicros,
                    "1 µs to max");
            Limits.require(sigma >= 0 && sigma <= 4, "latency.lognormal.sigma", sigma, "0..4");
            Limits.require(maxMicros <= Limits.MAX_MICROS, "latency.lognormal.max", maxMicros, "at most 24 h");
        }

        @Override
        public long draw(RandomGenerator random) {
            double drawn = medianMicros * StrictMath.exp(sigma * random.nextGaussian());
            return drawn >= maxMicros ? maxMicros : (long) drawn;
        }
    }
}
