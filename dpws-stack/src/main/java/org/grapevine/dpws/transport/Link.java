package org.grapevine.dpws.transport;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/**
 * A network at which a host is present: one interface, one IP version, one address. Multicasts leave and arrive here apart
 * from those of other links; what came in here is answered from here (SOAP-over-UDP 1.1). Made by {@link Links}. Any thread.
 */
public final class Link {

    private final UdpTransport udp;
    private final InetSocketAddress group;
    private final LongAdder malformed = new LongAdder();
    private final LongAdder misaddressed = new LongAdder();

    Link(UdpTransport udp, InetSocketAddress group) {
        this.udp = udp;
        this.group = group;
    }

    /** Name of the network interface, {@code eth0}. */
    public String interfaceName() {
        return udp.networkInterface().getName();
    }

    /** The address at which the host is present. */
    public InetAddress address() {
        return udp.localAddress().getAddress();
    }

    public boolean isIpv6() {
        return address() instanceof Inet6Address;
    }

    /** The group that is heard here, and that multicasts go to. */
    public InetSocketAddress group() {
        return group;
    }

    /** Sockets and their counters. */
    public UdpTransport udp() {
        return udp;
    }

    /** To one peer, from the unicast address of this link. */
    public void send(InetSocketAddress to, byte[] bytes) {
        udp.send(to, bytes);
    }

    /** To the group, on this link only. */
    public void sendMulticast(byte[] bytes) {
        udp.sendMulticast(group, bytes);
    }

    /** Whether both are on the same interface with the same IP version, so that whoever hears the one hears the other. */
    public boolean isOnTheNetworkOf(Link other) {
        return interfaceName().equals(other.interfaceName()) && isIpv6() == other.isIpv6();
    }

    /** Counts a datagram that came in whole but was no message. */
    public void countMalformed() {
        malformed.increment();
    }

    /** Counts a message that was for nobody here. */
    public void countMisaddressed() {
        misaddressed.increment();
    }

    /** A snapshot; numbers of datagrams under way meanwhile may differ by one. */
    public LinkCounters counters() {
        UdpCounters datagrams = udp.counters();
        Map<DatagramDrop, Long> dropped = new EnumMap<>(DatagramDrop.class);
        dropped.put(DatagramDrop.SEND_TOO_LARGE, datagrams.sendTooLarge());
        dropped.put(DatagramDrop.SEND_BUFFER_FULL, datagrams.sendBufferFull());
        dropped.put(DatagramDrop.SEND_ERROR, datagrams.sendErrors());
        dropped.put(DatagramDrop.FAULT, datagrams.faultLost() + datagrams.faultCut());
        dropped.put(DatagramDrop.HELD_BACK_FULL, datagrams.heldBackFull());
        dropped.put(DatagramDrop.RECEIVE_TOO_LARGE, datagrams.receiveTooLarge());
        dropped.put(DatagramDrop.RECEIVE_ERROR, datagrams.receiveErrors());
        dropped.put(DatagramDrop.HANDLER_FAILURE, datagrams.handlerFailures());
        dropped.put(DatagramDrop.MALFORMED, malformed.sum());
        dropped.put(DatagramDrop.MISADDRESSED, misaddressed.sum());
        return new LinkCounters(
                datagrams.sent(),
                datagrams.sentMulticast(),
                datagrams.received(),
                datagrams.receivedMulticast(),
                dropped);
    }

    @Override
    public String toString() {
        return AddressText.of(address()) + " on " + interfaceName();
    }
}
