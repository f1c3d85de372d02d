package org.grapevine.dpws.soap;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.xml.namespace.QName;
import javax.xml.stream.XMLStreamConstants;
import org.grapevine.dpws.soap.MalformedEnvelopeException.Reason;

/**
 * An envelope with attachments as MTOM puts them on the wire (XOP 1.0, RFC 2387; DPWS 1.1, R0022 and R0036 to R0039): a
 * {@code multipart/related} whose first part is the envelope, each part in binary. {@link EnvelopeReader#readPackage} takes one apart.
 *
 * <p>Only what MTOM needs of MIME is read: no other encodings, no parts inside parts. A part without Content-Transfer-Encoding is taken
 * as binary.
 *
 * @param contentType value of the Content-Type header
 * @param bytes what follows the header of HTTP
 */
@SuppressWarnings("ArrayRecordComponent") // Handed to one request or response, never compared.
public record MimePackage(String contentType, byte[] bytes) {

    /** The media type of every package. */
    public static final String MEDIA_TYPE = "multipart/related";

    /** Attachments of one message. A guess: the operations of devices have a few parameters. */
    public static final int MAX_ATTACHMENTS = 64;

    /** Octets of one message with all its attachments, where nobody sets less. */
    public static final int MAX_BYTES = EnvelopeLimits.HIGHEST_MAX_BYTES;

    private static final String XOP_MEDIA_TYPE = "application/xop+xml";
    private static final String SOAP_MEDIA_TYPE = "application/soap+xml";
    private static final QName INCLUDE = new QName("http://www.w3.org/2004/08/xop/include", "Include");
    private static final int MAX_PREAMBLE_BYTES = 1_024;
    private static final int MAX_HEADER_BYTES = 4_096;
    private static final int MAX_HEADER_LINES = 32;
    private static final int MAX_CONTENT_ID = 256;
    private static final byte[] CRLF = {'\r', '\n'};

    /** Where the envelope is in the bytes, and what came with it. */
    record Parts(int rootStart, int rootLength, List<Attachment> attachments) {}

    /**
     * Packs an envelope.
     *
     * @param envelope SOAP 1.2 in UTF-8, with {@link Attachment#include} where the attachments belong
     * @param unique becomes the boundary between the parts; must not occur in any of them, as a fresh message id does not
     * @throws IllegalArgumentException for more than {@value #MAX_ATTACHMENTS} attachments, two of the same id, or more than
     *     {@link #MAX_BYTES}
     */
    public static MimePackage of(byte[] envelope, List<Attachment> attachments, String unique) {
        String boundary = "part-" + unique.replaceAll("[^A-Za-z0-9-]", "-");
        if (boundary.length() > 70) {
            throw new IllegalArgumentException("boundary: '" + boundary + "' (expected: at most 70 characters)");
        }
        String root = "envelope." + boundary + "@grapevine.invalid";
        requireSendable(envelope, attachments, root);
        ByteArrayOutputStream out = new ByteArrayOutputStream(envelope.length + 1_024);
        head(out, boundary, XOP_MEDIA_TYPE + "; charset=utf-8; type=\"" + SOAP_MEDIA_TYPE + "\"", root);
        out.writeBytes(envelope);
        for (Attachment attachment : attachments) {
            out.writeBytes(CRLF);
            head(out, boundary, attachment.contentType(), attachment.contentId());
            attachment.appendTo(out);
        }
        out.writeBytes(("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
        String type = MEDIA_TYPE + "; type=\"" + XOP_MEDIA_TYPE + "\"; boundary=\"" + boundary + "\"; start=\"<" + root
                + ">\"; start-info=\"" + SOAP_MEDIA_TYPE + "\"";
        return new MimePackage(type, out.toByteArray());
    }

    private static void requireSendable(byte[] envelope, List<Attachment> attachments, String root) {
        if (attachments.size() > MAX_ATTACHMENTS) {
            throw new IllegalArgumentException(
                    "attachments: " + attachments.size() + " (expected: <= " + MAX_ATTACHMENTS + ")");
        }
        Set<String> ids = new HashSet<>(Set.of(root));
        long size = envelope.length;
        for (Attachment attachment : attachments) {
            size += attachment.length();
            if (!ids.add(attachment.contentId())) {
                throw new IllegalArgumentException(
                        "attachment: " + attachment.contentId() + " stands twice (expected: ids of their own)");
            }
        }
        if (size > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "message with attachments: " + size + " octets (expected: <= " + MAX_BYTES + ")");
        }
    }

    private static void head(ByteArrayOutputStream out, String boundary, String contentType, String contentId) {
        out.writeBytes(("--" + boundary + "\r\nContent-Type: " + contentType
                        + "\r\nContent-Transfer-Encoding: binary\r\nContent-ID: <" + contentId + ">\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    }

    static boolean isContentId(String id) {
        return !id.isEmpty()
                && id.length() <= MAX_CONTENT_ID
                && id.chars().allMatch(c -> c > ' ' && c < 127 && c != '<' && c != '>');
    }

    /** Takes a package apart; what its envelope says is not looked at. */
    static Parts read(String contentType, byte[] bytes) throws MalformedEnvelopeException {
        if (bytes.length > MAX_BYTES) {
            throw new MalformedEnvelopeException(
                    Reason.TOO_LARGE, "package: " + bytes.length + " octets (expected: <= " + MAX_BYTES + ")");
        }
        MediaType outer = MediaType.parse(contentType)
                .filter(type -> type.type().equals(MEDIA_TYPE))
                .orElseThrow(() -> malformed("content type: '" + XmlReader.shown(contentType) + "'", MEDIA_TYPE));
        requireParameter(outer, "type", XOP_MEDIA_TYPE);
        if (outer.parameter("start-info").isPresent()) {
            requireParameter(outer, "start-info", SOAP_MEDIA_TYPE);
        }
        String boundary = outer.parameter("boundary")
                .filter(MimePackage::isBoundary)
                .orElseThrow(() -> malformed("boundary: none or not valid", "1..70 characters of RFC 2046"));
        return new Scan(bytes, boundary).read(outer.parameter("start"));
    }

    private static void requireParameter(MediaType type, String name, String expected)
            throws MalformedEnvelopeException {
        String value = type.parameter(name).orElse("none");
        // It may have parameters of its own, such as the action.
        if (!value.split(";", 2)[0].strip().equalsIgnoreCase(expected)) {
            throw malformed(name + " of " + type.type() + ": '" + XmlReader.shown(value) + "'", expected);
        }
    }

    private static boolean isBoundary(String text) {
        return !text.isEmpty()
                && text.length() <= 70
                && !text.endsWith(" ")
                && text.chars()
                        .allMatch(c -> (c >= 'a' && c <= 'z')
                                || (c >= 'A' && c <= 'Z')
                                || (c >= '0' && c <= '9')
                                || "'()+_,-./:=? ".indexOf(c) >= 0);
    }

    /**
     * Checks that what the envelope includes came with it, each attachment once: an attachment included a thousand times would grow a
     * thousandfold, and an address elsewhere would make this node fetch what a stranger says.
     */
    static void requireIncluded(XmlReader envelope, List<Attachment> attachments) throws MalformedEnvelopeException {
        Set<String> known = new HashSet<>();
        attachments.forEach(attachment -> known.add(attachment.contentId()));
        do {
            if (envelope.event() == XMLStreamConstants.START_ELEMENT && envelope.is(INCLUDE)) {
                String href = envelope.attribute("href").orElse("");
                String id = href.startsWith("cid:") ? unescaped(href.substring(4)) : "";
                if (!known.remove(id)) {
                    throw malformed("xop:Include of '" + XmlReader.shown(href) + "'", "cid: of a part, each part once");
                }
            }
        } while (envelope.advance() != XMLStreamConstants.END_DOCUMENT);
    }

    private static String unescaped(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        StringBuilder plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int high = c == '%' && i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
            if (low >= 0) {
                plain.append((char) (high * 16 + low));
                i += 2;
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }

    private static MalformedEnvelopeException malformed(String what, String expected) {
        return new MalformedEnvelopeException(Reason.NOT_MTOM, what + " (expected: " + expected + ")");
    }

    /** One pass over one package. */
    private static final class Scan {

        private final byte[] bytes;
        private final byte[] delimiter;
        private int at;

        private Scan(byte[] bytes, String boundary) {
            this.bytes = bytes;
            this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.US_ASCII);
        }

        private Parts read(Optional<String> start) throws MalformedEnvelopeException {
            skipPreamble();
            int rootStart = -1;
            int rootLength = 0;
            List<Attachment> attachments = new ArrayList<>();
            Set<String> ids = new HashSet<>();
            while (!isLastDelimiter(at)) {
                at = endOfDelimiterLine(at);
                Map<String, String> head = readHead();
                int contentStart = at;
                int contentEnd = findDelimiter(at, bytes.length);
                if (contentEnd < 0) {
                    throw malformed("a part without its end", "the boundary behind each part");
                }
                at = contentEnd + delimiter.length;
                Optional<String> id = contentId(head, ids);
                requireBinary(head);
                if (rootStart < 0) {
                    requireRoot(head, id, start);
                    rootStart = contentStart;
                    rootLength = contentEnd - contentStart;
                    continue;
                }
                if (attachments.size() == MAX_ATTACHMENTS) {
                    throw new MalformedEnvelopeException(
                            Reason.LIMIT, "package: has more than " + MAX_ATTACHMENTS + " attachments");
                }
                String type = head.getOrDefault("content-type", "application/octet-stream");
                if (MediaType.parse(type)
                        .filter(t -> !t.type().startsWith("multipart/"))
                        .isEmpty()) {
                    throw malformed("part of type '" + XmlReader.shown(type) + "'", "a media type, not multipart");
                }
                attachments.add(new Attachment(
                        id.orElseThrow(() -> malformed("a part without Content-ID", "one on each part")),
                        type,
                        bytes,
                        contentStart,
                        contentEnd - contentStart));
            }
            if (rootStart < 0) {
                throw malformed("package: has no part", "an envelope as the first one");
            }
            return new Parts(rootStart, rootLength, List.copyOf(attachments));
        }

        /** To behind the first delimiter, which needs no line before it. */
        private void skipPreamble() throws MalformedEnvelopeException {
            int first = 2; // The delimiter without its line break.
            if (matches(0, first) && isDelimiterEnd(delimiter.length - first)) {
                at = delimiter.length - first;
                return;
            }
            int found = findDelimiter(0, Math.min(bytes.length, MAX_PREAMBLE_BYTES));
            if (found < 0) {
                throw malformed("boundary: not found at the start", "the one of the content type");
            }
            at = found + delimiter.length;
        }

        private boolean matches(int position, int from) {
            if (position + delimiter.length - from > bytes.length) {
                return false;
            }
            for (int i = from; i < delimiter.length; i++) {
                if (bytes[position + i - from] != delimiter[i]) {
                    return false;
                }
            }
            return true;
        }

        /** Linear: a delimiter begins with the only CR it has, so no two candidates overlap. */
        private int findDelimiter(int from, int until) {
            for (int i = from; i < until; i++) {
                if (bytes[i] == '\r' && matches(i, 0) && isDelimiterEnd(i + delimiter.length)) {
                    return i;
                }
            }
            return -1;
        }

        /** The boundary may begin what only looks like it. */
        private boolean isDelimiterEnd(int position) {
            return isLastDelimiter(position) || endOfBlankLine(position) >= 0;
        }

        private boolean isLastDelimiter(int position) {
            return position + 1 < bytes.length && bytes[position] == '-' && bytes[position + 1] == '-';
        }

        private int endOfDelimiterLine(int position) throws MalformedEnvelopeException {
            int end = endOfBlankLine(position);
            if (end < 0) {
                throw malformed("a boundary that does not end its line", "a line of its own");
            }
            return end;
        }

        /** Behind the line break, or -1; blanks before it are padding, of which nobody needs much. */
        private int endOfBlankLine(int position) {
            int i = position;
            while (i < bytes.length && i - position < 64 && (bytes[i] == ' ' || bytes[i] == '\t')) {
                i++;
            }
            return i + 1 < bytes.length && bytes[i] == '\r' && bytes[i + 1] == '\n' ? i + 2 : -1;
        }

        /** Fields by name in lower case; a line that begins with a blank goes on with the one before. */
        private Map<String, String> readHead() throws MalformedEnvelopeException {
            Map<String, String> head = new HashMap<>();
            int limit = Math.min(bytes.length, at + MAX_HEADER_BYTES);
            String name = "";
            for (int lines = 0; lines <= MAX_HEADER_LINES; lines++) {
                int end = at;
                while (end + 1 < limit && !(bytes[end] == '\r' && bytes[end + 1] == '\n')) {
                    end++;
                }
                if (end + 1 >= limit) {
                    throw malformed("header of a part: more than " + MAX_HEADER_BYTES + " octets or no end", "less");
                }
                String line = new String(bytes, at, end - at, StandardCharsets.ISO_8859_1);
                at = end + 2;
                if (line.isEmpty()) {
                    return head;
                }
                if (line.charAt(0) == ' ' || line.charAt(0) == '\t') {
                    if (name.isEmpty()) {
                        throw malformed("header of a part: begins with a blank", "a field");
                    }
                    head.merge(name, " " + line.strip(), String::concat);
                    continue;
                }
                int colon = line.indexOf(':');
                name = colon < 0 ? "" : line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
                if (name.isEmpty()) {
                    throw malformed("header of a part: '" + XmlReader.shown(line) + "'", "name: value");
                }
                if (head.put(name, line.substring(colon + 1).strip()) != null) {
                    throw malformed("header of a part: " + XmlReader.shown(name) + " twice", "each field once");
                }
            }
            throw malformed("header of a part: more than " + MAX_HEADER_LINES + " lines", "less");
        }

        private static Optional<String> contentId(Map<String, String> head, Set<String> ids)
                throws MalformedEnvelopeException {
            String value = head.get("content-id");
            if (value == null) {
                return Optional.empty();
            }
            String id = withoutBrackets(value);
            if (!isContentId(id)) {
                throw malformed("Content-ID: '" + XmlReader.shown(value) + "'", "<id> in printable ASCII");
            }
            if (!ids.add(id)) {
                throw malformed("Content-ID: '" + XmlReader.shown(id) + "' twice", "ids of their own");
            }
            return Optional.of(id);
        }

        private static String withoutBrackets(String value) {
            return value.startsWith("<") && value.endsWith(">") && value.length() > 1
                    ? value.substring(1, value.length() - 1)
                    : value;
        }

        /** R0036. */
        private static void requireBinary(Map<String, String> head) throws MalformedEnvelopeException {
            String encoding = head.getOrDefault("content-transfer-encoding", "binary");
            if (!encoding.equalsIgnoreCase("binary")) {
                throw malformed("Content-Transfer-Encoding: '" + XmlReader.shown(encoding) + "'", "binary");
            }
        }

        /** R0038. */
        private static void requireRoot(Map<String, String> head, Optional<String> id, Optional<String> start)
                throws MalformedEnvelopeException {
            if (start.isPresent() && !id.equals(start.map(Scan::withoutBrackets))) {
                throw malformed(
                        "first part: '" + XmlReader.shown(id.orElse("no id")) + "'",
                        "the envelope, which is " + XmlReader.shown(start.get()));
            }
            String type = head.getOrDefault("content-type", "none");
            MediaType root = MediaType.parse(type)
                    .filter(t -> t.type().equals(XOP_MEDIA_TYPE))
                    .orElseThrow(() -> malformed("first part of type '" + XmlReader.shown(type) + "'", XOP_MEDIA_TYPE));
            if (root.parameter("type").isPresent()) {
                requireParameter(root, "type", SOAP_MEDIA_TYPE);
            }
        }
    }

    @Override
    public String toString() {
        return "MimePackage[" + bytes.length + " bytes]";
    }
}
