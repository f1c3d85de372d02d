package org.grapevine.dpws.device;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.addressing.MessageIds;
import org.grapevine.dpws.addressing.SoapUdpAddress;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.DiscoveryAction;
import org.grapevine.dpws.discovery.DiscoveryMessage;
import org.grapevine.dpws.discovery.DiscoveryProxy;
import org.grapevine.dpws.discovery.DiscoveryTiming;
import org.grapevine.dpws.discovery.ManagedMode;
import org.grapevine.dpws.discovery.TargetService;
import org.grapevine.dpws.discovery.TargetServices;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.transport.EventLoop;
import org.grapevine.dpws.transport.Link;
import org.grapevine.dpws.transport.LoopTimer;
import org.jspecify.annotations.Nullable;

/**
 * The host's side of discovery: its devices and proxies say Hello and Bye, and answer. On the event loop of discovery.
 */
final class Announcer {

    private final EventLoop loop;
    private final DiscoveryTiming timing;
    private final MessageIds ids;
    private final RandomGenerator random;
    private final DiscoverySender sender;
    private final ProxyRegistration registration;
    private final TargetServices targets = new TargetServices();
    private final Map<EndpointReference, DiscoveryProxy> proxies = new LinkedHashMap<>();
    private final Map<EndpointReference, List<LoopTimer>> hellos = new LinkedHashMap<>();
    private ManagedMode managed;

    Announcer(
            EventLoop loop,
            DiscoveryTiming timing,
            MessageIds ids,
            RandomGenerator random,
            DiscoverySender sender,
            ManagedMode managed) {
        this.loop = loop;
        this.timing = timing;
        this.ids = ids;
        this.random = random;
        this.sender = sender;
        this.managed = managed;
        this.registration = new ProxyRegistration(loop, managed, targets);
    }

    void attach(UnicastDiscovery client) {
        registration.attach(client);
    }

    void operate(ManagedMode mode) {
        managed = mode;
        registration.operate(mode);
    }

    /** Hellos and Byes that the proxy in use did not take. */
    long untold() {
        return registration.failed();
    }

    /** A proxy is new, or back, or restarted: it may know nothing of these devices. */
    void onProxy() {
        registration.onProxy();
    }

    /** As {@link Discovery#prepare}; any thread. */
    TargetService prepare(DeviceAnnouncement device, long instanceId) {
        return new TargetService(device, instanceId, timing, ids, random);
    }

    void start(TargetService service) {
        targets.add(service);
        announce(service.device().epr(), service.start());
    }

    void changed(DeviceAnnouncement device) {
        List<DiscoveryAction> news = targets.get(device.epr())
                .map(service -> service.changed(device))
                .orElse(List.of());
        if (!news.isEmpty()) {
            announce(device.epr(), news);
        }
    }

    private void announce(EndpointReference epr, List<DiscoveryAction> actions) {
        // A Hello that is still to come says what is no longer true.
        cancelHellos(epr);
        if (speaksAdHoc()) {
            sendHellos(epr, actions);
        }
        registration.tell(epr);
    }

    private void sendHellos(EndpointReference epr, List<DiscoveryAction> actions) {
        List<LoopTimer> timers = new ArrayList<>();
        actions.forEach(hello -> timers.addAll(sender.send(hello, () -> {})));
        hellos.put(epr, timers);
    }

    private void cancelHellos(EndpointReference epr) {
        Optional.ofNullable(hellos.remove(epr)).orElse(List.of()).forEach(LoopTimer::cancel);
    }

    /** A host that speaks to a proxy only is heard by nobody when there is none. */
    private boolean speaksAdHoc() {
        return managed.mode().multicasts() || managed.proxy(now()).isEmpty();
    }

    /** Says Bye; completed when that was said for the last time. */
    CompletableFuture<Void> stop(EndpointReference epr) {
        // A Hello that is still to come, or to come again, must not follow the Bye.
        cancelHellos(epr);
        Optional<TargetService> service = targets.remove(epr);
        List<DiscoveryAction> byes = service.map(TargetService::stop).orElse(List.of());
        if (service.isEmpty() || byes.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> told = registration.leave(service.get());
        return speaksAdHoc() ? CompletableFuture.allOf(told, sendByes(byes, null)) : told;
    }

    /** A device is gone without a word. */
    void crash(EndpointReference epr) {
        cancelHellos(epr);
        Optional<TargetService> unused = targets.remove(epr);
    }

    /** Says Bye for every device on one link, which the host is about to leave. */
    CompletableFuture<Void> leave(Link link) {
        List<DiscoveryAction> byes = targets.all().stream()
                .flatMap(target -> target.leaveNetwork().stream())
                .toList();
        return speaksAdHoc() ? sendByes(byes, link) : CompletableFuture.completedFuture(null);
    }

    private CompletableFuture<Void> sendByes(List<DiscoveryAction> byes, @Nullable Link link) {
        List<CompletableFuture<Void>> said = new ArrayList<>();
        for (DiscoveryAction bye : byes) {
            CompletableFuture<Void> last = new CompletableFuture<>();
            said.add(last);
            sender.send(bye, link, () -> last.complete(null));
        }
        return CompletableFuture.allOf(said.toArray(CompletableFuture<?>[]::new));
    }

    void start(DiscoveryProxy proxy) {
        if (proxies.putIfAbsent(proxy.self().epr(), proxy) != null) {
            throw new IllegalArgumentException(
                    "proxy: " + proxy.self().epr() + " (expected: an address that no other proxy has)");
        }
        sendHellos(proxy.self().epr(), proxy.start());
    }

    CompletableFuture<Void> stop(DiscoveryProxy proxy) {
        cancelHellos(proxy.self().epr());
        proxies.remove(proxy.self().epr(), proxy);
        return sendByes(proxy.stop(), null);
    }

    /** A message of the network, which devices answer if they are asked, and proxies note. */
    void onMessage(Envelope envelope, DiscoveryMessage message, SoapUdpAddress source, Link link) {
        if (speaksAdHoc()) {
            // Who has gone before the delay is over is not found any more.
            targets.onMessage(
                    envelope,
                    message,
                    source,
                    (service, answer) -> sender.answer(answer, link, () -> targets.has(service)));
        }
        for (DiscoveryProxy proxy : proxies.values()) {
            sender.send(proxy.onDatagram(envelope, message, source, now()), link);
        }
    }

    private Instant now() {
        return Instant.ofEpochMilli(loop.nowMillis());
    }
}
