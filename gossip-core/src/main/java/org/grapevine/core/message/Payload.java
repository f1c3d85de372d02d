package org.grapevine.core.message;

/**
 * What a message carries and no engine looks into. The driver on real sockets puts the application's envelope here, the
 * simulator a size, an aggregation its partial value. Implementations are immutable, so one payload may stand in many
 * messages and on many threads.
 */
public interface Payload {

    /** Size on the wire in bytes; engines use it for their byte bounds only. */
    int sizeBytes();

    /**
     * True if it is too large to be sent unasked (no datagram takes it): whatever the variant, peers get its id first, and the
     * payload when they ask.
     */
    default boolean onRequestOnly() {
        return false;
    }
}
