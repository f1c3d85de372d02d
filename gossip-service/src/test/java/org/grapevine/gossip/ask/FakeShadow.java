package org.grapevine.gossip.ask;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.xml.namespace.QName;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.core.message.Sample;
import org.grapevine.dpws.device.EnvelopeHandler;
import org.grapevine.dpws.device.FaultException;
import org.grapevine.dpws.eventing.EventingDialect;
import org.grapevine.dpws.hosting.Operation;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.gossip.header.MalformedGossipException;

/** A shadow whose runs end when the test says so. */
final class FakeShadow implements Asks.Shadow {

    static final QName LEVEL = new QName("urn:test", "level");
    static final String ANSWERED = "urn:test:levelResponse";

    /** A run that was begun. */
    record Begun(
            CompletableFuture<org.grapevine.gossip.driver.Answer> answer,
            Consumer<List<Sample>> samples,
            CompletableFuture<Void> abandoned) {}

    final BlockingQueue<Begun> begun = new LinkedBlockingQueue<>();

    Begun next() throws InterruptedException {
        Begun next = begun.poll(20, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no run was begun");
        }
        return next;
    }

    @Override
    public Operation operation(Optional<String> action, Optional<QName> body) throws FaultException {
        if (action.isEmpty() && !body.equals(Optional.of(LEVEL))) {
            throw new FaultException(SoapFault.sender("no operation of that body"));
        }
        try {
            Method method = Runnable.class.getMethod("run");
            return new Operation(
                    "level",
                    Operation.Style.REQUEST_RESPONSE,
                    "urn:test:levelRequest",
                    Optional.of(ANSWERED),
                    Optional.of(LEVEL),
                    Optional.of(new QName("urn:test", "levelResponse")),
                    method);
        } catch (NoSuchMethodException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public GossipMessage message(Envelope request, Operation operation) throws MalformedGossipException {
        String timeout = request.headerBlock(new QName("urn:org.grapevine:gossip:1", "Gossip"))
                .map(block -> String.valueOf(block.attributes().get(new QName("timeout"))))
                .orElse("60000");
        if (!timeout.matches("[0-9]+")) {
            throw new MalformedGossipException("g:Gossip timeout: " + timeout + " (expected: a number)");
        }
        return new GossipMessage(
                new MessageId(request.messageId().orElseThrow()),
                new PeerAddress("soap.udp://127.0.0.1:1/a"),
                new GossipParameters(0, 0, 0, 1_000, 0, ReplyTerms.collect(0, Long.parseLong(timeout))),
                new EncodedPayload(new byte[0]));
    }

    @Override
    public Asks.Run start(GossipMessage message, Consumer<List<Sample>> samples) {
        CompletableFuture<Void> abandoned = new CompletableFuture<>();
        Begun run = new Begun(new CompletableFuture<>(), samples, abandoned);
        begun.add(run);
        return new Asks.Run(run.answer(), () -> abandoned.complete(null));
    }

    /** What a shadow does with the messages of subscribers. */
    record Door(Asks asks) implements EnvelopeHandler {
        @Override
        public boolean isRequest(Envelope envelope, Optional<String> httpAction) {
            return true;
        }

        @Override
        public Optional<EnvelopeHandler.Answer> handle(Envelope envelope, Optional<String> httpAction)
                throws FaultException {
            EventingDialect.Request request = asks.request(envelope, httpAction)
                    .orElseThrow(() -> new FaultException(
                            SoapFault.actionNotSupported(envelope.action().orElse(""))));
            return Optional.of(asks.answer(request, envelope));
        }
    }
}
