package org.grapevine.dpws.transport;

import java.net.InetSocketAddress;

/** Takes what the {@link Links} of a host receive. */
@FunctionalInterface
public interface LinkHandler {

    /**
     * As {@link DatagramHandler#onDatagram}, on the one receive thread of all links.
     *
     * @param link where it came in, and where an answer goes out
     */
    void onDatagram(Link link, byte[] bytes, InetSocketAddress from, boolean multicast);

    /** As {@link DatagramHandler#onTurnEnd}. */
    default void onTurnEnd() {}
}
