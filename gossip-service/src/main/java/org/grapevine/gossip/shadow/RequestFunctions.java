package org.grapevine.gossip.shadow;

import java.util.Optional;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.gossip.driver.Aggregations;
import org.grapevine.gossip.driver.StylesheetCodec;
import org.grapevine.gossip.driver.StylesheetExchange;
import org.grapevine.gossip.driver.StylesheetText;
import org.grapevine.gossip.header.MalformedGossipException;
import org.jspecify.annotations.Nullable;

/** The aggregation functions of requests that enter at a shadow. Any thread. */
final class RequestFunctions {

    private final Aggregations aggregations;
    private final StylesheetExchange exchange;

    RequestFunctions(Aggregations aggregations, StylesheetExchange exchange) {
        this.aggregations = aggregations;
        this.exchange = exchange;
    }

    /**
     * Makes sure that this device has the function, by the text that the client handed over if need be.
     *
     * @return the function; empty if the request names none
     * @throws MalformedGossipException if it is unknown, or its text is refused
     */
    Optional<String> require(Envelope envelope, @Nullable ReplyTerms terms) throws MalformedGossipException {
        if (terms == null || terms.aggregation().equals(ReplyTerms.NO_FUNCTION)) {
            return Optional.empty();
        }
        String function = terms.aggregation();
        Optional<StylesheetText> text = StylesheetCodec.header(envelope);
        try {
            if (text.isPresent()) {
                exchange.admit(function, text.get());
            }
            AggregationFunction unused = aggregations.byUri(function);
            return Optional.of(function);
        } catch (AggregationException e) {
            throw new MalformedGossipException("g:Gossip aggregation: " + e.getMessage());
        }
    }
}
