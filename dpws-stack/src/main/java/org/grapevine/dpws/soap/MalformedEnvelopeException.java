package org.grapevine.dpws.soap;

import java.util.Objects;
import java.util.Optional;
import javax.xml.namespace.QName;
import org.jspecify.annotations.Nullable;

/**
 * Bytes from the network that are no envelope, or a part of one that does not hold what it should. Thrown by readers and
 * codecs, caught in one place by whoever owns the socket: counted and dropped, or answered with
 * {@link SoapFault#of(MalformedEnvelopeException)} where a fault is allowed.
 *
 * <p>Has no stack trace: a flood of bad datagrams must not cost more than they are worth.
 */
public final class MalformedEnvelopeException extends Exception {

    private static final long serialVersionUID = 1L;

    /** What is wrong, as a counter would name it. */
    public enum Reason {
        /** More octets than {@link EnvelopeLimits#maxBytes()}; nothing was parsed. */
        TOO_LARGE,
        /** Another encoding than UTF-8, found out or declared, or bytes that are not UTF-8. */
        NOT_UTF8,
        /** Not a well-formed XML 1.0 document with namespaces. */
        NOT_XML,
        /** A document type declaration, which SOAP 1.2 forbids. */
        DTD,
        /** A processing instruction, which SOAP 1.2 forbids. */
        PROCESSING_INSTRUCTION,
        /** One of the other {@link EnvelopeLimits}. */
        LIMIT,
        /** The root is not the Envelope of SOAP 1.2; SOAP 1.1 among others. */
        WRONG_ENVELOPE_VERSION,
        /** A message with attachments that is not as MTOM has it. */
        NOT_MTOM,
        /** An Envelope without a Body. */
        NO_BODY,
        /** A Body without an element, where a message with one was expected. */
        EMPTY_BODY,
        /** Elements or text at a place where SOAP or the message's schema allows none. */
        UNEXPECTED_CONTENT,
        /** A WS-Addressing header that may stand once and stands twice. */
        DUPLICATE_HEADER,
        /** An endpoint reference without an address. */
        MISSING_ADDRESS,
        /** A required element or attribute that is not there. */
        MISSING_CONTENT,
        /** A value that is not of its type: a number, a name, a URI. */
        INVALID_VALUE
    }

    private static final int LONGEST_MESSAGE = 256;

    private final Reason reason;
    private final transient @Nullable QName header;

    public MalformedEnvelopeException(Reason reason, String message) {
        this(reason, message, null);
    }

    MalformedEnvelopeException(Reason reason, String message, @Nullable QName header) {
        super(oneLine(message), null, false, false);
        this.reason = reason;
        this.header = header;
    }

    /** Never null, unlike that of exceptions in general. */
    @Override
    public String getMessage() {
        return Objects.requireNonNull(super.getMessage());
    }

    public Reason reason() {
        return reason;
    }

    /** The message may repeat what a stranger wrote, and ends up in logs. */
    private static String oneLine(String message) {
        String cut = message.length() <= LONGEST_MESSAGE ? message : message.substring(0, LONGEST_MESSAGE) + "...";
        StringBuilder printable = new StringBuilder(cut.length());
        cut.codePoints().forEach(c -> printable.appendCodePoint(Character.isISOControl(c) ? '?' : c));
        return printable.toString();
    }

    /** The header block at fault, if it is one of WS-Addressing. */
    public Optional<QName> header() {
        return Optional.ofNullable(header);
    }
}
