package org.grapevine.core.message;

/**
 * Address of a peer's engine: where copies and control messages for it go, and by which it is known in views. Opaque to the
 * engines; on real sockets the {@code soap.udp} address of a shadow service.
 */
public record PeerAddress(String value) {
    @Override
    public String toString() {
        return value;
    }
}
