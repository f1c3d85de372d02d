package org.grapevine.core.message;

/**
 * The value of one device, on its way to the initiator as it is.
 *
 * @param device whose value it is
 * @param takenMillis when the device gave it, ms since the epoch by its own clock
 * @param value what its hosted service answered
 */
public record Sample(PeerAddress device, long takenMillis, Payload value) {}
