package org.grapevine.dpws.device;

import java.net.InetSocketAddress;
import org.grapevine.dpws.soap.Envelope;

/** What takes the datagrams of one path of a device host. */
@FunctionalInterface
public interface DatagramEndpoint {

    /**
     * Called on the receive thread, which all devices of the host share: whatever takes long belongs elsewhere.
     *
     * @param envelope with its header read; the body may still turn out to be malformed
     * @param from where the datagram came from; may be forged
     */
    void onEnvelope(Envelope envelope, InetSocketAddress from);
}
