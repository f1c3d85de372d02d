package org.grapevine.gossip.shadow;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.dpws.device.EnvelopeHandler;
import org.grapevine.dpws.device.FaultException;
import org.grapevine.dpws.device.HostedService;
import org.grapevine.dpws.device.ServiceMetadata;
import org.grapevine.dpws.eventing.EventingDialect;
import org.grapevine.dpws.hosting.Operation;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.gossip.ask.Asks;
import org.grapevine.gossip.driver.StylesheetCodec;
import org.grapevine.gossip.driver.StylesheetExchange;
import org.grapevine.gossip.driver.StylesheetText;
import org.grapevine.gossip.header.ControlCodec;
import org.grapevine.gossip.header.Gossip1;
import org.grapevine.gossip.header.MalformedGossipException;

/** The HTTP side of a shadow: takes what peers and clients post, and keeps a client waiting for its answer. */
final class ShadowDoor implements EnvelopeHandler {

    /** What a waiting client gets on top of the request's own budget, for the last merge and the way back. */
    private static final long CLIENT_GRACE_MILLIS = 1_000;

    private final ServiceMetadata metadata;
    private final HostedService original;
    private final EnvelopeReader replyReader;
    private final ShadowEntry entry;
    private final Asks asks;
    private final StylesheetExchange stylesheets;
    private final Peers peers;

    /** The shadow's own side towards its peers. */
    interface Peers {

        /**
         * Takes what comes from a peer.
         *
         * @return false if the envelope is not from one
         */
        boolean take(Envelope envelope) throws MalformedGossipException;

        /** Counts an envelope that made no sense. */
        void malformed();
    }

    /** @param replyReader reads what the original answers */
    ShadowDoor(
            ServiceMetadata metadata,
            HostedService original,
            EnvelopeReader replyReader,
            ShadowEntry entry,
            Asks asks,
            StylesheetExchange stylesheets,
            Peers peers) {
        this.metadata = metadata;
        this.original = original;
        this.replyReader = replyReader;
        this.entry = entry;
        this.asks = asks;
        this.stylesheets = stylesheets;
        this.peers = peers;
    }

    @Override
    public boolean servesUnaddressed() {
        return true;
    }

    @Override
    public boolean isRequest(Envelope envelope, Optional<String> httpAction) throws FaultException {
        if (metadata.isFor(envelope)
                || asks.request(envelope, httpAction).isPresent()
                || original.isForEvents(envelope, httpAction)
                || StylesheetCodec.isRequest(envelope)) {
            return true;
        }
        boolean fromPeer = ControlCodec.isControl(envelope.action().orElse(""))
                || envelope.headerBlock(Gossip1.HOP).isPresent();
        return !fromPeer && operation(envelope, httpAction).style() == Operation.Style.REQUEST_RESPONSE;
    }

    @Override
    public Optional<Answer> handle(Envelope envelope, Optional<String> httpAction) throws FaultException {
        if (metadata.isFor(envelope)) {
            return Optional.of(metadata.answer(envelope));
        }
        Optional<EventingDialect.Request> asking = asks.request(envelope, httpAction);
        if (asking.isPresent()) {
            return Optional.of(asks.answer(asking.get(), envelope));
        }
        if (original.isForEvents(envelope, httpAction)) {
            return Optional.of(original.answerSubscriber(envelope, httpAction));
        }
        try {
            if (StylesheetCodec.isRequest(envelope)) {
                return Optional.of(stylesheet(StylesheetCodec.requested(envelope)));
            }
            if (peers.take(envelope)) {
                return Optional.empty();
            }
            return fromClient(envelope, operation(envelope, httpAction));
        } catch (MalformedGossipException e) {
            peers.malformed();
            throw new FaultException(SoapFault.sender(e.getMessage()));
        }
    }

    private Optional<Answer> fromClient(Envelope envelope, Operation operation)
            throws MalformedGossipException, FaultException {
        if (!entry.gossips(operation)) {
            return original.answer(envelope, operation, replyReader);
        }
        MessageReader.Entering entering = entry.entering(envelope, operation);
        if (operation.style() == Operation.Style.REQUEST_RESPONSE) {
            return Optional.of(await(entering, operation));
        }
        if (!entry.spread(entering)) {
            throw new FaultException(SoapFault.endpointUnavailable(CLIENT_GRACE_MILLIS));
        }
        return Optional.empty();
    }

    private Operation operation(Envelope envelope, Optional<String> httpAction) throws FaultException {
        return original.operation(envelope, httpAction)
                .orElseThrow(() -> new FaultException(SoapFault.actionNotSupported(
                        envelope.action().or(() -> httpAction).orElse(""))));
    }

    /** A text that another device lacks. */
    private Answer stylesheet(String hash) throws FaultException {
        StylesheetText text = stylesheets
                .text(hash)
                .orElseThrow(() -> new FaultException(
                        SoapFault.sender(hash + ": not a text that this device hands on", Gossip1.UNKNOWN_STYLESHEET)));
        return new Reply(StylesheetCodec.RESPONSE_ACTION, Optional.of(StylesheetCodec.element(text)));
    }

    private Answer await(MessageReader.Entering entering, Operation operation)
            throws MalformedGossipException, FaultException {
        ReplyTerms terms = entering.message().parameters().replies();
        long budget = terms == null ? 0 : terms.timeoutMillis();
        ShadowEntry.Asked asked = entry.askForOne(entering);
        org.grapevine.gossip.driver.Answer answer;
        try {
            answer = asked.answer().get(budget + CLIENT_GRACE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            asked.abandon().run();
            throw new FaultException(SoapFault.endpointUnavailable(CLIENT_GRACE_MILLIS));
        } catch (ExecutionException | TimeoutException e) {
            asked.abandon().run();
            throw new FaultException(SoapFault.receiver("no answer within the timeout of " + budget + " ms"));
        }
        byte[] completeness = ControlCodec.completenessBlock(answer.completeness(), answer.partial());
        if (answer.element().isEmpty()) {
            String reason = answer.failure().orElse("no device gave a value");
            throw new FaultException(SoapFault.receiver(reason).withDetail(new String(completeness, UTF_8)));
        }
        return new Reply(operation.outputAction().orElse(""), answer.element(), completeness);
    }
}
