package org.grapevine.simulation.sweep;

/**
 * How far a sweep has come.
 *
 * @param done runs that have ended
 * @param runs in all
 * @param violations of promises that these runs saw
 */
public record Progress(int done, int runs, long violations) {}
