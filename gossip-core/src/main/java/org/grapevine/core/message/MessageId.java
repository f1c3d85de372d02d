package org.grapevine.core.message;

/**
 * Identity of one gossiped unit; every copy bears it (the {@code wsa:MessageID} on the wire).
 *
 * @param value an absolute IRI, mostly {@code urn:uuid:...}; compared character by character. Without white space, since digests
 *     are lists, and of at most {@value #MAX_LENGTH} characters, since every device remembers it
 */
public record MessageId(String value) {

    public static final int MAX_LENGTH = 256;

    public MessageId {
        boolean plain = !value.isEmpty()
                && value.length() <= MAX_LENGTH
                && value.chars().noneMatch(c -> c <= ' ');
        if (!plain) {
            String shown = value.length() <= MAX_LENGTH ? "'" + value + "'" : value.length() + " characters";
            throw new IllegalArgumentException(
                    "message id: " + shown + " (expected: 1.." + MAX_LENGTH + " characters without white space)");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
