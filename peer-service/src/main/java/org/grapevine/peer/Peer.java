package org.grapevine.peer;

import java.net.URI;
import java.util.List;
import javax.xml.namespace.QName;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.dpws.addressing.EndpointReference;

/**
 * One shadow service on one device.
 *
 * @param device identity of the device
 * @param types what the device is
 * @param scopes where it belongs; each is a segment that it is in
 * @param portType the port type that the shadow shares with its original
 * @param address where it takes datagrams, and the name by which views know it
 * @param http where it takes HTTP
 * @param metadataVersion of the device when this was learnt
 * @param learntAtMillis when that was, ms since the epoch
 */
public record Peer(
        EndpointReference device,
        List<QName> types,
        List<String> scopes,
        QName portType,
        PeerAddress address,
        URI http,
        long metadataVersion,
        long learntAtMillis) {

    public Peer {
        types = List.copyOf(types);
        scopes = List.copyOf(scopes);
    }
}
