package org.grapevine.dpws.addressing;

import java.util.List;

/**
 * Who or what a message is for (WS-Addressing 1.0, 2). A device's address is a stable {@code urn:uuid:} (DPWS R0004), that
 * of a hosted service a transport address.
 *
 * <p>Two references are equal if their addresses are the same string, without any normalisation (WS-Addressing 1.0, 2.3):
 * reference parameters say how to reach an endpoint, not which one it is. Metadata inside a reference is not kept.
 *
 * @param address an absolute IRI
 * @param referenceParameters opaque elements, each written out as XML that declares every namespace it needs; whoever
 *     sends to this endpoint echoes them as header blocks
 */
public record EndpointReference(String address, List<String> referenceParameters) {

    /** The sender of the message itself: back channel over HTTP, source address and port over UDP. */
    public static final String ANONYMOUS_ADDRESS = "http://www.w3.org/2005/08/addressing/anonymous";

    /** Nobody: a message to this address is discarded. */
    public static final String NONE_ADDRESS = "http://www.w3.org/2005/08/addressing/none";

    public static final EndpointReference ANONYMOUS = of(ANONYMOUS_ADDRESS);
    public static final EndpointReference NONE = of(NONE_ADDRESS);

    public EndpointReference {
        if (address.isBlank()) {
            throw new IllegalArgumentException("endpoint address: '" + address + "' (expected: an absolute IRI)");
        }
        referenceParameters = List.copyOf(referenceParameters);
    }

    public static EndpointReference of(String address) {
        return new EndpointReference(address, List.of());
    }

    public boolean isAnonymous() {
        return address.equals(ANONYMOUS_ADDRESS);
    }

    public boolean isNone() {
        return address.equals(NONE_ADDRESS);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EndpointReference that && address.equals(that.address);
    }

    @Override
    public int hashCode() {
        return address.hashCode();
    }

    @Override
    public String toString() {
        return address;
    }
}
