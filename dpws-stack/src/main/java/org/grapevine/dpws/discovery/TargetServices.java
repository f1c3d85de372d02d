package org.grapevine.dpws.discovery;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
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
        List<DiscoveryAction> actions = new ArrayList<>();
        onMessage(envelope, message, source, (service, action) -> actions.add(action));
        return actions;
    }

    /**
     * As above.
     *
     * @param each takes the device that answers and what it wants done
     */
    public void onMessage(
            Envelope envelope,
            DiscoveryMessage message,
            SoapUdpAddress source,
            BiConsumer<TargetService, DiscoveryAction> each) {
        if (message instanceof Probe probe) {
            onProbe(envelope, probe, source, each);
        } else if (message instanceof Resolve resolve) {
            get(resolve.epr()).ifPresent(service -> service.onResolve(envelope, resolve, source)
                    .forEach(action -> each.accept(service, action)));
        }
    }

    private void onProbe(
            Envelope envelope, Probe probe, SoapUdpAddress source, BiConsumer<TargetService, DiscoveryAction> each) {
        Optional<ScopeRule> rule = ScopeRule.of(probe.matchBy());
        if (rule.isEmpty() || !TargetService.canBeAnswered(envelope)) {
            return;
        }
        for (DeviceAnnouncement match : index.matching(probe, rule.get())) {
            get(match.epr()).ifPresent(service -> service.matched(envelope, source)
                    .forEach(action -> each.accept(service, action)));
        }
    }

    /** Whether this very one is among them: one that has gone and come back is another. */
    public boolean has(TargetService service) {
        return services.get(service.device().epr()) == service;
    }
}
