package org.grapevine.aggregation;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A stylesheet that passed {@link StylesheetVetting}.
 *
 * @param name what its maker calls it
 * @param uri {@code urn:sha256:} and the hash of its text
 * @param text the text as it was read; nobody writes to it
 * @param finishes whether it has a template in mode {@code a:finish}
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by its uri, never as a record.
record Stylesheet(String name, String uri, byte[] text, boolean finishes) {

    static final String URI_PREFIX = "urn:sha256:";

    static String uri(byte[] text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return URI_PREFIX + HexFormat.of().formatHex(digest.digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return name + " (" + uri + ", " + new String(text, StandardCharsets.UTF_8).length() + " characters)";
    }
}
