package org.grapevine.dpws.metadata;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.grapevine.dpws.soap.Namespaces;

/**
 * Which services a device hosts (DPWS 1.1, 5.3).
 *
 * @param host the device; a service that describes itself may leave it out
 * @param hosted its services, each with a service id of its own
 */
public record Relationship(Optional<Host> host, List<Hosted> hosted) {

    /** The only type of relationship that DPWS defines. */
    public static final String HOST_TYPE = Namespaces.DPWS + "/host";

    public Relationship {
        hosted = List.copyOf(hosted);
        if (host.isEmpty() && hosted.isEmpty()) {
            throw new IllegalArgumentException("Relationship: empty (expected: a Host or a Hosted)");
        }
        Set<String> ids = new HashSet<>();
        for (Hosted service : hosted) {
            if (!ids.add(service.serviceId())) {
                throw new IllegalArgumentException(
                        "ServiceId: '" + service.serviceId() + "' twice (expected: unique in the device)");
            }
        }
    }

    /** Both together (R2029); of services with the same id the one from here stays. */
    Relationship mergedWith(Relationship other) {
        List<Hosted> all = new ArrayList<>(hosted);
        Set<String> ids = new HashSet<>();
        hosted.forEach(service -> ids.add(service.serviceId()));
        for (Hosted service : other.hosted) {
            if (ids.add(service.serviceId())) {
                all.add(service);
            }
        }
        return new Relationship(host.or(other::host), all);
    }
}
