package org.grapevine.gossip.driver;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A stylesheet on its way from device to device, as its author wrote it.
 *
 * @param text the octets that its hash is of, 1 to {@value #MOST_BYTES}; handed over, not copied: nobody writes to them afterwards
 * @param signature over these octets, raw, at most {@value #MOST_SIGNATURE_BYTES} octets; empty if nobody signed it
 * @param key which key made the signature, in words that the devices agree on, at most {@value #MOST_KEY_CHARACTERS} visible
 *     characters of ASCII; empty without a signature
 */
@SuppressWarnings("ArrayRecordComponent") // Equality by content is defined below.
public record StylesheetText(byte[] text, Optional<byte[]> signature, Optional<String> key) {

    /** What precedes the hash in the name of a function. */
    public static final String SCHEME = "urn:sha256:";

    public static final int MOST_BYTES = 64 << 10;
    public static final int MOST_SIGNATURE_BYTES = 1_024;
    public static final int MOST_KEY_CHARACTERS = 1_024;

    private static final Pattern HASH_URI = Pattern.compile(SCHEME + "[0-9a-f]{64}");

    public StylesheetText {
        require(
                text.length >= 1 && text.length <= MOST_BYTES,
                "stylesheet",
                text.length + " bytes",
                "1.." + MOST_BYTES);
        int signed = signature.map(octets -> octets.length).orElse(1);
        require(
                signed >= 1 && signed <= MOST_SIGNATURE_BYTES,
                "signature",
                signed + " bytes",
                "1.." + MOST_SIGNATURE_BYTES);
        require(
                key.isEmpty() || isVisible(key.get()),
                "key",
                key.map(name -> name.length() + " characters").orElse(""),
                "1.." + MOST_KEY_CHARACTERS + " visible ones of ASCII");
        require(
                signature.isPresent() == key.isPresent(),
                "key",
                key.isPresent() ? "without a signature" : "absent",
                "a signature and the key that made it, or neither");
    }

    /** One that nobody signed. */
    public static StylesheetText unsigned(byte[] text) {
        return new StylesheetText(text, Optional.empty(), Optional.empty());
    }

    /** The name that its text gives it, without parameters. */
    public String uri() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text);
            return SCHEME + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // Every Java platform has it.
        }
    }

    /**
     * The part of a function's name that says which text it is: without the parameters, which are a q-component (RFC 8141, section
     * 2.3.2).
     *
     * @return empty if the name does not begin with a hash
     */
    public static Optional<String> hashPart(String uri) {
        int parameters = uri.indexOf('?');
        String name = parameters < 0 ? uri : uri.substring(0, parameters);
        return HASH_URI.matcher(name).matches() ? Optional.of(name) : Optional.empty();
    }

    private static boolean isVisible(String name) {
        return !name.isEmpty()
                && name.length() <= MOST_KEY_CHARACTERS
                && name.chars().allMatch(c -> c > ' ' && c < 0x7F);
    }

    private static void require(boolean holds, String name, String value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StylesheetText that
                && Arrays.equals(text, that.text)
                && Arrays.equals(signature.orElse(new byte[0]), that.signature.orElse(new byte[0]))
                && key.equals(that.key);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(text);
    }

    @Override
    public String toString() {
        return "StylesheetText[" + text.length + " bytes"
                + key.map(name -> ", signed by " + name).orElse("") + "]";
    }
}
