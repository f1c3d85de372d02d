package org.grapevine.dpws.soap;

/**
 * How much a stranger's envelope may hold. Everything that these limits stop could otherwise cost memory or time out of
 * proportion to what it cost the sender.
 *
 * @param maxBytes size of the whole envelope in octets, checked before anything is parsed; bounds names and comments too
 * @param maxDepth elements inside each other
 * @param maxAttributes attributes and namespace declarations of one element
 * @param maxAttributeChars characters of one attribute value
 * @param maxTextChars characters of one piece of text
 * @param maxElements elements in all
 * @param maxChildren children of one element
 */
public record EnvelopeLimits(
        int maxBytes,
        int maxDepth,
        int maxAttributes,
        int maxAttributeChars,
        int maxTextChars,
        int maxElements,
        int maxChildren) {

    /** Octets of an envelope in one datagram unless configured (DPWS 1.1, MAX_UDP_ENVELOPE_SIZE). */
    public static final int MAX_UDP_ENVELOPE_SIZE = 4_096;

    /** Octets of any envelope that a DPWS peer must be able to take (DPWS 1.1, MAX_ENVELOPE_SIZE). */
    public static final int MAX_ENVELOPE_SIZE = 32_767;

    /** Octets of a URI that a DPWS peer must be able to take (DPWS 1.1, MAX_URI_SIZE; R0025, R0027). */
    public static final int MAX_URI_SIZE = 2_048;

    /** What {@link #http(int)} can be raised to. A guess: beyond it a streaming transfer is the right answer. */
    public static final int HIGHEST_MAX_BYTES = 16 * 1_024 * 1_024;

    public EnvelopeLimits {
        require("maxBytes", maxBytes, HIGHEST_MAX_BYTES);
        require("maxDepth", maxDepth, 1_000);
        require("maxAttributes", maxAttributes, 1_000);
        require("maxAttributeChars", maxAttributeChars, HIGHEST_MAX_BYTES);
        require("maxTextChars", maxTextChars, HIGHEST_MAX_BYTES);
        require("maxElements", maxElements, HIGHEST_MAX_BYTES);
        require("maxChildren", maxChildren, HIGHEST_MAX_BYTES);
    }

    /** For datagrams, with the size that DPWS sets. */
    public static EnvelopeLimits udp() {
        return udp(MAX_UDP_ENVELOPE_SIZE);
    }

    /**
     * For datagrams, with a size of one's own.
     *
     * @param maxBytes 1 to {@link #MAX_ENVELOPE_SIZE}
     */
    public static EnvelopeLimits udp(int maxBytes) {
        require("UDP envelope limit", maxBytes, MAX_ENVELOPE_SIZE);
        return of(maxBytes);
    }

    /** For HTTP, with the size that DPWS sets. */
    public static EnvelopeLimits http() {
        return http(MAX_ENVELOPE_SIZE);
    }

    /**
     * For HTTP, with a size of one's own: a WSDL inside a metadata section may need more than DPWS sets.
     *
     * @param maxBytes 1 to {@link #HIGHEST_MAX_BYTES}
     */
    public static EnvelopeLimits http(int maxBytes) {
        require("HTTP envelope limit", maxBytes, HIGHEST_MAX_BYTES);
        return of(maxBytes);
    }

    private static EnvelopeLimits of(int maxBytes) {
        // No real envelope has an element for each 16 octets; the floors keep small limits usable.
        return new EnvelopeLimits(
                maxBytes, 32, 32, 2_048, maxBytes, Math.max(2_000, maxBytes / 16), Math.max(512, maxBytes / 32));
    }

    private static void require(String name, int value, int highest) {
        if (value < 1 || value > highest) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: 1.." + highest + ")");
        }
    }
}
