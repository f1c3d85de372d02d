package org.grapevine.dpws.device;

import java.util.Optional;
import java.util.Set;
import javax.xml.namespace.QName;
import org.grapevine.dpws.eventing.EventingDialect;
import org.grapevine.dpws.hosting.Operation;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.SoapFault;

/** A hosted service at its HTTP address: its operations, GetMetadata, and the subscriptions to its events. */
final class HostedServiceHandler implements EnvelopeHandler {

    /** Header blocks that subscribers echo, whoever of them marks one as to be understood. */
    static final Set<QName> UNDERSTOOD =
            Set.of(EventingDialect.SUBMISSION_2004.identifier(), EventingDialect.W3C_2011.identifier());

    private final HostedService service;
    private final ServiceMetadata metadata;
    private final EnvelopeReader replies;

    HostedServiceHandler(HostedService service, ServiceMetadata metadata, EnvelopeReader replies) {
        this.service = service;
        this.metadata = metadata;
        this.replies = replies;
    }

    @Override
    public boolean servesUnaddressed() {
        return true;
    }

    @Override
    public boolean isRequest(Envelope envelope, Optional<String> httpAction) throws FaultException {
        return metadata.isFor(envelope)
                || eventing(envelope, httpAction).isPresent()
                || operation(envelope, httpAction).style() == Operation.Style.REQUEST_RESPONSE;
    }

    @Override
    public Optional<Answer> handle(Envelope envelope, Optional<String> httpAction) throws FaultException {
        if (metadata.isFor(envelope)) {
            return Optional.of(metadata.answer(envelope));
        }
        Optional<EventingDialect.Request> eventing = eventing(envelope, httpAction);
        Optional<ServiceEvents> events = service.events();
        if (eventing.isPresent() && events.isPresent()) {
            return Optional.of(events.get().answer(eventing.get(), envelope));
        }
        return service.answer(envelope, operation(envelope, httpAction), replies);
    }

    /** The message of a subscriber; one without events has no subscribers. */
    private Optional<EventingDialect.Request> eventing(Envelope envelope, Optional<String> httpAction) {
        if (service.events().isEmpty()) {
            return Optional.empty();
        }
        Optional<String> action = envelope.action().or(() -> httpAction).filter(text -> !text.isEmpty());
        return action.isPresent()
                ? action.flatMap(EventingDialect.Request::ofAction)
                : envelope.bodyName().flatMap(EventingDialect.Request::ofBody);
    }

    private Operation operation(Envelope envelope, Optional<String> httpAction) throws FaultException {
        Optional<Operation> operation = service.operation(envelope, httpAction);
        if (operation.isEmpty()) {
            throw new FaultException(SoapFault.actionNotSupported(
                    envelope.action().or(() -> httpAction).orElse("")));
        }
        return operation.get();
    }
}
