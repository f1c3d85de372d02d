package org.grapevine.gossip.shadow;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import javax.xml.namespace.QName;
import org.grapevine.core.message.Faults;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.HostedService;
import org.grapevine.dpws.hosting.InvocationReply;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.gossip.driver.GossipDriver;
import org.grapevine.gossip.header.EnvelopePayload;
import org.grapevine.gossip.legacy.LegacyCare;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls the service behind a shadow, or those who subscribe to its events. Blocks as long as the service does; any thread. */
final class OriginalCalls implements GossipDriver.Application {

    private static final Logger LOG = LoggerFactory.getLogger(OriginalCalls.class);

    private final HostedService original;
    private final DeviceHost host;
    private final Optional<ShadowEvents> events;
    private final Supplier<LegacyCare> legacy;
    private final LongAdder failedDeliveries;

    /**
     * @param legacy what is done for devices that know nothing of gossip, now
     * @param failedDeliveries counts one-way messages that the service answered with a fault
     */
    OriginalCalls(
            HostedService original,
            DeviceHost host,
            Optional<ShadowEvents> events,
            Supplier<LegacyCare> legacy,
            LongAdder failedDeliveries) {
        this.original = original;
        this.host = host;
        this.events = events;
        this.legacy = legacy;
        this.failedDeliveries = failedDeliveries;
    }

    @Override
    public void deliver(EnvelopePayload message) {
        if (events.isPresent() && events.get().deliver(message)) {
            return;
        }
        legacy.get().deliver(message);
        InvocationReply reply = original.invoke(message.wholeBytes());
        if (reply.isFault()) {
            failedDeliveries.increment();
            LOG.warn(
                    "{} answered one-way message {} with a fault: {}",
                    original.address(),
                    message.envelope().messageId().orElse("?"),
                    reason(reply));
        }
    }

    @Override
    public CompletableFuture<Optional<byte[]>> answer(EnvelopePayload request) {
        Optional<CompletableFuture<Optional<byte[]>>> ofSubscribers = events.flatMap(each -> each.answer(request));
        return ofSubscribers.orElseGet(() -> ofService(request));
    }

    private CompletableFuture<Optional<byte[]>> ofService(EnvelopePayload request) {
        InvocationReply reply = original.invoke(request.wholeBytes());
        if (reply.isFault()) {
            return fault(reply);
        }
        if (reply.envelope().isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        try {
            Envelope envelope = host.replyReader().readWhole(reply.envelope().get());
            return CompletableFuture.completedFuture(
                    envelope.bodyName().isPresent() ? Optional.of(envelope.bodyElement()) : Optional.empty());
        } catch (MalformedEnvelopeException e) {
            return CompletableFuture.failedFuture(
                    new GossipDriver.ApplicationFaultException(Faults.OTHER, String.valueOf(e.getMessage())));
        }
    }

    private <T> CompletableFuture<T> fault(InvocationReply reply) {
        return CompletableFuture.failedFuture(new GossipDriver.ApplicationFaultException(kind(reply), reason(reply)));
    }

    /** The innermost subcode says most; without one there is the code alone. */
    private String kind(InvocationReply reply) {
        String code = reply.faultCode().map(QName::getLocalPart).orElse(Faults.OTHER);
        try {
            SoapFault fault =
                    SoapFault.read(host.replyReader().readWhole(reply.envelope().orElse(new byte[0])));
            List<QName> subcodes = fault.subcodes();
            return subcodes.isEmpty() ? code : subcodes.get(subcodes.size() - 1).getLocalPart();
        } catch (MalformedEnvelopeException e) {
            return code;
        }
    }

    private String reason(InvocationReply reply) {
        try {
            byte[] envelope = reply.envelope().orElse(new byte[0]);
            return SoapFault.read(host.replyReader().readWhole(envelope)).reason();
        } catch (MalformedEnvelopeException e) {
            return e.getMessage();
        }
    }
}
