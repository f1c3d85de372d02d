package org.grapevine.simulation.validation;

/**
 * How far a validation has come.
 *
 * @param table heading of the table at work
 * @param runs done, over all tables
 * @param runsInAll over all tables
 */
public record Progress(String table, long runs, long runsInAll) {}
