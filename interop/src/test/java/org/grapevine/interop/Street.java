package org.grapevine.interop;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Payload;
import org.grapevine.core.message.Segment;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.grapevine.core.reply.Partial;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.discovery.DiscoveryTiming;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.gossip.driver.Aggregations;
import org.grapevine.gossip.shadow.GossipExtension;
import org.grapevine.gossip.shadow.ShadowService;
import org.grapevine.peer.LinkGraph;
import org.grapevine.peer.Peer;
import org.grapevine.peer.PeerService;
import org.grapevine.peer.SegmentView;

/** Devices that gossip: two hosts with two lamps each, which find each other at a discovery port of their own. */
final class Street implements AutoCloseable {

    static final int LAMPS = 4;
    static final int WATTS = 60;

    private static final Segment SEGMENT = new Segment("http://example.org/streets/main");

    private final List<DeviceHost> hosts = new ArrayList<>();
    private final List<GossipExtension> extensions = new ArrayList<>();
    private final Map<String, LongAdder> arrivals = new ConcurrentHashMap<>();

    Street(InetAddress address) throws IOException, InterruptedException {
        InetSocketAddress group = new InetSocketAddress(WsDiscovery.IPV4_GROUP, freePort());
        for (int h = 0; h < 2; h++) {
            HostSettings settings = HostSettings.on(new InetSocketAddress(address, 0), new SecureRandom().nextLong())
                    .withDiscovery(group, DiscoveryTiming.defaults().withAppMaxDelayMs(10));
            GossipExtension extension = new GossipExtension(GossipConfig.defaults(), new Summing());
            DeviceHost host = DeviceHost.start(settings, extension);
            hosts.add(host);
            extensions.add(extension);
            for (int d = 0; d < LAMPS / 2; d++) {
                Device unused = Device.named("lamp " + h + "." + d)
                        .scopes(SEGMENT.scope())
                        .endpoint(Ours.newEndpoint())
                        .host(new OneLamp("lamp " + h + "." + d))
                        .start(host);
            }
        }
        for (GossipExtension extension : extensions) {
            awaitNeighbours(extension);
        }
        awaitLinks();
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Waits until links lead from each lamp to all others. */
    private void awaitLinks() {
        long deadline = System.nanoTime() + Ours.PATIENCE.toNanos();
        while (true) {
            List<SegmentView> views = new ArrayList<>();
            extensions.forEach(extension -> views.addAll(extension.views().all()));
            if (LinkGraph.of(views)
                    .orTimeout(Ours.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                    .join()
                    .isConnected()) {
                return;
            }
            if (System.nanoTime() > deadline) {
                throw new AssertionError("links: not from each lamp to all others");
            }
        }
    }

    private static void awaitNeighbours(GossipExtension extension) throws InterruptedException {
        CountDownLatch others = new CountDownLatch(LAMPS);
        ShadowService any = extension.shadows().get(0);
        PeerService.Following following = extension
                .peers()
                .orElseThrow()
                .follow(any.original().portType(), List.of(SEGMENT), new PeerService.PeerListener() {
                    @Override
                    public void joined(Segment segment, Peer peer) {
                        others.countDown();
                    }

                    @Override
                    public void left(Segment segment, Peer peer) {}
                });
        try {
            if (!others.await(Ours.PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("found " + (LAMPS - others.getCount()) + " of " + LAMPS + " lamps");
            }
        } finally {
            following.close();
        }
    }

    /** One that clients talk to. */
    ShadowService shadow() {
        return extensions.get(0).shadows().get(0);
    }

    /** Waits until a text has come so often, to all lamps together. */
    void awaitAnnounced(String text, int times) throws InterruptedException {
        long deadline = System.nanoTime() + Ours.PATIENCE.toNanos();
        synchronized (arrivals) {
            while (announced(text) < times) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    throw new AssertionError(
                            text + ": came to " + announced(text) + " lamps (expected: " + times + ")");
                }
                arrivals.wait(left);
            }
        }
    }

    long announced(String text) {
        LongAdder times = arrivals.get(text);
        return times == null ? 0 : times.sum();
    }

    @Override
    public void close() {
        hosts.forEach(DeviceHost::close);
    }

    private final class OneLamp implements StreetLamp {
        private final String name;

        OneLamp(String name) {
            this.name = name;
        }

        @Override
        public void announce(String text) {
            synchronized (arrivals) {
                arrivals.computeIfAbsent(text, key -> new LongAdder()).increment();
                arrivals.notifyAll();
            }
        }

        @Override
        public int watts(String purpose) {
            return WATTS;
        }

        @Override
        public String label(String language) {
            if (!language.equals("en")) {
                throw new IllegalArgumentException("language: " + language + " (expected: en)");
            }
            return name;
        }
    }

    /** Adds up the watts in the answers, in the words of the first of them. */
    private static final class Summing implements Aggregations, AggregationFunction {

        private static final String URI = "urn:sha256:" + "5a".repeat(32);
        private static final Pattern WATTS_ELEMENT = Pattern.compile("(<watts[^>]*>)([0-9]+)(</watts>)");

        @Override
        public AggregationFunction byUri(String uri) throws AggregationException {
            if (!uri.equals(URI)) {
                throw new AggregationException("function: " + uri + " (expected: " + URI + ")");
            }
            return this;
        }

        @Override
        public String uriOf(String name, Class<?> maker) throws AggregationException {
            if (!name.equals("sum")) {
                throw new AggregationException("function: " + name + " (expected: sum)");
            }
            return URI;
        }

        @Override
        public Optional<Payload> merge(Optional<Payload> own, List<Partial> partials) throws AggregationException {
            List<Payload> all = new ArrayList<>();
            own.ifPresent(all::add);
            partials.forEach(partial -> all.add(partial.payload()));
            int sum = 0;
            for (Payload payload : all) {
                sum += Integer.parseInt(watts(payload).group(2));
            }
            String merged = watts(all.get(0)).replaceFirst("$1" + sum + "$3");
            return Optional.of(new EncodedPayload(merged.getBytes(UTF_8)));
        }

        private static Matcher watts(Payload payload) throws AggregationException {
            String xml = new String(((EncodedPayload) payload).bytes(), UTF_8);
            Matcher matcher = WATTS_ELEMENT.matcher(xml);
            if (!matcher.find()) {
                throw new AggregationException("answer: " + xml + " (expected: watts)");
            }
            return matcher;
        }

        @Override
        public Payload finish(Payload partial) {
            return partial;
        }
    }
}
