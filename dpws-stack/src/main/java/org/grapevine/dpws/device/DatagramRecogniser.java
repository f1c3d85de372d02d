package org.grapevine.dpws.device;

import java.net.InetSocketAddress;

/** Knows some datagrams without reading them, such as further copies of what it has read before. */
@FunctionalInterface
public interface DatagramRecogniser {

    /**
     * Looks at the octets of a unicast; on the receive thread.
     *
     * @param bytes nobody writes to them
     * @return true if it was recognised and is done with; false if it is to be read
     */
    boolean take(byte[] bytes, int offset, int length, InetSocketAddress from);
}
