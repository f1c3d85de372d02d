package org.grapevine.gossip.driver;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.grapevine.core.membership.EntryRule;
import org.grapevine.core.membership.PeerEntry;
import org.grapevine.core.memory.RecentlyUsed;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.dpws.addressing.SoapUdpAddress;
import org.grapevine.dpws.transport.AddressText;
import org.grapevine.gossip.header.PeerMessageCodec;
import org.jspecify.annotations.Nullable;

/**
 * Accepts the addresses that shadows write of themselves: {@code soap.udp}, a literal unicast address of the IP version and the reach
 * of this host's own one, a port and a path, in the one form in which hosts write them. So nobody can name one peer in many ways.
 * Shared by all shadows of a host; any thread.
 */
final class LiteralAddresses implements EntryRule {

    private static final int FIRST_MULTICAST = 224;

    /** Addresses that have been looked at lately: peers name the same ones again and again. */
    private static final int MOST_REMEMBERED = 4_096;

    private final InetAddress own;
    private final String httpScheme;
    private final Map<PeerAddress, Boolean> remembered = new RecentlyUsed<>(MOST_REMEMBERED);

    /**
     * Has looked at none yet.
     *
     * @param own from which this host sends; one that is not on loopback takes nobody there for a peer
     * @param httpScheme at which peers take HTTP
     */
    LiteralAddresses(InetAddress own, String httpScheme) {
        this.own = own;
        this.httpScheme = httpScheme;
    }

    @Override
    public boolean accepts(PeerAddress address) {
        synchronized (remembered) {
            return remembered.computeIfAbsent(address, this::isOfPeer);
        }
    }

    private boolean isOfPeer(PeerAddress address) {
        if (address.value().length() > PeerMessageCodec.MAX_ADDRESS) {
            return false;
        }
        Optional<InetSocketAddress> socket = Wire.parse(address);
        if (socket.isEmpty()) {
            return false;
        }
        InetAddress host = socket.get().getAddress();
        SoapUdpAddress parsed = SoapUdpAddress.parse(address.value());
        SoapUdpAddress canonical = new SoapUdpAddress(AddressText.of(host), parsed.port(), parsed.path());
        return host.getClass().equals(own.getClass())
                && host.isLoopbackAddress() == own.isLoopbackAddress()
                && !isNobodys(host.getAddress())
                && parsed.path().length() > 1
                && canonical.toString().equals(address.value())
                && isUri(address.value());
    }

    /** Of IPv4: this network, and all that is above the unicast addresses, broadcasts included. */
    private static boolean isNobodys(byte[] host) {
        int first = host[0] & 0xFF;
        return host.length == 4 && (first == 0 || first >= FIRST_MULTICAST);
    }

    private static boolean isUri(String value) {
        try {
            URI uri = URI.create(value);
            return uri.normalize().equals(uri) && uri.getRawQuery() == null && uri.getRawFragment() == null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Where a peer takes HTTP; null if it does not. */
    @Nullable
    URI http(PeerAddress address, int httpPort) {
        if (httpPort == 0 || !accepts(address)) {
            return null;
        }
        SoapUdpAddress parsed = SoapUdpAddress.parse(address.value());
        String host = parsed.host().indexOf(':') >= 0 ? "[" + parsed.host() + "]" : parsed.host();
        return URI.create(httpScheme + "://" + host + ":" + httpPort + parsed.path());
    }

    /** What others are told of a peer that takes datagrams and HTTP; the HTTP port is 0 if they could not work its address out. */
    PeerEntry entry(PeerAddress address, @Nullable URI http) {
        int port = http == null ? 0 : http.getPort();
        boolean known = port > 0 && Objects.equals(http, http(address, port));
        return new PeerEntry(address, known ? port : 0, 0);
    }
}
