package org.grapevine.gossip.driver;

import java.util.Optional;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipEvent;
import org.grapevine.core.message.Payload;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs aggregation functions off the event loop: those that the device came with on the threads of the application, those that came
 * from the network on threads of their own, so that one which takes its whole time limit keeps no hosted service waiting. Any thread.
 */
final class Merges implements SampleFold.Functions {

    private static final Logger LOG = LoggerFactory.getLogger(Merges.class);

    private final Aggregations aggregations;
    private final StylesheetExchange exchange;
    private final ApplicationLanes application;
    private final Lanes.Owner calls;

    Merges(Aggregations aggregations, StylesheetExchange exchange, ApplicationLanes application, Lanes.Owner calls) {
        this.aggregations = aggregations;
        this.exchange = exchange;
        this.application = application;
        this.calls = calls;
    }

    /**
     * Runs a task that calls a function.
     *
     * @return false if there is no room for it: it will not run
     */
    @Override
    public boolean run(String function, Runnable task) {
        return exchange.isStranger(function) ? exchange.runApart(task) : application.offer(calls, Lane.PROTOCOL, task);
    }

    @Override
    public AggregationFunction find(String function) throws AggregationException {
        return aggregations.byUri(function);
    }

    /** Merges, and finishes if asked to. */
    GossipEvent merged(GossipAction.Merge merge) {
        try {
            AggregationFunction function = find(merge.aggregation());
            Optional<Payload> partial = function.merge(merge.own(), merge.partials());
            if (merge.finish() && partial.isPresent()) {
                partial = Optional.of(function.finish(partial.get()));
            }
            return new GossipEvent.Merged(merge.request(), partial);
        } catch (AggregationException e) {
            return new GossipEvent.MergeFailed(merge.request(), e.getMessage());
        } catch (RuntimeException e) {
            // A defect of a function must not leave the parent waiting for its deadline.
            LOG.error("aggregation {} failed", merge.aggregation(), e);
            return new GossipEvent.MergeFailed(
                    merge.request(), "aggregation " + merge.aggregation() + ": internal error");
        }
    }
}
