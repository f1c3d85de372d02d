package org.grapevine.dpws.transport;

/**
 * What a {@link UdpTransport} sent and received so far. What the kernel dropped for want of buffer is in none of them.
 *
 * @param sent datagrams handed to the kernel, copies made by {@link DatagramFaults} included
 * @param sentBytes their payload bytes
 * @param sentMulticast of those, the ones that went to a group
 * @param sendTooLarge not sent: above the limit of the options
 * @param sendBufferFull not sent: the kernel's send buffer had no room
 * @param sendErrors not sent: refused by the kernel (no route, closed, ...)
 * @param faultLost not sent: {@link DatagramFaults#loss}
 * @param faultDuplicated sent once more: {@link DatagramFaults#duplication}
 * @param received datagrams handed to the handler
 * @param receivedBytes their payload bytes
 * @param receivedMulticast of those, the ones that came to a group
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
        long received,
        long receivedBytes,
        long receivedMulticast,
        long receiveTooLarge,
        long receiveErrors,
        long handlerFailures) {}
