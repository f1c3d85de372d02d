package org.grapevine.peer;

import java.net.URI;
import java.util.List;
import javax.xml.namespace.QName;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.dpws.addressing.EndpointReference;
import org.jspecify.annotations.Nullable;

/**
 * One shadow service on one device.
 *
 * @param device identity of the device; of one that is known only from other views, the address of the shadow
 * @param types what the device is; empty if that is not known
 * @param scopes where it belongs; each is a segment that it is in
 * @param portType the port type that the shadow shares with its original
 * @param address where it takes datagrams, and the name by which views know it
 * @param http where it takes HTTP; null if it does not
 * @param metadataVersion of the device when this was learnt; 0 if that is not known
 * @param learntAtMillis when the device told this, itself or by way of others, ms since the epoch
 */
public record Peer(
        EndpointReference device,
        List<QName> types,
        List<String> scopes,
        QName portType,
        PeerAddress address,
        @Nullable URI http,
        long metadataVersion,
        long learntAtMillis) {

    public Peer {
        types = List.copyOf(types);
        scopes = List.copyOf(scopes);
    }

    /** How old this is, ms; 0 if the clock says that it is of the future. */
    public long ageMillis(long nowMillis) {
        return Math.max(0, nowMillis - learntAtMillis);
    }

    /** False if it is known only from other views: then its device and types are not. */
    public boolean isDescribed() {
        return !device.address().equals(address.value());
    }
}
