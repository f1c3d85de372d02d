package org.grapevine.dpws.soap;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.xml.namespace.QName;

/**
 * One header block of a received envelope.
 *
 * @param name name of its top element
 * @param attributes attributes of the top element in document order, without namespace declarations
 * @param text its characters as they stand, if no element is inside; white space is not trimmed
 * @param mustUnderstand true if the block is for this node (no role, that of the next node or of the ultimate receiver) and the node
 *     must not process the message without understanding it (SOAP 1.2 Part 1, 5.2.3)
 * @param isReferenceParameter true if it echoes a reference parameter (WS-Addressing 1.0 SOAP Binding, 3.2)
 * @param start offset of its first byte in {@link Envelope#bytes()}
 * @param end offset behind its last byte
 */
public record HeaderBlock(
        QName name,
        Map<QName, String> attributes,
        Optional<String> text,
        boolean mustUnderstand,
        boolean isReferenceParameter,
        int start,
        int end) {

    /** Names that code asks for, never those that strangers send: a few dozen. */
    private static final Map<String, QName> UNQUALIFIED = new ConcurrentHashMap<>();

    /**
     * An attribute in no namespace.
     *
     * @param localName a constant: it is remembered
     */
    public Optional<String> attribute(String localName) {
        return Optional.ofNullable(attributes.get(UNQUALIFIED.computeIfAbsent(localName, QName::new)));
    }
}
