package org.grapevine.dpws.transport;

import java.net.InetSocketAddress;

/** Takes what a {@link UdpTransport} receives. */
@FunctionalInterface
public interface DatagramHandler {

    /**
     * Called on the transport's one receive thread for each datagram: whatever takes long belongs on an event loop. An
     * exception is counted and logged by the transport, which goes on.
     *
     * @param bytes the datagram, exactly; an array of its own that the handler may keep
     * @param from address and port of the sender; may be forged
     * @param multicast whether it came to a group and not to the unicast address
     */
    void onDatagram(byte[] bytes, InetSocketAddress from, boolean multicast);

    /** Called on the receive thread when the datagrams of one turn were handed over: who works in batches begins. */
    default void onTurnEnd() {}
}
