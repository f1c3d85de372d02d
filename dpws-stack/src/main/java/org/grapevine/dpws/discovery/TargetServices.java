package org.grapevine.dpws.discovery;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.addressing.SoapUdpAddress;
import org.grapevine.dpws.soap.Envelope;

/**
 * The devices of one host, which share one multicast listener: a message is parsed once and then shown to each. One thread
 * at a time.
 */
public final class TargetServices {

    private final Map<EndpointReference, TargetService> services = new LinkedHashMap<>();
    private final AnnouncementIndex index = new AnnouncementIndex();

    /**
     * Adds a device; it is not started by this.
     *
     * @throws IllegalArgumentException if there is a device with the same address already
     */
    public void add(TargetService service) {
        EndpointReference epr = service.device().epr();
        if (services.putIfAbsent(epr, service) != null) {
            throw new IllegalArgumentException("device: " + epr + " (expected: an address that no other device has)");
        }
        service.onAnnouncement(index::put);
    }

    /** Takes a device out; it is not stopped by this. */
    public Optional<TargetService> remove(EndpointReference epr) {
        Optional<TargetService> service = Optional.ofNullable(services.remove(epr));
        service.ifPresent(removed -> removed.onAnnouncement(announcement -> {}));
        index.remove(epr);
        return service;
    }

    public Optional<TargetService> get(EndpointReference epr) {
        return Optional.ofNullable(services.get(epr));
    }

    /** All devices, in the order in which they were added. */
    public List<TargetService> all() {
        return List.copyOf(services.values());
    }

    /** The endpoint references of all, in the order in which they were added. */
    public List<EndpointReference> addresses() {
        return List.copyOf(services.keySet());
    }

    public int size() {
        return services.size();
    }

    /**
     * A discovery message from the network; only Probe and Resolve lead to anything.
     *
     * @param source where its datagram came from
     */
    public List<DiscoveryAction> onMessage(Envelope envelope, DiscoveryMessage message, SoapUdpAddress source) {
        if (message instanceof Probe probe) {
            return onProbe(envelope, probe, source);
        }
        if (message instanceof Resolve resolve) {
            return get(resolve.epr())
                    .map(service -> service.onResolve(envelope, resolve, source))
                    .orElse(List.of());
        }
        return List.of();
    }

    private List<DiscoveryAction> onProbe(Envelope envelope, Probe probe, SoapUdpAddress source) {
        Optional<ScopeRule> rule = ScopeRule.of(probe.matchBy());
        if (rule.isEmpty() || !TargetService.canBeAnswered(envelope)) {
            return List.of();
        }
        List<DiscoveryAction> actions = new ArrayList<>();
        for (DeviceAnnouncement match : index.matching(probe, rule.get())) {
            get(match.epr()).ifPresent(service -> actions.addAll(service.matched(envelope, source)));
        }
        return actions;
    }
}
