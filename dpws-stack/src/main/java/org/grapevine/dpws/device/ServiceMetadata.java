package org.grapevine.dpws.device;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.grapevine.dpws.addressing.MessageIds;
import org.grapevine.dpws.metadata.Host;
import org.grapevine.dpws.metadata.Hosted;
import org.grapevine.dpws.metadata.Metadata;
import org.grapevine.dpws.metadata.MetadataExchange;
import org.grapevine.dpws.metadata.MetadataSection;
import org.grapevine.dpws.metadata.Relationship;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.dpws.soap.XmlReader;

/**
 * What a hosted service answers to GetMetadata: its relationship, and its WSDL or where that is. By default the WSDL is named by
 * location, since with its schemas it may well be larger than an envelope may be (DPWS R0026).
 */
public final class ServiceMetadata {

    private final Supplier<Optional<Host>> device;
    private final Supplier<Hosted> hosted;
    private final Function<Optional<String>, URI> addresses;
    private final Optional<Function<URI, byte[]>> inlineWsdl;
    private final int maxBytes;
    private final MessageIds ids;

    /**
     * Metadata of a service with one address, which names its WSDL by location.
     *
     * @param address of the service; a GET of the WSDL goes there too
     */
    public ServiceMetadata(Hosted hosted, URI address, MessageIds ids) {
        this(Optional::empty, () -> hosted, to -> address, Optional.empty(), 0, ids);
    }

    /**
     * As above, and names the device, which so can be found by one of its services.
     *
     * @param device asked at each request, since its types may change
     */
    public ServiceMetadata(Supplier<Host> device, Hosted hosted, URI address, MessageIds ids) {
        this(() -> Optional.of(device.get()), () -> hosted, to -> address, Optional.empty(), 0, ids);
    }

    /**
     * Metadata of one service.
     *
     * @param hosted how the device names it; asked at each request, since its addresses are those of the links of the host
     * @param addresses from {@code wsa:To} of a request to the address of the service that its sender can use; a GET of the WSDL
     *     goes there too
     * @param inlineWsdl the WSDL with such an address in it, if it is to be given itself where it fits; asked at each request
     * @param maxBytes of an envelope, above which the WSDL is named by its location
     */
    ServiceMetadata(
            Supplier<Hosted> hosted,
            Function<Optional<String>, URI> addresses,
            Optional<Function<URI, byte[]>> inlineWsdl,
            int maxBytes,
            MessageIds ids) {
        this(Optional::empty, hosted, addresses, inlineWsdl, maxBytes, ids);
    }

    private ServiceMetadata(
            Supplier<Optional<Host>> device,
            Supplier<Hosted> hosted,
            Function<Optional<String>, URI> addresses,
            Optional<Function<URI, byte[]>> inlineWsdl,
            int maxBytes,
            MessageIds ids) {
        this.device = device;
        this.hosted = hosted;
        this.addresses = addresses;
        this.inlineWsdl = inlineWsdl;
        this.maxBytes = maxBytes;
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
            URI address = addresses.apply(request.to());
            if (inlineWsdl.isPresent()) {
                byte[] inline = response(request, query, inline(inlineWsdl.get().apply(address)));
                if (inline.length <= maxBytes) {
                    return new EnvelopeHandler.Whole(200, inline);
                }
            }
            return new EnvelopeHandler.Whole(200, response(request, query, location(address)));
        } catch (MalformedEnvelopeException e) {
            throw new FaultException(SoapFault.of(e));
        }
    }

    private static MetadataSection location(URI address) {
        return new MetadataSection.Location(Namespaces.WSDL, Optional.empty(), address + "?wsdl");
    }

    private static MetadataSection inline(byte[] wsdl) throws MalformedEnvelopeException {
        try (XmlReader reader = XmlReader.ofDocument(wsdl, EnvelopeLimits.http(EnvelopeLimits.HIGHEST_MAX_BYTES))) {
            return new MetadataSection.Inline(Namespaces.WSDL, Optional.empty(), reader.standalone());
        }
    }

    private byte[] response(Envelope request, MetadataExchange.Query query, MetadataSection wsdl) {
        MetadataSection relationship =
                new MetadataSection.OfRelationship(new Relationship(device.get(), List.of(hosted.get())));
        return MetadataExchange.getMetadataResponse(
                new Metadata(List.of(relationship, wsdl)),
                query,
                ids.next(),
                request.messageId().orElse(""));
    }
}
