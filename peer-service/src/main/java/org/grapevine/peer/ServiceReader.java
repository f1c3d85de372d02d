package org.grapevine.peer;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import javax.xml.namespace.QName;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.addressing.SoapUdpAddress;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.metadata.Hosted;
import org.grapevine.dpws.metadata.Metadata;
import org.grapevine.dpws.metadata.Relationship;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds in the metadata of devices what concerns gossip. For one thread. */
final class ServiceReader {

    private static final Logger LOG = LoggerFactory.getLogger(ServiceReader.class);

    /** What a device may make us keep; a guess, far beyond what an honest one needs. */
    private static final int SHADOWS_PER_DEVICE = 64;

    private final QName shadowType;
    private long overflowed;
    private long brokenShadows;

    /** What a device offers. */
    record Offers(List<Peer> peers, List<PlainService> plain) {
        Offers {
            peers = List.copyOf(peers);
            plain = List.copyOf(plain);
        }
    }

    /** @param shadowType the type that marks a hosted service as a shadow */
    ServiceReader(QName shadowType) {
        this.shadowType = shadowType;
    }

    /** Services for which there was no room. */
    long overflowed() {
        return overflowed;
    }

    /** Shadows that lack an address or a port type. */
    long brokenShadows() {
        return brokenShadows;
    }

    Offers read(long nowMillis, DeviceAnnouncement device, Metadata metadata) {
        List<Hosted> hosted = metadata.relationship().map(Relationship::hosted).orElse(List.of());
        List<Peer> peers = new ArrayList<>();
        for (Hosted service : hosted) {
            if (service.types().contains(shadowType)) {
                if (peers.size() < SHADOWS_PER_DEVICE) {
                    peer(nowMillis, device, service).ifPresent(peers::add);
                } else {
                    overflowed++;
                }
            }
        }
        return new Offers(peers, plainServices(device, hosted));
    }

    /** What a device offers without a shadow, one for each port type; a second service of one would get everything twice. */
    private List<PlainService> plainServices(DeviceAnnouncement device, List<Hosted> hosted) {
        Set<QName> done = new LinkedHashSet<>();
        hosted.stream()
                .filter(service -> service.types().contains(shadowType))
                .forEach(shadow -> done.addAll(shadow.types()));
        List<PlainService> plain = new ArrayList<>();
        for (Hosted service : hosted) {
            for (QName type : service.types()) {
                if (done.contains(type)) {
                    continue;
                }
                Optional<URI> http = httpAddressOf(service);
                if (http.isEmpty()) {
                    continue; // It takes nothing that could be sent.
                }
                if (plain.size() >= SHADOWS_PER_DEVICE) {
                    overflowed++;
                    return plain;
                }
                done.add(type);
                plain.add(new PlainService(device.epr(), service.serviceId(), device.scopes(), type, http.get()));
            }
        }
        return plain;
    }

    private static Optional<URI> httpAddressOf(Hosted service) {
        for (EndpointReference epr : service.eprs()) {
            if (epr.address().startsWith("http://") || epr.address().startsWith("https://")) {
                try {
                    return Optional.of(httpAddress(epr.address()));
                } catch (IllegalArgumentException e) {
                    LOG.debug("service {}: {}", service.serviceId(), e.getMessage());
                }
            }
        }
        return Optional.empty();
    }

    private Optional<Peer> peer(long nowMillis, DeviceAnnouncement device, Hosted hosted) {
        List<String> addresses =
                hosted.eprs().stream().map(EndpointReference::address).toList();
        try {
            QName portType = first(hosted.types(), type -> !type.equals(shadowType), "a port type");
            String datagrams = first(addresses, SoapUdpAddress::hasScheme, "a soap.udp address");
            String http = first(
                    addresses,
                    address -> address.startsWith("http://") || address.startsWith("https://"),
                    "an HTTP address");
            return Optional.of(new Peer(
                    device.epr(),
                    device.types(),
                    device.scopes(),
                    portType,
                    new PeerAddress(SoapUdpAddress.parse(datagrams).toString()),
                    httpAddress(http),
                    device.metadataVersion(),
                    nowMillis));
        } catch (IllegalArgumentException e) {
            brokenShadows++;
            LOG.debug("shadow {} of {}: {}", hosted.serviceId(), device.epr(), e.getMessage());
            return Optional.empty();
        }
    }

    private static <T> T first(List<T> all, Predicate<T> wanted, String expected) {
        return all.stream()
                .filter(wanted)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(all + " (expected: " + expected + " among them)"));
    }

    private static URI httpAddress(String address) {
        URI uri = URI.create(address);
        if (uri.getHost() == null) {
            throw new IllegalArgumentException("address: '" + address + "' (expected: one with a host)");
        }
        return uri;
    }
}
