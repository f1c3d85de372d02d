package org.grapevine.dpws.transport;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * All links of a host: a multicast leaves on each of them, and one thread receives from them all. Links come and go at run
 * time. Sending takes no lock and is for any thread.
 */
public final class Links implements AutoCloseable {

    /** Most links of one host. */
    public static final int MAX_LINKS = 64;

    private final LinkOptions options;
    private final LinkHandler handler;
    private final UdpReceiver receiver;
    private final HeldDatagrams held = new HeldDatagrams();

    private final Object change = new Object();
    private volatile List<Link> links = List.of(); // replaced under change
    private boolean closed; // guarded by change

    private Links(LinkOptions options, LinkHandler handler, UdpReceiver receiver) {
        this.options = options;
        this.handler = handler;
        this.receiver = receiver;
    }

    /** Starts the receive thread; there is no link yet. */
    public static Links open(LinkOptions options, LinkHandler handler) throws IOException {
        return new Links(options, handler, UdpReceiver.start("udp"));
    }

    /**
     * Opens a link: its unicast socket, and one that hears the group of its IP version. The first datagram may reach the
     * handler before this method returns.
     *
     * @param bind an address of this machine, which also names the interface, and a port; 0 takes a free one
     * @throws IOException if the address or port cannot be had, or the interface has no multicast; the message names them
     * @throws IllegalArgumentException if there is a link with this address, or there are too many
     */
    public Link add(InetSocketAddress bind) throws IOException {
        synchronized (change) {
            if (closed) {
                throw new ClosedChannelException();
            }
            Arguments.require(
                    bind.isUnresolved() || at(bind.getAddress()).isEmpty(),
                    "link: %s (expected: an address that is no link yet)",
                    bind.getAddress() == null ? "" : bind.getAddress().getHostAddress());
            Arguments.require(
                    links.size() < MAX_LINKS, "links: %s (expected: at most %s)", links.size() + 1, MAX_LINKS);
            Link link = openLink(bind);
            List<Link> more = new ArrayList<>(links);
            more.add(link);
            links = List.copyOf(more);
            return link;
        }
    }

    private Link openLink(InetSocketAddress bind) throws IOException {
        // The handler needs the link, which needs the transport, which needs the handler.
        AtomicReference<Link> self = new AtomicReference<>();
        DatagramHandler onLink = new DatagramHandler() {
            @Override
            public void onDatagram(byte[] bytes, InetSocketAddress from, boolean multicast) {
                Link link = self.get();
                if (link != null) {
                    handler.onDatagram(link, bytes, from, multicast);
                }
            }

            @Override
            public void onTurnEnd() {
                handler.onTurnEnd();
            }
        };
        UdpTransport udp = UdpTransport.open(options.at(bind), onLink, receiver, held);
        InetSocketAddress group = options.groupFor(bind.getAddress());
        Link link = new Link(udp, group);
        self.set(link);
        try {
            udp.join(group);
            return link;
        } catch (IOException | RuntimeException e) {
            udp.close();
            throw new IOException(
                    "cannot hear " + AddressText.authority(group) + " on " + link + ": " + e.getMessage()
                            + " (expected: an interface with multicast)",
                    e);
        }
    }

    /**
     * Closes a link; its ports are free then.
     *
     * @return whether it was one of these
     */
    public boolean remove(Link link) {
        synchronized (change) {
            List<Link> fewer = new ArrayList<>(links);
            if (!fewer.remove(link)) {
                return false;
            }
            links = List.copyOf(fewer);
        }
        link.udp().close();
        return true;
    }

    /** The links, in the order in which they were opened. */
    public List<Link> all() {
        return links;
    }

    /** The link of an address of this host; a link-local one may be written without its zone. */
    public Optional<Link> at(InetAddress address) {
        return links.stream().filter(link -> same(link.address(), address)).findFirst();
    }

    /** Whether both mean the same address: a link-local one may exist on every interface, and one without a zone on any. */
    static boolean same(InetAddress a, InetAddress b) {
        boolean zonesDiffer = a.isLinkLocalAddress()
                && a instanceof Inet6Address a6
                && b instanceof Inet6Address b6
                && a6.getScopeId() != 0
                && b6.getScopeId() != 0
                && a6.getScopeId() != b6.getScopeId();
        return a.equals(b) && !zonesDiffer;
    }

    /** To the group of each link's IP version, on every link. A link that cannot send counts that and stops no other. */
    public void sendMulticast(byte[] bytes) {
        links.forEach(link -> link.sendMulticast(bytes));
    }

    /**
     * To one peer, from the first link of its IP version; to a link-local address from the link of its zone. Without such a
     * link nothing is sent, and the first link counts an error.
     */
    public void send(InetSocketAddress to, byte[] bytes) {
        List<Link> now = links;
        Optional<Link> way = now.stream().filter(link -> leadsTo(link, to)).findFirst();
        way.or(() -> now.stream().findFirst()).ifPresent(link -> link.send(to, bytes));
    }

    private static boolean leadsTo(Link link, InetSocketAddress to) {
        if (to.getAddress() instanceof Inet6Address ipv6) {
            int zone = ipv6.isLinkLocalAddress() ? ipv6.getScopeId() : 0;
            return link.isIpv6() && (zone == 0 || link.udp().networkInterface().getIndex() == zone);
        }
        return !to.isUnresolved() && !link.isIpv6();
    }

    /** Closes every link and ends the receive thread. Safe to call again and from the handler. */
    @Override
    public void close() {
        synchronized (change) {
            closed = true;
            links.forEach(link -> link.udp().close());
            links = List.of();
        }
        held.close();
        receiver.close();
    }
}
