package org.grapevine.gossip.driver;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.core.message.Sample;

/** Requests that started here, and who waits for them: as many as there are callers. Any thread. */
final class Requests {

    /** What becomes of the values of a request. */
    interface Taker {

        /** Values have come, on the event loop. */
        void samples(List<Sample> samples);

        /** There will be no more of them, on the event loop. Completed with what the caller gets, never exceptionally. */
        CompletableFuture<Answer> end(Answer answer);
    }

    private record Waiting(CompletableFuture<Answer> answer, int minReplies, Taker taker) {}

    private final Map<MessageId, Waiting> waiting = new ConcurrentHashMap<>();

    /**
     * Keeps a request in mind.
     *
     * @return empty if it was under way already; {@link #of} has its answer
     */
    Optional<CompletableFuture<Answer>> add(GossipMessage message, Taker taker) {
        ReplyTerms terms = message.parameters().replies();
        Waiting own = new Waiting(new CompletableFuture<>(), terms == null ? 0 : terms.minReplies(), taker);
        return waiting.putIfAbsent(message.id(), own) == null ? Optional.of(own.answer()) : Optional.empty();
    }

    /** The answer of a request under way; a failure if there is none, for it has ended this moment. */
    CompletableFuture<Answer> of(MessageId request) {
        Waiting found = waiting.get(request);
        return found == null
                ? CompletableFuture.completedFuture(Answer.failed("the request with this id is over"))
                : found.answer();
    }

    void collected(GossipAction.Collected collected) {
        Waiting found = waiting.get(collected.request());
        if (found != null) {
            found.taker().samples(collected.samples());
        }
    }

    void complete(GossipAction.Complete complete) {
        Optional<byte[]> element = complete.value().map(value -> ((EncodedPayload) value).bytes());
        end(complete.request(), complete.completeness(), element, Optional.empty());
    }

    void fail(GossipAction.Fail fail) {
        end(fail.request(), fail.completeness(), Optional.empty(), Optional.of(fail.reason()));
    }

    private void end(MessageId request, Completeness completeness, Optional<byte[]> element, Optional<String> failure) {
        Waiting found = waiting.get(request);
        if (found == null) {
            return;
        }
        boolean partial = failure.isEmpty() && completeness.counted() < found.minReplies();
        CompletableFuture<Void> unused = found.taker()
                .end(new Answer(element, completeness, failure, partial))
                .thenAccept(answer -> give(request, found, answer));
    }

    private void give(MessageId request, Waiting found, Answer answer) {
        if (waiting.remove(request, found)) {
            found.answer().complete(answer);
        }
    }

    /** Ends a request that nobody waits for any more, or that never began. */
    void abandon(MessageId request, String why) {
        Waiting found = waiting.get(request);
        if (found != null) {
            give(request, found, Answer.failed(why));
        }
    }

    /** Ends all requests. */
    void abandonAll(String why) {
        waiting.keySet().forEach(request -> abandon(request, why));
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }
}
