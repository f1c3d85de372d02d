package org.grapevine.dpws.metadata;

import java.util.List;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;

/** The hosting service, which is the device itself, under the endpoint reference that discovery shows. */
public record Host(EndpointReference epr, List<QName> types) {

    public Host {
        types = List.copyOf(types);
    }
}
