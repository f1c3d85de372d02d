package org.grapevine.core.message;

import java.util.Arrays;

/**
 * A payload in its encoded form: on real sockets one XML element in UTF-8 with every namespace declaration that it needs.
 *
 * @param bytes the encoded element; handed over, not copied: nobody writes to it afterwards
 */
@SuppressWarnings("ArrayRecordComponent") // Equality by content is defined below; a copy per hop is what we avoid.
public record EncodedPayload(byte[] bytes) implements Payload {

    @Override
    public int sizeBytes() {
        return bytes.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EncodedPayload that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "EncodedPayload[" + bytes.length + " bytes]";
    }
}
