package org.grapevine.gossip.shadow;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.grapevine.core.contract.GossipEvent;
import org.grapevine.core.message.GossipMessage;
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
        GossipMessage entering(Envelope envelope, Operation operation, EffectiveGossip policy)
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

    /** Lets a message of its own spread; {@link #gossips} is true of its operation. */
    GossipMessage entering(Envelope envelope, Operation operation) throws MalformedGossipException, FaultException {
        EffectiveGossip policy = shadow.policy(operation).orElseThrow(() -> ShadowService.notGossiping(envelope));
        return shadow.entering(envelope, operation, policy);
    }

    /** The engine that takes a message which enters now. */
    GossipDriver driver(GossipMessage message) {
        return shadow.driver(message);
    }

    /** Gives a message to its engine; false if that has no room. */
    boolean spread(GossipMessage message) {
        return shadow.driver(message).tell(new GossipEvent.Published(message));
    }

    @Override
    public void publish(Envelope envelope, Operation operation) throws MalformedGossipException, FaultException {
        if (!spread(entering(envelope, operation))) {
            throw new RejectedExecutionException(
                    operation.name() + ": the event loop is full (expected: room for one more message)");
        }
    }

    @Override
    public CompletableFuture<Answer> ask(Envelope envelope, Operation operation)
            throws MalformedGossipException, FaultException {
        GossipMessage message = entering(envelope, operation);
        return shadow.driver(message).request(message);
    }
}
