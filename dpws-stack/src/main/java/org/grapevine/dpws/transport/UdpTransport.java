package org.grapevine.dpws.transport;

import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The datagrams of one device host at one address: one unicast socket shared by all its devices, and one more for each
 * multicast group it joined. A multicast reaches every socket of a port and a unicast only one of them, so a socket per
 * device would receive a thousand copies of the one and lose the other. One thread receives from all its sockets; transports
 * of a {@link Links} share it.
 *
 * <p>Sending is non-blocking, safe for any thread, and never throws for one lost peer: the protocols above repeat what
 * matters. Limits and losses are counted, see {@link #counters}.
 */
public final class UdpTransport implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(UdpTransport.class);
    private static final int DATAGRAMS_PER_TURN = 256;

    private final UdpOptions options;
    private final DatagramHandler handler;
    private final NetworkInterface networkInterface;
    private final UdpReceiver receiver;
    private final boolean ownsReceiver;
    private final DatagramChannel unicast;
    private final InetSocketAddress localAddress;
    private final int receiveBufferBytes;
    private final int multicastTtl;
    private final TransportFaults faults;
    private final HeldDatagrams held;

    private final Map<InetSocketAddress, DatagramChannel> groups = new LinkedHashMap<>(); // guarded by itself
    private boolean closed; // guarded by groups

    private final LongAdder sent = new LongAdder();
    private final LongAdder sentBytes = new LongAdder();
    private final LongAdder sentMulticast = new LongAdder();
    private final LongAdder sendTooLarge = new LongAdder();
    private final LongAdder sendBufferFull = new LongAdder();
    private final LongAdder sendErrors = new LongAdder();
    private final LongAdder faultLost = new LongAdder();
    private final LongAdder faultDuplicated = new LongAdder();
    private final LongAdder faultHeldBack = new LongAdder();
    private final LongAdder heldBackFull = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final LongAdder receivedBytes = new LongAdder();
    private final LongAdder receivedMulticast = new LongAdder();
    private final LongAdder faultCut = new LongAdder();
    private final LongAdder receiveTooLarge = new LongAdder();
    private final LongAdder receiveErrors = new LongAdder();
    private final LongAdder handlerFailures = new LongAdder();

    private final LogGate logGate = new LogGate(); // receive thread only

    private UdpTransport(
            UdpOptions options,
            DatagramHandler handler,
            NetworkInterface networkInterface,
            UdpReceiver receiver,
            boolean ownsReceiver,
            HeldDatagrams held,
            DatagramChannel unicast)
            throws IOException {
        this.options = options;
        this.handler = handler;
        this.networkInterface = networkInterface;
        this.receiver = receiver;
        this.ownsReceiver = ownsReceiver;
        this.unicast = unicast;
        this.localAddress = (InetSocketAddress) unicast.getLocalAddress();
        this.receiveBufferBytes = unicast.getOption(StandardSocketOptions.SO_RCVBUF);
        this.multicastTtl = unicast.getOption(StandardSocketOptions.IP_MULTICAST_TTL);
        this.faults = options.faults();
        this.held = held;
    }

    /**
     * Binds the unicast socket and starts receiving, on a thread of its own. The first datagram may reach the handler before
     * this method returns.
     *
     * @throws IOException when the address is not of this machine or the port is taken; the message names both
     */
    public static UdpTransport open(UdpOptions options, DatagramHandler handler) throws IOException {
        UdpReceiver receiver = UdpReceiver.start("udp");
        try {
            return open(options, handler, receiver, true, new HeldDatagrams());
        } catch (IOException | RuntimeException e) {
            receiver.close();
            throw e;
        }
    }

    /** As {@link #open(UdpOptions, DatagramHandler)}, but received and held back by threads that others share and that outlive this. */
    static UdpTransport open(UdpOptions options, DatagramHandler handler, UdpReceiver receiver, HeldDatagrams held)
            throws IOException {
        return open(options, handler, receiver, false, held);
    }

    private static UdpTransport open(
            UdpOptions options, DatagramHandler handler, UdpReceiver receiver, boolean ownsReceiver, HeldDatagrams held)
            throws IOException {
        InetAddress address = options.bind().getAddress();
        NetworkInterface networkInterface = interfaceOf(address);
        DatagramChannel channel = DatagramChannel.open(familyOf(address));
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, options.receiveBufferBytes());
            channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, networkInterface);
            channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, options.multicastTtl());
            channel.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, true);
            bind(channel, scoped(options.bind(), networkInterface));
            UdpTransport transport =
                    new UdpTransport(options, handler, networkInterface, receiver, ownsReceiver, held, channel);
            transport.receive(channel, handler, false);
            LOG.info(
                    "receiving datagrams on {}, receive buffer {} bytes granted of {} asked",
                    transport.localAddress,
                    transport.receiveBufferBytes,
                    options.receiveBufferBytes());
            return transport;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static NetworkInterface interfaceOf(InetAddress address) throws IOException {
        NetworkInterface named = NetworkInterface.getByInetAddress(address);
        if (named == null && address.isLoopbackAddress()) {
            // All of 127.0.0.0/8 leads back to this machine, but only one address of it is listed.
            for (NetworkInterface candidate :
                    NetworkInterface.networkInterfaces().toList()) {
                if (candidate.isLoopback()) {
                    return candidate;
                }
            }
        }
        if (named == null) {
            throw new BindException("udp bind address: " + address.getHostAddress()
                    + " (expected: an address of an interface of this machine)");
        }
        return named;
    }

    private static void bind(DatagramChannel channel, InetSocketAddress address) throws IOException {
        try {
            channel.bind(address);
        } catch (IOException e) {
            BindException named = new BindException("cannot receive datagrams on "
                    + address.getAddress().getHostAddress() + " port " + address.getPort() + ": " + e.getMessage()
                    + " (expected: a free port)");
            named.initCause(e);
            throw named;
        }
    }

    /** A link-local IPv6 address means nothing to the kernel without its interface. */
    private static InetSocketAddress scoped(InetSocketAddress socket, NetworkInterface on) throws IOException {
        InetAddress address = socket.getAddress();
        boolean scope = address.isLinkLocalAddress() || address.isMulticastAddress();
        if (scope && address instanceof Inet6Address ipv6 && ipv6.getScopeId() == 0) {
            return new InetSocketAddress(
                    Inet6Address.getByAddress(null, ipv6.getAddress(), on.getIndex()), socket.getPort());
        }
        return socket;
    }

    private static StandardProtocolFamily familyOf(InetAddress address) {
        return address instanceof Inet6Address ? StandardProtocolFamily.INET6 : StandardProtocolFamily.INET;
    }

    /** Address and port of the unicast socket: what peers answer to. */
    public InetSocketAddress localAddress() {
        return localAddress;
    }

    /** The interface that groups are joined on and multicasts leave through. */
    public NetworkInterface networkInterface() {
        return networkInterface;
    }

    /** What the kernel granted as receive buffer of the unicast socket, in bytes; on Linux capped by net.core.rmem_max. */
    public int receiveBufferBytes() {
        return receiveBufferBytes;
    }

    /** Routers that a multicast of this transport may cross, as the kernel has it; 1 keeps it on the link. */
    public int multicastTtl() {
        return multicastTtl;
    }

    /**
     * Joins a multicast group on the transport's interface, with a socket of its own that is bound to the group's address:
     * it receives nothing but the group, and leaves unicasts to that port alone. Joining again changes nothing.
     *
     * @param group address and port of the group, of the same IP version as the transport
     */
    public void join(InetSocketAddress group) throws IOException {
        join(group, handler);
    }

    /**
     * As {@link #join(InetSocketAddress)}, with a handler of its own for what comes to this group. A group that is joined
     * already keeps its handler.
     */
    public void join(InetSocketAddress group, DatagramHandler onGroup) throws IOException {
        Arguments.require(
                !group.isUnresolved() && group.getAddress().isMulticastAddress(),
                "group: %s (expected: a multicast address)",
                group);
        Arguments.require(
                familyOf(group.getAddress()) == familyOf(localAddress.getAddress()),
                "group: %s (expected: the IP version of %s)",
                group,
                localAddress);
        synchronized (groups) {
            if (closed) {
                throw new ClosedChannelException();
            }
            if (groups.containsKey(group)) {
                return;
            }
            DatagramChannel channel = DatagramChannel.open(familyOf(group.getAddress()));
            try {
                channel.configureBlocking(false);
                channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
                channel.setOption(StandardSocketOptions.SO_RCVBUF, options.receiveBufferBytes());
                bind(channel, scoped(group, networkInterface));
                channel.join(group.getAddress(), networkInterface);
                receive(channel, onGroup, true);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
            groups.put(group, channel);
        }
    }

    /**
     * Leaves a group and closes its socket.
     *
     * @return whether it was joined
     */
    public boolean leave(InetSocketAddress group) {
        DatagramChannel channel;
        synchronized (groups) {
            channel = groups.remove(group);
        }
        if (channel == null) {
            return false;
        }
        closeChannel(channel);
        receiver.awaitTurn();
        return true;
    }

    /**
     * Sends one datagram to one peer, or drops it and counts why.
     *
     * @param bytes not changed by the caller before this method returns
     */
    public void send(InetSocketAddress to, byte[] bytes) {
        send(to, ByteBuffer.wrap(bytes));
    }

    /**
     * As {@link #send(InetSocketAddress, byte[])}, for whoever sends from a buffer of its own.
     *
     * @param bytes what remains in it is sent; read to its end afterwards. A direct buffer saves a copy
     */
    public void send(InetSocketAddress to, ByteBuffer bytes) {
        release(to, bytes, false);
    }

    /** As {@link #send}, to a group: leaves through the transport's interface, from the unicast address. */
    public void sendMulticast(InetSocketAddress group, byte[] bytes) {
        release(group, ByteBuffer.wrap(bytes), true);
    }

    private void release(InetSocketAddress to, ByteBuffer bytes, boolean multicast) {
        if (bytes.remaining() > options.maxDatagramBytes()) {
            sendTooLarge.increment();
        } else if (faults == TransportFaults.NONE) {
            transmit(to, bytes, multicast);
        } else {
            releaseAsFated(to, bytes, multicast);
        }
        bytes.position(bytes.limit());
    }

    private void releaseAsFated(InetSocketAddress to, ByteBuffer bytes, boolean multicast) {
        List<Long> delays = faults.leaving(to, bytes.remaining()).delaysMicros();
        if (delays.isEmpty()) {
            faultLost.increment();
            return;
        }
        faultDuplicated.add(delays.size() - 1);
        for (long delayMicros : delays) {
            if (delayMicros == 0) {
                transmit(to, bytes.duplicate(), multicast);
            } else {
                holdBack(delayMicros, to, bytes, multicast);
            }
        }
    }

    private void holdBack(long delayMicros, InetSocketAddress to, ByteBuffer bytes, boolean multicast) {
        // The buffer is the caller's again before this is sent.
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        faultHeldBack.increment();
        if (!held.hold(delayMicros, copy.length, () -> transmit(to, ByteBuffer.wrap(copy), multicast))) {
            heldBackFull.increment();
        }
    }

    private void transmit(InetSocketAddress to, ByteBuffer bytes, boolean multicast) {
        int size = bytes.remaining();
        try {
            int accepted = unicast.send(bytes, to.isUnresolved() ? to : scoped(to, networkInterface));
            if (accepted == 0 && size > 0) {
                sendBufferFull.increment();
                return;
            }
            sent.increment();
            sentBytes.add(size);
            if (multicast) {
                sentMulticast.increment();
            }
        } catch (IOException | RuntimeException e) {
            // Runtime: an unresolved address, an address of the other IP version. One bad peer is no reason to fail.
            sendErrors.increment();
            LOG.debug("{} bytes to {} not sent: {}", size, to, e.toString());
        }
    }

    /** A snapshot; numbers of datagrams under way meanwhile may differ by one. */
    public UdpCounters counters() {
        return new UdpCounters(
                sent.sum(),
                sentBytes.sum(),
                sentMulticast.sum(),
                sendTooLarge.sum(),
                sendBufferFull.sum(),
                sendErrors.sum(),
                faultLost.sum(),
                faultDuplicated.sum(),
                faultHeldBack.sum(),
                heldBackFull.sum(),
                received.sum(),
                receivedBytes.sum(),
                receivedMulticast.sum(),
                faultCut.sum(),
                receiveTooLarge.sum(),
                receiveErrors.sum(),
                handlerFailures.sum());
    }

    /** Leaves the groups and closes the sockets; their ports are free then. Safe to call again and from the handler. */
    @Override
    public void close() {
        synchronized (groups) {
            if (!closed) {
                closed = true;
                groups.values().forEach(this::closeChannel);
                groups.clear();
                closeChannel(unicast);
            }
        }
        if (ownsReceiver) {
            held.close();
            receiver.close();
        } else {
            receiver.awaitTurn();
        }
    }

    private void closeChannel(DatagramChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("closing a socket of {} failed: {}", localAddress, e.toString());
        }
    }

    private void receive(DatagramChannel channel, DatagramHandler to, boolean multicast) throws IOException {
        receiver.register(channel, (key, buffer) -> {
            receiveFrom(key, buffer, to, multicast);
            endTurn(to);
        });
    }

    /** Takes at most one turn's worth, so that a flooded group does not starve the unicast socket. */
    private void receiveFrom(SelectionKey key, ByteBuffer buffer, DatagramHandler to, boolean multicast) {
        DatagramChannel channel = (DatagramChannel) key.channel();
        try {
            for (int i = 0; i < DATAGRAMS_PER_TURN; i++) {
                buffer.clear();
                InetSocketAddress from = (InetSocketAddress) channel.receive(buffer);
                if (from == null) {
                    return;
                }
                buffer.flip();
                if (faults != TransportFaults.NONE && !faults.admits(from, multicast)) {
                    faultCut.increment();
                } else if (buffer.remaining() > options.maxDatagramBytes()) {
                    receiveTooLarge.increment();
                } else {
                    byte[] bytes = new byte[buffer.remaining()];
                    buffer.get(bytes);
                    handOn(bytes, from, to, multicast);
                }
            }
        } catch (ClosedChannelException e) {
            key.cancel(); // close() on another thread.
        } catch (IOException e) {
            receiveErrors.increment();
            logReceiveError(e);
        }
    }

    private void handOn(byte[] bytes, InetSocketAddress from, DatagramHandler to, boolean multicast) {
        received.increment();
        receivedBytes.add(bytes.length);
        if (multicast) {
            receivedMulticast.increment();
        }
        try {
            to.onDatagram(bytes, from, multicast);
        } catch (Throwable e) {
            // Errors too: if this thread dies, every device of the host is deaf.
            handlerFailures.increment();
            if (logGate.permits(e.getClass().getName(), System.nanoTime())) {
                LOG.error(
                        "handling {} bytes from {} failed; same kind not logged again for a minute",
                        bytes.length,
                        from,
                        e);
            }
        }
    }

    private void endTurn(DatagramHandler to) {
        try {
            to.onTurnEnd();
        } catch (Throwable e) {
            handlerFailures.increment(); // As above.
            if (logGate.permits(e.getClass().getName(), System.nanoTime())) {
                LOG.error("ending a turn of {} failed; same kind not logged again for a minute", localAddress, e);
            }
        }
    }

    private void logReceiveError(IOException e) {
        if (logGate.permits("receive " + e.getClass().getName(), System.nanoTime())) {
            LOG.warn("receiving on {} failed: {}; same kind not logged again for a minute", localAddress, e.toString());
        }
    }
}
