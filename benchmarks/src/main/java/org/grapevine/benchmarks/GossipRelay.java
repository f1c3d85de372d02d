package org.grapevine.benchmarks;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.transport.UdpTransport;
import org.grapevine.gossip.driver.DriverOptions;
import org.grapevine.gossip.driver.GossipHost;
import org.grapevine.gossip.header.EnvelopePayload;
import org.grapevine.gossip.header.GossipHeader;
import org.grapevine.policy.Binding;

/**
 * One relay on loopback: 900-byte envelopes come in by datagram, and each new one goes on to so many peers. Beside it, in the same
 * run, a bare datagram channel that does nothing but receive and send as many. Both may have the duplicates that a device gets in a
 * group of that fanout: one less than the fanout for each new message.
 *
 * <p>What is sent goes to sockets that nobody reads. Time and memory are those of the threads that relay, not of who feeds them.
 */
public final class GossipRelay {

    private static final int ENVELOPE_BYTES = 900;
    private static final int PEERS = 64;
    private static final int WINDOW = 64;
    private static final long WARM_UP_NANOS = TimeUnit.SECONDS.toNanos(4);
    private static final long MEASURED_NANOS = TimeUnit.SECONDS.toNanos(4);
    private static final int LATENCIES = 20_000;
    private static final long LOST_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private GossipRelay() {}

    /** What relays. */
    interface Relay extends AutoCloseable {

        String name();

        InetSocketAddress address();

        /** Copies handed to the kernel so far. */
        long sent();

        /** Time at which the last datagram came out of its socket. */
        long receivedNanos();

        /** From now on no message has duplicates. */
        default void beginOneByOne() {}

        /** Ids of the threads that relay. */
        long[] threads();

        @Override
        void close() throws IOException;
    }

    /**
     * Prints the table; ends within two minutes.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) throws Exception {
        Machine.quiet();
        System.out.println(Machine.line());
        System.out.printf(
                Locale.ROOT,
                "%n%-34s %6s %10s %12s %14s %10s %8s %8s %8s%n",
                "relay",
                "fanout",
                "duplicates",
                "relayed/s",
                "per core and s",
                "bytes each",
                "p50 us",
                "p99 us",
                "p99.9 us");
        for (int fanout : new int[] {4, 8}) {
            for (int duplicates : new int[] {0, fanout - 1}) {
                try (Sinks sinks = new Sinks()) {
                    try (Relay bare = new Bare(sinks, fanout, 1 + duplicates)) {
                        measure(bare, fanout, duplicates);
                    }
                    try (Relay ours = new Ours(sinks, 0)) {
                        measure(ours, fanout, duplicates);
                    }
                    try (Relay ours = new Ours(sinks, 2)) {
                        measure(ours, fanout, duplicates);
                    }
                }
            }
        }
    }

    private static void measure(Relay relay, int fanout, int duplicates) throws Exception {
        try (Feeder feeder = new Feeder(relay, fanout, duplicates)) {
            feeder.flood(WARM_UP_NANOS);
            feeder.settle();
            long[] threads = relay.threads();
            long cpu = cpu(threads);
            long bytes = bytes(threads);
            long start = System.nanoTime();
            long relayed = feeder.flood(MEASURED_NANOS);
            feeder.settle();
            double seconds = (System.nanoTime() - start) / 1e9;
            double cores = (cpu(threads) - cpu) / 1e9;
            double each = (bytes(threads) - bytes) / (double) relayed;
            long[] nanos = feeder.oneByOne(LATENCIES);
            Arrays.sort(nanos);
            System.out.printf(
                    Locale.ROOT,
                    "%-34s %6d %10d %,12.0f %,14.0f %,10.0f %8.1f %8.1f %8.1f%n",
                    relay.name(),
                    fanout,
                    duplicates,
                    relayed / seconds,
                    relayed / cores,
                    each,
                    nanos[nanos.length / 2] / 1e3,
                    nanos[nanos.length * 99 / 100] / 1e3,
                    nanos[nanos.length * 999 / 1_000] / 1e3);
        }
    }

    private static long cpu(long[] threads) {
        return Arrays.stream(threads).map(THREADS::getThreadCpuTime).sum();
    }

    private static long bytes(long[] threads) {
        return Arrays.stream(THREADS.getThreadAllocatedBytes(threads)).sum();
    }

    /** Sockets that take what is sent, and drop it when they are full. */
    static final class Sinks implements AutoCloseable {

        private final List<DatagramChannel> channels = new ArrayList<>();
        private final List<InetSocketAddress> addresses = new ArrayList<>();

        Sinks() throws IOException {
            for (int i = 0; i < PEERS; i++) {
                DatagramChannel channel = DatagramChannel.open();
                channels.add(channel);
                channel.bind(new InetSocketAddress(LoopbackNet.address(), 0));
                addresses.add((InetSocketAddress) channel.getLocalAddress());
            }
        }

        List<InetSocketAddress> addresses() {
            return addresses;
        }

        @Override
        public void close() throws IOException {
            for (DatagramChannel channel : channels) {
                channel.close();
            }
        }
    }

    /** Sends envelopes to a relay: a new one, then its duplicates from other peers. */
    private static final class Feeder implements AutoCloseable {

        private static final String ID = "469f-a165-";
        private static final String TIME = "origin-time=\"";

        private final Relay relay;
        private final int fanout;
        private final int duplicates;
        private final DatagramChannel channel;
        private final ByteBuffer[] copies;
        private final int[] idOffsets;
        private final int[] timeOffsets;
        private long number;

        Feeder(Relay relay, int fanout, int duplicates) throws Exception {
            this.relay = relay;
            this.fanout = fanout;
            this.duplicates = duplicates;
            this.channel = DatagramChannel.open();
            channel.bind(new InetSocketAddress(LoopbackNet.address(), 0));
            channel.connect(relay.address());
            this.copies = new ByteBuffer[1 + duplicates];
            this.idOffsets = new int[1 + duplicates];
            this.timeOffsets = new int[1 + duplicates];
            for (int i = 0; i <= duplicates; i++) {
                byte[] copy = copy(i);
                copies[i] = ByteBuffer.allocateDirect(copy.length).put(copy);
                String text = new String(copy, US_ASCII);
                idOffsets[i] = text.indexOf(ID) + ID.length();
                timeOffsets[i] = text.indexOf(TIME) + TIME.length();
            }
        }

        /** A copy that another peer sent, of a message whose number is still to be written. */
        private byte[] copy(int peer) throws Exception {
            PeerAddress origin = new PeerAddress("soap.udp://127.0.0.1:40001/origin/gossip");
            PeerAddress sender = new PeerAddress("soap.udp://127.0.0.1:40002/peer-" + peer + "/gossip");
            PeerAddress to =
                    new PeerAddress("soap.udp://127.0.0.1:" + relay.address().getPort() + "/node-0/gossip");
            long now = System.currentTimeMillis();
            GossipParameters parameters = new GossipParameters(fanout, 6, now, 3_000, 0, null);
            int body = 400;
            while (true) {
                byte[] envelope = GossipNode.envelope(0, origin, body, parameters);
                EnvelopePayload payload =
                        new EnvelopePayload(new EnvelopeReader(EnvelopeLimits.udp()).index(envelope), Binding.SOAP_UDP);
                GossipMessage message = new GossipMessage(new MessageId("urn:x"), origin, parameters, payload);
                Hop hop = new Hop(GossipNode.SEGMENT, 4, 2, 0);
                byte[] copy = GossipHeader.copy((EnvelopePayload) message.payload(), to, hop, sender);
                if (copy.length == ENVELOPE_BYTES || body < 60) {
                    return copy;
                }
                body += ENVELOPE_BYTES - copy.length;
            }
        }

        private void feed(int howMany) throws IOException {
            number++;
            long now = System.currentTimeMillis();
            for (int i = 0; i < howMany; i++) {
                ByteBuffer copy = copies[i];
                digits(copy, idOffsets[i], 12, number);
                digits(copy, timeOffsets[i], 13, now);
                copy.clear();
                channel.write(copy);
            }
        }

        private static void digits(ByteBuffer copy, int offset, int width, long number) {
            long rest = number;
            for (int digit = offset + width - 1; digit >= offset; digit--) {
                copy.put(digit, (byte) ('0' + rest % 10));
                rest /= 10;
            }
        }

        /** New messages, never more than so many on their way; gives how many. */
        long flood(long nanos) throws IOException {
            long first = number;
            long sent = relay.sent();
            long end = System.nanoTime() + nanos;
            while (System.nanoTime() < end) {
                if (number - first - (relay.sent() - sent) / fanout < WINDOW) {
                    feed(1 + duplicates);
                } else {
                    Thread.onSpinWait();
                }
            }
            return number - first;
        }

        /** Waits until nothing more is sent. */
        void settle() {
            long before = -1;
            while (before != relay.sent()) {
                before = relay.sent();
                Machine.pause(50);
            }
        }

        /** From the receipt of the first copy to the last send, one message at a time. */
        long[] oneByOne(int messages) throws IOException {
            long[] nanos = new long[messages];
            relay.beginOneByOne();
            for (int i = 0; i < messages; i++) {
                long target = relay.sent() + fanout;
                long patience = System.nanoTime() + LOST_AFTER_NANOS;
                feed(1);
                while (relay.sent() < target && System.nanoTime() < patience) {
                    Thread.onSpinWait();
                }
                nanos[i] = System.nanoTime() - relay.receivedNanos();
            }
            return nanos;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** Receives so many and sends as many as the fanout says; one thread, one channel, no byte looked at. */
    private static final class Bare implements Relay {

        private final DatagramChannel channel = DatagramChannel.open();
        private final LongAdder sent = new LongAdder();
        private final Thread thread;
        private volatile long received;
        private volatile boolean oneByOne;

        Bare(Sinks sinks, int fanout, int copies) throws IOException {
            channel.setOption(java.net.StandardSocketOptions.SO_RCVBUF, 4 << 20);
            channel.bind(new InetSocketAddress(LoopbackNet.address(), 0));
            this.thread = new Thread(() -> relay(sinks, fanout, copies), "bare-relay");
            thread.start();
        }

        private void relay(Sinks sinks, int fanout, int copies) {
            ByteBuffer buffer = ByteBuffer.allocateDirect(65_536);
            int next = 0;
            int round = 0;
            try {
                while (true) {
                    buffer.clear();
                    channel.receive(buffer);
                    received = System.nanoTime();
                    // Of each message one copy is sent on; while messages come one by one, they have no duplicates.
                    if (!oneByOne && round++ % copies != 0) {
                        continue;
                    }
                    buffer.flip();
                    for (int i = 0; i < fanout; i++) {
                        buffer.rewind();
                        channel.send(buffer, sinks.addresses().get(next++ % PEERS));
                        sent.increment();
                    }
                }
            } catch (IOException e) {
                // Closed: the end of the run.
                System.getLogger("bare").log(System.Logger.Level.DEBUG, e);
            }
        }

        @Override
        public String name() {
            return "bare datagram channel";
        }

        @Override
        public InetSocketAddress address() {
            try {
                return (InetSocketAddress) channel.getLocalAddress();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }

        @Override
        public long sent() {
            return sent.sum();
        }

        @Override
        public void beginOneByOne() {
            oneByOne = true;
        }

        @Override
        public long receivedNanos() {
            return received;
        }

        @Override
        public long[] threads() {
            return new long[] {thread.getId()};
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** The way of a datagram through a device. */
    private static final class Ours implements Relay {

        private final DeviceHost host;
        private final GossipHost gossip;
        private final UdpTransport udp;
        private final boolean bundling;
        private volatile long received;

        Ours(Sinks sinks, long bundleWithinMillis) throws IOException {
            this.host = DeviceHost.start(LoopbackNet.open().settings(7).withEventLoops(1, 100_000, 200_000));
            this.bundling = bundleWithinMillis > 0;
            this.gossip = new GossipHost(host, DriverOptions.defaults().withBundles(bundleWithinMillis));
            this.udp = host.udp();
            host.recogniseDatagrams((bytes, offset, length, from) -> {
                received = System.nanoTime();
                return gossip.recogniser().take(bytes, offset, length, from);
            });
            GossipNode node = new GossipNode(0, host, gossip, GossipConfig.defaults(), false, (to, number) -> {});
            for (InetSocketAddress sink : sinks.addresses()) {
                node.know(new PeerAddress("soap.udp://127.0.0.1:" + sink.getPort() + "/sink/gossip"));
            }
        }

        @Override
        public String name() {
            return bundling ? "Grapevine, bundles under load" : "Grapevine, no bundles";
        }

        @Override
        public InetSocketAddress address() {
            return udp.localAddress();
        }

        @Override
        public long sent() {
            // Envelopes, not datagrams: what waits in a bundle is sent a moment later.
            return bundling ? gossip.wire().sent().datagrams() : udp.counters().sent() - discovery();
        }

        private long discovery() {
            return udp.counters().sentMulticast();
        }

        @Override
        public long receivedNanos() {
            return received;
        }

        @Override
        public long[] threads() {
            return Arrays.stream(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
                    .filter(info -> info != null
                            && (info.getThreadName().equals("udp")
                                    || info.getThreadName().startsWith("grapevine-loop")))
                    .mapToLong(java.lang.management.ThreadInfo::getThreadId)
                    .toArray();
        }

        @Override
        public void close() {
            host.close();
        }
    }
}
