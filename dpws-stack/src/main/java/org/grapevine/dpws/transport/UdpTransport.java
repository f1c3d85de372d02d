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
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The datagrams of one device host: one unicast socket shared by all its devices, one more for each multicast group it
 * joined, and one thread that receives from them all. A multicast reaches every socket of a port and a unicast only one of
 * them, so a socket per device would receive a thousand copies of the one and lose the other.
 *
 * <p>Sending is non-blocking, safe for any thread, and never throws for one lost peer: the protocols above repeat what
 * matters. Limits and losses are counted, see {@link #counters}.
 */
public final class UdpTransport implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(UdpTransport.class);
    private static final int LARGEST_DATAGRAM = 65_535;
    private static final int DATAGRAMS_PER_TURN = 256;
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(5);

    private final UdpOptions options;
    private final DatagramHandler handler;
    private final NetworkInterface networkInterface;
    private final Selector selector;
    private final DatagramChannel unicast;
    private final InetSocketAddress localAddress;
    private final int receiveBufferBytes;
    private final Thread thread;
    private final @Nullable FaultDraw faultDraw;

    private final Map<InetSocketAddress, DatagramChannel> groups = new LinkedHashMap<>(); // guarded by itself
    private boolean closed; // guarded by groups

    private final LongAdder sent = new LongAdder();
    private final LongAdder sentBytes = new LongAdder();
    private final LongAdder sendTooLarge = new LongAdder();
    private final LongAdder sendBufferFull = new LongAdder();
    private final LongAdder sendErrors = new LongAdder();
    private final LongAdder faultLost = new LongAdder();
    private final LongAdder faultDuplicated = new LongAdder();
    private final LongAdder received = new LongAdder();
    private final LongAdder receivedBytes = new LongAdder();
    private final LongAdder receivedMulticast = new LongAdder();
    private final LongAdder receiveTooLarge = new LongAdder();
    private final LongAdder receiveErrors = new LongAdder();
    private final LongAdder handlerFailures = new LongAdder();

    private final LogGate logGate = new LogGate(); // receive thread only

    private UdpTransport(
            UdpOptions options,
            DatagramHandler handler,
            NetworkInterface networkInterface,
            Selector selector,
            DatagramChannel unicast)
            throws IOException {
        this.options = options;
        this.handler = handler;
        this.networkInterface = networkInterface;
        this.selector = selector;
        this.unicast = unicast;
        this.localAddress = (InetSocketAddress) unicast.getLocalAddress();
        this.receiveBufferBytes = unicast.getOption(StandardSocketOptions.SO_RCVBUF);
        this.faultDraw = options.faults().isNone() ? null : new FaultDraw(options.faults());
        this.thread = new Thread(this::receiveLoop, "udp-" + localAddress.getPort());
    }

    /**
     * Binds the unicast socket and starts receiving. The first datagram may reach the handler before this method returns.
     *
     * @throws IOException when the address is not of this machine or the port is taken; the message names both
     */
    public static UdpTransport open(UdpOptions options, DatagramHandler handler) throws IOException {
        InetAddress address = options.bind().getAddress();
        NetworkInterface networkInterface = NetworkInterface.getByInetAddress(address);
        if (networkInterface == null) {
            throw new BindException("udp bind address: " + address.getHostAddress()
                    + " (expected: an address of an interface of this machine)");
        }
        Selector selector = Selector.open();
        DatagramChannel channel = null;
        try {
            channel = DatagramChannel.open(familyOf(address));
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, options.receiveBufferBytes());
            channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, networkInterface);
            channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, options.multicastTtl());
            channel.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, true);
            bind(channel, options.bind());
            channel.register(selector, SelectionKey.OP_READ, false);
            UdpTransport transport = new UdpTransport(options, handler, networkInterface, selector, channel);
            transport.thread.start();
            LOG.info(
                    "receiving datagrams on {}, receive buffer {} bytes granted of {} asked",
                    transport.localAddress,
                    transport.receiveBufferBytes,
                    options.receiveBufferBytes());
            return transport;
        } catch (IOException | RuntimeException e) {
            if (channel != null) {
                channel.close();
            }
            selector.close();
            throw e;
        }
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

    /** A link-local IPv6 group means nothing to the kernel without its interface. */
    private InetSocketAddress scoped(InetSocketAddress group) throws IOException {
        if (group.getAddress() instanceof Inet6Address address && address.getScopeId() == 0) {
            return new InetSocketAddress(
                    Inet6Address.getByAddress(null, address.getAddress(), networkInterface), group.getPort());
        }
        return group;
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

    /**
     * Joins a multicast group on the transport's interface, with a socket of its own that is bound to the group's address:
     * it receives nothing but the group, and leaves unicasts to that port alone. Joining again changes nothing.
     *
     * @param group address and port of the group, of the same IP version as the transport
     */
    public void join(InetSocketAddress group) throws IOException {
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
                bind(channel, scoped(group));
                channel.join(group.getAddress(), networkInterface);
                channel.register(selector, SelectionKey.OP_READ, true);
            } catch (IOException | RuntimeException e) {
                channel.close();
                throw e;
            }
            groups.put(group, channel);
        }
        selector.wakeup();
    }

    /**
     * Sends one datagram to one peer, or drops it and counts why.
     *
     * @param bytes not changed by the caller before this method returns
     */
    public void send(InetSocketAddress to, byte[] bytes) {
        if (bytes.length > options.maxDatagramBytes()) {
            sendTooLarge.increment();
            return;
        }
        int copies = faultDraw == null ? 1 : faultDraw.copies();
        if (copies == 0) {
            faultLost.increment();
        } else if (copies > 1) {
            faultDuplicated.increment();
        }
        for (int i = 0; i < copies; i++) {
            transmit(to, bytes);
        }
    }

    /** As {@link #send}, to a group: leaves through the transport's interface, from the unicast address. */
    public void sendMulticast(InetSocketAddress group, byte[] bytes) {
        send(group, bytes);
    }

    private void transmit(InetSocketAddress to, byte[] bytes) {
        try {
            int accepted = unicast.send(ByteBuffer.wrap(bytes), to);
            if (accepted == 0 && bytes.length > 0) {
                sendBufferFull.increment();
            } else {
                sent.increment();
                sentBytes.add(bytes.length);
            }
        } catch (IOException | RuntimeException e) {
            // Runtime: an unresolved address, an address of the other IP version. One bad peer is no reason to fail.
            sendErrors.increment();
            LOG.debug("{} bytes to {} not sent: {}", bytes.length, to, e.toString());
        }
    }

    /** A snapshot; numbers of datagrams under way meanwhile may differ by one. */
    public UdpCounters counters() {
        return new UdpCounters(
                sent.sum(),
                sentBytes.sum(),
                sendTooLarge.sum(),
                sendBufferFull.sum(),
                sendErrors.sum(),
                faultLost.sum(),
                faultDuplicated.sum(),
                received.sum(),
                receivedBytes.sum(),
                receivedMulticast.sum(),
                receiveTooLarge.sum(),
                receiveErrors.sum(),
                handlerFailures.sum());
    }

    /** Leaves the groups, closes the sockets and waits for the receive thread. Safe to call again and from the handler. */
    @Override
    public void close() {
        synchronized (groups) {
            if (!closed) {
                closed = true;
                groups.values().forEach(this::closeChannel);
                groups.clear();
                closeChannel(unicast);
                closeSelector();
            }
        }
        if (Thread.currentThread() != thread) {
            Threads.join(thread, STOP_PATIENCE);
        }
    }

    private void closeChannel(DatagramChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("closing a socket of {} failed: {}", localAddress, e.toString());
        }
    }

    private void closeSelector() {
        try {
            selector.close();
        } catch (IOException e) {
            LOG.warn("closing the selector of {} failed: {}", localAddress, e.toString());
        }
    }

    private void receiveLoop() {
        // One byte more than any datagram, so that a full buffer never hides a cut one.
        ByteBuffer buffer = ByteBuffer.allocateDirect(LARGEST_DATAGRAM + 1);
        while (selector.isOpen()) {
            try {
                selector.select(key -> receiveFrom(key, buffer));
            } catch (ClosedSelectorException e) {
                return; // close() is the only one who closes it.
            } catch (IOException e) {
                receiveErrors.increment();
                logReceiveError(e);
            }
        }
    }

    /** Takes at most one turn's worth, so that a flooded group does not starve the unicast socket. */
    private void receiveFrom(SelectionKey key, ByteBuffer buffer) {
        DatagramChannel channel = (DatagramChannel) key.channel();
        boolean multicast = (Boolean) key.attachment();
        try {
            for (int i = 0; i < DATAGRAMS_PER_TURN; i++) {
                buffer.clear();
                InetSocketAddress from = (InetSocketAddress) channel.receive(buffer);
                if (from == null) {
                    return;
                }
                buffer.flip();
                if (buffer.remaining() > options.maxDatagramBytes()) {
                    receiveTooLarge.increment();
                } else {
                    byte[] bytes = new byte[buffer.remaining()];
                    buffer.get(bytes);
                    handOn(bytes, from, multicast);
                }
            }
        } catch (ClosedChannelException e) {
            key.cancel(); // close() on another thread; the loop ends at its next turn.
        } catch (IOException e) {
            receiveErrors.increment();
            logReceiveError(e);
        }
    }

    private void handOn(byte[] bytes, InetSocketAddress from, boolean multicast) {
        received.increment();
        receivedBytes.add(bytes.length);
        if (multicast) {
            receivedMulticast.increment();
        }
        try {
            handler.onDatagram(bytes, from, multicast);
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

    private void logReceiveError(IOException e) {
        if (logGate.permits("receive " + e.getClass().getName(), System.nanoTime())) {
            LOG.warn("receiving on {} failed: {}; same kind not logged again for a minute", localAddress, e.toString());
        }
    }

    /** Locked because generators are not thread-safe; exists only while faults are asked for. */
    private static final class FaultDraw {

        private final DatagramFaults faults;
        private final RandomGenerator random;

        FaultDraw(DatagramFaults faults) {
            this.faults = faults;
            this.random = new SplittableRandom(faults.seed());
        }

        synchronized int copies() {
            if (random.nextDouble() < faults.loss()) {
                return 0;
            }
            return random.nextDouble() < faults.duplication() ? 2 : 1;
        }
    }
}
