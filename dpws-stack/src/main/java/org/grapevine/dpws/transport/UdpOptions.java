package org.grapevine.dpws.transport;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * How a {@link UdpTransport} is set up.
 *
 * @param bind unicast address and port of the transport; port 0 takes a free one. A given address, not the wildcard: it
 *     also names the network interface that multicasts leave through.
 * @param maxDatagramBytes larger datagrams are neither sent nor handed on. DPWS 1.1 wants 4,096
 *     (MAX_UDP_ENVELOPE_SIZE), at most 32,767 (MAX_ENVELOPE_SIZE); 65,507 is what IPv4 can carry.
 * @param receiveBufferBytes asked of the kernel for each socket. The usual default holds about 90 datagrams of 1 kB, and
 *     the rest of a burst is lost without a sign; the kernel may grant less, see {@link UdpTransport#receiveBufferBytes}.
 * @param multicastTtl routers that a multicast may cross; 1 keeps it on the link (SOAP-over-UDP 1.1)
 * @param faults put into sending and receiving; {@link TransportFaults#NONE} outside of tests
 */
public record UdpOptions(
        InetSocketAddress bind,
        int maxDatagramBytes,
        int receiveBufferBytes,
        int multicastTtl,
        TransportFaults faults) {

    /** MAX_UDP_ENVELOPE_SIZE of DPWS 1.1. */
    public static final int MAX_UDP_ENVELOPE_SIZE = 4_096;

    private static final int MAX_IPV4_PAYLOAD = 65_507;
    private static final int RECEIVE_BUFFER_BYTES = 4 << 20;

    public UdpOptions {
        Arguments.require(!bind.isUnresolved(), "bind: %s (expected: an address that resolves)", bind);
        Arguments.require(
                !bind.getAddress().isAnyLocalAddress() && !bind.getAddress().isMulticastAddress(),
                "bind: %s (expected: the unicast address of one interface)",
                bind);
        Arguments.require(
                maxDatagramBytes >= 1 && maxDatagramBytes <= MAX_IPV4_PAYLOAD,
                "maxDatagramBytes: %s (expected: 1..%s)",
                maxDatagramBytes,
                MAX_IPV4_PAYLOAD);
        Arguments.require(
                receiveBufferBytes >= maxDatagramBytes,
                "receiveBufferBytes: %s (expected: >= maxDatagramBytes, %s)",
                receiveBufferBytes,
                maxDatagramBytes);
        Arguments.require(
                multicastTtl >= 0 && multicastTtl <= 255, "multicastTtl: %s (expected: 0..255)", multicastTtl);
    }

    /** A free port of the address, DPWS sizes, no faults. */
    public static UdpOptions on(InetAddress address) {
        return new UdpOptions(
                new InetSocketAddress(address, 0),
                MAX_UDP_ENVELOPE_SIZE,
                RECEIVE_BUFFER_BYTES,
                1,
                TransportFaults.NONE);
    }

    public UdpOptions withBind(InetSocketAddress newBind) {
        return new UdpOptions(newBind, maxDatagramBytes, receiveBufferBytes, multicastTtl, faults);
    }

    public UdpOptions withMaxDatagramBytes(int bytes) {
        return new UdpOptions(bind, bytes, receiveBufferBytes, multicastTtl, faults);
    }

    public UdpOptions withMulticastTtl(int ttl) {
        return new UdpOptions(bind, maxDatagramBytes, receiveBufferBytes, ttl, faults);
    }

    public UdpOptions withFaults(TransportFaults newFaults) {
        return new UdpOptions(bind, maxDatagramBytes, receiveBufferBytes, multicastTtl, newFaults);
    }
}
