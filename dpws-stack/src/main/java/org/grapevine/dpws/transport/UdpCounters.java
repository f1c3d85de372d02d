package org.grapevine.dpws.transport;

/**
 * What a {@link UdpTransport} sent and received so far. What the kernel dropped for want of buffer is in none of them.
 *
 * @param sent datagrams handed to the kernel, copies made by {@link TransportFaults} included
 * @param sentBytes their payload bytes
 * @param sentMulticast of those, the ones that went to a group
 * @param sendTooLarge not sent: above the limit of the options
 * @param sendBufferFull not sent: the kernel's send buffer had no room
 * @param sendErrors not sent: refused by the kernel (no route, closed, ...)
 * @param faultLost not sent: so the {@link TransportFaults} said
 * @param faultDuplicated further copies that they made
 * @param faultHeldBack copies that they held back
 * @param heldBackFull of those, the ones for which there was no room: at most 65,536, of 64 MiB, wait on a host
 * @param received datagrams handed to the handler
 * @param receivedBytes their payload bytes
 * @param receivedMulticast of those, the ones that came to a group
 * @param faultCut dropped on arrival: not admitted by the {@link TransportFaults}
 * @param receiveTooLarge dropped on arrival: above the limit of the options
 * @param receiveErrors reads that failed
 * @param handlerFailures datagrams for which the handler threw
 */
public record UdpCounters(
        long sent,
        long sentBytes,
        long sentMulticast,
        long sendTooLarge,
        long sendBufferFull,
        long sendErrors,
        long faultLost,
        long faultDuplicated,
        long faultHeldBack,
        long heldBackFull,
        long received,
        long receivedBytes,
        long receivedMulticast,
        long faultCut,
        long receiveTooLarge,
        long receiveErrors,
        long handlerFailures) {}
