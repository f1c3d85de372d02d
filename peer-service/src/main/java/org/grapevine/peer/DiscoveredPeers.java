package org.grapevine.peer;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import javax.xml.namespace.QName;
import org.grapevine.core.message.Segment;
import org.grapevine.core.view.UniformDraw;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.Discovery;
import org.grapevine.dpws.device.DpwsClient;
import org.grapevine.dpws.device.RemoteDevice;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.KnownDevices;
import org.grapevine.dpws.discovery.Probe;
import org.grapevine.dpws.discovery.ScopeRule;
import org.grapevine.dpws.metadata.Metadata;
import org.grapevine.dpws.transport.EventLoop;
import org.grapevine.dpws.transport.LoopTimer;
import org.grapevine.peer.Followers.Follower;
import org.grapevine.peer.Known.Metadatum;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Peer Service of one device host, fed from WS-Discovery: it hears Hello and Bye, probes for the segments that somebody follows,
 * asks the contacts that it was given, and fetches the metadata of the devices in these segments, again whenever a device announces
 * something else. Of devices that nobody wants all of, a random sample is fetched. All devices of the host share it, and it lives as
 * long as the host.
 *
 * <p>Any thread may call; all state lives on the event loop of discovery, where listeners are called, too.
 */
public final class DiscoveredPeers implements PeerService {

    private static final Logger LOG = LoggerFactory.getLogger(DiscoveredPeers.class);

    private static final Duration FETCH_TIMEOUT = Duration.ofSeconds(5);

    /** A host with a thousand devices announces them all at once, and its connections are few. */
    private static final int FETCHES_AT_ONCE = 32;

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
    private final FeedOptions options;
    private final RandomGenerator random;
    private final AtomicInteger fetchesUnderWay = new AtomicInteger();

    // All below belongs to the event loop.
    private final Followers followers = new Followers();
    private final Set<String> probedScopes = new LinkedHashSet<>();
    private final ServiceReader reader;
    private final FetchPlan plan;
    private final StaticContacts contacts;
    private @Nullable LoopTimer timer;
    private long timerMillis = Long.MAX_VALUE;
    private long fetches;
    private long failedFetches;

    /**
     * Starts to listen.
     *
     * @param shadowType the type that marks a hosted service as a shadow in the relationship metadata
     */
    public DiscoveredPeers(DeviceHost host, QName shadowType) {
        this(host, shadowType, FeedOptions.defaults());
    }

    /** As above, in another measure. */
    public DiscoveredPeers(DeviceHost host, QName shadowType, FeedOptions options) {
        this.discovery = host.discovery();
        this.loop = discovery.loop();
        this.client = host.client();
        this.options = options;
        this.random = host.newRandom();
        this.reader = new ServiceReader(shadowType);
        this.plan = new FetchPlan(
                options,
                followers,
                device -> isOn(host, device),
                host.settings().maxKnownDevices(),
                random);
        this.contacts = new StaticContacts(
                discovery,
                options,
                plan.bucket(),
                random,
                device -> plan.find(device.epr())
                        .filter(known -> known.metadata == Metadatum.THERE)
                        .isPresent(),
                this::onContact);
        discovery.listen(this::onDiscovery);
    }

    private static boolean isOn(DeviceHost host, DeviceAnnouncement device) {
        return host.httpAddresses("/").stream()
                .anyMatch(own -> device.xAddrs().stream().anyMatch(address -> address.startsWith(own.toString())));
    }

    @Override
    public CompletableFuture<List<Peer>> peers(PeerSelector selector) {
        return discovery.call(
                () -> UniformDraw.of(all().stream().filter(selector::accepts).toList(), selector.count(), random));
    }

    /** Everybody whose metadata is known; on the event loop. */
    List<Peer> all() {
        return plan.devices().stream().flatMap(known -> known.peers.stream()).toList();
    }

    /** False if the host asks enough devices already; on the event loop. */
    boolean mayFetch() {
        return plan.bucket().take(loop.nowMillis());
    }

    @Override
    public Following follow(QName portType, List<Segment> segments, Appetite appetite, PeerListener listener) {
        Follower follower = new Follower(portType, segments, appetite, listener);
        boolean taken = loop.offer(() -> {
            for (Segment segment : follower.segments()) {
                followers.add(follower, segment);
                for (Known known : List.copyOf(plan.devices())) {
                    known.peers.forEach(peer -> followers.tell(follower, segment, peer, known.own, true));
                    known.plain.forEach(service -> followers.tell(follower, segment, service, true));
                }
                if (probedScopes.add(segment.scope())) {
                    begin(segment.scope(), appetite);
                } else if (followers.areHungryIn(segment.scope())) {
                    plan.round(loop.nowMillis(), segment.scope());
                    fetchDue();
                }
            }
            contacts.start();
        });
        if (!taken) {
            throw new RejectedExecutionException("peer service: its event loop is full or closed");
        }
        return () -> {
            follower.close();
            // A loop that is full takes it out at the next probe of its segments; one that is closed never had to.
            boolean unused =
                    loop.offer(() -> follower.segments().forEach(segment -> followers.forgetClosed(segment.scope())));
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
        return discovery.call(
                () -> new Missed(failedFetches, plan.overflowed() + reader.overflowed(), reader.brokenShadows()));
    }

    /** How often a device was asked for its metadata, further tries included. */
    public CompletableFuture<Long> fetches() {
        return discovery.call(() -> fetches);
    }

    private void begin(String scope, Appetite appetite) {
        // Who is known already was perhaps not of interest before.
        CompletableFuture<Void> unusedKnown = discovery.known().thenAccept(all -> all.stream()
                .filter(device -> device.scopes().contains(scope))
                .forEach(this::present));
        // Who wants some may hear enough meanwhile, and then need not make everybody answer.
        long patience = appetite.isForEverybody() ? 0 : random.nextInt(options.spreadMillis() + 1);
        if (patience == 0) {
            probe(scope, 1);
        } else if (loop.schedule(patience, () -> probe(scope, 1)).isEmpty()) {
            probedScopes.remove(scope); // The next follower begins again.
        }
    }

    private void probe(String scope, int round) {
        followers.forgetClosed(scope);
        if (!followers.isFollowed(scope)) {
            probedScopes.remove(scope);
            return;
        }
        if (round > 1) {
            plan.round(loop.nowMillis(), scope);
            fetchDue();
        }
        if (!plan.isProvided(scope)) {
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
        }
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
        if (followers.followAnyOf(device.scopes())) {
            plan.announced(loop.nowMillis(), device);
            fetchDue();
        } else {
            forget(device.epr());
        }
    }

    private void onContact(DeviceAnnouncement device) {
        present(device);
        plan.named(device);
        fetchDue();
    }

    private void fetchDue() {
        long now = loop.nowMillis();
        plan.due(now, FETCHES_AT_ONCE - fetchesUnderWay.get()).forEach(this::fetch);
        long next = plan.nextMillis(now, FETCHES_AT_ONCE - fetchesUnderWay.get());
        if (next < timerMillis) {
            if (timer != null) {
                timer.cancel();
            }
            Optional<LoopTimer> scheduled = loop.schedule(Math.max(0, next - now), () -> {
                timer = null;
                timerMillis = Long.MAX_VALUE;
                fetchDue();
            });
            timer = scheduled.orElse(null);
            // Without a timer, the next round of Probes goes on.
            timerMillis = scheduled.isPresent() ? next : Long.MAX_VALUE;
        }
    }

    private void fetch(Known known) {
        DeviceAnnouncement asked = known.device;
        fetches++;
        fetchesUnderWay.incrementAndGet();
        CompletableFuture<Metadata> unused = client.inspect(asked, FETCH_TIMEOUT)
                .thenApply(RemoteDevice::metadata)
                .whenComplete((metadata, failure) -> {
                    fetchesUnderWay.decrementAndGet();
                    // If the loop does not take it, the fetch counts as lost after a while.
                    boolean unusedOffer = loop.offer(() -> {
                        fetched(known, asked, metadata, failure);
                        fetchDue();
                    });
                });
    }

    private void fetched(
            Known known, DeviceAnnouncement asked, @Nullable Metadata metadata, @Nullable Throwable failure) {
        if (!plan.isCurrent(known) || known.metadata != Metadatum.UNDER_WAY) {
            return; // It said Bye meanwhile, or this fetch was given up.
        }
        if (metadata == null) {
            failed(known, failure);
        } else if (needsAnother(known.device, asked)) {
            plan.outdated(known);
        } else {
            ServiceReader.Offers offers = reader.read(loop.nowMillis(), known.device, metadata);
            replace(known, offers);
            plan.fetched(loop.nowMillis(), known);
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

    private void failed(Known known, @Nullable Throwable failure) {
        if (plan.failed(loop.nowMillis(), known)) {
            return;
        }
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

    private void forget(EndpointReference epr) {
        Known known = plan.forget(epr);
        if (known != null) {
            replace(known, new ServiceReader.Offers(List.of(), List.of()));
            plan.lookForMore(loop.nowMillis(), known);
            fetchDue();
        }
    }

    /** Tells followers what is different; who is told that a peer left forgets what it knew of it. */
    private void replace(Known known, ServiceReader.Offers now) {
        List<Peer> before = known.peers;
        known.peers = now.peers();
        before.stream()
                .filter(peer -> now.peers().stream().noneMatch(other -> isSame(peer, other)))
                .forEach(peer -> followers.tellAll(peer, known.own, false));
        now.peers().stream()
                .filter(peer -> before.stream().noneMatch(other -> isSame(other, peer)))
                .forEach(peer -> followers.tellAll(peer, known.own, true));
        List<PlainService> plainBefore = known.plain;
        known.plain = now.plain();
        plainBefore.stream()
                .filter(service -> !now.plain().contains(service))
                .forEach(service -> followers.tellAll(service, false));
        now.plain().stream()
                .filter(service -> !plainBefore.contains(service))
                .forEach(service -> followers.tellAll(service, true));
    }

    private static boolean isSame(Peer one, Peer other) {
        return one.address().equals(other.address())
                && Objects.equals(one.http(), other.http())
                && one.portType().equals(other.portType())
                && one.types().equals(other.types())
                && one.scopes().equals(other.scopes());
    }
}
