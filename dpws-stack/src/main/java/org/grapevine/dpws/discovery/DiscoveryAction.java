package org.grapevine.dpws.discovery;

import org.grapevine.dpws.addressing.SoapUdpAddress;

/** What a {@link TargetService} wants done. Whoever performs it repeats the datagram as {@link DatagramRepeat} says. */
public sealed interface DiscoveryAction {

    /** The datagram; nobody writes to it. */
    byte[] envelope();

    /** How long to wait before the first transmission, in ms. */
    int delayMs();

    /** To the discovery group, on every interface. */
    @SuppressWarnings("ArrayRecordComponent") // A hand-over of bytes; copies would serve nobody.
    record SendMulticast(byte[] envelope, int delayMs) implements DiscoveryAction {}

    /** To the one who asked, from a unicast address. */
    @SuppressWarnings("ArrayRecordComponent") // As above.
    record SendTo(SoapUdpAddress address, byte[] envelope, int delayMs) implements DiscoveryAction {}
}
