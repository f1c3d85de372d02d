package org.grapevine.dpws.transport;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * What all {@link Links} of a host have in common.
 *
 * @param ipv4Group multicast group and port that is joined on links of IPv4, and that their multicasts go to
 * @param ipv6Group the same for IPv6; a link-local one needs no zone, since every link names its own
 * @param maxDatagramBytes see {@link UdpOptions}
 * @param multicastTtl see {@link UdpOptions}; the hop limit of IPv6
 * @param faults see {@link UdpOptions}; all links ask the same
 */
public record LinkOptions(
        InetSocketAddress ipv4Group,
        InetSocketAddress ipv6Group,
        int maxDatagramBytes,
        int multicastTtl,
        TransportFaults faults) {

    public LinkOptions {
        Arguments.require(
                isGroup(ipv4Group) && !(ipv4Group.getAddress() instanceof Inet6Address),
                "ipv4Group: %s (expected: a multicast address of IPv4)",
                ipv4Group);
        Arguments.require(
                isGroup(ipv6Group) && ipv6Group.getAddress() instanceof Inet6Address,
                "ipv6Group: %s (expected: a multicast address of IPv6)",
                ipv6Group);
    }

    /** DPWS sizes, multicasts that stay on the link, no faults. */
    public static LinkOptions of(InetSocketAddress ipv4Group, InetSocketAddress ipv6Group) {
        return new LinkOptions(ipv4Group, ipv6Group, UdpOptions.MAX_UDP_ENVELOPE_SIZE, 1, TransportFaults.NONE);
    }

    public LinkOptions withMaxDatagramBytes(int bytes) {
        return new LinkOptions(ipv4Group, ipv6Group, bytes, multicastTtl, faults);
    }

    public LinkOptions withMulticastTtl(int ttl) {
        return new LinkOptions(ipv4Group, ipv6Group, maxDatagramBytes, ttl, faults);
    }

    public LinkOptions withFaults(TransportFaults newFaults) {
        return new LinkOptions(ipv4Group, ipv6Group, maxDatagramBytes, multicastTtl, newFaults);
    }

    /** The group of the address's IP version. */
    public InetSocketAddress groupFor(InetAddress address) {
        return address instanceof Inet6Address ? ipv6Group : ipv4Group;
    }

    UdpOptions at(InetSocketAddress bind) {
        return UdpOptions.on(bind.getAddress())
                .withBind(bind)
                .withMaxDatagramBytes(maxDatagramBytes)
                .withMulticastTtl(multicastTtl)
                .withFaults(faults);
    }

    private static boolean isGroup(InetSocketAddress group) {
        return !group.isUnresolved() && group.getAddress().isMulticastAddress();
    }
}
