package org.grapevine.gossip.driver;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Base64;
import java.util.Optional;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.soap.HeaderBlock;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.XmlReader;
import org.grapevine.dpws.soap.XmlWriter;
import org.grapevine.gossip.header.Gossip1;
import org.grapevine.gossip.header.MalformedGossipException;

/**
 * Texts of aggregation functions in envelopes: a request over HTTP to a shadow, its answer, and a header block of a client's request.
 *
 * <pre>{@code
 * <g:GetStylesheet hash="urn:sha256:..."/>
 * <g:Stylesheet signature="base64" key="word">base64 of the text's octets</g:Stylesheet>
 * }</pre>
 */
public final class StylesheetCodec {

    public static final String REQUEST_ACTION = Gossip1.NAMESPACE + ":GetStylesheet";
    public static final String RESPONSE_ACTION = Gossip1.NAMESPACE + ":GetStylesheetResponse";

    /** The largest text in base64 with its signature and key, and what is around it in an answer. */
    static final int MOST_ENVELOPE_BYTES = StylesheetText.MOST_BYTES / 3 * 4 + 16 * 1_024;

    private StylesheetCodec() {}

    /** True if the envelope asks for a text. */
    public static boolean isRequest(Envelope envelope) {
        return envelope.action().filter(REQUEST_ACTION::equals).isPresent();
    }

    static byte[] request(String hash, String to, String messageId) {
        return EnvelopeWriter.forAction(REQUEST_ACTION)
                .messageId(messageId)
                .to(to)
                .replyTo(EndpointReference.of(EndpointReference.ANONYMOUS_ADDRESS))
                .body(new XmlWriter()
                        .start(Gossip1.GET_STYLESHEET)
                        .attribute("hash", hash)
                        .end()
                        .toBytes())
                .toBytes();
    }

    /** The hash that the body of such a request names. */
    public static String requested(Envelope envelope) throws MalformedGossipException {
        try (XmlReader body = envelope.openBody(Gossip1.GET_STYLESHEET)) {
            String hash = body.attribute("hash").orElse("absent");
            return StylesheetText.hashPart(hash)
                    .filter(hash::equals)
                    .orElseThrow(() -> new MalformedGossipException(
                            "g:GetStylesheet hash: " + hash + " (expected: urn:sha256:<64 hex digits>)"));
        } catch (MalformedEnvelopeException e) {
            throw new MalformedGossipException("g:GetStylesheet: " + e.getMessage());
        }
    }

    /** A text as one element: a header block, or the body of an answer. */
    public static byte[] element(StylesheetText text) {
        XmlWriter element = new XmlWriter().start(Gossip1.STYLESHEET);
        text.signature()
                .ifPresent(octets ->
                        element.attribute("signature", Base64.getEncoder().encodeToString(octets)));
        text.key().ifPresent(key -> element.attribute("key", key));
        return element.text(Base64.getEncoder().encodeToString(text.text()))
                .end()
                .toBytes();
    }

    /** What a device answers; the fault of one that does not know the text makes no sense here. */
    static StylesheetText answered(Envelope envelope) throws MalformedGossipException {
        try (XmlReader body = envelope.openBody(Gossip1.STYLESHEET)) {
            Optional<String> signature = body.attribute("signature");
            Optional<String> key = body.attribute("key");
            return text(body.token(), signature, key);
        } catch (MalformedEnvelopeException e) {
            throw new MalformedGossipException("g:Stylesheet: " + e.getMessage());
        }
    }

    /** The text that a client hands over beside its request; empty if there is none. */
    public static Optional<StylesheetText> header(Envelope envelope) throws MalformedGossipException {
        Optional<HeaderBlock> block = envelope.headerBlock(Gossip1.STYLESHEET);
        if (block.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(text(
                block.get().text().orElse(""),
                block.get().attribute("signature"),
                block.get().attribute("key")));
    }

    private static StylesheetText text(String base64, Optional<String> signature, Optional<String> key)
            throws MalformedGossipException {
        byte[] text = octets("text", base64);
        Optional<byte[]> signed =
                signature.isEmpty() ? Optional.empty() : Optional.of(octets("signature", signature.get()));
        try {
            return new StylesheetText(text, signed, key);
        } catch (IllegalArgumentException e) {
            throw new MalformedGossipException("g:Stylesheet " + e.getMessage());
        }
    }

    private static byte[] octets(String name, String base64) throws MalformedGossipException {
        if (base64.length() > MOST_ENVELOPE_BYTES) {
            throw new MalformedGossipException("g:Stylesheet " + name + ": " + base64.length()
                    + " characters (expected: at most " + MOST_ENVELOPE_BYTES + ")");
        }
        try {
            // Line breaks are allowed, as XML Schema does.
            return Base64.getDecoder().decode(base64.replaceAll("\\s+", "").getBytes(US_ASCII));
        } catch (IllegalArgumentException e) {
            throw new MalformedGossipException("g:Stylesheet " + name + ": not base64 (expected: base64)");
        }
    }
}
