package org.grapevine.gossip.shadow;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.grapevine.core.contract.GossipEvent;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.ReplyMode;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.core.message.Sample;
import org.grapevine.dpws.device.FaultException;
import org.grapevine.dpws.hosting.Operation;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.gossip.driver.Answer;
import org.grapevine.gossip.driver.GossipDriver;
import org.grapevine.gossip.header.MalformedGossipException;
import org.grapevine.policy.EffectiveGossip;

/** Where messages begin to spread: what clients bring to a shadow, and what the service behind it emits. Any thread. */
final class ShadowEntry implements ShadowEvents.Entry {

    /** What the shadow is now. */
    interface Shadow {

        /** What applies to an operation; empty if it does not gossip. */
        Optional<EffectiveGossip> policy(Operation operation);

        /** Makes a message of an envelope, with all that peers need to read. */
        MessageReader.Entering entering(Envelope envelope, Operation operation, EffectiveGossip policy)
                throws MalformedGossipException, FaultException;

        /** The engine that takes a message which enters now. */
        GossipDriver driver(GossipMessage message);
    }

    private final Shadow shadow;

    ShadowEntry(Shadow shadow) {
        this.shadow = shadow;
    }

    @Override
    public boolean gossips(Operation operation) {
        return shadow.policy(operation).isPresent();
    }

    @Override
    public Optional<String> function(Operation operation) {
        return shadow.policy(operation).map(EffectiveGossip::aggregation);
    }

    /** Makes a message of an envelope; {@link #gossips} is true of its operation. */
    MessageReader.Entering entering(Envelope envelope, Operation operation)
            throws MalformedGossipException, FaultException {
        EffectiveGossip policy = shadow.policy(operation).orElseThrow(() -> ShadowService.notGossiping(envelope));
        return shadow.entering(envelope, operation, policy);
    }

    /** Gives a message to its engine; false if that has no room. */
    boolean spread(MessageReader.Entering entering) {
        return shadow.driver(entering.message()).tell(new GossipEvent.Published(entering.message()));
    }

    /**
     * A request under way.
     *
     * @param abandon lets nobody wait for it any more
     */
    record Asked(CompletableFuture<Answer> answer, Runnable abandon) {}

    /**
     * Asks for one answer: values that are collected are merged here.
     *
     * @throws MalformedGossipException if they are collected, and nothing merges them
     */
    Asked askForOne(MessageReader.Entering entering) throws MalformedGossipException {
        GossipMessage message = entering.message();
        ReplyTerms terms = message.parameters().replies();
        boolean collects = terms != null && terms.mode() == ReplyMode.COLLECT;
        if (collects && entering.function().isEmpty()) {
            throw new MalformedGossipException(
                    "g:Gossip aggregation: absent (expected: urn:sha256:..., since all values become one answer)");
        }
        GossipDriver driver = shadow.driver(message);
        CompletableFuture<Answer> answer =
                collects ? driver.fold(message, entering.function().orElseThrow()) : driver.request(message);
        return new Asked(answer, () -> driver.abandon(message.id()));
    }

    @Override
    public void publish(Envelope envelope, Operation operation) throws MalformedGossipException, FaultException {
        if (!spread(entering(envelope, operation))) {
            throw new RejectedExecutionException(
                    operation.name() + ": the event loop is full (expected: room for one more message)");
        }
    }

    @Override
    public CompletableFuture<Answer> ask(Envelope envelope, Operation operation, Consumer<List<Sample>> samples)
            throws MalformedGossipException, FaultException {
        return ask(entering(envelope, operation).message(), samples).answer();
    }

    /**
     * Asks with a message that was made by {@link #entering}.
     *
     * @param samples takes single values as they come, on the event loop, if the request collects
     */
    Asked ask(GossipMessage message, Consumer<List<Sample>> samples) {
        GossipDriver driver = shadow.driver(message);
        return new Asked(driver.collect(message, samples), () -> driver.abandon(message.id()));
    }
}
