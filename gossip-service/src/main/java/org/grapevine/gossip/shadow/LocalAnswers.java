package org.grapevine.gossip.shadow;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Faults;
import org.grapevine.core.message.Payload;
import org.grapevine.core.message.ReplyMode;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.grapevine.core.reply.Partial;
import org.grapevine.dpws.device.Solicited;
import org.grapevine.gossip.driver.Aggregations;
import org.grapevine.gossip.driver.GossipDriver;

/** Makes one value of what the subscribers of one device answered: the value of that device. */
record LocalAnswers(Aggregations aggregations) {

    /**
     * Merges and finishes, for the tree takes it for what one service says, which is no partial.
     *
     * @param function the policy's function; for requests that name none since nothing is merged on the way
     * @return empty if nobody was asked
     * @throws CompletionException with an ApplicationFaultException if nobody answered, or the answers do not merge
     */
    Optional<byte[]> merged(ReplyTerms terms, Optional<String> function, Solicited<byte[]> solicited) {
        List<byte[]> answers = solicited.answers();
        if (answers.isEmpty()) {
            if (solicited.coverage().isWhole()) {
                return Optional.empty();
            }
            throw failed(Faults.LATE, "no subscriber gave an answer");
        }
        String named = terms.aggregation().equals(ReplyTerms.NO_FUNCTION) ? function.orElse("") : terms.aggregation();
        // One answer is enough, or nobody said how to make one of several.
        boolean one = terms.mode() == ReplyMode.FIRST && terms.enough() == 1;
        if (answers.size() == 1 || one || named.isEmpty()) {
            return Optional.of(answers.get(0));
        }
        try {
            return merged(aggregations.byUri(named), answers);
        } catch (AggregationException e) {
            throw failed(Faults.MERGE, e.getMessage());
        }
    }

    private static Optional<byte[]> merged(AggregationFunction function, List<byte[]> answers)
            throws AggregationException {
        List<Partial> partials = new ArrayList<>();
        for (byte[] answer : answers) {
            function.merge(Optional.of(new EncodedPayload(answer)), List.of())
                    .ifPresent(partial -> partials.add(new Partial(partial, 1)));
        }
        Optional<Payload> all = partials.isEmpty() ? Optional.empty() : function.merge(Optional.empty(), partials);
        return all.isEmpty() ? Optional.empty() : Optional.of(((EncodedPayload) function.finish(all.get())).bytes());
    }

    private static CompletionException failed(String kind, String reason) {
        return new CompletionException(new GossipDriver.ApplicationFaultException(kind, reason));
    }
}
