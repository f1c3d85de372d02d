package org.grapevine.dpws.soap;

import com.ctc.wstx.api.WstxInputProperties;
import com.ctc.wstx.stax.WstxInputFactory;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLResolver;
import javax.xml.stream.XMLStreamException;
import org.codehaus.stax2.XMLInputFactory2;
import org.codehaus.stax2.XMLStreamReader2;
import org.codehaus.stax2.io.Stax2ByteArraySource;
import org.grapevine.dpws.soap.MalformedEnvelopeException.Reason;

/**
 * A Woodstox factory for input from strangers. What Woodstox cannot be told to refuse (other encodings, DOCTYPE, processing
 * instructions, XML 1.1) is refused here and in {@link XmlReader}.
 *
 * <p>The class is named because the class path has several StAX providers and {@code newInstance()} takes any of them.
 */
final class XmlInput {

    private final WstxInputFactory factory = new WstxInputFactory();
    private final EnvelopeLimits limits;

    XmlInput(EnvelopeLimits limits) {
        this.limits = limits;
        XMLResolver refusing = (publicId, systemId, base, namespace) -> {
            throw new XMLStreamException("external entities are refused");
        };
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
        factory.setProperty(XMLInputFactory.IS_COALESCING, false);
        factory.setXMLResolver(refusing);
        factory.setProperty(WstxInputProperties.P_DTD_RESOLVER, refusing);
        factory.setProperty(WstxInputProperties.P_ENTITY_RESOLVER, refusing);
        factory.setProperty(WstxInputProperties.P_UNDECLARED_ENTITY_RESOLVER, refusing);
        // Errors come from next(), not from whichever getter happens to touch the text first.
        factory.setProperty(XMLInputFactory2.P_LAZY_PARSING, false);
        factory.setProperty(XMLInputFactory2.P_INTERN_NS_URIS, false);
        factory.setProperty(WstxInputProperties.P_CACHE_DTDS, false);
        factory.setProperty(WstxInputProperties.P_MAX_ELEMENT_DEPTH, limits.maxDepth());
        factory.setProperty(WstxInputProperties.P_MAX_ATTRIBUTES_PER_ELEMENT, limits.maxAttributes());
        factory.setProperty(WstxInputProperties.P_MAX_ATTRIBUTE_SIZE, limits.maxAttributeChars());
        factory.setProperty(WstxInputProperties.P_MAX_TEXT_LENGTH, limits.maxTextChars());
        factory.setProperty(WstxInputProperties.P_MAX_ELEMENT_COUNT, (long) limits.maxElements());
        factory.setProperty(WstxInputProperties.P_MAX_CHILDREN_PER_ELEMENT, limits.maxChildren());
        factory.setProperty(WstxInputProperties.P_MAX_CHARACTERS, (long) limits.maxBytes());
        // 0 is refused by Woodstox.
        factory.setProperty(WstxInputProperties.P_MAX_ENTITY_COUNT, 1);
        factory.setProperty(WstxInputProperties.P_MAX_ENTITY_DEPTH, 1);
    }

    EnvelopeLimits limits() {
        return limits;
    }

    /** A reader on the document element. */
    XmlReader open(byte[] bytes, int offset, int length) throws MalformedEnvelopeException {
        int textStart = checkedStart(bytes, offset, length);
        XMLStreamReader2 stream;
        try {
            stream = (XMLStreamReader2) factory.createXMLStreamReader(
                    new Stax2ByteArraySource(bytes, textStart, offset + length - textStart));
        } catch (XMLStreamException | RuntimeException e) {
            throw XmlReader.malformed(e);
        }
        return XmlReader.onRoot(stream, bytes, textStart, offset + length);
    }

    /** Refuses by size and first bytes; returns the offset of the first character. */
    private int checkedStart(byte[] bytes, int offset, int length) throws MalformedEnvelopeException {
        if (length > limits.maxBytes()) {
            throw new MalformedEnvelopeException(
                    Reason.TOO_LARGE, "envelope: " + length + " octets (expected: <= " + limits.maxBytes() + ")");
        }
        int end = offset + length;
        boolean byteOrderMark = length >= 3
                && bytes[offset] == (byte) 0xEF
                && bytes[offset + 1] == (byte) 0xBB
                && bytes[offset + 2] == (byte) 0xBF;
        int start = byteOrderMark ? offset + 3 : offset;
        int first = start;
        while (first < end && isWhiteSpace(bytes[first])) {
            first++;
        }
        if (first == end) {
            throw new MalformedEnvelopeException(Reason.NOT_XML, "envelope: empty");
        }
        byte head = bytes[first];
        if (head == 0 || head == (byte) 0xFE || head == (byte) 0xFF || (first + 1 < end && bytes[first + 1] == 0)) {
            throw new MalformedEnvelopeException(Reason.NOT_UTF8, "envelope: not in UTF-8");
        }
        if (head != '<') {
            throw new MalformedEnvelopeException(
                    Reason.NOT_XML,
                    String.format(Locale.ROOT, "envelope: starts with byte 0x%02x (expected: '<')", head & 0xFF));
        }
        checkDeclaration(bytes, start, end);
        return start;
    }

    /** Woodstox would decode by the declared encoding; here only one is allowed. */
    private static void checkDeclaration(byte[] bytes, int start, int end) throws MalformedEnvelopeException {
        if (end - start < 6 || bytes[start + 1] != '?') {
            return;
        }
        // A declaration has at most a few dozen characters; white space beyond this limit is nobody's habit.
        String head = new String(bytes, start, Math.min(end - start, 256), StandardCharsets.ISO_8859_1);
        // Woodstox takes any control character for white space here, so that one of them must not hide a declaration.
        if (!head.startsWith("<?xml") || (bytes[start + 5] & 0xFF) > ' ') {
            return;
        }
        int close = head.indexOf("?>");
        if (close < 0) {
            throw new MalformedEnvelopeException(Reason.NOT_XML, "XML declaration: has no end");
        }
        String declaration = head.substring(0, close);
        if (declaration.chars().anyMatch(c -> c < ' ' && !isWhiteSpace((byte) c))) {
            throw new MalformedEnvelopeException(Reason.NOT_XML, "XML declaration: has a control character");
        }
        int encoding = declaration.indexOf("encoding");
        if (encoding < 0) {
            return;
        }
        String value = declaration.substring(encoding + "encoding".length()).strip();
        value = value.startsWith("=") ? value.substring(1).strip() : value;
        char quote = value.isEmpty() ? ' ' : value.charAt(0);
        int valueEnd = quote == '"' || quote == '\'' ? value.indexOf(quote, 1) : -1;
        String name = valueEnd < 0 ? "" : value.substring(1, valueEnd);
        if (!name.equalsIgnoreCase("UTF-8")) {
            throw new MalformedEnvelopeException(
                    Reason.NOT_UTF8, "encoding: '" + XmlReader.shown(name) + "' (expected: UTF-8)");
        }
    }

    private static boolean isWhiteSpace(byte b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n';
    }
}
