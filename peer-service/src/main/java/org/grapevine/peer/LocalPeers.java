package org.grapevine.peer;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import javax.xml.namespace.QName;
import org.grapevine.core.membership.PeerEntry;
import org.grapevine.core.membership.Standing;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.core.view.UniformDraw;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.addressing.SoapUdpAddress;
import org.grapevine.dpws.device.DeviceHost;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Peer Service of one device host from all that it knows: peers that discovery found, and those in the views of its shadows, which
 * other members named. Of the latter neither the device nor its types are known until somebody wants types: then some of them are asked,
 * within the rate of fetches of the host.
 *
 * <p>Any thread.
 */
public final class LocalPeers implements PeerService {

    private static final Logger LOG = LoggerFactory.getLogger(LocalPeers.class);

    /** Views that one question looks at, drawn at random; a host may have thousands, which know the same. */
    static final int MOST_VIEWS = 32;

    /** Peers that one question asks for their types. */
    static final int MOST_ASKED = 16;

    private static final Duration FETCH_TIMEOUT = Duration.ofSeconds(2);

    /** A view whose loop closes meanwhile does not answer. */
    private static final long VIEW_TIMEOUT_MILLIS = 2_000;

    private final DeviceHost host;
    private final DiscoveredPeers discovered;
    private final Views views;
    private final long ageMillis;
    private final RandomGenerator random;
    private final Descriptions descriptions = new Descriptions(); // on the loop of discovery

    /**
     * Joins two sources.
     *
     * @param views of the shadows of the host
     * @param ageMillis what 1 is in the age of an entry: the period of shuffles, ms
     */
    public LocalPeers(DeviceHost host, DiscoveredPeers discovered, Views views, long ageMillis) {
        this.host = host;
        this.discovered = discovered;
        this.views = views;
        this.ageMillis = ageMillis;
        this.random = host.newRandom();
    }

    @Override
    public CompletableFuture<List<Peer>> peers(PeerSelector selector) {
        return host.discovery()
                .call(() -> UniformDraw.of(
                        views.all().stream()
                                .filter(view -> view.portType().equals(selector.portType()))
                                .toList(),
                        MOST_VIEWS,
                        random))
                .thenCompose(this::entriesOf)
                .thenCompose(viewed -> host.discovery().call(() -> candidates(selector, viewed)))
                .thenCompose(all ->
                        selector.types().isEmpty() ? CompletableFuture.completedFuture(all) : described(selector, all))
                .thenCompose(all -> host.discovery().call(() -> drawn(selector, all)));
    }

    @Override
    public Following follow(QName portType, List<Segment> segments, Appetite appetite, PeerListener listener) {
        return discovered.follow(portType, segments, appetite, listener);
    }

    private record Viewed(Segment segment, PeerEntry entry) {}

    private CompletableFuture<List<Viewed>> entriesOf(List<SegmentView> some) {
        List<CompletableFuture<List<Viewed>>> answers =
                some.stream().map(this::entriesOf).toList();
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> answers.stream()
                        .flatMap(answer -> answer.join().stream())
                        .toList());
    }

    private CompletableFuture<List<Viewed>> entriesOf(SegmentView view) {
        return view.status()
                .orTimeout(VIEW_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                .handle((status, failure) -> {
                    if (failure != null) {
                        LOG.debug("view of {}: {}", view.self().address(), failure.toString());
                        return List.of();
                    }
                    List<Viewed> viewed = new ArrayList<>();
                    viewed.add(new Viewed(view.segment(), view.self()));
                    for (Standing standing : status.standings()) {
                        viewed.add(new Viewed(view.segment(), standing.peer()));
                    }
                    return viewed;
                });
    }

    /** On the loop of discovery. */
    private Collection<Peer> candidates(PeerSelector selector, List<Viewed> viewed) {
        Map<PeerAddress, Peer> all = new LinkedHashMap<>();
        for (Peer peer : discovered.all()) {
            if (peer.portType().equals(selector.portType())) {
                all.put(peer.address(), peer);
            }
        }
        long now = host.discovery().loop().nowMillis();
        for (Viewed one : viewed) {
            all.merge(one.entry().address(), peer(selector, one, now), LocalPeers::both);
        }
        return all.values();
    }

    private List<Peer> drawn(PeerSelector selector, Collection<Peer> candidates) {
        return UniformDraw.of(
                candidates.stream()
                        .map(peer -> peer.isDescribed() ? peer : descriptions.describe(peer))
                        .filter(selector::accepts)
                        .toList(),
                selector.count(),
                random);
    }

    /** Asks some of those that would do if they had the types; completed on any thread. */
    private CompletableFuture<Collection<Peer>> described(PeerSelector selector, Collection<Peer> candidates) {
        return host.discovery()
                .call(() -> {
                    long now = host.discovery().loop().nowMillis();
                    List<Peer> unknown = candidates.stream()
                            .filter(peer -> !peer.isDescribed() && selector.acceptsWithoutTypes(peer))
                            .filter(peer -> descriptions.isUnknown(peer, now))
                            .toList();
                    return UniformDraw.of(unknown, MOST_ASKED, random).stream()
                            .filter(peer -> discovered.mayFetch())
                            .map(this::ask)
                            .toList();
                })
                .thenCompose(asked -> CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new)))
                .thenApply(done -> candidates);
    }

    /** Completed when the answer is where {@link #drawn} finds it, or there is none. */
    private CompletableFuture<?> ask(Peer peer) {
        URI http = Objects.requireNonNull(peer.http());
        return host.client()
                .getMetadata(http, FETCH_TIMEOUT)
                .handle((metadata, failure) -> {
                    if (failure != null) {
                        LOG.debug("shadow {}: {}", http, failure.toString());
                    }
                    return Optional.ofNullable(metadata);
                })
                .thenCompose(metadata -> host.discovery().call(() -> {
                    descriptions.put(peer, metadata, host.discovery().loop().nowMillis());
                    return null;
                }));
    }

    private Peer peer(PeerSelector selector, Viewed viewed, long now) {
        PeerAddress address = viewed.entry().address();
        return new Peer(
                EndpointReference.of(address.value()),
                List.of(),
                List.of(viewed.segment().scope()),
                selector.portType(),
                address,
                http(viewed.entry()),
                0,
                now - ageMillis * viewed.entry().age());
    }

    /** The shadow takes HTTP at the host and path of its datagram address; an address that is none has no HTTP either. */
    private @Nullable URI http(PeerEntry entry) {
        if (entry.httpPort() == 0) {
            return null;
        }
        try {
            SoapUdpAddress address = SoapUdpAddress.parse(entry.address().value());
            String name = address.host().indexOf(':') >= 0 ? "[" + address.host() + "]" : address.host();
            String scheme = host.httpAddress("/").getScheme();
            return URI.create(scheme + "://" + name + ":" + entry.httpPort() + address.path());
        } catch (IllegalArgumentException e) {
            LOG.debug("entry of a view: {}", e.getMessage());
            return null;
        }
    }

    /** What the device told itself, and when it was heard of last. */
    private static Peer both(Peer first, Peer second) {
        Set<String> scopes = new LinkedHashSet<>(first.scopes());
        if (!first.isDescribed()) {
            scopes.addAll(second.scopes());
        }
        return new Peer(
                first.device(),
                first.types(),
                List.copyOf(scopes),
                first.portType(),
                first.address(),
                first.http() == null ? second.http() : first.http(),
                first.metadataVersion(),
                Math.max(first.learntAtMillis(), second.learntAtMillis()));
    }
}
