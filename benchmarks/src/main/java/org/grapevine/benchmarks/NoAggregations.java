package org.grapevine.benchmarks;

import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.grapevine.gossip.driver.Aggregations;

/** For hosts where nothing is aggregated. */
final class NoAggregations implements Aggregations {
    @Override
    public AggregationFunction byUri(String uri) throws AggregationException {
        throw new AggregationException(uri);
    }

    @Override
    public String uriOf(String name, Class<?> maker) throws AggregationException {
        throw new AggregationException(name);
    }
}
