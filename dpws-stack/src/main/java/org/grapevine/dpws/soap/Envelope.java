package org.grapevine.dpws.soap;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.soap.MalformedEnvelopeException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * A received SOAP 1.2 envelope: its bytes as they came and an index over its header. Made by {@link EnvelopeReader}.
 * Immutable and safe for any number of threads, as long as nobody writes to the bytes. All offsets are those of bytes in
 * {@link #bytes()}.
 */
public final class Envelope {

    /** How the Header is written. */
    enum HeaderForm {
        OPEN,
        SELF_CLOSED,
        ABSENT
    }

    /** Where the Header's content is; its name is as written, or as it would have to be. */
    record Header(HeaderForm form, String qualifiedName, int contentStart, int contentEnd) {}

    /** Message addressing properties, null where the header has none. */
    record Addressing(
            @Nullable String action,
            @Nullable String to,
            @Nullable String messageId,
            @Nullable String relatesTo,
            String relationship,
            @Nullable EndpointReference from,
            @Nullable EndpointReference replyTo,
            @Nullable EndpointReference faultTo) {}

    /** The Body's first child; {@code end} is -1 if only the header was read. */
    @SuppressWarnings("ArrayRecordComponent") // A carrier inside this class; never compared.
    record Body(@Nullable QName name, int start, int end, int nameEnd, byte[] inheritedDeclarations) {}

    private final XmlInput input;
    private final byte[] bytes;
    private final int offset;
    private final int length;
    private final List<HeaderBlock> headerBlocks;
    private final Header header;
    private final Addressing addressing;
    private final Body body;
    private final List<Attachment> attachments;

    Envelope(
            XmlInput input,
            byte[] bytes,
            int offset,
            int length,
            List<HeaderBlock> headerBlocks,
            Header header,
            Addressing addressing,
            Body body,
            List<Attachment> attachments) {
        this.input = input;
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
        this.headerBlocks = headerBlocks;
        this.header = header;
        this.addressing = addressing;
        this.body = body;
        this.attachments = attachments;
    }

    Envelope withAttachments(List<Attachment> all) {
        return new Envelope(input, bytes, offset, length, headerBlocks, header, addressing, body, all);
    }

    /** The same with octets of its own, if it is a part of something larger that it would keep in memory. */
    public Envelope detached() {
        if (offset == 0 && length == bytes.length) {
            return this;
        }
        List<HeaderBlock> blocks = new ArrayList<>(headerBlocks.size());
        for (HeaderBlock block : headerBlocks) {
            blocks.add(new HeaderBlock(
                    block.name(),
                    block.attributes(),
                    block.text(),
                    block.mustUnderstand(),
                    block.isReferenceParameter(),
                    block.start() - offset,
                    block.end() - offset));
        }
        return new Envelope(
                input,
                Arrays.copyOfRange(bytes, offset, offset + length),
                0,
                length,
                List.copyOf(blocks),
                new Header(
                        header.form(),
                        header.qualifiedName(),
                        header.contentStart() - offset,
                        header.contentEnd() - offset),
                addressing,
                new Body(
                        body.name(),
                        body.start() - offset,
                        body.end() < 0 ? body.end() : body.end() - offset,
                        body.nameEnd() < 0 ? body.nameEnd() : body.nameEnd() - offset,
                        body.inheritedDeclarations()),
                attachments);
    }

    /** What came beside the envelope by MTOM. */
    public List<Attachment> attachments() {
        return attachments;
    }

    /** The array that was read, shared, not copied; the envelope may be a part of it. */
    public byte[] bytes() {
        return bytes;
    }

    /** Where the envelope starts in {@link #bytes()}. */
    public int offset() {
        return offset;
    }

    /** Size of the envelope in octets. */
    public int length() {
        return length;
    }

    /** {@code wsa:Action}, without white space around it; may be empty if the sender wrote it so. */
    public Optional<String> action() {
        return Optional.ofNullable(addressing.action());
    }

    /** {@code wsa:To}; none means anonymous (WS-Addressing 1.0, 3.2). */
    public Optional<String> to() {
        return Optional.ofNullable(addressing.to());
    }

    public Optional<String> messageId() {
        return Optional.ofNullable(addressing.messageId());
    }

    /** The message to which this is related: the reply relation if there is one, else the first of any type. */
    public Optional<String> relatesTo() {
        return Optional.ofNullable(addressing.relatesTo());
    }

    /** Type of the relation that {@link #relatesTo} gives. */
    public String relationshipType() {
        return addressing.relationship();
    }

    public Optional<EndpointReference> from() {
        return Optional.ofNullable(addressing.from());
    }

    /** {@code wsa:ReplyTo}; none means anonymous. */
    public Optional<EndpointReference> replyTo() {
        return Optional.ofNullable(addressing.replyTo());
    }

    public Optional<EndpointReference> faultTo() {
        return Optional.ofNullable(addressing.faultTo());
    }

    /** All header blocks in document order. */
    public List<HeaderBlock> headerBlocks() {
        return headerBlocks;
    }

    /** The first header block of that name. */
    public Optional<HeaderBlock> headerBlock(QName name) {
        for (HeaderBlock block : headerBlocks) {
            if (block.name().equals(name)) {
                return Optional.of(block);
            }
        }
        return Optional.empty();
    }

    /**
     * A header block as XML of its own, with every namespace declaration of the envelope added that is in scope.
     *
     * @param block one of {@link #headerBlocks} of this envelope
     */
    public String headerElement(HeaderBlock block) throws MalformedEnvelopeException {
        try (XmlReader reader = input.open(bytes, offset, length)) {
            if (reader.nextChild()) {
                while (reader.nextChild()) {
                    if (reader.startByte() == block.start()) {
                        return reader.standalone();
                    }
                    reader.skip();
                }
            }
        }
        throw new IllegalArgumentException("header block: " + block.name() + " is not of this envelope");
    }

    /** Offset behind the Header's start tag; where it would have to be inserted if there is none. */
    public int headerContentStart() {
        return header.contentStart();
    }

    /** Offset of the Header's end tag; as {@link #headerContentStart} if there is none. */
    public int headerContentEnd() {
        return header.contentEnd();
    }

    /** Name of the Body's first child. */
    public Optional<QName> bodyName() {
        return Optional.ofNullable(body.name());
    }

    /** Offset of the Body's first child; of the Body's end tag if it is empty. */
    public int bodyContentStart() {
        return body.start();
    }

    /**
     * The Body's first child as a document of its own: UTF-8 without XML declaration, its bytes as they stand, with every
     * namespace declaration of the envelope added that is in scope.
     *
     * @throws MalformedEnvelopeException if the Body is empty, or was never read and turns out to be malformed
     */
    public byte[] bodyElement() throws MalformedEnvelopeException {
        if (body.name() != null && body.end() >= 0) {
            return XmlReader.concatenate(bytes, body.start(), body.nameEnd(), body.inheritedDeclarations(), body.end());
        }
        try (XmlReader reader = openBody()) {
            return reader.standaloneBytes();
        }
    }

    /**
     * A reader on the start tag of the Body's first child. It starts over from the first byte, so prefixes declared outside
     * of the Body are known.
     *
     * @throws MalformedEnvelopeException with {@link Reason#EMPTY_BODY} if there is no such child
     */
    public XmlReader openBody() throws MalformedEnvelopeException {
        XmlReader reader = input.open(bytes, offset, length);
        EnvelopeReader.toBodyChild(reader);
        return reader;
    }

    /** As {@link #openBody}, for messages whose body has one possible element. */
    public XmlReader openBody(QName expected) throws MalformedEnvelopeException {
        QName name = body.name();
        if (!expected.equals(name)) {
            String found = name == null ? "empty" : XmlReader.shown(name);
            throw new MalformedEnvelopeException(
                    name == null ? Reason.EMPTY_BODY : Reason.UNEXPECTED_CONTENT,
                    "Body: " + found + " (expected: " + expected + ")");
        }
        return openBody();
    }

    Header header() {
        return header;
    }

    @Override
    public String toString() {
        return "Envelope[" + length + " bytes, " + XmlReader.shown(action().orElse("no action")) + ", "
                + XmlReader.shown(messageId().orElse("no id")) + "]";
    }
}
