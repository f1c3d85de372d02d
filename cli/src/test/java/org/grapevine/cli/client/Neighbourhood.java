package org.grapevine.cli.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.xml.namespace.QName;
import org.grapevine.cli.CommandLineRun;
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

/** A host with some devices in one segment, on loopback with a discovery port of its own. */
final class Neighbourhood implements AutoCloseable {

    static final QName METER = new QName("urn:example:meters", "Meter");
    static final Segment SEGMENT = new Segment("test:street/12");

    /** A device's service. */
    private final class Bulletin implements BulletinService {
        private final String name;

        Bulletin(String name) {
            this.name = name;
        }

        @Override
        public void post(String text) {
            posted.add(name + ": " + text);
        }

        @Override
        public int count(String of) {
            if (of.equals("trouble at " + name)) {
                throw new IllegalStateException("trouble");
            }
            return 1;
        }

        @Override
        public String echo(String text) {
            return name + " says " + text;
        }
    }

    /** What devices got, in the order of arrival. */
    final BlockingQueue<String> posted = new LinkedBlockingQueue<>();

    final List<Device> devices = new ArrayList<>();
    private final GossipExtension gossip = new GossipExtension(GossipConfig.defaults(), new Adding());
    private final DeviceHost host;
    private final int discoveryPort;

    private Neighbourhood() throws IOException {
        this.discoveryPort = freePort();
        HostSettings settings = HostSettings.on(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 7)
                .withDiscovery(
                        new InetSocketAddress(WsDiscovery.IPV4_GROUP, discoveryPort),
                        DiscoveryTiming.defaults().withAppMaxDelayMs(10));
        this.host = DeviceHost.start(settings, gossip);
    }

    static Neighbourhood of(int size) throws Exception {
        Neighbourhood neighbourhood = new Neighbourhood();
        try {
            for (int i = 1; i <= size; i++) {
                String name = "meter " + i;
                neighbourhood.devices.add(Device.named(name)
                        .types(METER)
                        .scopes(SEGMENT.scope())
                        .endpoint("urn:uuid:" + UUID.nameUUIDFromBytes(name.getBytes(UTF_8)))
                        .host(neighbourhood.new Bulletin(name))
                        .start(neighbourhood.host));
            }
            neighbourhood.awaitPeers();
            return neighbourhood;
        } catch (Exception e) {
            neighbourhood.close();
            throw e;
        }
    }

    /** A discovery port that nobody listens at. */
    static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Waits until links lead from each to all others. */
    private void awaitLinks() throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!LinkGraph.of(gossip.views().all()).get(20, TimeUnit.SECONDS).isConnected()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("links: not from each to all others");
            }
        }
    }

    private void awaitPeers() throws Exception {
        Set<String> seen = ConcurrentHashMap.newKeySet();
        CountDownLatch all = new CountDownLatch(devices.size());
        PeerService.Following following = gossip.peers()
                .orElseThrow()
                .follow(
                        gossip.shadows().get(0).original().portType(),
                        List.of(SEGMENT),
                        new PeerService.PeerListener() {
                            @Override
                            public void joined(Segment segment, Peer peer) {
                                if (seen.add(peer.device().address())) {
                                    all.countDown();
                                }
                            }

                            @Override
                            public void left(Segment segment, Peer peer) {}
                        });
        boolean found = all.await(20, TimeUnit.SECONDS);
        following.close();
        if (!found) {
            throw new AssertionError("found " + seen.size() + " of " + devices.size() + " devices");
        }
        awaitLinks();
    }

    /** A command line of another party on the same network. */
    CommandLineRun run(String... args) {
        List<String> all = new ArrayList<>(Arrays.asList(args));
        all.addAll(List.of("--discovery-port", Integer.toString(discoveryPort)));
        return CommandLineRun.of(all.toArray(String[]::new));
    }

    String shadow(int device) {
        ShadowService shadow = gossip.shadows().get(device);
        return shadow.address().toString();
    }

    String original(int device) {
        return gossip.shadows().get(device).original().address().toString();
    }

    /** Waits until that many posts have come, and gives them in the order of their devices. */
    List<String> awaitPosts(int count) throws InterruptedException {
        List<String> arrived = new ArrayList<>();
        while (arrived.size() < count) {
            String next = posted.poll(20, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("only " + arrived + " came");
            }
            arrived.add(next);
        }
        return arrived.stream().sorted().toList();
    }

    @Override
    public void close() {
        host.close();
    }

    /** Adds up the numbers in {@code <countResponse><count>n</count></countResponse>}. */
    static final class Adding implements Aggregations, AggregationFunction {

        static final String URI = "urn:sha256:" + "ad".repeat(32);

        @Override
        public AggregationFunction byUri(String uri) throws AggregationException {
            if (!uri.equals(URI)) {
                throw new AggregationException(uri + " is not on the list of this device");
            }
            return this;
        }

        @Override
        public String uriOf(String name, Class<?> maker) throws AggregationException {
            if (!name.equals("add")) {
                throw new AggregationException("no such function");
            }
            return URI;
        }

        @Override
        public Optional<Payload> merge(Optional<Payload> own, List<Partial> partials) throws AggregationException {
            int sum = own.isPresent() ? number(own.get()) : 0;
            for (Partial partial : partials) {
                sum += number(partial.payload());
            }
            String response = "<n:countResponse xmlns:n=\"" + BulletinService.NAMESPACE + "\"><count>" + sum
                    + "</count></n:countResponse>";
            return Optional.of(new EncodedPayload(response.getBytes(UTF_8)));
        }

        @Override
        public Payload finish(Payload partial) {
            return partial;
        }

        private static int number(Payload payload) throws AggregationException {
            String xml = new String(((EncodedPayload) payload).bytes(), UTF_8);
            String digits = xml.replaceAll("(?s).*<count[^>]*>([0-9]+)</count>.*", "$1");
            try {
                return Integer.parseInt(digits);
            } catch (NumberFormatException e) {
                throw new AggregationException("not a count: " + xml, e);
            }
        }
    }
}
