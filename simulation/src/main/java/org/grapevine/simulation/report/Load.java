package org.grapevine.simulation.report;

/**
 * How something is spread over the devices.
 *
 * @param histogram x: lower bound of a class, y: devices in it
 */
public record Load(double mean, long median, long p99, long max, Curve histogram) {

    /** Of what nobody saw. */
    static final Load UNSEEN = new Load(
            Double.NaN, RunResult.UNSEEN, RunResult.UNSEEN, RunResult.UNSEEN, new Curve(new double[0], new double[0]));
}
