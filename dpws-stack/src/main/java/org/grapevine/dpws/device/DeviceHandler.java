package org.grapevine.dpws.device;

import java.util.Optional;
import java.util.function.Supplier;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.addressing.MessageIds;
import org.grapevine.dpws.discovery.TargetService;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.metadata.Metadata;
import org.grapevine.dpws.metadata.MetadataExchange;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.SoapFault;

/** A device at its HTTP address: WS-Transfer Get, and directed Probe (DPWS R1015). */
final class DeviceHandler implements EnvelopeHandler {

    private final EndpointReference device;
    private final Supplier<Metadata> metadata;
    private final TargetService target;
    private final Discovery discovery;
    private final MessageIds ids;

    DeviceHandler(
            EndpointReference device,
            Supplier<Metadata> metadata,
            TargetService target,
            Discovery discovery,
            MessageIds ids) {
        this.device = device;
        this.metadata = metadata;
        this.target = target;
        this.discovery = discovery;
        this.ids = ids;
    }

    /** A Get names the device, a directed Probe the device or anybody (DPWS R1015). */
    @Override
    public boolean isFor(String to, String path) {
        return to.equals(WsDiscovery.AD_HOC_ADDRESS)
                || to.equals(device.address())
                || EnvelopeHandler.super.isFor(to, path);
    }

    @Override
    public boolean isRequest(Envelope envelope, Optional<String> httpAction) throws FaultException {
        String action = envelope.action().orElse("");
        if (!action.equals(MetadataExchange.GET_ACTION) && !action.equals(WsDiscovery.PROBE_ACTION)) {
            throw new FaultException(SoapFault.actionNotSupported(action));
        }
        return true;
    }

    @Override
    public Optional<Answer> handle(Envelope envelope, Optional<String> httpAction) throws FaultException {
        if (envelope.action().orElse("").equals(WsDiscovery.PROBE_ACTION)) {
            TargetService.DirectedAnswer answer = directedProbe(envelope);
            return Optional.of(new Whole(answer.httpStatus(), answer.envelope()));
        }
        Optional<SoapFault> fault = MetadataExchange.checkGet(envelope);
        if (fault.isPresent()) {
            throw new FaultException(fault.get());
        }
        byte[] response = MetadataExchange.getResponse(
                metadata.get(), ids.next(), envelope.messageId().orElse(""));
        return Optional.of(new Whole(200, response));
    }

    private TargetService.DirectedAnswer directedProbe(Envelope envelope) throws FaultException {
        return OnLoop.await(discovery.directedProbe(target, envelope));
    }
}
