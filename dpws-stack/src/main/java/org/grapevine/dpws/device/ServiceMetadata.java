package org.grapevine.dpws.device;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.grapevine.dpws.addressing.MessageIds;
import org.grapevine.dpws.metadata.Hosted;
import org.grapevine.dpws.metadata.Metadata;
import org.grapevine.dpws.metadata.MetadataExchange;
import org.grapevine.dpws.metadata.MetadataSection;
import org.grapevine.dpws.metadata.Relationship;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.soap.SoapFault;

/**
 * What a hosted service answers to GetMetadata: its relationship, and where its WSDL is. The WSDL is named by location, since with
 * its schemas it may well be larger than an envelope may be (DPWS R0026).
 */
public final class ServiceMetadata {

    private final Metadata metadata;
    private final MessageIds ids;

    /**
     * Metadata of one service.
     *
     * @param wsdl where a GET gives its WSDL
     */
    public ServiceMetadata(Hosted hosted, URI wsdl, MessageIds ids) {
        this.metadata = new Metadata(List.of(
                new MetadataSection.OfRelationship(new Relationship(Optional.empty(), List.of(hosted))),
                new MetadataSection.Location(Namespaces.WSDL, Optional.empty(), wsdl.toString())));
        this.ids = ids;
    }

    /** True if the message is a GetMetadata. */
    public boolean isFor(Envelope envelope) {
        return envelope.action()
                .filter(MetadataExchange.GET_METADATA_ACTION::equals)
                .isPresent();
    }

    /** Answers a GetMetadata. */
    public EnvelopeHandler.Answer answer(Envelope request) throws FaultException {
        try {
            MetadataExchange.Query query = MetadataExchange.readGetMetadata(request);
            return new EnvelopeHandler.Whole(
                    200,
                    MetadataExchange.getMetadataResponse(
                            metadata, query, ids.next(), request.messageId().orElse("")));
        } catch (MalformedEnvelopeException e) {
            throw new FaultException(SoapFault.of(e));
        }
    }
}
