package org.grapevine.simulation.report;

/**
 * How something is spread over the devices.
 *
 * @param histogram x: lower bound of a class, y: devices in it
 */
public record Load(double mean, long median, long p99, long max, Curve histogram) {}
