package org.grapevine.gossip.shadow;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Payload;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.grapevine.core.reply.Partial;
import org.grapevine.dpws.addressing.SoapUdpAddress;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.discovery.DiscoveryTiming;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.gossip.driver.Aggregations;
import org.grapevine.gossip.driver.DriverOptions;
import org.grapevine.gossip.legacy.LegacyOptions;
import org.grapevine.peer.LinkGraph;
import org.grapevine.peer.Peer;
import org.grapevine.peer.PeerService;
import org.grapevine.peer.SegmentView;

/** Some hosts with some devices each, all in one segment, on loopback with a discovery port of their own. */
final class Village implements AutoCloseable {

    static final Segment SEGMENT = new Segment("test:village");

    /** A device's service; remembers what it got. */
    static final class Notices implements NoticeService {
        final List<String> texts = new CopyOnWriteArrayList<>();
        private final Village village;
        private final String name;

        Notices(Village village, String name) {
            this.village = village;
            this.name = name;
        }

        @Override
        public void post(String text) {
            texts.add(text);
            village.arrived(text, name);
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
            if (text.equals("trouble")) {
                throw new IllegalStateException("trouble");
            }
            return name + " says " + text;
        }
    }

    /** A service that takes nothing until it is released. */
    static final class Blocking implements NoticeService {
        private final CountDownLatch release;
        private final Consumer<String> taken;

        Blocking(CountDownLatch release, Consumer<String> taken) {
            this.release = release;
            this.taken = taken;
        }

        @Override
        public void post(String text) {
            try {
                if (!release.await(60, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("never released");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
            taken.accept(text);
        }

        @Override
        public int count(String of) {
            return 1;
        }

        @Override
        public String echo(String text) {
            return text;
        }
    }

    /** The same over HTTP. */
    static final class HttpNotices implements HttpNoticeService {
        private final Village village;
        private final String name;

        HttpNotices(Village village, String name) {
            this.village = village;
            this.name = name;
        }

        @Override
        public void post(String text) {
            village.arrived(text, name);
        }
    }

    private record Expected(Set<String> names, CountDownLatch latch) {}

    final List<DeviceHost> hosts = new ArrayList<>();
    final List<GossipExtension> extensions = new ArrayList<>();
    final Map<String, Device> devices = new LinkedHashMap<>();
    private final Map<String, Expected> expected = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> arrivals = new ConcurrentHashMap<>();
    private final InetSocketAddress group;
    private final PeerOptions peerOptions;

    Village() throws IOException {
        this(PeerOptions.defaults());
    }

    /** Whose shadows keep their views so. */
    Village(PeerOptions peerOptions) throws IOException {
        this.peerOptions = peerOptions;
        this.group = new InetSocketAddress(WsDiscovery.IPV4_GROUP, freePort());
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Adds a host. */
    DeviceHost host(UnaryOperator<HostSettings> change) throws IOException {
        return host(change, GossipConfig.defaults());
    }

    DeviceHost host(UnaryOperator<HostSettings> change, GossipConfig config) throws IOException {
        return host(change, config, new Adding());
    }

    /** Adds a host whose devices run these functions. */
    DeviceHost host(UnaryOperator<HostSettings> change, GossipConfig config, Aggregations aggregations)
            throws IOException {
        HostSettings settings = HostSettings.on(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 7 + hosts.size())
                .withDiscovery(group, DiscoveryTiming.defaults().withAppMaxDelayMs(10));
        DriverOptions groups = DriverOptions.defaults()
                .withGroups(InetAddress.getByName(DriverOptions.GROUP_BASE), 18, group.getPort());
        GossipExtension extension = new GossipExtension(
                config,
                aggregations,
                groups,
                LegacyOptions.defaults().withTimes(100, 1_000, 2_000, 300, 1_000),
                peerOptions);
        DeviceHost host = DeviceHost.start(change.apply(settings), extension);
        hosts.add(host);
        extensions.add(extension);
        return host;
    }

    Device device(String name) {
        return Objects.requireNonNull(devices.get(name));
    }

    /** Adds a host that knows nothing of gossip. */
    DeviceHost plainHost() throws IOException {
        HostSettings settings = HostSettings.on(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 107 + hosts.size())
                .withDiscovery(group, DiscoveryTiming.defaults().withAppMaxDelayMs(10));
        DeviceHost host = DeviceHost.start(settings);
        hosts.add(host);
        return host;
    }

    Device device(DeviceHost host, String name, Object service) {
        return device(host, name, service, SEGMENT.scope());
    }

    /** Adds a device that is in other segments. */
    Device device(DeviceHost host, String name, Object service, String... scopes) {
        Device device = Device.named(name)
                .scopes(scopes)
                .endpoint("urn:uuid:" + java.util.UUID.nameUUIDFromBytes(name.getBytes(UTF_8)))
                .host(service)
                .start(host);
        devices.put(name, device);
        return device;
    }

    /** Two hosts with so many devices each, which have all found each other. */
    static Village ofNotices(int devicesEach, UnaryOperator<HostSettings> change) throws Exception {
        Village village = new Village();
        for (int h = 0; h < 2; h++) {
            DeviceHost host = village.host(change);
            for (int d = 0; d < devicesEach; d++) {
                String name = "device " + h + "." + d;
                village.device(host, name, new Notices(village, name));
            }
        }
        village.awaitPeers();
        return village;
    }

    /** Waits until every shadow has found every other, and messages from each one can come to all. */
    void awaitPeers() throws Exception {
        awaitDiscovery();
        awaitLinks();
    }

    /**
     * Waits until the links of the overlays lead from every shadow to every other, if need be over several; but for Cyclon over links
     * that both sides know of, since one side alone may end the others at any moment.
     */
    void awaitLinks() throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        LinkGraph links = links();
        while (!(isOneSided() ? links : mutual(links)).isConnected()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("links: " + links + " (expected: a way from each to all others)");
            }
            links = links();
        }
    }

    private boolean isOneSided() throws Exception {
        for (GossipExtension extension : extensions) {
            for (SegmentView view : extension.views().all()) {
                if (view.status().get(20, TimeUnit.SECONDS).kind() == MembershipConfig.Kind.CYCLON) {
                    return true;
                }
            }
        }
        return false;
    }

    private static LinkGraph mutual(LinkGraph graph) {
        Map<PeerAddress, Set<PeerAddress>> mutual = new LinkedHashMap<>();
        graph.links().forEach((from, peers) -> {
            Set<PeerAddress> both = new LinkedHashSet<>(peers);
            both.removeIf(peer -> !graph.links().getOrDefault(peer, Set.of()).contains(from));
            mutual.put(from, both);
        });
        return new LinkGraph(mutual);
    }

    /** Waits until so many links lead from one host to another, if shadows keep views at all. */
    void awaitLinksBetweenHosts(int count) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        LinkGraph links = links();
        while (!links.links().isEmpty() && linksBetweenHosts(links) < count) {
            if (System.nanoTime() > end) {
                throw new AssertionError("links: " + links + " (expected: " + count + " from host to host)");
            }
            links = links();
        }
    }

    private static long linksBetweenHosts(LinkGraph graph) {
        return graph.links().entrySet().stream()
                .flatMap(own ->
                        own.getValue().stream().filter(peer -> !hostOf(peer).equals(hostOf(own.getKey()))))
                .count();
    }

    private static String hostOf(PeerAddress address) {
        return SoapUdpAddress.parse(address.value()).host() + ":"
                + SoapUdpAddress.parse(address.value()).port();
    }

    /** The links that there are now. */
    LinkGraph links() throws Exception {
        List<SegmentView> views = new ArrayList<>();
        extensions.forEach(extension -> views.addAll(extension.views().all()));
        return LinkGraph.of(views).get(20, TimeUnit.SECONDS);
    }

    /** Waits until a device is in no view any more. */
    void awaitNobodyHas(PeerAddress gone) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        List<SegmentView> holders = new ArrayList<>();
        do {
            if (System.nanoTime() > end) {
                throw new AssertionError(gone + ": still in " + holders.size() + " views");
            }
            holders.clear();
            for (GossipExtension extension : extensions) {
                for (SegmentView view : extension.views().all()) {
                    SegmentView.Status status = view.status().get(20, TimeUnit.SECONDS);
                    if (!view.self().address().equals(gone)
                            && status.standings().stream()
                                    .anyMatch(standing ->
                                            standing.peer().address().equals(gone))) {
                        holders.add(view);
                    }
                }
            }
        } while (!holders.isEmpty());
    }

    /** Cuts a host off the network: nobody hears of it again, and it says no Bye. */
    void crash(int host) {
        hosts.get(host).udp().close();
        GossipExtension lost = extensions.remove(host);
        lost.shadows().forEach(shadow -> devices.remove(shadow.device().name()));
    }

    /** Hands a text to the shadow of a device, for all. */
    void post(String device, String text) throws Exception {
        byte[] envelope = EnvelopeWriter.forAction(NoticeService.NAMESPACE + ":NoticeService:post")
                .body(("<n:post xmlns:n=\"" + NoticeService.NAMESPACE + "\"><text>" + text + "</text></n:post>")
                        .getBytes(UTF_8))
                .toBytes();
        ShadowService entry = shadow(device);
        entry.device()
                .host()
                .client()
                .send(entry.address(), envelope, Duration.ofSeconds(20))
                .get(20, TimeUnit.SECONDS);
    }

    private void awaitDiscovery() throws Exception {
        for (GossipExtension extension : extensions) {
            PeerService peers = extension.peers().orElseThrow();
            CountDownLatch latch = new CountDownLatch(devices.size());
            Set<String> seen = ConcurrentHashMap.newKeySet();
            ShadowService any = extension.shadows().get(0);
            PeerService.Following following =
                    peers.follow(any.original().portType(), List.of(SEGMENT), new PeerService.PeerListener() {
                        @Override
                        public void joined(Segment segment, Peer peer) {
                            if (seen.add(peer.device().address())) {
                                latch.countDown();
                            }
                        }

                        @Override
                        public void left(Segment segment, Peer peer) {}
                    });
            if (!latch.await(20, TimeUnit.SECONDS)) {
                throw new AssertionError("found " + seen.size() + " of " + devices.size() + " devices");
            }
            following.close();
        }
    }

    void arrived(String text, String name) {
        arrivals.computeIfAbsent(text, key -> new LongAdder()).increment();
        Expected waiting = expected.get(text);
        if (waiting != null && waiting.names().add(name)) {
            waiting.latch().countDown();
        }
    }

    /** Says that a text will come to so many devices. */
    void expect(String text, int count) {
        expected.put(text, new Expected(ConcurrentHashMap.newKeySet(), new CountDownLatch(count)));
    }

    /** How often the text has come to any device, repetitions included. */
    long timesArrived(String text) {
        LongAdder times = arrivals.get(text);
        return times == null ? 0 : times.sum();
    }

    /** Waits until the text has come to all that were expected. */
    boolean await(String text) throws InterruptedException {
        Expected waiting = expected.get(text);
        return waiting != null && waiting.latch().await(30, TimeUnit.SECONDS);
    }

    List<ShadowService> shadows() {
        return extensions.stream().flatMap(each -> each.shadows().stream()).toList();
    }

    ShadowService shadow(String device) {
        return shadows().stream()
                .filter(each -> each.device().name().equals(device))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        hosts.forEach(DeviceHost::close);
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
            List<Payload> all = new ArrayList<>();
            own.ifPresent(all::add);
            partials.forEach(partial -> all.add(partial.payload()));
            int sum = 0;
            for (Payload payload : all) {
                sum += number(payload);
            }
            // In the words of the first one, whatever it answers.
            String first = new String(((EncodedPayload) all.get(0)).bytes(), UTF_8);
            String response = first.replaceAll("(?s)(<count[^>]*>)[0-9]+(</count>)", "$1" + sum + "$2");
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
