package org.grapevine.gossip.driver;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import javax.xml.namespace.QName;
import org.grapevine.core.membership.Membership;
import org.grapevine.core.membership.MembershipAction;
import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.core.membership.MembershipEvent;
import org.grapevine.core.membership.PeerEntry;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.transport.EventLoop;
import org.grapevine.gossip.header.MalformedGossipException;
import org.grapevine.gossip.header.PeerMessageCodec;
import org.grapevine.peer.Views;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the membership engines of one shadow, one for each segment in which somebody keeps its view by it: brings them what arrives,
 * does what they say, and keeps the views of the shadow's gossip drivers. On the event loop of these drivers, in a lane of its own.
 *
 * <p>Any thread.
 */
public final class OverlayDriver {

    private static final Logger LOG = LoggerFactory.getLogger(OverlayDriver.class);

    private static final long RETRY_MILLIS = 50;

    private final QName portType;
    private final PeerEntry self;
    private final EndpointReference device;
    private final GossipHost host;
    private final Views views;
    private final LoopTurns turns;
    private final EventLoop loop;
    private final Lanes.Owner inbox;
    private final LiteralAddresses addresses;

    // On the loop.
    private final Map<Segment, SegmentOverlay> overlays = new LinkedHashMap<>();
    private boolean closed;

    private volatile boolean crashed;

    private final LongAdder received = new LongAdder();
    private final LongAdder malformed = new LongAdder();
    private final LongAdder forged = new LongAdder();
    private final LongAdder foreign = new LongAdder();
    private final LongAdder sent = new LongAdder();
    private final LongAdder sentBytes = new LongAdder();
    private final LongAdder lostTimers = new LongAdder();
    private final LongAdder lostTasks = new LongAdder();

    /**
     * What came and went so far, over all segments.
     *
     * @param received messages that an engine was told of
     * @param malformed messages that made no sense, those with too many entries included
     * @param forged datagrams whose {@code wsa:From} is not where they came from
     * @param foreign messages for a segment in which this shadow has no overlay
     * @param inboxFull messages and checks for which there was no room
     * @param sent messages
     * @param sentBytes octets of their envelopes
     * @param lostTimers times that the event loop took no timer; it was asked again
     * @param lostTasks changes of views and contacts for which there was no room
     */
    public record Counters(
            long received,
            long malformed,
            long forged,
            long foreign,
            long inboxFull,
            long sent,
            long sentBytes,
            long lostTimers,
            long lostTasks) {}

    /**
     * Without any overlay yet.
     *
     * @param device which the shadow is on; its drivers are on the same event loop
     * @param portType of the shadow
     * @param self address of the shadow, as peers know it
     * @param http where the shadow takes HTTP
     * @param views where the overlays are made known
     * @throws IllegalArgumentException if the address is too long for others to be told
     */
    public OverlayDriver(
            EndpointReference device, QName portType, PeerAddress self, URI http, GossipHost host, Views views) {
        if (self.value().length() > PeerMessageCodec.MAX_ADDRESS) {
            throw new IllegalArgumentException("address of the shadow: " + self + " (expected: at most "
                    + PeerMessageCodec.MAX_ADDRESS + " characters; the names of device and service are part of it)");
        }
        this.device = device;
        this.portType = portType;
        this.host = host;
        this.views = views;
        this.turns = host.turnsOf(device.address());
        this.loop = turns.loop();
        this.inbox = turns.lanes().owner();
        this.addresses = host.addresses();
        this.self = addresses.entry(self, http);
    }

    /** Of the shadow; age 0. */
    public PeerEntry self() {
        return self;
    }

    // Views that it keeps

    /**
     * Keeps the view of a gossip driver from now on, in place of what it kept for it before. A segment that is new gets an overlay, one
     * in which another choice was made gets a new one, which begins with the peers of the old; one that no driver needs any more is
     * left.
     */
    public void keep(GossipDriver view, Map<Segment, OverlayChoice> choices) {
        Map<Segment, OverlayChoice> wanted = new LinkedHashMap<>(choices);
        must(() -> {
            if (closed) {
                return;
            }
            view.checkWith(this::check);
            wanted.forEach((segment, choice) -> overlay(segment, choice).feed(view));
            Map.copyOf(overlays).forEach((segment, overlay) -> {
                if (!wanted.containsKey(segment)) {
                    overlay.unfeed(view);
                    if (overlay.feedsNobody()) {
                        end(segment, overlay);
                    }
                }
            });
        });
    }

    /** Ends {@link #keep}. */
    public void release(GossipDriver view) {
        keep(view, Map.of());
    }

    private SegmentOverlay overlay(Segment segment, OverlayChoice choice) {
        SegmentOverlay present = overlays.get(segment);
        if (present != null && present.choice().equals(choice)) {
            return present;
        }
        Membership engine = new Membership(choice.config(), self, addresses, host.newRandom());
        SegmentOverlay made = new SegmentOverlay(this, segment, choice, engine);
        List<PeerEntry> known = List.of();
        if (present != null) {
            known = present.entries();
            present.fed().forEach(made::feed);
            end(segment, present);
        }
        overlays.put(segment, made);
        views.add(device, made);
        made.handle(new MembershipEvent.Started());
        if (!known.isEmpty()) {
            made.handle(new MembershipEvent.Contacts(known));
        }
        return made;
    }

    private void end(Segment segment, SegmentOverlay overlay) {
        overlay.end();
        overlays.remove(segment, overlay);
        views.remove(device, overlay);
    }

    /**
     * How an overlay keeps a view.
     *
     * @param peers that it knows, links included
     */
    public record Kept(MembershipConfig config, int peers) {}

    /** The segments in which it keeps a view; fails with RejectedExecutionException if the event loop is full or closed. */
    public CompletableFuture<Map<Segment, Kept>> kept() {
        return ask(() -> {
            Map<Segment, Kept> bySegment = new LinkedHashMap<>();
            overlays.forEach((segment, overlay) -> bySegment.put(segment, overlay.kept()));
            return bySegment;
        });
    }

    // What is known from elsewhere

    /**
     * Discovery has found a peer of a segment.
     *
     * @param http where it takes HTTP; null if it does not
     */
    public void contact(Segment segment, PeerAddress peer, @Nullable URI http) {
        PeerEntry entry = addresses.entry(peer, http);
        tell(segment, new MembershipEvent.Contacts(List.of(entry)));
    }

    /** The peer's device said Bye, or has the segment or the service no more. */
    public void gone(Segment segment, PeerAddress peer) {
        tell(segment, new MembershipEvent.Gone(peer));
    }

    private void tell(Segment segment, MembershipEvent event) {
        must(() -> {
            SegmentOverlay overlay = overlays.get(segment);
            if (overlay != null) {
                overlay.handle(event);
            }
        });
    }

    private void check(@Nullable Segment segment, PeerAddress peer) {
        offer(() -> {
            for (SegmentOverlay overlay : List.copyOf(overlays.values())) {
                // What is of no segment was sent to a peer of one of them.
                if (segment == null ? overlay.isLinked(peer) : overlay.segment().equals(segment)) {
                    overlay.handle(new MembershipEvent.Check(peer));
                }
            }
        });
    }

    // From peers

    /** Takes a membership message that came by datagram; what makes no sense is counted, and never answered. */
    public void onDatagram(Envelope envelope, InetSocketAddress source) {
        try {
            PeerMessageCodec.InSegment message = PeerMessageCodec.read(envelope);
            PeerAddress from = sender(envelope);
            if (source.equals(host.wire().datagramAddress(from))) {
                receive(from, message);
            } else {
                forged.increment();
            }
        } catch (MalformedGossipException e) {
            malformed.increment();
            LOG.debug("datagram from {}: {}", source, e.getMessage());
        }
    }

    /**
     * Takes one that came by HTTP.
     *
     * @throws MalformedGossipException if it makes no sense
     */
    public void onPost(Envelope envelope) throws MalformedGossipException {
        try {
            receive(sender(envelope), PeerMessageCodec.read(envelope));
        } catch (MalformedGossipException e) {
            malformed.increment();
            throw e;
        }
    }

    private static PeerAddress sender(Envelope envelope) {
        return new PeerAddress(envelope.from().map(EndpointReference::address).orElse(""));
    }

    private void receive(PeerAddress from, PeerMessageCodec.InSegment message) {
        offer(() -> {
            SegmentOverlay overlay = overlays.get(message.segment());
            if (overlay == null) {
                foreign.increment();
                return;
            }
            received.increment();
            overlay.received(from, message);
        });
    }

    // For the overlays

    QName portType() {
        return portType;
    }

    LiteralAddresses addresses() {
        return addresses;
    }

    long nowMillis() {
        return loop.nowMillis();
    }

    /** Puts something into the lane of membership; counted if there is no room. */
    void offer(Runnable task) {
        if (inbox.offer(Lane.MEMBERSHIP, task)) {
            host.begin(turns);
        }
    }

    boolean schedule(long delayMillis, Runnable task) {
        boolean scheduled = loop.schedule(delayMillis, () -> {
                    task.run();
                    turns.afterTask();
                })
                .isPresent();
        if (!scheduled) {
            lostTimers.increment();
        }
        return scheduled;
    }

    /** @param together whether the peer is known to take bundles */
    void send(Segment segment, MembershipAction.Send send, boolean together) {
        if (crashed) {
            return;
        }
        byte[] envelope = PeerMessageCodec.write(
                send.message(), segment, send.to(), self, host.messageIds().next());
        sent.increment();
        sentBytes.add(envelope.length);
        if (host.wire().fitsDatagram(envelope.length)) {
            host.wire().sendDatagram(send.to(), together ? turns.outbox() : null, envelope);
        } else {
            SegmentOverlay overlay = overlays.get(segment);
            int port = overlay == null ? 0 : overlay.httpPort(send.to());
            host.wire().post(addresses.http(send.to(), port), envelope, () -> check(segment, send.to()));
        }
    }

    <T> CompletableFuture<T> ask(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        if (!loop.offer(() -> answer.complete(question.get()))) {
            answer.completeExceptionally(
                    new RejectedExecutionException("event loop " + loop.name() + ": full or closed"));
        }
        return answer;
    }

    /** What no sender would repeat waits a moment if the inbox is full. */
    private void must(Runnable task) {
        Runnable whole = () -> {
            task.run();
            turns.afterTask();
        };
        if (!loop.offer(whole) && loop.schedule(RETRY_MILLIS, whole).isEmpty()) {
            lostTasks.increment();
        }
    }

    /** Is gone from all segments without a word: nothing is sent from now on. */
    public void crash() {
        crashed = true;
        close();
    }

    /** Leaves all segments, and says so to the links. */
    public void close() {
        must(() -> {
            closed = true;
            Map.copyOf(overlays).forEach(this::end);
            inbox.clear();
        });
    }

    /** A snapshot. */
    public Counters counters() {
        return new Counters(
                received.sum(),
                malformed.sum(),
                forged.sum(),
                foreign.sum(),
                inbox.refused().values().stream().mapToLong(Long::longValue).sum(),
                sent.sum(),
                sentBytes.sum(),
                lostTimers.sum(),
                lostTasks.sum());
    }
}
