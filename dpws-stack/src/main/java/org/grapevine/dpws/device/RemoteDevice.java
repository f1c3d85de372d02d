package org.grapevine.dpws.device;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.metadata.Hosted;
import org.grapevine.dpws.metadata.Metadata;
import org.grapevine.dpws.metadata.Relationship;

/**
 * A device of somebody, as it described itself.
 *
 * @param announcement what discovery told of it, with transport addresses
 * @param address the transport address that answered
 * @param metadata what it answered to Get, sections that it keeps elsewhere included
 */
public record RemoteDevice(DeviceAnnouncement announcement, URI address, Metadata metadata) {

    /** Its stable identity. */
    public EndpointReference epr() {
        return announcement.epr();
    }

    /** The first of its friendly names; empty if it tells none. */
    public Optional<String> name() {
        return metadata.thisDevice().map(device -> device.friendlyNames().get(0).text());
    }

    /** Its services. */
    public List<Hosted> hosted() {
        return metadata.relationship().map(Relationship::hosted).orElse(List.of());
    }

    /** The first of its services that has a port type. */
    public Optional<Hosted> service(QName portType) {
        return hosted().stream()
                .filter(hosted -> hosted.types().contains(portType))
                .findFirst();
    }
}
