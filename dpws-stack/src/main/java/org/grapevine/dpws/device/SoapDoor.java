package org.grapevine.dpws.device;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.addressing.MessageIds;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.soap.HeaderCheck;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.MimePackage;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.soap.SoapFault;
import org.grapevine.dpws.soap.Wsa;
import org.grapevine.dpws.transport.HttpEndpoint;
import org.grapevine.dpws.transport.HttpReply;
import org.grapevine.dpws.transport.HttpRequest;

/**
 * The way from HTTP to an {@link EnvelopeHandler} and back, the same for devices, hosted services and shadows: media type, envelope (with its attachments, by MTOM),
 * header in the order of faults that DPWS asks for, then the handler; the answer gets its addressing headers. A GET is answered with
 * the WSDL, if there is one.
 *
 * <p>Two faults of WS-Addressing are never sent. DuplicateMessageID: a client whose connection broke asks again with the same id, and
 * HTTP itself delivers nothing twice, so an id that came before is answered once more. ActionMismatch: the action in the HTTP header is
 * a hint, which published WSDLs give in other words than {@code wsa:Action}; the latter counts.
 *
 * <p>Called on workers of the HTTP server, by many at once.
 */
public final class SoapDoor implements HttpEndpoint {

    private static final String SOAP_MEDIA_TYPE = "application/soap+xml";
    private static final String SOAP_11_MEDIA_TYPE = "text/xml";
    private static final String XML_CONTENT_TYPE = "text/xml; charset=utf-8";

    private final EnvelopeReader reader;
    private final HeaderCheck check;
    private final EnvelopeHandler handler;
    private final MessageIds ids;
    private final Function<HttpRequest, Optional<byte[]>> wsdl;
    private final LongAdder malformed = new LongAdder();

    /**
     * Makes a door.
     *
     * @param understood header blocks that the handler processes beside those of WS-Addressing
     * @param wsdl what a GET gives; empty for an endpoint without a description of its own
     */
    public SoapDoor(
            EnvelopeReader reader,
            Set<QName> understood,
            EnvelopeHandler handler,
            MessageIds ids,
            Supplier<Optional<byte[]>> wsdl) {
        this(reader, understood, handler, ids, (HttpRequest request) -> wsdl.get());
    }

    /**
     * Makes a door whose WSDL depends on who asks for it, and where.
     *
     * @param wsdl what a GET gives; empty for an endpoint without a description of its own
     */
    SoapDoor(
            EnvelopeReader reader,
            Set<QName> understood,
            EnvelopeHandler handler,
            MessageIds ids,
            Function<HttpRequest, Optional<byte[]>> wsdl) {
        this.reader = reader;
        this.check = new HeaderCheck(understood);
        this.handler = handler;
        this.ids = ids;
        this.wsdl = wsdl;
    }

    @Override
    public HttpReply handle(HttpRequest request) {
        return request.method().equals("GET") ? describe(request) : answer(request);
    }

    private HttpReply describe(HttpRequest request) {
        Optional<byte[]> description =
                request.query().orElse("").equals("wsdl") ? wsdl.apply(request) : Optional.empty();
        return description
                .map(bytes -> new HttpReply(200, Optional.of(XML_CONTENT_TYPE), bytes))
                .orElseGet(() ->
                        HttpReply.text(404, "nothing here for GET; " + request.path() + " takes SOAP 1.2 by POST"));
    }

    private HttpReply answer(HttpRequest request) {
        String type = request.contentType().orElse("").split(";", 2)[0].strip();
        byte[] body = request.body();
        if (type.equalsIgnoreCase(SOAP_11_MEDIA_TYPE)) {
            return fault(
                    SoapFault.versionMismatch(),
                    reader.remains(body, 0, body.length).messageId());
        }
        if (!type.equalsIgnoreCase(SOAP_MEDIA_TYPE) && !type.equalsIgnoreCase(MimePackage.MEDIA_TYPE)) {
            return HttpReply.text(
                    415,
                    "content type: " + printable(type) + " (expected: " + SOAP_MEDIA_TYPE + ", or "
                            + MimePackage.MEDIA_TYPE + " with attachments)");
        }
        Envelope envelope;
        try {
            envelope = reader.readMessage(request.contentType().orElse(""), body);
        } catch (MalformedEnvelopeException e) {
            malformed.increment();
            EnvelopeReader.Remains remains =
                    reader.remains(request.contentType().orElse(""), body);
            return fault(check.check(e, remains), remains.messageId());
        }
        try {
            boolean addressed = isAddressed(envelope) || !handler.servesUnaddressed();
            check(envelope, addressed, request);
            return handler.handle(envelope, request.action())
                    .map(answer -> send(answer, envelope, addressed))
                    .orElseGet(HttpReply::accepted);
        } catch (FaultException e) {
            return fault(e.fault(), envelope.messageId());
        }
    }

    private void check(Envelope envelope, boolean addressed, HttpRequest http) throws FaultException {
        // What must be understood and is not comes first, then the addressing headers, then whether the message is
        // known here.
        Optional<SoapFault> fault = check.check(envelope, HeaderCheck.Exchange.HTTP_ONE_WAY);
        boolean addressingOnly = fault.isPresent() && fault.get().code() != SoapFault.Code.MUST_UNDERSTAND;
        if (fault.isPresent() && (addressed || !addressingOnly)) {
            throw new FaultException(fault.get());
        }
        Optional<String> elsewhere = envelope.to().filter(to -> !handler.isFor(to, http.path()));
        if (elsewhere.isPresent()) {
            throw new FaultException(SoapFault.destinationUnreachable(elsewhere.get()));
        }
        if (handler.isRequest(envelope, http.action()) && addressed) {
            Optional<SoapFault> requestFault = check.check(envelope, HeaderCheck.Exchange.HTTP_REQUEST);
            if (requestFault.isPresent()) {
                throw new FaultException(requestFault.get());
            }
        }
    }

    private static boolean isAddressed(Envelope envelope) {
        return envelope.headerBlocks().stream()
                .anyMatch(block -> block.name().getNamespaceURI().equals(Namespaces.WSA));
    }

    private HttpReply send(EnvelopeHandler.Answer answer, Envelope request, boolean addressed) {
        if (answer instanceof EnvelopeHandler.Whole whole) {
            return HttpReply.soap(whole.httpStatus(), whole.envelope());
        }
        EnvelopeHandler.Reply reply = (EnvelopeHandler.Reply) answer;
        byte[] written = write(reply, request, addressed);
        if (reply.attachments().isEmpty()) {
            return HttpReply.soap(200, written);
        }
        MimePackage whole = MimePackage.of(written, reply.attachments(), ids.next());
        return new HttpReply(200, Optional.of(whole.contentType()), whole.bytes());
    }

    /** Messages refused because they could not be read: no envelope, no package as MTOM has it, or larger than they may be. */
    public long malformed() {
        return malformed.sum();
    }

    private byte[] write(EnvelopeHandler.Reply reply, Envelope request, boolean addressed) {
        EnvelopeWriter writer = EnvelopeWriter.forAction(reply.action()).messageId(ids.next());
        if (addressed) {
            writer.to(request.replyTo().orElse(EndpointReference.ANONYMOUS));
        }
        request.messageId().ifPresent(writer::relatesTo);
        for (byte[] block : reply.headerBlocks()) {
            writer.header(block);
        }
        reply.body().ifPresent(writer::body);
        return writer.toBytes();
    }

    private HttpReply fault(SoapFault fault, Optional<String> request) {
        String related = request.filter(id -> !id.isEmpty()).orElse(Wsa.UNSPECIFIED_MESSAGE); // R0040
        return HttpReply.soap(fault.httpStatus(), fault.toEnvelope(ids.next(), Optional.of(related)));
    }

    private static String printable(String value) {
        String line = value.replaceAll("[^\\x20-\\x7E]", "?");
        return line.isEmpty() ? "none" : line.substring(0, Math.min(80, line.length()));
    }
}
