package org.grapevine.peer;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import javax.xml.namespace.QName;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.addressing.SoapUdpAddress;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.Discovery;
import org.grapevine.dpws.device.DpwsClient;
import org.grapevine.dpws.device.RemoteDevice;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.KnownDevices;
import org.grapevine.dpws.discovery.Probe;
import org.grapevine.dpws.discovery.ScopeRule;
import org.grapevine.dpws.metadata.Hosted;
import org.grapevine.dpws.metadata.Metadata;
import org.grapevine.dpws.metadata.Relationship;
import org.grapevine.dpws.transport.EventLoop;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Peer Service of one device host, fed from WS-Discovery: it hears Hello and Bye, probes for the segments that somebody follows,
 * and fetches the metadata of each device in them, again whenever the device announces something else. All devices of the host share
 * it, and it lives as long as the host.
 *
 * <p>Any thread may call; all state lives on the event loop of discovery, where listeners are called, too.
 */
public final class DiscoveredPeers implements PeerService {

    private static final Logger LOG = LoggerFactory.getLogger(DiscoveredPeers.class);

    private static final Duration FETCH_TIMEOUT = Duration.ofSeconds(5);
    private static final int FETCH_TRIES = 4;
    private static final long RETRY_AFTER_MILLIS = 250;

    /** A host with a thousand devices announces them all at once, and its connections are few. */
    private static final int FETCHES_AT_ONCE = 32;

    /** A fetch of which nothing was heard for so long was lost by an overloaded event loop. */
    private static final long FETCH_LOST_AFTER_MILLIS = 120_000;

    /** What a device may make us keep; a guess, far beyond what an honest one needs. */
    private static final int SHADOWS_PER_DEVICE = 64;

    /**
     * Probes are repeated, for a Hello or a match may be lost: some rounds in quick succession, in which nearly all that is there is
     * found even where half of the datagrams are lost, then more and more rarely.
     */
    private static final int QUICK_ROUNDS = 5;

    private static final long QUICK_PAUSE_MILLIS = 3_000;
    private static final long LONGEST_PAUSE_MILLIS = 60_000;

    private final Discovery discovery;
    private final EventLoop loop;
    private final DpwsClient client;
    private final RandomGenerator random;
    private final QName shadowType;
    private final int maxDevices;
    private final AtomicInteger fetchesUnderWay = new AtomicInteger();

    // All below belongs to the event loop.
    private final Map<EndpointReference, Known> devices = new LinkedHashMap<>();
    private final Set<Known> waitingForFetch = new LinkedHashSet<>(); // first come, first served
    private final Map<String, Set<Follower>> followersByScope = new LinkedHashMap<>();
    private final Set<String> probedScopes = new LinkedHashSet<>();
    private long failedFetches;
    private long overflowed;
    private long brokenShadows;

    private enum Metadatum {
        WANTED,
        QUEUED,
        UNDER_WAY,
        THERE
    }

    /** A device and, once its metadata was fetched, its shadows. */
    private static final class Known {
        private DeviceAnnouncement device;
        private List<Peer> peers = List.of();
        private List<PlainService> plain = List.of();
        private Metadatum metadata = Metadatum.WANTED;
        private int tries = FETCH_TRIES;
        private long lastMoveMillis;
        private boolean failureLogged;

        private Known(DeviceAnnouncement device) {
            this.device = device;
        }
    }

    /** Compared by identity: two may want the same. */
    private static final class Follower {
        private final QName portType;
        private final List<Segment> segments;
        private final PeerListener listener;
        private volatile boolean closed;

        private Follower(QName portType, List<Segment> segments, PeerListener listener) {
            this.portType = portType;
            this.segments = List.copyOf(segments);
            this.listener = listener;
        }
    }

    /**
     * Starts to listen.
     *
     * @param shadowType the type that marks a hosted service as a shadow in the relationship metadata
     */
    public DiscoveredPeers(DeviceHost host, QName shadowType) {
        this.discovery = host.discovery();
        this.loop = discovery.loop();
        this.client = host.client();
        this.random = host.newRandom();
        this.maxDevices = host.settings().maxKnownDevices();
        this.shadowType = shadowType;
        discovery.listen(this::onDiscovery);
    }

    @Override
    public CompletableFuture<List<Peer>> peers(PeerSelector selector) {
        return discovery.call(() -> UniformDraw.of(
                devices.values().stream()
                        .flatMap(known -> known.peers.stream())
                        .filter(selector::accepts)
                        .toList(),
                selector.count(),
                random));
    }

    @Override
    public Following follow(QName portType, List<Segment> segments, PeerListener listener) {
        Follower follower = new Follower(portType, segments, listener);
        boolean taken = loop.offer(() -> {
            for (Segment segment : follower.segments) {
                followersByScope
                        .computeIfAbsent(segment.scope(), scope -> new LinkedHashSet<>())
                        .add(follower);
                devices.values().forEach(known -> {
                    known.peers.forEach(peer -> tell(follower, segment, peer, true));
                    known.plain.forEach(service -> tell(follower, segment, service, true));
                });
                if (probedScopes.add(segment.scope())) {
                    probe(segment.scope(), 1);
                }
            }
        });
        if (!taken) {
            throw new RejectedExecutionException("peer service: its event loop is full or closed");
        }
        return () -> {
            follower.closed = true;
            // A loop that is full takes it out at the next probe of its segments; one that is closed never had to.
            boolean unused =
                    loop.offer(() -> follower.segments.forEach(segment -> forgetClosedFollowers(segment.scope())));
        };
    }

    /**
     * What could not be learnt so far.
     *
     * @param failedFetches times that the metadata of a device could not be fetched in all tries
     * @param overflowed announcements of devices, and shadows of devices, for which there was no room
     * @param brokenShadows shadows that lack an address or a port type
     */
    public record Missed(long failedFetches, long overflowed, long brokenShadows) {}

    public CompletableFuture<Missed> missed() {
        return discovery.call(() -> new Missed(failedFetches, overflowed, brokenShadows));
    }

    private void forgetClosedFollowers(String scope) {
        followersByScope.computeIfPresent(scope, (key, followers) -> {
            followers.removeIf(follower -> follower.closed);
            return followers.isEmpty() ? null : followers;
        });
    }

    private void probe(String scope, int round) {
        forgetClosedFollowers(scope);
        if (!followersByScope.containsKey(scope)) {
            probedScopes.remove(scope);
            return;
        }
        if (round == 1) {
            // Who is known already was perhaps not of interest before.
            CompletableFuture<Void> unusedKnown = discovery.known().thenAccept(all -> all.stream()
                    .filter(device -> device.scopes().contains(scope))
                    .forEach(this::present));
        } else {
            devices.values().stream()
                    .filter(known -> known.metadata != Metadatum.THERE)
                    .map(known -> known.device)
                    .filter(device -> device.scopes().contains(scope))
                    .toList()
                    .forEach(this::present);
        }
        // Matches come as events of discovery.
        Probe probe = new Probe(List.of(), List.of(scope), ScopeRule.STRCMP0.uri());
        Duration window = Duration.ofMillis(discovery.timing().matchTimeoutMs());
        CompletableFuture<List<DeviceAnnouncement>> unused = discovery
                .probe(probe, window, match -> {})
                .whenComplete((found, failure) -> {
                    if (failure != null) {
                        LOG.debug("probe for {} failed: {}", scope, failure.toString());
                    }
                });
        int doublings = Math.min(10, Math.max(0, round - QUICK_ROUNDS));
        long pause = Math.min(LONGEST_PAUSE_MILLIS, QUICK_PAUSE_MILLIS << doublings);
        if (loop.schedule(pause, () -> probe(scope, round + 1)).isEmpty()) {
            probedScopes.remove(scope); // The next follower begins again.
        }
    }

    private void onDiscovery(KnownDevices.Event event) {
        if (event instanceof KnownDevices.Event.Left left) {
            forget(left.device().epr());
        } else {
            present(event.device());
        }
    }

    private void present(DeviceAnnouncement device) {
        if (device.scopes().stream().noneMatch(followersByScope::containsKey)) {
            forget(device.epr());
            return;
        }
        Known known = devices.get(device.epr());
        if (known == null) {
            if (devices.size() >= maxDevices) {
                overflowed++;
                return;
            }
            known = new Known(device);
            devices.put(device.epr(), known);
        } else if (!known.device.equals(device)) {
            // A device that restarted may have the metadata version of before and other addresses.
            known.device = device;
            known.tries = FETCH_TRIES;
            if (known.metadata == Metadatum.THERE) {
                known.metadata = Metadatum.WANTED;
            }
        }
        boolean lost = known.metadata == Metadatum.UNDER_WAY
                && loop.nowMillis() - known.lastMoveMillis > FETCH_LOST_AFTER_MILLIS;
        if (known.metadata == Metadatum.WANTED || lost) {
            queue(known, FETCH_TRIES);
        }
    }

    private void queue(Known known, int tries) {
        known.tries = tries;
        known.metadata = Metadatum.QUEUED;
        waitingForFetch.add(known);
        fetchNext();
    }

    private void fetchNext() {
        while (fetchesUnderWay.get() < FETCHES_AT_ONCE && !waitingForFetch.isEmpty()) {
            Known known = waitingForFetch.iterator().next();
            waitingForFetch.remove(known);
            known.metadata = Metadatum.UNDER_WAY;
            known.lastMoveMillis = loop.nowMillis();
            fetch(known);
        }
    }

    private void fetch(Known known) {
        DeviceAnnouncement asked = known.device;
        fetchesUnderWay.incrementAndGet();
        CompletableFuture<Metadata> unused = client.inspect(asked, FETCH_TIMEOUT)
                .thenApply(RemoteDevice::metadata)
                .whenComplete((metadata, failure) -> {
                    fetchesUnderWay.decrementAndGet();
                    // If the loop does not take it, the fetch counts as lost after a while.
                    boolean unusedOffer = loop.offer(() -> {
                        fetched(known, asked, metadata, failure);
                        fetchNext();
                    });
                });
    }

    private void fetched(
            Known known, DeviceAnnouncement asked, @Nullable Metadata metadata, @Nullable Throwable failure) {
        if (!isCurrent(known) || known.metadata != Metadatum.UNDER_WAY) {
            return; // It said Bye meanwhile, or this fetch was given up.
        }
        if (metadata == null) {
            retry(known, failure);
        } else if (needsAnother(known.device, asked)) {
            queue(known, FETCH_TRIES);
        } else {
            learn(known, metadata);
        }
    }

    /** Addresses that a Resolve brought are no news. */
    private static boolean needsAnother(DeviceAnnouncement now, DeviceAnnouncement asked) {
        boolean onlyLocated = asked.xAddrs().isEmpty()
                && now.metadataVersion() == asked.metadataVersion()
                && now.types().equals(asked.types())
                && now.scopes().equals(asked.scopes());
        return !now.equals(asked) && !onlyLocated;
    }

    private boolean isCurrent(Known known) {
        return devices.get(known.device.epr()) == known;
    }

    private void retry(Known known, @Nullable Throwable failure) {
        int left = known.tries - 1;
        if (left > 0) {
            long pause = RETRY_AFTER_MILLIS << (FETCH_TRIES - known.tries);
            Runnable again = () -> {
                if (isCurrent(known) && known.metadata == Metadatum.UNDER_WAY) {
                    queue(known, left);
                }
            };
            if (loop.schedule(pause, again).isPresent()) {
                return;
            }
        }
        known.metadata = Metadatum.WANTED; // The next round of probes tries again.
        failedFetches++;
        if (!known.failureLogged) {
            known.failureLogged = true;
            LOG.warn(
                    "metadata of {} at {} cannot be had, it is tried again from time to time: {}",
                    known.device.epr(),
                    known.device.xAddrs(),
                    String.valueOf(failure));
        }
    }

    private void learn(Known known, Metadata metadata) {
        known.metadata = Metadatum.THERE;
        known.failureLogged = false;
        List<Hosted> hosted = metadata.relationship().map(Relationship::hosted).orElse(List.of());
        List<Peer> peers = new ArrayList<>();
        for (Hosted service : hosted) {
            if (service.types().contains(shadowType)) {
                if (peers.size() < SHADOWS_PER_DEVICE) {
                    peer(known.device, service).ifPresent(peers::add);
                } else {
                    overflowed++;
                }
            }
        }
        replace(known, peers);
        replacePlain(known, plainServices(known.device, hosted));
    }

    private void forget(EndpointReference epr) {
        Known known = devices.remove(epr);
        if (known != null) {
            waitingForFetch.remove(known);
            replace(known, List.of());
            replacePlain(known, List.of());
        }
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

    private void replacePlain(Known known, List<PlainService> plain) {
        List<PlainService> before = known.plain;
        known.plain = List.copyOf(plain);
        before.stream().filter(service -> !plain.contains(service)).forEach(service -> tellFollowers(service, false));
        plain.stream().filter(service -> !before.contains(service)).forEach(service -> tellFollowers(service, true));
    }

    private void tellFollowers(PlainService service, boolean joined) {
        for (String scope : new LinkedHashSet<>(service.scopes())) {
            Segment segment = new Segment(scope);
            List.copyOf(followersByScope.getOrDefault(scope, Set.of()))
                    .forEach(follower -> tell(follower, segment, service, joined));
        }
    }

    private static void tell(Follower follower, Segment segment, PlainService service, boolean joined) {
        boolean concerned =
                service.portType().equals(follower.portType) && service.scopes().contains(segment.scope());
        if (!concerned || follower.closed) {
            return;
        }
        try {
            if (joined) {
                follower.listener.plainJoined(segment, service);
            } else {
                follower.listener.plainLeft(segment, service);
            }
        } catch (RuntimeException e) {
            // As below.
            LOG.error("a listener of services failed at {} in {}", service.http(), segment, e);
        }
    }

    /** Tells followers what is different; who is told that a peer left forgets what it knew of it. */
    private void replace(Known known, List<Peer> peers) {
        List<Peer> before = known.peers;
        known.peers = List.copyOf(peers);
        for (Peer peer : before) {
            if (peers.stream().noneMatch(now -> isSame(peer, now))) {
                tellFollowers(peer, false);
            }
        }
        for (Peer peer : peers) {
            if (before.stream().noneMatch(then -> isSame(then, peer))) {
                tellFollowers(peer, true);
            }
        }
    }

    private static boolean isSame(Peer one, Peer other) {
        return one.address().equals(other.address())
                && Objects.equals(one.http(), other.http())
                && one.portType().equals(other.portType())
                && one.types().equals(other.types())
                && one.scopes().equals(other.scopes());
    }

    private Optional<Peer> peer(DeviceAnnouncement device, Hosted hosted) {
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
                    loop.nowMillis()));
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

    private void tellFollowers(Peer peer, boolean joined) {
        for (String scope : new LinkedHashSet<>(peer.scopes())) {
            Segment segment = new Segment(scope);
            List.copyOf(followersByScope.getOrDefault(scope, Set.of()))
                    .forEach(follower -> tell(follower, segment, peer, joined));
        }
    }

    private static void tell(Follower follower, Segment segment, Peer peer, boolean joined) {
        boolean concerned =
                peer.portType().equals(follower.portType) && peer.scopes().contains(segment.scope());
        if (!concerned || follower.closed) {
            return;
        }
        try {
            if (joined) {
                follower.listener.joined(segment, peer);
            } else {
                follower.listener.left(segment, peer);
            }
        } catch (RuntimeException e) {
            // A listener that fails is wrong, but the others are not.
            LOG.error("a listener of peers failed at {} in {}", peer.address(), segment, e);
        }
    }
}
