package org.grapevine.benchmarks;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.engine.VariantConfig;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.gossip.driver.DriverOptions;
import org.grapevine.gossip.driver.GossipHost;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.protocols.pbcast.GMS;

/**
 * How long a message takes to all devices of one JVM over loopback, and how many messages a second reach all. Beside it, in the same
 * run: gossip with bare datagrams, and the multicast of JGroups. 400-byte bodies; the message starts at a device drawn at random.
 */
public final class GossipSpread {

    private static final int BODY_BYTES = 400;
    private static final int WARM_UP = 300;
    private static final int MEASURED = 200;
    private static final long PATIENCE_MILLIS = 2_000;
    private static final long SUSTAINED_NANOS = TimeUnit.SECONDS.toNanos(6);

    /** The defaults, but for ids on spare links of the tree, which gather for 50 ms: nobody asks for them sooner. */
    private static final VariantConfig ADVERTISE_SELDOM = new VariantConfig(0, 1, 50, 200, 50, 0, 7, 20, 1_000);

    private GossipSpread() {}

    /** What spreads messages. */
    private interface Contender extends AutoCloseable {

        /** False if the entry has no room. */
        boolean publish(int node, long message) throws Exception;

        @Override
        void close() throws IOException;
    }

    /**
     * Prints the table.
     *
     * @param arguments numbers of devices, 50 200 1000 if there are none; {@code jgroups=200} is the largest group of JGroups,
     *     {@code only=tree} takes the contenders whose name has that word
     */
    public static void main(String[] arguments) throws Exception {
        Machine.quiet();
        List<Integer> sizes = new ArrayList<>();
        int jgroups = 200;
        String only = "";
        for (String argument : arguments) {
            if (argument.startsWith("jgroups=")) {
                jgroups = Integer.parseInt(argument.substring("jgroups=".length()));
            } else if (argument.startsWith("only=")) {
                only = argument.substring("only=".length());
            } else {
                sizes.add(Integer.parseInt(argument));
            }
        }
        if (sizes.isEmpty()) {
            sizes.addAll(List.of(50, 200, 1_000));
        }
        System.out.println(Machine.line());
        System.out.printf(
                Locale.ROOT,
                "%n%-30s %7s %7s %10s %10s %10s %14s %11s%n",
                "contender",
                "devices",
                "fanout",
                "50 % ms",
                "99 % ms",
                "all ms",
                "reached all",
                "messages/s");
        for (int n : sizes) {
            int fanout = (int) Math.ceil(Math.log(n) + 4);
            for (Kind kind : kinds(n, fanout, n <= jgroups)) {
                if (kind.name().contains(only)) {
                    Tally tally = new Tally(n);
                    try (Contender contender = kind.start().with(tally)) {
                        measure(kind.name(), contender, tally, fanout, n);
                    }
                }
            }
        }
    }

    /** A contender that is still to be started. */
    private record Kind(String name, Start start) {}

    @FunctionalInterface
    private interface Start {
        Contender with(Tally tally) throws Exception;
    }

    private static List<Kind> kinds(int n, int fanout, boolean jgroups) {
        List<Kind> kinds = new ArrayList<>();
        kinds.add(new Kind("bare datagram gossip", tally -> new Bare(n, fanout, tally)));
        kinds.add(ours("eager push", n, 1, fanout, GossipVariant.EAGER_PUSH));
        if (n <= 200) {
            kinds.add(ours("eager push", n, 10, fanout, GossipVariant.EAGER_PUSH));
        }
        kinds.add(ours("tree", n, 1, fanout, GossipVariant.TREE));
        kinds.add(ours("multicast", n, 1, fanout, GossipVariant.MULTICAST));
        if (n <= 200) {
            kinds.add(ours("multicast", n, 10, fanout, GossipVariant.MULTICAST));
        }
        if (jgroups) {
            kinds.add(new Kind("JGroups 5 multicast", tally -> new Groups(n, tally)));
        }
        return kinds;
    }

    private static Kind ours(String what, int n, int hosts, int fanout, GossipVariant variant) {
        String name = "Grapevine " + what + ", " + hosts + (hosts == 1 ? " host" : " hosts");
        return new Kind(name, tally -> new Ours(n, hosts, fanout, variant, tally));
    }

    private static void measure(String name, Contender contender, Tally tally, int fanout, int n) throws Exception {
        java.util.SplittableRandom random = new java.util.SplittableRandom(3);
        for (int i = 0; i < WARM_UP; i++) {
            one(contender, tally, random.nextInt(n));
        }
        List<long[]> times = new ArrayList<>();
        int complete = 0;
        for (int i = 0; i < MEASURED; i++) {
            Optional<long[]> reached = one(contender, tally, random.nextInt(n));
            if (reached.isPresent()) {
                times.add(reached.get());
                complete++;
            }
        }
        Sustained sustained = sustained(contender, tally, random, n);
        System.out.printf(
                Locale.ROOT,
                "%-30s %7d %7s %10s %10s %10s %8d of %3d %,11.0f%s%n",
                name,
                n,
                fanout == 0 ? "-" : Integer.toString(fanout),
                median(times, 50),
                median(times, 99),
                median(times, 100),
                complete,
                MEASURED,
                sustained.perSecond(),
                sustained.missed() == 0 ? "" : " (" + sustained.missed() + " missed some)");
    }

    /** The median over all messages of the time until that share was reached. */
    private static String median(List<long[]> times, int percent) {
        if (times.isEmpty()) {
            return "-";
        }
        long[] all = times.stream()
                .mapToLong(nanos -> nanos[Math.max(0, (nanos.length * percent + 99) / 100 - 1)])
                .sorted()
                .toArray();
        return String.format(Locale.ROOT, "%.2f", all[all.length / 2] / 1e6);
    }

    private static Optional<long[]> one(Contender contender, Tally tally, int node) throws Exception {
        Tally.Spreading spreading = tally.begin();
        if (!contender.publish(node, spreading.number)) {
            tally.end(spreading);
            return Optional.empty();
        }
        boolean all = spreading.all.await(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        tally.end(spreading);
        return all ? Optional.of(spreading.sorted()) : Optional.empty();
    }

    private record Sustained(double perSecond, long missed) {}

    /** With more and more under way until it helps no longer: the best of some windows. */
    private static Sustained sustained(Contender contender, Tally tally, java.util.SplittableRandom random, int n)
            throws Exception {
        Sustained best = new Sustained(0, 0);
        for (int window : new int[] {4, 16, 64, 256}) {
            Sustained now = sustained(contender, tally, random, n, window);
            if (now.perSecond() > best.perSecond()) {
                best = now;
            }
            if (now.missed() > 0) {
                break; // More than it can carry.
            }
        }
        return best;
    }

    private static Sustained sustained(
            Contender contender, Tally tally, java.util.SplittableRandom random, int n, int window) throws Exception {
        Semaphore room = new Semaphore(window);
        AtomicInteger done = new AtomicInteger();
        long missed = 0;
        long start = System.nanoTime();
        java.util.ArrayDeque<Tally.Spreading> underWay = new java.util.ArrayDeque<>();
        while (System.nanoTime() - start < SUSTAINED_NANOS / 4) {
            while (!room.tryAcquire(1, TimeUnit.MILLISECONDS)) {
                Tally.Spreading oldest = underWay.peek();
                if (oldest != null
                        && System.nanoTime() - oldest.begun > TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS)) {
                    underWay.remove();
                    if (oldest.giveUp()) {
                        missed++;
                        room.release();
                    }
                    tally.end(oldest);
                }
            }
            while (!underWay.isEmpty() && underWay.peek().all.getCount() == 0) {
                tally.end(underWay.remove());
            }
            Tally.Spreading spreading = tally.begin();
            spreading.whenAll = () -> {
                done.incrementAndGet();
                room.release();
            };
            if (contender.publish(random.nextInt(n), spreading.number)) {
                underWay.add(spreading);
            } else {
                tally.end(spreading);
                room.release();
                Machine.pause(1);
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        int reachedAll = done.get();
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
        for (Tally.Spreading left : underWay) {
            if (!left.all.await(end - System.nanoTime(), TimeUnit.NANOSECONDS) && left.giveUp()) {
                missed++;
            }
            tally.end(left);
        }
        return new Sustained(reachedAll / seconds, missed);
    }

    /** When each message reached how many. Any thread. */
    private static final class Tally implements GossipNode.Tally {

        private final int nodes;
        private final AtomicLong next = new AtomicLong();
        private final Map<Long, Spreading> spreading = new ConcurrentHashMap<>();

        Tally(int nodes) {
            this.nodes = nodes;
        }

        Spreading begin() {
            Spreading one = new Spreading(next.incrementAndGet(), nodes);
            spreading.put(one.number, one);
            return one;
        }

        void end(Spreading one) {
            spreading.remove(one.number);
        }

        @Override
        public void delivered(int node, long number) {
            Spreading one = spreading.get(number);
            if (one != null) {
                one.reached(node);
            }
        }

        private static final class Spreading {
            private final long number;
            private final long begun = System.nanoTime();
            private final CountDownLatch all = new CountDownLatch(1);
            private final AtomicIntegerArray reached;
            private final AtomicInteger count = new AtomicInteger();
            private final long[] nanos;
            private final AtomicInteger over = new AtomicInteger();
            private volatile Runnable whenAll = () -> {};

            Spreading(long number, int nodes) {
                this.number = number;
                this.reached = new AtomicIntegerArray(nodes);
                this.nanos = new long[nodes];
            }

            private void reached(int node) {
                if (!reached.compareAndSet(node, 0, 1)) {
                    throw new IllegalStateException("node " + node + " has message " + number + " twice");
                }
                nanos[node] = System.nanoTime() - begun;
                if (count.incrementAndGet() == nanos.length && over.compareAndSet(0, 1)) {
                    all.countDown();
                    whenAll.run();
                }
            }

            private boolean giveUp() {
                return over.compareAndSet(0, 1);
            }

            private long[] sorted() {
                long[] sorted = nanos.clone();
                Arrays.sort(sorted);
                return sorted;
            }
        }
    }

    /** See {@link BareGossip}. */
    private static final class Bare implements Contender {

        private final BareGossip gossip;

        Bare(int n, int fanout, Tally tally) throws IOException {
            this.gossip = new BareGossip(n, fanout, tally);
        }

        @Override
        public boolean publish(int node, long message) throws IOException {
            gossip.publish(node, message, BODY_BYTES);
            return true;
        }

        @Override
        public void close() throws IOException {
            gossip.close();
        }
    }

    /** Shadows on one or several device hosts. */
    private static final class Ours implements Contender {

        private final List<DeviceHost> hosts = new ArrayList<>();
        private final List<GossipNode> nodes = new ArrayList<>();
        private final int fanout;
        private final GossipVariant variant;

        Ours(int n, int hostCount, int fanout, GossipVariant variant, Tally tally) throws Exception {
            this.fanout = fanout;
            this.variant = variant;
            DriverOptions options = DriverOptions.defaults()
                    .withGroups(InetAddress.getByName(DriverOptions.GROUP_BASE), 18, freePort());
            LoopbackNet net = LoopbackNet.open();
            List<GossipHost> gossips = new ArrayList<>();
            for (int h = 0; h < hostCount; h++) {
                DeviceHost host = DeviceHost.start(net.settings(20 + h)
                        .withEventLoops(1, 200_000, 1_000_000)
                        .withApplication(2, 100_000));
                hosts.add(host);
                gossips.add(new GossipHost(host, options));
            }
            for (int i = 0; i < n; i++) {
                int h = i % hostCount;
                nodes.add(new GossipNode(
                        i,
                        hosts.get(h),
                        gossips.get(h),
                        GossipConfig.defaults().withVariants(ADVERTISE_SELDOM),
                        variant == GossipVariant.MULTICAST,
                        tally));
            }
            for (GossipNode node : nodes) {
                nodes.forEach(peer -> node.know(peer.address()));
                var unused = node.driver().stats().get(30, TimeUnit.SECONDS);
            }
        }

        private static int freePort() throws IOException {
            try (DatagramSocket free = new DatagramSocket(0)) {
                return free.getLocalPort();
            }
        }

        @Override
        public boolean publish(int node, long message) throws Exception {
            GossipParameters parameters = new GossipParameters(
                            variant == GossipVariant.EAGER_PUSH ? fanout : 0,
                            0,
                            System.currentTimeMillis(),
                            5_000,
                            1_000,
                            null)
                    .withVariant(variant);
            return nodes.get(node).publish(message, BODY_BYTES, parameters);
        }

        @Override
        public void close() {
            hosts.forEach(DeviceHost::close);
        }
    }

    /** One channel for each device, as {@code udp.xml} has it, on loopback. */
    private static final class Groups implements Contender {

        private final List<JChannel> channels = new ArrayList<>();

        Groups(int n, Tally tally) throws Exception {
            System.setProperty("jgroups.bind_addr", "127.0.0.1");
            System.setProperty("jgroups.udp.mcast_addr", "239.255.77.1");
            System.setProperty("jgroups.udp.mcast_port", Integer.toString(Ours.freePort()));
            System.setProperty("jgroups.udp.ip_ttl", "0");
            for (int i = 0; i < n; i++) {
                int number = i;
                JChannel channel = new JChannel("udp.xml");
                GMS membership = channel.getProtocolStack().findProtocol(GMS.class);
                membership.setValue("print_local_addr", false);
                channel.setReceiver(new Receiver() {
                    @Override
                    public void receive(Message message) {
                        byte[] bytes = message.getArray();
                        long id = java.nio.ByteBuffer.wrap(bytes, message.getOffset(), 8)
                                .getLong();
                        tally.delivered(number, id);
                    }
                });
                channel.connect("bench");
                channels.add(channel);
            }
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            for (JChannel channel : channels) {
                while (channel.getView().size() < n && System.nanoTime() < end) {
                    Machine.pause(20);
                }
            }
        }

        @Override
        public boolean publish(int node, long message) throws Exception {
            byte[] body = new byte[BODY_BYTES];
            java.nio.ByteBuffer.wrap(body).putLong(message);
            channels.get(node).send(new BytesMessage(null, body));
            return true;
        }

        @Override
        public void close() {
            channels.forEach(JChannel::close);
        }
    }
}
