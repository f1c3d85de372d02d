package org.grapevine.core.reply;

import java.util.List;
import java.util.Optional;
import org.grapevine.core.message.Payload;

/**
 * Merges the values of many devices into one. Partials must merge to the same value in any order and any grouping
 * (a commutative semigroup), because the tree that a request draws differs in every run.
 *
 * <p>Called by drivers on their application executor, never by an engine and never on an event loop: a merge may be a
 * program that came with the request. Implementations are safe for use by several threads at once.
 */
public interface AggregationFunction {

    /**
     * Merges this device's own answer and its children's partials into one partial.
     *
     * @param own the answer of the device's own hosted service, empty if it has none or gave none
     * @param partials what the children sent, in the order of arrival
     * @return the merged partial; empty if the function leaves this device out
     * @throws AggregationException if an input is not what the function merges, or the function ran over its limits
     */
    Optional<Payload> merge(Optional<Payload> own, List<Partial> partials) throws AggregationException;

    /**
     * Turns the last partial into the answer, at the initiator only (a mean from its sum and count, for example).
     *
     * @throws AggregationException as for {@link #merge}
     */
    Payload finish(Payload partial) throws AggregationException;
}
