package org.grapevine.cluster.control;

/**
 * Why an agent has ended; its devices are gone by then.
 *
 * @param exitCode what its process should end with: 0 if its coordinator or a signal told it to, 1 otherwise
 * @param message one line for people
 */
public record AgentEnd(int exitCode, String message) {}
