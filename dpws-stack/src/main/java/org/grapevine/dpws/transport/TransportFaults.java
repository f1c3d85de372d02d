package org.grapevine.dpws.transport;

import java.net.InetSocketAddress;

/**
 * Faults put into the network of a host on purpose, for tests and for showing what gossip survives. Each datagram and each request
 * is asked for anew, so an implementation may change its mind while the host runs; {@link NetworkConditions} does. Called by many
 * threads at once; must neither block nor throw.
 *
 * <p>A peer is named by the literal address and port that is sent to or that a datagram came from. The destination of a multicast is
 * its group, so a group is cut off where the datagram arrives.
 */
public interface TransportFaults {

    /** None, which costs nothing: who finds this one does not ask. */
    TransportFaults NONE = new TransportFaults() {
        @Override
        public String toString() {
            return "no faults";
        }
    };

    /**
     * What becomes of a datagram that is about to leave.
     *
     * @param to a peer or a group
     * @param bytes its size
     */
    default DatagramFate leaving(InetSocketAddress to, int bytes) {
        return DatagramFate.SENT;
    }

    /**
     * Whether a datagram that has arrived is let in.
     *
     * @param from its sender
     * @param multicast whether it came to a group
     */
    default boolean admits(InetSocketAddress from, boolean multicast) {
        return true;
    }

    /**
     * What becomes of a request by HTTP that is about to leave, on whatever connection. Those that are under way go on.
     *
     * @param to unresolved if the request names its host by other than a literal address
     */
    default RequestFate requesting(InetSocketAddress to) {
        return RequestFate.SENT;
    }
}
