package org.grapevine.dpws.soap;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Bytes that travel beside an envelope in place of Base64 inside it (MTOM; DPWS 1.1, R0022). The bytes are shared, not copied: nobody may
 * write to them. For any number of threads.
 */
public final class Attachment {

    private static final String XOP = "http://www.w3.org/2004/08/xop/include";

    private final String contentId;
    private final String contentType;
    private final byte[] bytes;
    private final int offset;
    private final int length;

    Attachment(String contentId, String contentType, byte[] bytes, int offset, int length) {
        this.contentId = contentId;
        this.contentType = contentType;
        this.bytes = bytes;
        this.offset = offset;
        this.length = length;
    }

    /**
     * An attachment to send.
     *
     * @param contentId unique in the message, printable ASCII without angle brackets and white space, such as {@code picture@lamp.test}
     * @param contentType media type
     */
    public static Attachment of(String contentId, String contentType, byte[] bytes) {
        if (!MimePackage.isContentId(contentId)) {
            throw new IllegalArgumentException(
                    "content id: '" + contentId + "' (expected: 1..256 printable characters without <, > and blanks)");
        }
        if (MediaType.parse(contentType).isEmpty()) {
            throw new IllegalArgumentException("content type: '" + contentType + "' (expected: a media type)");
        }
        return new Attachment(contentId, contentType, bytes, 0, bytes.length);
    }

    /** Without angle brackets, and without escapes. */
    public String contentId() {
        return contentId;
    }

    public String contentType() {
        return contentType;
    }

    /** Octets of the content. */
    public int length() {
        return length;
    }

    /** A copy of the content. */
    public byte[] toBytes() {
        return Arrays.copyOfRange(bytes, offset, offset + length);
    }

    /** Reads the content without copying it. */
    public InputStream open() {
        return new ByteArrayInputStream(bytes, offset, length);
    }

    /** The element that stands for this in the envelope, as the only content of an element of type {@code xs:base64Binary}. */
    public String include() {
        StringBuilder href = new StringBuilder("cid:");
        for (byte b : contentId.getBytes(StandardCharsets.US_ASCII)) {
            char c = (char) b;
            if (Character.isLetterOrDigit(c) || "-._~@!$()*,;:=/".indexOf(c) >= 0) {
                href.append(c);
            } else {
                href.append(String.format(Locale.ROOT, "%%%02X", b));
            }
        }
        return "<xop:Include xmlns:xop=\"" + XOP + "\" href=\"" + href + "\"/>";
    }

    void appendTo(ByteArrayOutputStream out) {
        out.write(bytes, offset, length);
    }

    @Override
    public String toString() {
        return "Attachment[" + contentId + ", " + contentType + ", " + length + " bytes]";
    }
}
