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

    /** 64 bits that differ for different ids as good as always, the same at every device. */
    public long checksum() {
        long sum = 0xcbf29ce484222325L;
        for (int i = 0; i < value.length(); i++) {
            sum = (sum ^ value.charAt(i)) * 0x100000001b3L;
        }
        // The last characters of an id must reach all bits (the finalizer of MurmurHash3).
        sum = (sum ^ (sum >>> 33)) * 0xff51afd7ed558ccdL;
        sum = (sum ^ (sum >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return sum ^ (sum >>> 33);
    }

    /** The slice that it belongs to when ids are dealt out evenly to so many, from 0. */
    public int slice(int slices) {
        return (int) Long.remainderUnsigned(checksum(), slices);
    }

    @Override
    public String toString() {
        return value;
    }
}
