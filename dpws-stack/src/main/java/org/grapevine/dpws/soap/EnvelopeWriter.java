package org.grapevine.dpws.soap;

import com.ctc.wstx.stax.WstxOutputFactory;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.xml.namespace.QName;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.grapevine.dpws.addressing.EndpointReference;
import org.jspecify.annotations.Nullable;

/**
 * Puts a new envelope together. Header blocks come in the order Action, MessageID, RelatesTo, To, From, ReplyTo, FaultTo, the
 * echoed reference parameters of the destination, and then the others as added. For one thread, and for one envelope.
 *
 * <p>Values with characters that XML cannot hold are refused by {@link IllegalArgumentException}.
 */
public final class EnvelopeWriter {

    private static final WstxOutputFactory OUTPUT = new WstxOutputFactory();

    private final String action;
    private @Nullable String messageId;
    private @Nullable String relatesTo;
    private String relationship = Wsa.REPLY_RELATION;
    private @Nullable EndpointReference to;
    private @Nullable EndpointReference from;
    private @Nullable EndpointReference replyTo;
    private @Nullable EndpointReference faultTo;
    private final List<byte[]> blocks = new ArrayList<>();
    private byte[] body = new byte[0];

    private EnvelopeWriter(String action) {
        this.action = action;
    }

    /**
     * Starts an envelope.
     *
     * @param action an absolute IRI; the only addressing header that every message has
     */
    public static EnvelopeWriter forAction(String action) {
        if (action.isBlank()) {
            throw new IllegalArgumentException("wsa:Action: '" + action + "' (expected: an absolute IRI)");
        }
        return new EnvelopeWriter(action);
    }

    public EnvelopeWriter messageId(String id) {
        this.messageId = id;
        return this;
    }

    /** Marks the message as the reply to another. */
    public EnvelopeWriter relatesTo(String id) {
        return relatesTo(id, Wsa.REPLY_RELATION);
    }

    public EnvelopeWriter relatesTo(String id, String relationshipType) {
        this.relatesTo = id;
        this.relationship = relationshipType;
        return this;
    }

    public EnvelopeWriter to(String address) {
        return to(EndpointReference.of(address));
    }

    /** Addresses the message and echoes the reference parameters (WS-Addressing 1.0 SOAP Binding, 3.2). */
    public EnvelopeWriter to(EndpointReference destination) {
        this.to = destination;
        return this;
    }

    public EnvelopeWriter from(EndpointReference source) {
        this.from = source;
        return this;
    }

    public EnvelopeWriter replyTo(EndpointReference endpoint) {
        this.replyTo = endpoint;
        return this;
    }

    public EnvelopeWriter faultTo(EndpointReference endpoint) {
        this.faultTo = endpoint;
        return this;
    }

    /**
     * Adds a header block.
     *
     * @param block one element in UTF-8 that declares every namespace it needs; taken as it stands
     */
    public EnvelopeWriter header(byte[] block) {
        blocks.add(block);
        return this;
    }

    /** As {@link #header(byte[])}, for a block that is text. */
    public EnvelopeWriter header(String block) {
        return header(block.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Sets the Body's content, which is empty otherwise.
     *
     * @param element one element in UTF-8 that declares every namespace it needs, without XML declaration; taken as it stands
     */
    public EnvelopeWriter body(byte[] element) {
        this.body = element;
        return this;
    }

    /**
     * Sets the Body's content by StAX.
     *
     * @throws IllegalArgumentException if the writer is made to write what XML cannot hold
     */
    public EnvelopeWriter body(BodyWriter writer) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try {
            XMLStreamWriter stream = OUTPUT.createXMLStreamWriter(out, StandardCharsets.UTF_8.name());
            writer.write(stream);
            stream.close();
        } catch (XMLStreamException e) {
            throw new IllegalArgumentException("body: " + e.getMessage(), e);
        }
        byte[] element = out.toByteArray();
        // The writer checks neither for undeclared prefixes nor for all characters; a peer would refuse the whole
        // envelope.
        try (XmlReader written = XmlReader.ofFragment(out.toString(StandardCharsets.UTF_8))) {
            written.skip();
            written.finish();
        } catch (MalformedEnvelopeException e) {
            throw new IllegalArgumentException(
                    "body: " + e.getMessage() + " (expected: one element that declares its namespaces)", e);
        }
        return body(element);
    }

    /**
     * The header blocks that {@link #to(EndpointReference)} writes for the reference parameters of a destination, for those who write
     * many messages to it and do not want them to be read each time.
     */
    public static byte[] echoOf(EndpointReference destination) {
        StringBuilder blocks = new StringBuilder();
        destination
                .referenceParameters()
                .forEach(parameter -> blocks.append(ReferenceParameters.asHeaderBlock(parameter)));
        return blocks.toString().getBytes(StandardCharsets.UTF_8);
    }

    public byte[] toBytes() {
        XmlWriter head = new XmlWriter().start(Namespaces.S12, "Envelope").declaring(Namespaces.WSA);
        head.start(Namespaces.S12, "Header").element(Wsa.ACTION, action);
        if (messageId != null) {
            head.element(Wsa.MESSAGE_ID, messageId);
        }
        if (relatesTo != null) {
            head.start(Wsa.RELATES_TO);
            if (!relationship.equals(Wsa.REPLY_RELATION)) {
                head.attribute("RelationshipType", relationship);
            }
            head.text(relatesTo).end();
        }
        if (to != null) {
            head.element(Wsa.TO, to.address());
        }
        writeEndpoint(head, Wsa.FROM, from);
        writeEndpoint(head, Wsa.REPLY_TO, replyTo);
        writeEndpoint(head, Wsa.FAULT_TO, faultTo);
        if (to != null) {
            to.referenceParameters().forEach(parameter -> head.raw(ReferenceParameters.asHeaderBlock(parameter)));
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream(1_024 + body.length);
        out.writeBytes(head.unfinished());
        blocks.forEach(out::writeBytes);
        // The prefix is the writer's own and declared on the root.
        out.writeBytes("</s12:Header><s12:Body>".getBytes(StandardCharsets.UTF_8));
        out.writeBytes(body);
        out.writeBytes("</s12:Body></s12:Envelope>".getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }

    private static void writeEndpoint(XmlWriter head, QName name, @Nullable EndpointReference endpoint) {
        if (endpoint != null) {
            head.endpointReference(name, endpoint);
        }
    }
}
