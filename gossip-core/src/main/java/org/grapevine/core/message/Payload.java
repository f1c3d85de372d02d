package org.grapevine.core.message;

/**
 * What a message carries and no engine looks into. The driver on real sockets puts the application's envelope here, the
 * simulator a size, an aggregation its partial value. Implementations are immutable, so one payload may stand in many
 * messages and on many threads.
 */
public interface Payload {

    /** Size on the wire in bytes; engines use it for their byte bounds only. */
    int sizeBytes();
}
