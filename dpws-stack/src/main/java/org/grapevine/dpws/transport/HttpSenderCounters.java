package org.grapevine.dpws.transport;

/**
 * What an {@link HttpSender} did so far.
 *
 * @param underWay requests under way now
 * @param waiting requests waiting for their peer now
 * @param replied requests that got a reply, of whatever status
 * @param timedOut requests that ran out of time, waiting or under way
 * @param failed requests that failed otherwise: no connection, reply too large, ...
 * @param refused requests refused at once because too many were waiting, or the sender was closed
 * @param forgottenEndpoints endpoints of {@link HttpSender#expectEndpoint} for which there was no room any more
 */
public record HttpSenderCounters(
        int underWay, int waiting, long replied, long timedOut, long failed, long refused, long forgottenEndpoints) {}
