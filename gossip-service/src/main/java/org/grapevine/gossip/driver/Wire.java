package org.grapevine.gossip.driver;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import org.grapevine.core.memory.RecentlyUsed;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.dpws.addressing.SoapUdpAddress;
import org.grapevine.dpws.soap.EnvelopeSplice;
import org.grapevine.dpws.transport.HttpReply;
import org.grapevine.dpws.transport.HttpSender;
import org.grapevine.dpws.transport.UdpTransport;
import org.grapevine.gossip.header.BundleCodec;
import org.jspecify.annotations.Nullable;

/**
 * Sends envelopes to peers, by datagram or by HTTP. Shared by all drivers of a device host; safe for any thread; never blocks and
 * never throws for one lost peer. HTTP connections are kept alive, and bounded for each peer, by the sender.
 */
public final class Wire {

    /** A peer's sender may wait this long for a 202; a copy that is later than that has been overtaken by repair. */
    private static final Duration HTTP_TIMEOUT = Duration.ofSeconds(10);

    /** Strangers' addresses that are kept parsed; any number may write to us. */
    private static final int PARSED_STRANGERS = 4_096;

    private final UdpTransport udp;
    private final HttpSender sender;
    private final int maxDatagramBytes;
    private final Map<PeerAddress, Optional<InetSocketAddress>> parsed = new RecentlyUsed<>(PARSED_STRANGERS);
    private final LongAdder datagrams = new LongAdder();
    private final LongAdder bundles = new LongAdder();
    private final LongAdder bundledParts = new LongAdder();
    private final LongAdder multicasts = new LongAdder();
    private final LongAdder httpPosts = new LongAdder();
    private final LongAdder httpFailures = new LongAdder();
    private final LongAdder noRoute = new LongAdder();

    /**
     * What was sent so far.
     *
     * @param datagrams envelopes sent by UDP to one peer each
     * @param bundles datagrams in which several of them travelled together
     * @param bundled envelopes that travelled so
     * @param multicasts envelopes sent to a group
     * @param httpPosts envelopes sent by HTTP
     * @param httpFailures of those, the ones that were not answered by 202
     * @param noRoute envelopes not sent: an address that is none, or too large for a datagram to a peer without an HTTP address
     */
    public record Sent(
            long datagrams,
            long bundles,
            long bundled,
            long multicasts,
            long httpPosts,
            long httpFailures,
            long noRoute) {

        /** Before anything was sent. */
        public static final Sent NOTHING = new Sent(0, 0, 0, 0, 0, 0, 0);
    }

    public Wire(UdpTransport udp, HttpSender sender, int maxDatagramBytes) {
        this.udp = udp;
        this.sender = sender;
        this.maxDatagramBytes = maxDatagramBytes;
    }

    /** True if a datagram may be so large, in octets. */
    boolean fitsDatagram(int size) {
        return size <= maxDatagramBytes;
    }

    /**
     * Sends one envelope by datagram.
     *
     * @param together the outbox of the event loop on which this is called, where the envelope may wait for others to the same host;
     *     null if the peer is not known to take bundles
     */
    void sendDatagram(PeerAddress to, @Nullable Outbox together, byte[] envelope) {
        InetSocketAddress address = datagramAddress(to);
        if (address == null) {
            noRoute.increment();
            return;
        }
        datagrams.increment();
        if (together == null || BundleCodec.partStart(envelope) != 0) {
            udp.send(address, envelope);
        } else {
            together.add(address, envelope.length, out -> out.put(envelope));
        }
    }

    /** As {@link #sendDatagram(PeerAddress, Outbox, byte[])}, a copy made of what all copies share and what it has of its own. */
    void sendDatagram(PeerAddress to, @Nullable Outbox together, EnvelopeSplice shared, byte[] own) {
        InetSocketAddress address = datagramAddress(to);
        if (address == null) {
            noRoute.increment();
            return;
        }
        datagrams.increment();
        if (together == null) {
            udp.send(address, shared.with(own));
        } else {
            together.add(address, shared.sizeWith(own), out -> shared.writeTo(out, own));
        }
    }

    /** Sends one datagram to a group. */
    void sendMulticast(InetSocketAddress group, byte[] envelope) {
        multicasts.increment();
        udp.sendMulticast(group, envelope);
    }

    /**
     * Sends one envelope by HTTP.
     *
     * @param http where the peer takes HTTP; null if nobody said
     * @param failed called by any thread if the peer has not answered by 202
     */
    void post(@Nullable URI http, byte[] envelope, Runnable failed) {
        if (http == null) {
            noRoute.increment();
            return;
        }
        httpPosts.increment();
        CompletableFuture<HttpReply> unused = sender.post(http, HttpReply.SOAP_CONTENT_TYPE, envelope, HTTP_TIMEOUT)
                .whenComplete((reply, failure) -> {
                    if (failure != null || reply.status() != 202) {
                        httpFailures.increment();
                        failed.run();
                    }
                });
    }

    /** A new outbox for an event loop. */
    Outbox outbox(boolean bundling) {
        return new Outbox(udp, maxDatagramBytes, bundling, bundles, bundledParts);
    }

    public Sent sent() {
        return new Sent(
                datagrams.sum(),
                bundles.sum(),
                bundledParts.sum(),
                multicasts.sum(),
                httpPosts.sum(),
                httpFailures.sum(),
                noRoute.sum());
    }

    /** Where the datagrams for a peer go; null if the address is none of a peer. */
    @Nullable
    InetSocketAddress datagramAddress(PeerAddress peer) {
        synchronized (parsed) {
            return parsed.computeIfAbsent(peer, Wire::parse).orElse(null);
        }
    }

    static Optional<InetSocketAddress> parse(PeerAddress peer) {
        try {
            SoapUdpAddress address = SoapUdpAddress.parse(peer.value());
            // Names are not looked up: that would block an event loop at a stranger's wish.
            boolean literal = address.host().indexOf(':') >= 0 || address.host().matches("[0-9.]+");
            if (!literal) {
                return Optional.empty();
            }
            InetAddress host = InetAddress.getByName(address.host());
            // A message that names a group as its sender must not make us answer to the group.
            boolean unicast = !host.isMulticastAddress() && !host.isAnyLocalAddress();
            return unicast ? Optional.of(new InetSocketAddress(host, address.port())) : Optional.empty();
        } catch (IllegalArgumentException | UnknownHostException e) {
            return Optional.empty();
        }
    }
}
