package org.grapevine.aggregation.library;

import java.util.List;
import org.grapevine.core.reply.AggregationException;
import org.jspecify.annotations.Nullable;

/** An aggregation function of the library on elements that are read already. Immutable; safe for several threads. */
public interface NativeFunction {

    /**
     * Merges answers; there is at least one.
     *
     * @param own this device's own answer; null if it has none
     * @return the partial
     * @throws AggregationException if an input is not what the function merges; the message does not name the function
     */
    Element merge(@Nullable Element own, List<Contribution> partials) throws AggregationException;

    /** Whether the answer is another element than the last partial; false unless a function says otherwise. */
    default boolean finishes() {
        return false;
    }

    /**
     * Turns the last partial into the answer: itself unless a function {@link #finishes}.
     *
     * @throws AggregationException if it is no partial of this function, or has no answer
     */
    default Element finish(Element partial) throws AggregationException {
        return partial;
    }
}
