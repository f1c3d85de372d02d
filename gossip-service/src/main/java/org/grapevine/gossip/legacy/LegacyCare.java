package org.grapevine.gossip.legacy;

import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import javax.xml.namespace.QName;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.FaultException;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeSplice;
import org.grapevine.dpws.soap.Wsa;
import org.grapevine.dpws.soap.XmlWriter;
import org.grapevine.dpws.transport.EventLoop;
import org.grapevine.dpws.transport.HttpReply;
import org.grapevine.gossip.header.EnvelopePayload;
import org.grapevine.gossip.header.Gossip1;
import org.grapevine.gossip.header.GossipHeader;
import org.grapevine.gossip.header.MalformedGossipException;
import org.grapevine.peer.Peer;
import org.grapevine.peer.PeerService;
import org.grapevine.peer.PlainService;
import org.jspecify.annotations.Nullable;

/**
 * What one shadow does for devices of its segments that offer its port type without a shadow: those that it adopts get by HTTP each
 * one-way message that it delivers to its own service. Each of them has one adopter in a segment, the first in the {@link Ranking} of
 * all peers there; the next two look after the adopter, and take over when it is silent.
 *
 * <p>All state lives on one event loop; any thread may call.
 */
public final class LegacyCare implements AutoCloseable {

    /** Places in the ranking whose holders look at the one before them: two, so that two may vanish at once. */
    private static final int STANDING_BY = 2;

    /** Looks in vain after which an adopter counts as gone; one may be lost. */
    private static final int SILENT_LOOKS = 2;

    private static final long MUST_RETRY_MILLIS = 50;

    /** Unserved since: the one of before vanished, and nobody knows what it has still delivered. */
    private static final long ALL_HELD = 0;

    /** Unserved since: the one of before has delivered all that came so far. */
    private static final long NOTHING_HELD = Long.MAX_VALUE;

    /** Between peers nothing is left out. */
    private static final GossipParameters NO_DEFAULTS = new GossipParameters(0, 0, 0, 1, 0, null);

    private static final Set<QName> NOT_FOR_OTHERS = Set.of(Wsa.TO, Gossip1.GOSSIP, Gossip1.HOP);

    private final PeerAddress self;
    private final DeviceHost host;
    private final EventLoop loop;
    private final LegacyOptions options;
    private final QName portType;
    private final List<Segment> segments;
    private final List<QName> types;
    private final PeerService peerService;
    private final PeerService.Following following;

    // Of the loop.
    private PeerService.@Nullable Following peerFollowing; // only while there is a service to look after
    private final Map<Segment, Map<PeerAddress, URI>> peers = new HashMap<>();
    private final Map<PeerAddress, Integer> silentLooks = new HashMap<>();
    private final Map<PeerAddress, URI> vanished = new LinkedHashMap<>();
    private final Map<Key, Ward> wards = new LinkedHashMap<>();
    private final HeldMessages held;
    private int adopted;
    private boolean checking;
    private int nextCheck;

    private volatile boolean concerned;
    private volatile boolean closed;
    private final WardQueue.Counts counts = new WardQueue.Counts();
    private final LongAdder forgotten = new LongAdder();
    private final LongAdder notAdopted = new LongAdder();
    private final LongAdder lost = new LongAdder();

    /**
     * What was done so far.
     *
     * @param known services without a shadow in the segments now
     * @param adopted those of them that this peer delivers to
     * @param delivered messages that such a service accepted
     * @param refused messages that it answered with a status of 400 to 499
     * @param retried attempts that failed, and were followed by another
     * @param expired messages whose lifetime ended before they were accepted
     * @param overflowed messages that had to make room in the queue of one service
     * @param handedOver messages that waited when another peer became the adopter
     * @param notAdopted services for which there was no room; one that got room in between counts again
     * @param lost messages and news that found the event loop full
     * @param forgotten live messages that found no room among those held for a take-over
     */
    public record Counters(
            int known,
            int adopted,
            long delivered,
            long refused,
            long retried,
            long expired,
            long overflowed,
            long handedOver,
            long notAdopted,
            long lost,
            long forgotten) {}

    private record Key(Segment segment, PlainService service) {
        String words() {
            return segment.scope() + ' ' + service.device().address() + ' ' + service.serviceId();
        }
    }

    /** A service without a shadow. */
    private static final class Ward {
        private final Ranking ranking;
        private final WardQueue queue;
        private final long knownSince;
        private boolean settled;
        private boolean mine;
        private boolean leftOut;
        private long unservedSince; // of one that is left out

        Ward(Ranking ranking, WardQueue queue, long knownSince) {
            this.ranking = ranking;
            this.queue = queue;
            this.knownSince = knownSince;
        }
    }

    /**
     * Begins to look after others.
     *
     * @param self the shadow's address, by which its peers know it
     * @param types device types that its peers have; who lacks one gets no messages, and adopts nobody
     */
    public LegacyCare(
            PeerAddress self,
            DeviceHost host,
            QName portType,
            List<Segment> segments,
            List<QName> types,
            PeerService peerService,
            LegacyOptions options) {
        this.self = self;
        this.host = host;
        this.loop = host.loops().assign(self.value());
        this.options = options;
        this.held = new HeldMessages(options.maxHeld(), options.maxHeldBytes(), forgotten);
        this.portType = portType;
        this.segments = List.copyOf(segments);
        this.types = List.copyOf(types);
        this.peerService = peerService;
        this.following =
                options.maxAdopted() == 0 ? () -> {} : peerService.follow(portType, segments, new ServiceNews());
    }

    /** Hears who has no shadow; on another loop. */
    private final class ServiceNews implements PeerService.PeerListener {
        @Override
        public void joined(Segment segment, Peer peer) {}

        @Override
        public void left(Segment segment, Peer peer) {}

        @Override
        public void plainJoined(Segment segment, PlainService service) {
            must(() -> onPlainJoined(new Key(segment, service)));
        }

        @Override
        public void plainLeft(Segment segment, PlainService service) {
            must(() -> onPlainLeft(new Key(segment, service)));
        }
    }

    /** Hears who has one; on another loop. */
    private final class PeerNews implements PeerService.PeerListener {
        @Override
        public void joined(Segment segment, Peer peer) {
            URI http = peer.http();
            if (http != null && peer.types().containsAll(types)) {
                must(() -> onJoined(segment, peer.address(), http));
            }
        }

        @Override
        public void left(Segment segment, Peer peer) {
            must(() -> onLeft(segment, peer.address()));
        }
    }

    private void must(Runnable task) {
        if (!loop.offer(task) && loop.schedule(MUST_RETRY_MILLIS, task).isEmpty()) {
            lost.increment();
        }
    }

    // Who takes care of whom

    private void onJoined(Segment segment, PeerAddress peer, URI http) {
        if (peer.equals(self) || peerFollowing == null) {
            return;
        }
        peers.computeIfAbsent(segment, key -> new LinkedHashMap<>()).put(peer, http);
        vanished.remove(peer);
        silentLooks.remove(peer);
        ofSegment(segment, ward -> ward.ranking.add(peer), NOTHING_HELD);
    }

    private void onLeft(Segment segment, PeerAddress peer) {
        Map<PeerAddress, URI> there = peers.get(segment);
        if (there == null || there.remove(peer) == null) {
            return;
        }
        vanished.remove(peer);
        silentLooks.remove(peer);
        ofSegment(segment, ward -> ward.ranking.remove(peer, candidates(segment)), NOTHING_HELD);
    }

    private interface WardChange {
        void change(Ward ward);
    }

    private void ofSegment(Segment segment, WardChange change, long unservedSince) {
        wards.forEach((key, ward) -> {
            if (key.segment().equals(segment)) {
                change.change(ward);
                reconsider(key, ward, unservedSince);
            }
        });
        fillUp();
    }

    private Set<PeerAddress> candidates(Segment segment) {
        Set<PeerAddress> all =
                new LinkedHashSet<>(peers.getOrDefault(segment, Map.of()).keySet());
        all.removeAll(vanished.keySet());
        all.add(self);
        return all;
    }

    private void onPlainJoined(Key key) {
        if (wards.containsKey(key)) {
            return;
        }
        if (closed || wards.size() >= options.maxKnown()) {
            notAdopted.increment();
            return;
        }
        Ward ward = new Ward(new Ranking(key.words()), new WardQueue(options, counts), loop.nowMillis());
        candidates(key.segment()).forEach(ward.ranking::add);
        wards.put(key, ward);
        concerned = true;
        followPeers();
        // Who knows the service before its peers would think itself the first of them.
        boolean later =
                loop.schedule(options.settleMillis(), () -> settled(key, ward)).isPresent();
        if (!later) {
            settled(key, ward);
        }
        if (!checking) {
            checking = true;
            checkLater();
        }
    }

    private void settled(Key key, Ward ward) {
        ward.settled = true;
        if (wards.get(key) == ward) {
            // Whoever had it before gave it up when it heard of this peer; what came since then nobody else has
            // delivered.
            reconsider(key, ward, ward.knownSince);
        }
    }

    /** Keeps peers only while there is somebody to look after: a thousand of them are no small thing. */
    private void followPeers() {
        if (peerFollowing != null || wards.isEmpty() || closed) {
            return;
        }
        try {
            peerFollowing = peerService.follow(portType, segments, new PeerNews());
        } catch (RejectedExecutionException e) {
            // The Peer Service is busy; without its news nobody is adopted but by chance, so it is asked again.
            if (loop.schedule(options.checkMillis(), this::followPeers).isEmpty()) {
                lost.increment();
            }
        }
    }

    private void forgetPeers() {
        if (peerFollowing != null) {
            peerFollowing.close();
            peerFollowing = null;
        }
        peers.clear();
        silentLooks.clear();
        vanished.clear();
        held.clear();
    }

    private void onPlainLeft(Key key) {
        Ward ward = wards.remove(key);
        if (ward == null) {
            return;
        }
        giveUp(ward);
        if (wards.isEmpty()) {
            concerned = false;
            forgetPeers();
        }
        fillUp();
    }

    /**
     * Finds out anew who the adopter is.
     *
     * @param unservedSince what came at that time or later, in ms, perhaps nobody has delivered
     */
    private void reconsider(Key key, Ward ward, long unservedSince) {
        boolean first = ward.ranking.first().get(0).equals(self);
        if (!first) {
            giveUp(ward);
        } else if (!ward.mine && ward.settled) {
            if (adopted < options.maxAdopted()) {
                adopt(key, ward, unservedSince);
            } else if (!ward.leftOut) {
                notAdopted.increment();
                ward.leftOut = true;
                ward.unservedSince = Math.min(unservedSince, loop.nowMillis());
            }
        }
    }

    /** Begins to deliver, with the held messages that came at that time or later. */
    private void adopt(Key key, Ward ward, long unservedSince) {
        ward.mine = true;
        ward.leftOut = false;
        adopted++;
        long now = loop.nowMillis();
        held.since(unservedSince).forEach(message -> ward.queue.add(now, message));
        send(key, ward);
    }

    private void giveUp(Ward ward) {
        ward.leftOut = false;
        if (ward.mine) {
            ward.mine = false;
            adopted--;
            ward.queue.handOver();
        }
    }

    /** Whoever was left out gets the room of those that have gone, and what is still held of the time between. */
    private void fillUp() {
        if (adopted < options.maxAdopted()) {
            wards.forEach((key, ward) -> {
                if (ward.leftOut && adopted < options.maxAdopted()) {
                    adopt(key, ward, ward.unservedSince);
                }
            });
        }
    }

    /** True if this peer is the adopter, or may become it without anybody's word. */
    private boolean isNear(Ward ward) {
        int place = ward.ranking.first().indexOf(self);
        return place >= 0 && place <= STANDING_BY;
    }

    // Looking after adopters

    private void checkLater() {
        if (loop.schedule(options.checkMillis(), this::check).isEmpty()) {
            checking = false; // The next service that is found begins again.
        }
    }

    private void check() {
        if (closed || wards.isEmpty()) {
            checking = false;
            return;
        }
        Map<PeerAddress, URI> looked = new LinkedHashMap<>(vanished);
        wards.forEach((key, ward) -> {
            List<PeerAddress> first = ward.ranking.first();
            int place = first.indexOf(self);
            if (place >= 1 && place <= STANDING_BY) {
                PeerAddress before = first.get(place - 1);
                URI http = peers.getOrDefault(key.segment(), Map.of()).get(before);
                if (http != null) {
                    looked.put(before, http);
                }
            }
        });
        List<Map.Entry<PeerAddress, URI>> all = List.copyOf(looked.entrySet());
        int many = Math.min(all.size(), options.checksAtOnce());
        for (int i = 0; i < many; i++) {
            Map.Entry<PeerAddress, URI> entry = all.get(Math.floorMod(nextCheck++, all.size()));
            look(entry.getKey(), entry.getValue());
        }
        checkLater();
    }

    private void look(PeerAddress peer, URI http) {
        CompletableFuture<Object> unused = host.client()
                .getMetadata(http, Duration.ofMillis(options.checkMillis()))
                .handle((metadata, failure) -> {
                    // Whoever answers with a fault lives.
                    boolean alive = failure == null || cause(failure) instanceof FaultException;
                    must(() -> looked(peer, alive));
                    return alive;
                });
    }

    private static Throwable cause(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private void looked(PeerAddress peer, boolean alive) {
        if (alive) {
            silentLooks.remove(peer);
            if (vanished.remove(peer) != null) {
                peers.forEach((segment, there) -> {
                    if (there.containsKey(peer)) {
                        ofSegment(segment, ward -> ward.ranking.add(peer), NOTHING_HELD);
                    }
                });
            }
            return;
        }
        if (vanished.containsKey(peer) || silentLooks.merge(peer, 1, Integer::sum) < SILENT_LOOKS) {
            return;
        }
        silentLooks.remove(peer);
        Set<Segment> segments = new HashSet<>();
        peers.forEach((segment, there) -> {
            URI http = there.get(peer);
            if (http != null) {
                vanished.put(peer, http);
                segments.add(segment);
            }
        });
        segments.forEach(
                segment -> ofSegment(segment, ward -> ward.ranking.remove(peer, candidates(segment)), ALL_HELD));
    }

    // Delivering

    /** Takes a one-way message that was delivered to the service of this device. */
    public void deliver(EnvelopePayload message) {
        if (!concerned || closed) {
            return;
        }
        Envelope envelope = message.envelope();
        Optional<Held> toHold = held(envelope, loop.nowMillis());
        if (toHold.isPresent() && !loop.offer(() -> take(toHold.get()))) {
            lost.increment();
        }
    }

    private static Optional<Held> held(Envelope envelope, long now) {
        try {
            return GossipHeader.parameters(envelope, NO_DEFAULTS)
                    .map(parameters ->
                            new Held(envelope.messageId().orElse(""), envelope, now, parameters.expiresAtMillis()));
        } catch (MalformedGossipException e) {
            return Optional.empty(); // It would not have been delivered here.
        }
    }

    private void take(Held message) {
        long now = loop.nowMillis();
        if (wards.values().stream().anyMatch(this::isNear)) {
            held.add(now, message);
        }
        wards.forEach((key, ward) -> {
            if (ward.mine) {
                ward.queue.add(now, message);
                send(key, ward);
            }
        });
    }

    private void send(Key key, Ward ward) {
        if (closed || !ward.mine) {
            return;
        }
        long now = loop.nowMillis();
        ward.queue.begin(now).ifPresent(message -> attempt(key, ward, message, ward.queue.patience(now, message)));
    }

    private void attempt(Key key, Ward ward, Held message, long patience) {
        URI to = key.service().http();
        CompletableFuture<HttpReply> unused = host.httpSender()
                .post(to, HttpReply.SOAP_CONTENT_TYPE, plain(message.envelope(), to), Duration.ofMillis(patience))
                .whenComplete((reply, failure) -> must(() -> sent(key, ward, reply)));
    }

    /** The application's own envelope, for somebody who knows nothing of gossip. */
    private static byte[] plain(Envelope envelope, URI to) {
        return new EnvelopeSplice(envelope, NOT_FOR_OTHERS)
                .with(new XmlWriter().element(Wsa.TO, to.toString()).toBytes());
    }

    private void sent(Key key, Ward ward, @Nullable HttpReply reply) {
        WardQueue.End end =
                switch (reply == null ? 0 : reply.status() / 100) {
                    case 2 -> WardQueue.End.ACCEPTED;
                    case 4 -> WardQueue.End.REFUSED;
                    default -> WardQueue.End.FAILED;
                };
        long pause = ward.queue.ended(loop.nowMillis(), end);
        if (pause == 0) {
            send(key, ward);
        } else if (!closed && loop.schedule(pause, () -> send(key, ward)).isEmpty()) {
            lost.increment(); // What waits goes on with the next message.
        }
    }

    /** What was done so far; fails with RejectedExecutionException if the event loop is full or closed. */
    public CompletableFuture<Counters> counters() {
        return ask(() -> new Counters(
                wards.size(),
                adopted,
                counts.delivered.sum(),
                counts.refused.sum(),
                counts.retried.sum(),
                counts.expired.sum(),
                counts.overflowed.sum(),
                counts.handedOver.sum(),
                notAdopted.sum(),
                lost.sum(),
                forgotten.sum()));
    }

    private <T> CompletableFuture<T> ask(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        if (!loop.offer(() -> answer.complete(question.get()))) {
            answer.completeExceptionally(
                    new RejectedExecutionException("event loop " + loop.name() + ": full or closed"));
        }
        return answer;
    }

    /** Delivers nothing any more: its peers hear Bye, and whoever adopts next begins with what comes then. */
    @Override
    public void close() {
        closed = true;
        concerned = false;
        following.close();
        must(() -> {
            wards.values().forEach(this::giveUp);
            wards.clear();
            forgetPeers();
        });
    }
}
