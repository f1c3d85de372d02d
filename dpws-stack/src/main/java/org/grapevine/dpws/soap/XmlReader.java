package org.grapevine.dpws.soap;

import java.io.CharConversionException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.namespace.QName;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.codehaus.stax2.XMLStreamReader2;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.soap.MalformedEnvelopeException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Reads an element tree from a stranger: a cursor over elements which knows where in the bytes it stands. All that can be
 * wrong with the input arrives as {@link MalformedEnvelopeException}.
 *
 * <p>The cursor stands on the start tag of an element. The caller goes over its children and consumes each with
 * {@link #text}, {@link #skip}, {@link #standalone}, {@link #endpointReference} or a loop of its own:
 *
 * <pre>{@code
 * while (reader.nextChild()) {
 *     if (reader.is(TYPES)) {
 *         types = reader.qnames();
 *     } else {
 *         reader.skip();
 *     }
 * }
 * }</pre>
 *
 * After the loop the cursor stands on the element's end tag. For one thread.
 */
public final class XmlReader implements AutoCloseable {

    /** The highest {@code xs:unsignedInt}. */
    public static final long UNSIGNED_INT = 0xFFFF_FFFFL;

    /** The highest number of 18 digits, which is the longest that is read. */
    public static final long LONGEST_NUMBER = 999_999_999_999_999_999L;

    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

    /** Fragments are read under the limits of the largest envelope that could have held them. */
    private static final XmlInput FRAGMENTS = new XmlInput(EnvelopeLimits.http(EnvelopeLimits.HIGHEST_MAX_BYTES));

    private final XMLStreamReader2 stream;
    private final byte[] bytes;
    private final int textStart;
    private final int textEnd;

    private int event;
    private int depth;

    // Declarations in scope: prefix and URI in turns, and how many pairs there are outside of each open element.
    private @Nullable String[] declared = new @Nullable String[16];
    private int declaredPairs;
    private int[] outerPairs = new int[16];

    // One known pair of offsets, from which the next is counted.
    private long knownChar;
    private int knownByte;

    private XmlReader(XMLStreamReader2 stream, byte[] bytes, int textStart, int textEnd) {
        this.stream = stream;
        this.bytes = bytes;
        this.textStart = textStart;
        this.textEnd = textEnd;
        this.knownByte = textStart;
        this.event = XMLStreamConstants.START_DOCUMENT;
    }

    /**
     * A reader on the top element of a fragment, for example a reference parameter or a fault's detail.
     *
     * @param xml one element that declares every namespace it needs
     */
    public static XmlReader ofFragment(String xml) throws MalformedEnvelopeException {
        byte[] bytes = xml.getBytes(StandardCharsets.UTF_8);
        return FRAGMENTS.open(bytes, 0, bytes.length);
    }

    /** A reader on the document element of a whole document in UTF-8 that is no envelope, such as a fetched WSDL. */
    public static XmlReader ofDocument(byte[] document, EnvelopeLimits limits) throws MalformedEnvelopeException {
        return new XmlInput(limits).open(document, 0, document.length);
    }

    static XmlReader onRoot(XMLStreamReader2 stream, byte[] bytes, int textStart, int textEnd)
            throws MalformedEnvelopeException {
        XmlReader reader = new XmlReader(stream, bytes, textStart, textEnd);
        String version = stream.getVersion();
        if (version != null && !version.equals("1.0")) {
            throw new MalformedEnvelopeException(
                    Reason.NOT_XML, "XML version: '" + shown(version) + "' (expected: 1.0)");
        }
        while (reader.advance() != XMLStreamConstants.START_ELEMENT) {
            if (reader.event == XMLStreamConstants.END_DOCUMENT) {
                throw new MalformedEnvelopeException(Reason.NOT_XML, "document: has no element");
            }
        }
        return reader;
    }

    /** Name of the element on whose start or end tag the cursor stands. */
    public QName name() {
        return stream.getName();
    }

    public boolean is(QName name) {
        return stream.getLocalName().equals(name.getLocalPart())
                && orEmpty(stream.getNamespaceURI()).equals(name.getNamespaceURI());
    }

    /** Attributes of the element on whose start tag the cursor stands, in document order. */
    public Map<QName, String> attributes() {
        int count = stream.getAttributeCount();
        if (count == 0) {
            return Map.of();
        }
        Map<QName, String> attributes = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            attributes.put(stream.getAttributeName(i), stream.getAttributeValue(i));
        }
        return Collections.unmodifiableMap(attributes);
    }

    /** An attribute in no namespace. */
    public Optional<String> attribute(String localName) {
        return attribute(XMLConstants.NULL_NS_URI, localName);
    }

    public Optional<String> attribute(String namespace, String localName) {
        // For StAX null would mean any namespace and "" means none.
        return Optional.ofNullable(stream.getAttributeValue(namespace, localName));
    }

    /**
     * Moves to the next child element.
     *
     * @return false if there is none; the cursor then stands on the end tag of the parent
     * @throws MalformedEnvelopeException also if there is text between the children
     */
    public boolean nextChild() throws MalformedEnvelopeException {
        while (true) {
            switch (advance()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    return true;
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    return false;
                }
                default -> {
                    if (!isWhiteSpace()) {
                        throw new MalformedEnvelopeException(
                                Reason.UNEXPECTED_CONTENT, "text between elements: '" + shown(stream.getText()) + "'");
                    }
                }
            }
        }
    }

    /** The characters of an element that holds nothing else, as they stand; moves to its end tag. */
    public String text() throws MalformedEnvelopeException {
        String only = null;
        StringBuilder more = null;
        while (true) {
            switch (advance()) {
                case XMLStreamConstants.START_ELEMENT ->
                    throw new MalformedEnvelopeException(
                            Reason.UNEXPECTED_CONTENT, "element " + shown(name()) + ": found where text was expected");
                case XMLStreamConstants.END_ELEMENT -> {
                    return more != null ? more.toString() : only != null ? only : "";
                }
                default -> {
                    String piece = stream.getText();
                    if (only == null) {
                        only = piece;
                    } else {
                        more = more == null ? new StringBuilder(only) : more;
                        more.append(piece);
                    }
                }
            }
        }
    }

    /** {@link #text} without white space at its ends, as for URIs and numbers. */
    public String token() throws MalformedEnvelopeException {
        return text().strip();
    }

    /** The items of a white-space separated list; moves to the end tag. */
    public List<String> tokens() throws MalformedEnvelopeException {
        String text = token();
        return text.isEmpty() ? List.of() : List.of(text.split("[ \t\r\n]+"));
    }

    /** A list of qualified names, their prefixes resolved as in scope at this element; moves to the end tag. */
    public List<QName> qnames() throws MalformedEnvelopeException {
        List<QName> names = new ArrayList<>();
        // At the end tag the declarations of the element are still in scope.
        for (String token : tokens()) {
            names.add(resolve(token));
        }
        return List.copyOf(names);
    }

    /** A qualified name from text or an attribute, its prefix resolved as in scope at the cursor. */
    public QName resolve(String token) throws MalformedEnvelopeException {
        int colon = token.indexOf(':');
        String prefix = colon < 0 ? "" : token.substring(0, colon);
        String local = token.substring(colon + 1);
        if (!XmlText.isNcName(local) || (colon >= 0 && !XmlText.isNcName(prefix))) {
            throw new MalformedEnvelopeException(
                    Reason.INVALID_VALUE, "qualified name: '" + shown(token) + "' (expected: prefix:name)");
        }
        if (prefix.equals(XMLConstants.XML_NS_PREFIX)) {
            return new QName(Namespaces.XML, local, prefix);
        }
        for (int i = declaredPairs - 1; i >= 0; i--) {
            if (prefix.equals(declared[2 * i])) {
                return new QName(declared[2 * i + 1], local, prefix);
            }
        }
        if (colon < 0) {
            return new QName(local);
        }
        throw new MalformedEnvelopeException(
                Reason.INVALID_VALUE, "qualified name: '" + shown(token) + "' (expected: a declared prefix)");
    }

    /** An {@code xs:unsignedInt}; moves to the end tag. */
    public long unsignedInt() throws MalformedEnvelopeException {
        String name = stream.getLocalName();
        return unsignedInt(name, token());
    }

    /**
     * An {@code xs:unsignedInt} from an attribute or a token.
     *
     * @param name what the value is, for the error message
     */
    public static long unsignedInt(String name, String value) throws MalformedEnvelopeException {
        return number(name, value, UNSIGNED_INT);
    }

    /**
     * A number of decimal digits from an attribute or a token.
     *
     * @param name what the value is, for the error message
     * @param highest what it may be, up to {@link #LONGEST_NUMBER}
     */
    public static long number(String name, String value, long highest) throws MalformedEnvelopeException {
        String digits = value.strip();
        digits = digits.startsWith("+") ? digits.substring(1) : digits;
        // More digits than 18 are too many but for leading zeros, which nobody writes that long.
        boolean plain = !digits.isEmpty() && digits.length() <= 18;
        for (int i = 0; plain && i < digits.length(); i++) {
            plain = digits.charAt(i) >= '0' && digits.charAt(i) <= '9';
        }
        long number = plain ? Long.parseLong(digits) : -1;
        if (number < 0 || number > highest) {
            throw new MalformedEnvelopeException(
                    Reason.INVALID_VALUE, name + ": '" + shown(value) + "' (expected: 0.." + highest + ")");
        }
        return number;
    }

    /** Goes over the element and all inside; moves to its end tag. */
    public void skip() throws MalformedEnvelopeException {
        int outside = depth - 1;
        while (depth != outside) {
            advance();
        }
    }

    /**
     * The element as XML of its own: its bytes as they stand, with every namespace declaration in scope added that it does
     * not make itself, so that names inside attribute values and text keep their meaning. Moves to its end tag.
     */
    public String standalone() throws MalformedEnvelopeException {
        return new String(standaloneBytes(), StandardCharsets.UTF_8);
    }

    /** {@link #standalone} in UTF-8. */
    public byte[] standaloneBytes() throws MalformedEnvelopeException {
        int start = startByte();
        byte[] declarations = inheritedDeclarations();
        int nameEnd = start + 1 + qualifiedNameBytes();
        int end = skipToEndByte();
        return concatenate(bytes, start, nameEnd, declarations, end);
    }

    /** Reads the element, whatever its name, as an endpoint reference; moves to its end tag. */
    public EndpointReference endpointReference() throws MalformedEnvelopeException {
        QName element = name();
        String address = null;
        List<String> parameters = List.of();
        while (nextChild()) {
            if (is(ADDRESS)) {
                if (address != null) {
                    throw new MalformedEnvelopeException(
                            Reason.UNEXPECTED_CONTENT, shown(element) + ": has two addresses", element);
                }
                address = token();
            } else if (is(REFERENCE_PARAMETERS)) {
                parameters = new ArrayList<>();
                while (nextChild()) {
                    parameters.add(standalone());
                }
            } else {
                skip();
            }
        }
        if (address == null || address.isEmpty()) {
            throw new MalformedEnvelopeException(
                    Reason.MISSING_ADDRESS, shown(element) + ": has no wsa:Address", element);
        }
        return new EndpointReference(address, parameters);
    }

    /** The StAX cursor underneath, for code that reads by StAX; afterwards this reader is no longer of use. */
    public XMLStreamReader stax() {
        return stream;
    }

    @Override
    public void close() {
        try {
            stream.close();
        } catch (XMLStreamException e) {
            // The source is an array: there is nothing that could fail to close.
            throw new IllegalStateException(e);
        }
    }

    private static final QName ADDRESS = Wsa.name("Address");
    private static final QName REFERENCE_PARAMETERS = Wsa.name("ReferenceParameters");

    /** The next start tag, end tag, piece of text or end of the document. */
    int advance() throws MalformedEnvelopeException {
        if (event == XMLStreamConstants.END_ELEMENT) {
            declaredPairs = outerPairs[depth];
        }
        while (true) {
            try {
                event = stream.next();
                switch (event) {
                    case XMLStreamConstants.START_ELEMENT -> {
                        declareNamespaces();
                        return event;
                    }
                    case XMLStreamConstants.END_ELEMENT -> {
                        depth--;
                        return event;
                    }
                    case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.END_DOCUMENT -> {
                        return event;
                    }
                    case XMLStreamConstants.COMMENT, XMLStreamConstants.SPACE -> {
                        // Neither says anything.
                    }
                    case XMLStreamConstants.DTD ->
                        throw new MalformedEnvelopeException(Reason.DTD, "document: has a DOCTYPE");
                    case XMLStreamConstants.PROCESSING_INSTRUCTION ->
                        throw new MalformedEnvelopeException(
                                Reason.PROCESSING_INSTRUCTION,
                                "document: has a processing instruction '" + shown(stream.getPITarget()) + "'");
                    default ->
                        throw new MalformedEnvelopeException(Reason.NOT_XML, "document: has an entity reference");
                }
            } catch (XMLStreamException | RuntimeException | StackOverflowError e) {
                throw malformed(e);
            }
        }
    }

    /** Reads to the end of the document; whatever stands behind the root element is refused. */
    void finish() throws MalformedEnvelopeException {
        while (advance() != XMLStreamConstants.END_DOCUMENT) {
            // Woodstox refuses a second root and text behind the first.
        }
    }

    int event() {
        return event;
    }

    /** The piece of text under the cursor. */
    String currentText() {
        return stream.getText();
    }

    String prefix() {
        return orEmpty(stream.getPrefix());
    }

    boolean isSelfClosed() throws MalformedEnvelopeException {
        try {
            return stream.isEmptyElement();
        } catch (XMLStreamException e) {
            throw malformed(e);
        }
    }

    /** Offset of the first byte of the tag under the cursor. */
    int startByte() {
        return byteOffset(stream.getLocationInfo().getStartingCharOffset());
    }

    /** Offset behind the last byte of the tag under the cursor. */
    int endByte() throws MalformedEnvelopeException {
        try {
            return byteOffset(stream.getLocationInfo().getEndingCharOffset());
        } catch (XMLStreamException e) {
            throw malformed(e);
        }
    }

    /** Bytes of the element's name as written, with its prefix. */
    int qualifiedNameBytes() {
        String prefix = prefix();
        int local = stream.getLocalName().getBytes(StandardCharsets.UTF_8).length;
        return prefix.isEmpty() ? local : prefix.getBytes(StandardCharsets.UTF_8).length + 1 + local;
    }

    /** Goes over the element; returns the offset behind its last byte. */
    int skipToEndByte() throws MalformedEnvelopeException {
        if (isSelfClosed()) {
            int end = endByte();
            skip();
            return end;
        }
        skip();
        return endByte();
    }

    /** Declarations for all that is in scope here and not declared on the start tag under the cursor itself. */
    byte[] inheritedDeclarations() {
        int outer = outerPairs[depth - 1];
        if (outer == 0) {
            return new byte[0];
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < outer; i++) {
            String prefix = orEmpty(declared[2 * i]);
            String uri = orEmpty(declared[2 * i + 1]);
            boolean hidden = isDeclared(prefix, i + 1, declaredPairs);
            // Nothing is around a standalone element that an empty default namespace would have to undo.
            if (!hidden && !uri.isEmpty()) {
                text.append(prefix.isEmpty() ? " xmlns" : " xmlns:")
                        .append(prefix)
                        .append("=\"");
                XmlText.escapeAttribute(uri, text);
                text.append('"');
            }
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    static byte[] concatenate(byte[] bytes, int start, int nameEnd, byte[] declarations, int end) {
        byte[] copy = new byte[end - start + declarations.length];
        System.arraycopy(bytes, start, copy, 0, nameEnd - start);
        System.arraycopy(declarations, 0, copy, nameEnd - start, declarations.length);
        System.arraycopy(bytes, nameEnd, copy, nameEnd - start + declarations.length, end - nameEnd);
        return copy;
    }

    /** What came from a stranger, cut to a length that fits a log line, without control characters. */
    static String shown(String value) {
        String cut = value.length() <= 80 ? value : value.substring(0, 80) + "...";
        StringBuilder printable = new StringBuilder(cut.length());
        cut.codePoints().forEach(c -> printable.appendCodePoint(Character.isISOControl(c) ? '?' : c));
        return printable.toString();
    }

    static String shown(QName name) {
        return shown(name.toString());
    }

    static MalformedEnvelopeException malformed(Throwable problem) {
        for (Throwable cause = problem; cause != null; cause = cause.getCause()) {
            if (cause instanceof CharConversionException) {
                return new MalformedEnvelopeException(Reason.NOT_UTF8, "document: not in UTF-8");
            }
        }
        if (problem instanceof StackOverflowError) {
            return new MalformedEnvelopeException(Reason.LIMIT, "document: nested too deeply");
        }
        String message = problem.getMessage() == null ? problem.getClass().getSimpleName() : problem.getMessage();
        // Woodstox has no exception of its own for its limits; it names them all in these words.
        boolean limit = message.contains("imit (") || message.contains("imit exceeded");
        return new MalformedEnvelopeException(limit ? Reason.LIMIT : Reason.NOT_XML, "document: " + shown(message));
    }

    private void declareNamespaces() {
        depth++;
        if (depth >= outerPairs.length) {
            outerPairs = Arrays.copyOf(outerPairs, 2 * outerPairs.length);
        }
        outerPairs[depth - 1] = declaredPairs;
        int count = stream.getNamespaceCount();
        for (int i = 0; i < count; i++) {
            if (2 * declaredPairs == declared.length) {
                declared = Arrays.copyOf(declared, 2 * declared.length);
            }
            declared[2 * declaredPairs] = orEmpty(stream.getNamespacePrefix(i));
            declared[2 * declaredPairs + 1] = orEmpty(stream.getNamespaceURI(i));
            declaredPairs++;
        }
    }

    private boolean isDeclared(String prefix, int from, int to) {
        for (int i = from; i < to; i++) {
            if (prefix.equals(declared[2 * i])) {
                return true;
            }
        }
        return false;
    }

    private boolean isWhiteSpace() {
        return event == XMLStreamConstants.CHARACTERS && stream.isWhiteSpace();
    }

    /**
     * Woodstox counts characters, envelopes are cut by bytes. Offsets are asked for in document order, so each byte is
     * looked at once, and eight at a time as long as they are ASCII.
     */
    private int byteOffset(long charOffset) {
        long chars = knownChar;
        int at = knownByte;
        if (charOffset < chars) {
            chars = 0;
            at = textStart;
        }
        while (chars < charOffset) {
            if (charOffset - chars >= Long.BYTES
                    && at + Long.BYTES <= textEnd
                    && ((long) EIGHT_BYTES.get(bytes, at) & HIGH_BITS) == 0) {
                at += Long.BYTES;
                chars += Long.BYTES;
            } else {
                int lead = bytes[at] & 0xFF;
                int width = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
                at += width;
                chars += width == 4 ? 2 : 1; // Four bytes of UTF-8 are a surrogate pair in Java.
            }
        }
        knownChar = chars;
        knownByte = at;
        return at;
    }

    private static String orEmpty(@Nullable String value) {
        return value == null ? "" : value;
    }
}
