package org.grapevine.simulation.check;

/**
 * A promise that was not kept.
 *
 * @param checker name of the promise, such as {@code at-most-once}
 * @param atMicros virtual time at which it showed, µs
 * @param what who and what, in one sentence
 */
public record Violation(String checker, long atMicros, String what) {}
