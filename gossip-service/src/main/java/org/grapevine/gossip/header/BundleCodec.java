package org.grapevine.gossip.header;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;
import javax.xml.namespace.QName;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.HeaderBlock;
import org.grapevine.dpws.soap.Namespaces;

/**
 * Several envelopes for gossiping shadows of one host in one datagram:
 *
 * <pre>{@code
 * <s:Envelope><s:Header><wsa:Action>urn:org.grapevine:gossip:1:Bundle</wsa:Action><wsa:To>soap.udp://host:port/gossip/bundle</wsa:To>
 * <g:Parts sizes="00912 00455"/></s:Header><s:Body><g:Bundle><s:Envelope>...</s:Envelope><s:Envelope>...</s:Envelope></g:Bundle>
 * </s:Body></s:Envelope>
 * }</pre>
 *
 * <p>The parts stand one behind the other and declare all their namespaces themselves, so a receiver reads each of them where it is,
 * with the sizes (in octets) as the only guide. A part has no XML declaration and is no bundle.
 */
public final class BundleCodec {

    /** Action of a bundle. */
    public static final String ACTION = Gossip1.NAMESPACE + ":Bundle";

    /** Path of the datagram address at which every gossiping host takes bundles. */
    public static final String PATH = "/gossip/bundle";

    /** Parts of one bundle at the most. */
    public static final int MAX_PARTS = 64;

    private static final QName PARTS = Gossip1.name("Parts");
    private static final int DIGITS = 5;

    private static final byte[] HEAD = ("<s:Envelope xmlns:s=\"" + Namespaces.S12 + "\" xmlns:wsa=\"" + Namespaces.WSA
                    + "\" xmlns:g=\"" + Gossip1.NAMESPACE + "\"><s:Header><wsa:Action>" + ACTION
                    + "</wsa:Action><wsa:To>")
            .getBytes(US_ASCII);
    private static final byte[] SIZES = "</wsa:To><g:Parts sizes=\"".getBytes(US_ASCII);
    private static final byte[] BODY = "\"/></s:Header><s:Body><g:Bundle>".getBytes(US_ASCII);
    private static final byte[] TAIL = "</g:Bundle></s:Body></s:Envelope>".getBytes(US_ASCII);

    private static final byte[] PATH_BYTES = PATH.getBytes(US_ASCII);

    private static final int FIXED = HEAD.length + SIZES.length + BODY.length;

    private BundleCodec() {}

    /**
     * Octets in front of the first part.
     *
     * @param to address of the receiving host, with {@link #PATH}
     */
    public static int headSize(String to, int parts) {
        return FIXED + to.length() + parts * (DIGITS + 1) - 1;
    }

    /** Octets behind the last part. */
    public static int tailSize() {
        return TAIL.length;
    }

    /**
     * Writes what stands in front of the first part.
     *
     * @param to in ASCII, without characters that markup would have to escape
     * @param sizes of the parts in octets; the first {@code parts} of them count
     */
    public static void writeHead(ByteBuffer out, String to, int[] sizes, int parts) {
        out.put(HEAD).put(to.getBytes(US_ASCII)).put(SIZES);
        for (int i = 0; i < parts; i++) {
            if (i > 0) {
                out.put((byte) ' ');
            }
            int divisor = 10_000;
            for (int digit = 0; digit < DIGITS; digit++) {
                out.put((byte) ('0' + sizes[i] / divisor % 10));
                divisor /= 10;
            }
        }
        out.put(BODY);
    }

    /** Writes what stands behind the last part. */
    public static void writeTail(ByteBuffer out) {
        out.put(TAIL);
    }

    /**
     * Offset of the first octet that belongs into a bundle: behind the XML declaration, if there is one.
     *
     * @return -1 if the envelope cannot be a part
     */
    public static int partStart(byte[] envelope) {
        if (envelope.length < 2 || envelope[0] != '<') {
            return -1;
        }
        if (envelope[1] != '?') {
            return envelope[1] == '!' ? -1 : 0;
        }
        for (int i = 2; i + 2 < Math.min(envelope.length, 256); i++) {
            if (envelope[i] == '?' && envelope[i + 1] == '>') {
                int start = i + 2;
                while (start < envelope.length && envelope[start] <= ' ' && envelope[start] >= 0) {
                    start++;
                }
                boolean element = start + 1 < envelope.length
                        && envelope[start] == '<'
                        && envelope[start + 1] != '?'
                        && envelope[start + 1] != '!';
                return element ? start : -1;
            }
        }
        return -1;
    }

    /** True if the envelope is a bundle, by its action. */
    public static boolean isBundle(Envelope envelope) {
        return envelope.action().orElse("").equals(ACTION);
    }

    /**
     * Where the parts begin and end.
     *
     * @return offsets in the bytes of the envelope, one more than there are parts: each part ends where the next begins
     * @throws MalformedGossipException if the sizes are none, or lead out of the envelope
     */
    public static int[] offsets(Envelope bundle) throws MalformedGossipException {
        Optional<HeaderBlock> block = bundle.headerBlock(PARTS);
        String sizes = block.flatMap(found -> found.attribute("sizes")).orElse("absent");
        if (!bundle.bodyName().filter(Gossip1.name("Bundle")::equals).isPresent()) {
            throw new MalformedGossipException(
                    "Body: " + bundle.bodyName().map(QName::toString).orElse("empty") + " (expected: g:Bundle)");
        }
        byte[] bytes = bundle.bytes();
        int end = bundle.offset() + bundle.length();
        int at = bundle.bodyContentStart();
        while (at < end && bytes[at] != '>') {
            at++;
        }
        return offsets(sizes, at + 1, end);
    }

    /**
     * As {@link #offsets(Envelope)}, of a datagram that nobody has read yet.
     *
     * @return empty if it is not written just as this class writes bundles, which says nothing against it
     */
    public static Optional<int[]> offsets(byte[] bytes, int offset, int length) {
        int end = offset + length;
        int to = offset + HEAD.length;
        if (!matches(bytes, offset, end, HEAD)) {
            return Optional.empty();
        }
        int toEnd = indexOf(bytes, to, end, '<');
        int sizes = toEnd + SIZES.length;
        boolean ours = toEnd - to > PATH_BYTES.length
                && matches(bytes, toEnd - PATH_BYTES.length, end, PATH_BYTES)
                && matches(bytes, toEnd, end, SIZES);
        int sizesEnd = ours ? indexOf(bytes, sizes, end, '"') : -1;
        if (sizesEnd < 0 || !matches(bytes, sizesEnd, end, BODY)) {
            return Optional.empty();
        }
        try {
            String text = new String(bytes, sizes, sizesEnd - sizes, US_ASCII);
            int[] offsets = offsets(text, sizesEnd + BODY.length, end);
            int behind = offsets[offsets.length - 1];
            boolean whole = end - behind == TAIL.length && matches(bytes, behind, end, TAIL);
            return whole ? Optional.of(offsets) : Optional.empty();
        } catch (MalformedGossipException e) {
            return Optional.empty(); // Who reads it as an envelope says why.
        }
    }

    private static boolean matches(byte[] bytes, int at, int end, byte[] markup) {
        return end - at >= markup.length && Arrays.equals(bytes, at, at + markup.length, markup, 0, markup.length);
    }

    /** Where the character is; -1 if it is not near. */
    private static int indexOf(byte[] bytes, int from, int end, char wanted) {
        for (int at = from; at < Math.min(end, from + 512); at++) {
            if (bytes[at] == wanted) {
                return at;
            }
        }
        return -1;
    }

    private static int[] offsets(String sizes, int start, int end) throws MalformedGossipException {
        int[] offsets = new int[MAX_PARTS + 1];
        int parts = 0;
        offsets[0] = start;
        int digit = 0;
        while (digit < sizes.length()) {
            int size = 0;
            int from = digit;
            while (digit < sizes.length() && sizes.charAt(digit) >= '0' && sizes.charAt(digit) <= '9') {
                size = size * 10 + (sizes.charAt(digit++) - '0');
                if (digit - from > DIGITS) {
                    throw refused(sizes);
                }
            }
            boolean fits = digit > from && size > 0 && parts < MAX_PARTS && offsets[parts] + size <= end;
            if (!fits || (digit < sizes.length() && sizes.charAt(digit++) != ' ')) {
                throw refused(sizes);
            }
            offsets[parts + 1] = offsets[parts] + size;
            parts++;
        }
        if (parts == 0 || sizes.endsWith(" ")) {
            throw refused(sizes);
        }
        return Arrays.copyOf(offsets, parts + 1);
    }

    private static MalformedGossipException refused(String sizes) {
        String shown = sizes.length() <= 80 ? sizes : sizes.substring(0, 80) + "...";
        return new MalformedGossipException("g:Parts sizes: " + shown + " (expected: 1.." + MAX_PARTS
                + " sizes in octets, parted by a space each, that the Bundle has room for)");
    }
}
