package org.grapevine.gossip.driver;

import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;

/** The aggregation functions that a device is willing to run. Safe for any thread. */
public interface Aggregations {

    /**
     * Finds a function.
     *
     * @param uri its hash, {@code urn:sha256:...}, as it stands in a request
     * @throws AggregationException if the function is not one that this device runs
     */
    AggregationFunction byUri(String uri) throws AggregationException;

    /**
     * The hash that stands for a name in a policy.
     *
     * @param name name of a library function, or a class path resource that ends in {@code .xsl}
     * @param maker the annotated interface; resources are looked up beside it
     * @throws AggregationException if there is no such function, or it is refused; the message says why
     */
    String uriOf(String name, Class<?> maker) throws AggregationException;
}
