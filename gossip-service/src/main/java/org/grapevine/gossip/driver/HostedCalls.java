package org.grapevine.gossip.driver;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.grapevine.core.contract.GossipEvent;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Faults;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.MessageId;
import org.grapevine.gossip.header.EnvelopePayload;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Hands messages to the hosted service behind a shadow, and brings back what comes of it. For the event loop of the shadow. */
final class HostedCalls {

    private static final Logger LOG = LoggerFactory.getLogger(HostedCalls.class);

    private static final String BUSY = "busy: the hosted service takes no more calls now";

    private final GossipDriver.Application application;
    private final ApplicationLanes lanes;
    private final Lanes.Owner calls;
    private final OrderedCalls ordered;
    private final Consumer<GossipEvent> later;
    private volatile CallWatch watch = (message, hops) -> {};

    /** @param later tells the engine something from another thread */
    HostedCalls(
            GossipDriver.Application application,
            ApplicationLanes lanes,
            Lanes.Owner calls,
            OrderedCalls ordered,
            Consumer<GossipEvent> later) {
        this.application = application;
        this.lanes = lanes;
        this.calls = calls;
        this.ordered = ordered;
        this.later = later;
    }

    /** From now on told of every call. */
    void watch(CallWatch other) {
        watch = other;
    }

    /**
     * Calls the service with a message; what to tell the engine at once, if there is no room for that.
     *
     * @param hops for who watches
     */
    Optional<GossipEvent> call(GossipMessage message, int hops) {
        EnvelopePayload payload = (EnvelopePayload) message.payload();
        Lane lane = Lane.of(payload.priority());
        if (message.parameters().replies() != null) {
            boolean taken = lanes.offer(calls, lane, () -> answer(message, payload, hops));
            return taken
                    ? Optional.empty()
                    : Optional.of(new GossipEvent.AnswerFailed(message.id(), Faults.BUSY, BUSY));
        }
        boolean taken = message.parameters().order() == null
                ? lanes.offer(calls, lane, () -> hand(message, payload, hops))
                : handInOrder(message, lane, payload, hops);
        return taken ? Optional.empty() : Optional.of(new GossipEvent.NotDelivered(message));
    }

    private void hand(GossipMessage message, EnvelopePayload payload, int hops) {
        watch.calling(message, hops);
        try {
            application.deliver(payload);
        } catch (RejectedExecutionException e) {
            later.accept(new GossipEvent.NotDelivered(message));
        }
    }

    /** Offered again here and not by the engine, which has handed over the ones behind it already. */
    private boolean handInOrder(GossipMessage message, Lane lane, EnvelopePayload payload, int hops) {
        return ordered.offer(message.origin(), lane, message.parameters().expiresAtMillis(), () -> {
            watch.calling(message, hops);
            try {
                application.deliver(payload);
                return true;
            } catch (RejectedExecutionException e) {
                return false;
            }
        });
    }

    private void answer(GossipMessage message, EnvelopePayload payload, int hops) {
        MessageId request = message.id();
        watch.calling(message, hops);
        CompletableFuture<Optional<byte[]>> unused = application.answer(payload).whenComplete((value, failure) -> {
            GossipEvent answer = failure == null
                    ? new GossipEvent.Answered(request, value.map(EncodedPayload::new))
                    : failed(request, failure);
            later.accept(answer);
        });
    }

    private static GossipEvent failed(MessageId request, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RejectedExecutionException) {
            return new GossipEvent.AnswerFailed(request, Faults.BUSY, BUSY);
        }
        if (cause instanceof GossipDriver.ApplicationFaultException fault) {
            return new GossipEvent.AnswerFailed(request, fault.kind(), fault.getMessage());
        }
        LOG.error("the hosted service could not be called", cause);
        return new GossipEvent.AnswerFailed(request, Faults.OTHER, "the hosted service could not be called");
    }
}
