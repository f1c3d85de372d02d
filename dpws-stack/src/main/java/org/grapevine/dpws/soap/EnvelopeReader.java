package org.grapevine.dpws.soap;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.xml.namespace.QName;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamReader;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.soap.MalformedEnvelopeException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Turns received bytes into an {@link Envelope}. One reader serves any number of threads.
 *
 * <p>A relay uses {@link #index}, which stops at the start tag of the Body's first child: a bad body is the business of
 * whoever reads it. A node that acts on the message uses {@link #readWhole}.
 */
public final class EnvelopeReader {

    private static final QName ENVELOPE = new QName(Namespaces.S12, "Envelope");
    private static final QName HEADER = new QName(Namespaces.S12, "Header");
    private static final QName BODY = new QName(Namespaces.S12, "Body");
    private static final QName MUST_UNDERSTAND = new QName(Namespaces.S12, "mustUnderstand");
    private static final QName ROLE = new QName(Namespaces.S12, "role");

    /** The roles in which every ultimate receiver acts (SOAP 1.2 Part 1, 2.2). */
    private static final Set<String> OUR_ROLES =
            Set.of("", Namespaces.S12 + "/role/next", Namespaces.S12 + "/role/ultimateReceiver");

    private final XmlInput input;

    public EnvelopeReader(EnvelopeLimits limits) {
        this.input = new XmlInput(limits);
    }

    public EnvelopeLimits limits() {
        return input.limits();
    }

    /**
     * Reads the header. The bytes are shared with the envelope: nobody may write to them afterwards.
     *
     * @throws MalformedEnvelopeException if what was read so far is no envelope, or there is more than the limits allow
     */
    public Envelope index(byte[] bytes, int offset, int length) throws MalformedEnvelopeException {
        try (XmlReader reader = input.open(bytes, offset, length)) {
            return new Pass(reader, bytes, offset, length).run(false);
        }
    }

    public Envelope index(byte[] bytes) throws MalformedEnvelopeException {
        return index(bytes, 0, bytes.length);
    }

    /** As {@link #index}, and parses the rest, so that a body which is not well-formed or junk behind it is refused here. */
    public Envelope readWhole(byte[] bytes, int offset, int length) throws MalformedEnvelopeException {
        try (XmlReader reader = input.open(bytes, offset, length)) {
            return new Pass(reader, bytes, offset, length).run(true);
        }
    }

    public Envelope readWhole(byte[] bytes) throws MalformedEnvelopeException {
        return readWhole(bytes, 0, bytes.length);
    }

    /**
     * Reads what came by HTTP: an envelope, or by MTOM an envelope with attachments, each of which it includes at most once. The limit
     * of octets is that of the envelope, the attachments have their own ({@link MimePackage}).
     *
     * @param contentType the Content-Type header; anything but {@code multipart/related} is read as an envelope
     * @throws MalformedEnvelopeException if it is neither
     */
    public Envelope readMessage(String contentType, byte[] bytes) throws MalformedEnvelopeException {
        if (!isPackage(contentType)) {
            return readWhole(bytes);
        }
        MimePackage.Parts parts = MimePackage.read(contentType, bytes);
        Envelope envelope = readWhole(bytes, parts.rootStart(), parts.rootLength());
        try (XmlReader reader = input.open(bytes, parts.rootStart(), parts.rootLength())) {
            MimePackage.requireIncluded(reader, parts.attachments());
        }
        return envelope.withAttachments(parts.attachments());
    }

    private static boolean isPackage(String contentType) {
        return contentType.regionMatches(true, 0, MimePackage.MEDIA_TYPE, 0, MimePackage.MEDIA_TYPE.length());
    }

    /** As {@link #remains(byte[], int, int)}, for what {@link #readMessage} refused. */
    public Remains remains(String contentType, byte[] bytes) {
        if (!isPackage(contentType)) {
            return remains(bytes, 0, bytes.length);
        }
        try {
            MimePackage.Parts parts = MimePackage.read(contentType, bytes);
            return remains(bytes, parts.rootStart(), parts.rootLength());
        } catch (MalformedEnvelopeException e) {
            // Nobody knows where the envelope is.
            return new Remains(Optional.empty(), Set.of());
        }
    }

    /**
     * What can be known of a message that is refused as a whole.
     *
     * @param messageId for the relation of the fault; also from the header of another version of SOAP
     * @param mustUnderstand header blocks for this node that must be understood
     */
    public record Remains(Optional<String> messageId, Set<QName> mustUnderstand) {}

    /**
     * Looks at the header of a message that {@link #readWhole} refused, as far as it can be read: DPWS wants every fault related to
     * its message (R0040), and what must be understood named before what the sender did wrong (R2024).
     */
    public Remains remains(byte[] bytes, int offset, int length) {
        Optional<String> messageId = Optional.empty();
        Set<QName> mustUnderstand = new LinkedHashSet<>();
        try (XmlReader reader = input.open(bytes, offset, length)) {
            boolean header = reader.nextChild() && reader.name().getLocalPart().equals("Header");
            while (header && reader.nextChild()) {
                QName name = reader.name();
                Map<QName, String> attributes = reader.attributes();
                if (isTrue(attributes.get(MUST_UNDERSTAND)) && isOurs(attributes)) {
                    mustUnderstand.add(name);
                }
                boolean parameter = isTrue(attributes.get(Wsa.IS_REFERENCE_PARAMETER));
                if (name.equals(Wsa.MESSAGE_ID) && !parameter && messageId.isEmpty()) {
                    messageId = Optional.of(reader.text().strip()).filter(id -> !id.isEmpty());
                } else {
                    reader.skip();
                }
            }
        } catch (MalformedEnvelopeException e) {
            // That it is malformed is known; what was read before is what there is.
            return new Remains(messageId, mustUnderstand);
        }
        return new Remains(messageId, mustUnderstand);
    }

    private static boolean isOurs(Map<QName, String> attributes) {
        return OUR_ROLES.contains(attributes.getOrDefault(ROLE, "").strip());
    }

    /**
     * A StAX cursor on the start tag of the Body's first child, for code that reads by StAX; {@link Envelope#openBody} gives
     * a more convenient one. What the cursor throws later on is the caller's to catch.
     *
     * @throws MalformedEnvelopeException with {@link Reason#EMPTY_BODY} if the Body has no child
     */
    public static XMLStreamReader bodyReader(Envelope envelope) throws MalformedEnvelopeException {
        return envelope.openBody().stax();
    }

    /** Moves a reader that stands on the root element to the first child of the Body. */
    static void toBodyChild(XmlReader reader) throws MalformedEnvelopeException {
        while (reader.nextChild()) {
            if (reader.is(BODY)) {
                if (reader.nextChild()) {
                    return;
                }
                throw new MalformedEnvelopeException(Reason.EMPTY_BODY, "Body: empty (expected: an element)");
            }
            reader.skip();
        }
        throw new MalformedEnvelopeException(Reason.NO_BODY, "Envelope: has no Body");
    }

    /** One pass over one envelope. */
    private final class Pass {
        private final XmlReader reader;
        private final byte[] bytes;
        private final int offset;
        private final int length;

        private final List<HeaderBlock> blocks = new ArrayList<>();
        private @Nullable String action;
        private @Nullable String to;
        private @Nullable String messageId;
        private @Nullable String relatesTo;
        private String relationship = Wsa.REPLY_RELATION;
        private @Nullable EndpointReference from;
        private @Nullable EndpointReference replyTo;
        private @Nullable EndpointReference faultTo;

        private Pass(XmlReader reader, byte[] bytes, int offset, int length) {
            this.reader = reader;
            this.bytes = bytes;
            this.offset = offset;
            this.length = length;
        }

        private Envelope run(boolean whole) throws MalformedEnvelopeException {
            if (!reader.is(ENVELOPE)) {
                throw new MalformedEnvelopeException(
                        Reason.WRONG_ENVELOPE_VERSION,
                        "root: " + XmlReader.shown(reader.name()) + " (expected: " + ENVELOPE + ")");
            }
            String prefix = reader.prefix();
            String headerName = prefix.isEmpty() ? "Header" : prefix + ":Header";
            Envelope.HeaderForm form = Envelope.HeaderForm.ABSENT;
            int headerStart = -1;
            int headerEnd = -1;
            boolean more = reader.nextChild();
            if (more && reader.is(HEADER)) {
                headerName = reader.prefix().isEmpty() ? "Header" : reader.prefix() + ":Header";
                headerStart = reader.endByte();
                if (reader.isSelfClosed()) {
                    form = Envelope.HeaderForm.SELF_CLOSED;
                    headerStart -= "/>".length();
                    headerEnd = headerStart;
                    reader.skip();
                } else {
                    form = Envelope.HeaderForm.OPEN;
                    readBlocks();
                    headerEnd = reader.startByte();
                }
                more = reader.nextChild();
            }
            if (!more) {
                throw new MalformedEnvelopeException(Reason.NO_BODY, "Envelope: has no Body");
            }
            if (!reader.is(BODY)) {
                throw new MalformedEnvelopeException(
                        Reason.UNEXPECTED_CONTENT,
                        "element " + XmlReader.shown(reader.name()) + ": found where the Body was expected");
            }
            if (form == Envelope.HeaderForm.ABSENT) {
                headerStart = reader.startByte();
                headerEnd = headerStart;
            }
            Envelope.Body body = readBody(whole);
            return new Envelope(
                    input,
                    bytes,
                    offset,
                    length,
                    List.copyOf(blocks),
                    new Envelope.Header(form, headerName, headerStart, headerEnd),
                    new Envelope.Addressing(action, to, messageId, relatesTo, relationship, from, replyTo, faultTo),
                    body,
                    List.of());
        }

        private void readBlocks() throws MalformedEnvelopeException {
            while (reader.nextChild()) {
                QName name = reader.name();
                Map<QName, String> attributes = reader.attributes();
                int start = reader.startByte();
                boolean selfClosed = reader.isSelfClosed();
                int end = selfClosed ? reader.endByte() : -1;
                String text = null;
                // A reference parameter may have any name; only the header blocks that address this message count.
                boolean parameter = isTrue(attributes.get(Wsa.IS_REFERENCE_PARAMETER));
                if (name.getNamespaceURI().equals(Namespaces.WSA) && !parameter) {
                    text = addressing(name, attributes);
                } else {
                    text = textIfSimple();
                }
                if (!selfClosed) {
                    end = reader.endByte();
                }
                boolean ours = isOurs(attributes);
                blocks.add(new HeaderBlock(
                        name,
                        attributes,
                        Optional.ofNullable(text),
                        ours && isTrue(attributes.get(MUST_UNDERSTAND)),
                        parameter,
                        start,
                        end));
            }
        }

        private @Nullable String addressing(QName name, Map<QName, String> attributes)
                throws MalformedEnvelopeException {
            switch (name.getLocalPart()) {
                case "Action" -> {
                    requireFirst(name, action);
                    String text = reader.text();
                    action = text.strip();
                    return text;
                }
                case "To" -> {
                    requireFirst(name, to);
                    String text = reader.text();
                    to = text.strip();
                    return text;
                }
                case "MessageID" -> {
                    requireFirst(name, messageId);
                    String text = reader.text();
                    messageId = text.strip();
                    return text;
                }
                case "RelatesTo" -> {
                    String text = reader.text();
                    String type = attributes
                            .getOrDefault(new QName("RelationshipType"), Wsa.REPLY_RELATION)
                            .strip();
                    // Several relations may stand side by side; the reply relation is the one that matches answers.
                    if (relatesTo == null || type.equals(Wsa.REPLY_RELATION)) {
                        relatesTo = text.strip();
                        relationship = type;
                    }
                    return text;
                }
                case "From" -> {
                    requireFirst(name, from);
                    from = reader.endpointReference();
                    return null;
                }
                case "ReplyTo" -> {
                    requireFirst(name, replyTo);
                    replyTo = reader.endpointReference();
                    return null;
                }
                case "FaultTo" -> {
                    requireFirst(name, faultTo);
                    faultTo = reader.endpointReference();
                    return null;
                }
                default -> {
                    return textIfSimple();
                }
            }
        }

        private void requireFirst(QName name, @Nullable Object already) throws MalformedEnvelopeException {
            if (already != null) {
                throw new MalformedEnvelopeException(
                        Reason.DUPLICATE_HEADER, "wsa:" + name.getLocalPart() + ": stands twice", name);
            }
        }

        /** The characters of the block, or null if an element is inside; moves to its end tag. */
        private @Nullable String textIfSimple() throws MalformedEnvelopeException {
            StringBuilder text = new StringBuilder();
            boolean simple = true;
            int level = 1;
            while (level > 0) {
                int event = reader.advance();
                if (event == XMLStreamConstants.START_ELEMENT) {
                    simple = false;
                    level++;
                } else if (event == XMLStreamConstants.END_ELEMENT) {
                    level--;
                } else if (simple) {
                    text.append(reader.currentText());
                }
            }
            return simple ? text.toString() : null;
        }

        private Envelope.Body readBody(boolean whole) throws MalformedEnvelopeException {
            if (!reader.nextChild()) {
                int at = reader.startByte();
                if (whole) {
                    finish();
                }
                return new Envelope.Body(null, at, at, at, new byte[0]);
            }
            QName name = reader.name();
            int start = reader.startByte();
            if (!whole) {
                return new Envelope.Body(name, start, -1, -1, new byte[0]);
            }
            int nameEnd = start + 1 + reader.qualifiedNameBytes();
            byte[] declarations = reader.inheritedDeclarations();
            int end = reader.skipToEndByte();
            while (reader.nextChild()) {
                reader.skip();
            }
            finish();
            return new Envelope.Body(name, start, end, nameEnd, declarations);
        }

        /** From the Body's end tag to the end of the document. */
        private void finish() throws MalformedEnvelopeException {
            if (reader.nextChild()) {
                throw new MalformedEnvelopeException(
                        Reason.UNEXPECTED_CONTENT,
                        "element " + XmlReader.shown(reader.name()) + ": found behind the Body");
            }
            reader.finish();
        }
    }

    private static boolean isTrue(@Nullable String value) {
        return value != null && (value.strip().equals("true") || value.strip().equals("1"));
    }
}
