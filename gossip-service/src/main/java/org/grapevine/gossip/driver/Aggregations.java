package org.grapevine.gossip.driver;

import java.util.Optional;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;

/**
 * The aggregation functions that a device is willing to run. Safe for any thread. A name is {@code urn:sha256:<64 hex digits>}, with
 * parameters behind {@code ?=} if the function takes any ({@code ?=k=5&by=max}): the hash says which text it is.
 */
public interface Aggregations {

    /**
     * Finds a function.
     *
     * @param uri its name as it stands in a request
     * @throws AggregationException if the function is not one that this device runs, or does not take these parameters
     */
    AggregationFunction byUri(String uri) throws AggregationException;

    /**
     * The hash that stands for a name in a policy.
     *
     * @param name name of a library function, or a class path resource that ends in {@code .xsl}; with parameters, if it takes any,
     *     behind a question mark: {@code top-k?k=5}
     * @param maker the annotated interface; resources are looked up beside it
     * @return the name by hash, with the same parameters behind {@code ?=}
     * @throws AggregationException if there is no such function, or it is refused; the message says why
     */
    String uriOf(String name, Class<?> maker) throws AggregationException;

    /**
     * Whether the text of a function is here and was found fit to run, so that {@link #byUri} can fail for its parameters at the most.
     * Quick enough for an event loop.
     *
     * @param uri its name, with or without parameters
     */
    default boolean isKnown(String uri) {
        try {
            AggregationFunction unused = byUri(uri);
            return true;
        } catch (AggregationException e) {
            return false;
        }
    }

    /** Whether texts that come from the network are looked at, at all; if not, none is asked for. */
    default boolean takesStrangers() {
        return false;
    }

    /**
     * Looks at a text that came from the network, and keeps the function if it is fit to run here: {@link #isKnown} then. Its hash is
     * that of the text; whoever asked for another one has found out already. May take a while, and is called on no event loop.
     *
     * @throws AggregationException if it is refused; the message says why
     */
    default void admit(StylesheetText text) throws AggregationException {
        throw new AggregationException(text.uri() + ": refused (expected: a function that this device has already)");
    }

    /**
     * A text to hand to a device that lacks it.
     *
     * @param uri the function's name, with or without parameters
     * @return empty if the function is unknown here, or is not to be handed on
     */
    default Optional<StylesheetText> text(String uri) {
        return Optional.empty();
    }
}
