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
                || service.isForEvents(envelope, httpAction)
                || operation(envelope, httpAction).style() == Operation.Style.REQUEST_RESPONSE;
    }

    @Override
    public Optional<Answer> handle(Envelope envelope, Optional<String> httpAction) throws FaultException {
        if (metadata.isFor(envelope)) {
            return Optional.of(metadata.answer(envelope));
        }
        if (service.isForEvents(envelope, httpAction)) {
            return Optional.of(service.answerSubscriber(envelope, httpAction));
        }
        return service.answer(envelope, operation(envelope, httpAction), replies);
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
