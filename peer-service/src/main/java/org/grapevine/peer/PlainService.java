package org.grapevine.peer;

import java.net.URI;
import java.util.List;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;

/**
 * A hosted service on a device that has no shadow of its port type: gossip does not reach it by itself.
 *
 * @param device identity of the device
 * @param serviceId of the service, unique in the device
 * @param scopes where the device belongs; each is a segment that it is in
 * @param portType what it offers
 * @param http where it takes HTTP
 */
public record PlainService(EndpointReference device, String serviceId, List<String> scopes, QName portType, URI http) {

    public PlainService {
        scopes = List.copyOf(scopes);
    }
}
