package org.grapevine.simulation.plan;

import org.grapevine.simulation.scenario.Latency;

/** What there is to know of a latency's distribution. Times in µs. */
record Delay(Latency latency) {

    /** Quantile of the standard normal distribution at 0.999. */
    private static final double Z999 = 3.090232;

    /** The median: half of the copies are faster. */
    double median() {
        if (latency instanceof Latency.Constant constant) {
            return (double) constant.micros();
        } else if (latency instanceof Latency.Uniform uniform) {
            return ((double) uniform.minMicros() + uniform.maxMicros()) / 2.0;
        } else if (latency instanceof Latency.LogNormal normal) {
            return (double) normal.medianMicros();
        }
        throw new AssertionError("unhandled: " + latency);
    }

    /** What 999 of 1,000 copies do not exceed. */
    double p999() {
        if (latency instanceof Latency.Constant constant) {
            return (double) constant.micros();
        } else if (latency instanceof Latency.Uniform uniform) {
            return uniform.minMicros() + 0.999 * (double) (uniform.maxMicros() - uniform.minMicros());
        } else if (latency instanceof Latency.LogNormal normal) {
            return Math.min((double) normal.maxMicros(), normal.medianMicros() * StrictMath.exp(normal.sigma() * Z999));
        }
        throw new AssertionError("unhandled: " + latency);
    }

    /** Share of the copies that arrive within so many µs. */
    double within(double micros) {
        if (micros >= latency.maxMicros()) {
            return 1;
        } else if (latency instanceof Latency.Constant) {
            return 0;
        } else if (latency instanceof Latency.Uniform uniform) {
            double width = (double) (uniform.maxMicros() - uniform.minMicros());
            return Math.max(0, Math.min(1, (micros - uniform.minMicros()) / width));
        } else if (latency instanceof Latency.LogNormal normal) {
            if (micros <= 0 || normal.sigma() == 0) {
                return micros >= normal.medianMicros() ? 1 : 0;
            }
            return normal(StrictMath.log(micros / normal.medianMicros()) / normal.sigma());
        }
        throw new AssertionError("unhandled: " + latency);
    }

    /** The standard normal distribution, by Abramowitz and Stegun 26.2.17: off by less than 1e-7. */
    private static double normal(double z) {
        double t = 1 / (1 + 0.2316419 * Math.abs(z));
        double tail = StrictMath.exp(-z * z / 2)
                / StrictMath.sqrt(2 * Math.PI)
                * t
                * (0.319381530 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
        return z >= 0 ? 1 - tail : tail;
    }
}
