package org.grapevine.dpws.metadata;

import java.util.Optional;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.dpws.soap.XmlReader;
import org.grapevine.dpws.soap.XmlWriter;

/**
 * The messages by which metadata is fetched: WS-Transfer Get from devices, WS-MetadataExchange GetMetadata from hosted
 * services (both of September 2004). For any number of threads.
 */
public final class MetadataExchange {

    public static final String GET_ACTION = Namespaces.WXF + "/Get";
    public static final String GET_RESPONSE_ACTION = Namespaces.WXF + "/GetResponse";
    public static final String GET_METADATA_ACTION = Namespaces.WSX + "/GetMetadata/Request";
    public static final String GET_METADATA_RESPONSE_ACTION = Namespaces.WSX + "/GetMetadata/Response";

    private static final QName GET_METADATA = new QName(Namespaces.WSX, "GetMetadata");
    private static final QName DIALECT = new QName(Namespaces.WSX, "Dialect");
    private static final QName IDENTIFIER = new QName(Namespaces.WSX, "Identifier");

    private MetadataExchange() {}

    /**
     * What a GetMetadata asks for.
     *
     * @param dialect empty: all
     * @param identifier empty: all
     */
    public record Query(Optional<String> dialect, Optional<String> identifier) {

        /** For all metadata. */
        public static final Query ALL = new Query(Optional.empty(), Optional.empty());

        public static Query ofDialect(String dialect) {
            return new Query(Optional.of(dialect), Optional.empty());
        }
    }

    /** A request to a device, addressed to its endpoint reference whatever the transport address is. */
    public static byte[] get(EndpointReference device, String messageId) {
        return request(GET_ACTION, device, messageId).toBytes();
    }

    /** A request to a hosted service. */
    public static byte[] getMetadata(EndpointReference service, String messageId, Query query) {
        XmlWriter body = new XmlWriter().start(GET_METADATA);
        query.dialect().ifPresent(dialect -> body.element(DIALECT, dialect));
        query.identifier().ifPresent(identifier -> body.element(IDENTIFIER, identifier));
        return request(GET_METADATA_ACTION, service, messageId)
                .body(body.end().toBytes())
                .toBytes();
    }

    public static byte[] getResponse(Metadata metadata, String messageId, String relatesTo) {
        return response(GET_RESPONSE_ACTION, metadata, messageId, relatesTo);
    }

    /** Answers with the sections that were asked for; perhaps none. */
    public static byte[] getMetadataResponse(Metadata metadata, Query query, String messageId, String relatesTo) {
        Metadata selected = metadata.select(query.dialect(), query.identifier());
        return response(GET_METADATA_RESPONSE_ACTION, selected, messageId, relatesTo);
    }

    /** The fault that a Get deserves if it has a body: it asks for something that this one operation does not offer. */
    public static Optional<SoapFault> checkGet(Envelope request) {
        return request.bodyName().map(child -> SoapFault.sender("Body of Get: " + child + " (expected: empty)"));
    }

    /**
     * Reads a request to a hosted service; of several dialects the first counts.
     *
     * @throws MalformedEnvelopeException if the body is not a GetMetadata
     */
    public static Query readGetMetadata(Envelope request) throws MalformedEnvelopeException {
        Optional<String> dialect = Optional.empty();
        Optional<String> identifier = Optional.empty();
        try (XmlReader reader = request.openBody(GET_METADATA)) {
            while (reader.nextChild()) {
                if (reader.is(DIALECT) && dialect.isEmpty()) {
                    dialect = Optional.of(reader.token());
                } else if (reader.is(IDENTIFIER) && identifier.isEmpty()) {
                    identifier = Optional.of(reader.token());
                } else {
                    reader.skip();
                }
            }
        }
        return new Query(dialect, identifier);
    }

    /**
     * Reads the answer to Get or GetMetadata.
     *
     * @throws MalformedEnvelopeException if the body is not {@code wsx:Metadata}; a fault in its place is for the caller to
     *     see first
     */
    public static Metadata readResponse(Envelope response) throws MalformedEnvelopeException {
        try (XmlReader reader = response.openBody(MetadataCodec.METADATA)) {
            return MetadataCodec.read(reader);
        }
    }

    /**
     * Reads a section that was kept elsewhere: a document whose root is what would stand in the section.
     *
     * @param maxBytes above which it is refused
     * @throws MalformedEnvelopeException if it is not well-formed, too large, or not what its dialect says
     */
    public static MetadataSection readSection(
            String dialect, Optional<String> identifier, byte[] document, int maxBytes)
            throws MalformedEnvelopeException {
        try (XmlReader reader = XmlReader.ofDocument(document, EnvelopeLimits.http(maxBytes))) {
            return MetadataCodec.readContent(reader, dialect, identifier);
        }
    }

    private static EnvelopeWriter request(String action, EndpointReference to, String messageId) {
        return EnvelopeWriter.forAction(action).messageId(messageId).to(to).replyTo(EndpointReference.ANONYMOUS);
    }

    private static byte[] response(String action, Metadata metadata, String messageId, String relatesTo) {
        return EnvelopeWriter.forAction(action)
                .messageId(messageId)
                .relatesTo(relatesTo)
                .to(EndpointReference.ANONYMOUS)
                .body(MetadataCodec.write(metadata))
                .toBytes();
    }
}
