package org.grapevine.peer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import javax.xml.namespace.QName;
import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.core.membership.MembershipStats;
import org.grapevine.core.membership.PeerEntry;
import org.grapevine.core.membership.Standing;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceExtension;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.EnvelopeHandler;
import org.grapevine.dpws.device.FaultException;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.device.ServiceMetadata;
import org.grapevine.dpws.device.SoapDoor;
import org.grapevine.dpws.discovery.DiscoveryTiming;
import org.grapevine.dpws.discovery.ScopeRule;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.metadata.Host;
import org.grapevine.dpws.metadata.Hosted;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.policy.Binding;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What discovery finds comes from a host on loopback; views are made up. */
class LocalPeersTest {

    private static final QName SHADOW = new QName("urn:test", "Shadow");
    private static final QName PORT_TYPE = new QName("urn:test", "Meter");
    private static final QName OTHER_PORT_TYPE = new QName("urn:test", "Tariff");
    private static final Segment FAN = new Segment("urn:test:fan");
    private static final Segment HAN = new Segment("urn:test:han");
    private static final EndpointReference OWN = EndpointReference.of("urn:test:own");
    private static final PeerEntry SELF = entry("self", 0);
    private static final long PERIOD = 10_000;

    private final List<DeviceHost> hosts = new ArrayList<>();
    private final Views views = new Views();
    private DiscoveredPeers discovered;
    private LocalPeers peers;

    @BeforeEach
    void start() throws IOException {
        try (DatagramSocket free = new DatagramSocket(0)) {
            group = new InetSocketAddress(WsDiscovery.IPV4_GROUP, free.getLocalPort());
        }
        DeviceHost host = host();
        discovered = new DiscoveredPeers(host, SHADOW);
        peers = new LocalPeers(host, discovered, views, PERIOD);
    }

    private InetSocketAddress group;

    @AfterEach
    void close() {
        hosts.forEach(DeviceHost::close);
    }

    private DeviceHost host(DeviceExtension... extensions) throws IOException {
        InetSocketAddress bind = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0);
        DeviceHost host = DeviceHost.start(
                HostSettings.on(bind, 70 + hosts.size())
                        .withDiscovery(group, DiscoveryTiming.defaults().withAppMaxDelayMs(10)),
                extensions);
        hosts.add(host);
        return host;
    }

    private static PeerAddress address(String name) {
        return new PeerAddress("soap.udp://192.0.2.7:9000/" + name);
    }

    private static PeerEntry entry(String name, int age) {
        return new PeerEntry(address(name), 8080, age);
    }

    /** A view of these entries. */
    private record MadeUp(QName portType, Segment segment, CompletableFuture<Status> status) implements SegmentView {

        private static MadeUp of(QName portType, Segment segment, PeerEntry... entries) {
            List<Standing> standings = new ArrayList<>();
            for (PeerEntry entry : entries) {
                standings.add(new Standing(entry, false, false));
            }
            MembershipStats stats = new MembershipStats(0, entries.length, 0, 0, 1, 0, 0, 0, 0, 0, 0, Map.of());
            return new MadeUp(
                    portType,
                    segment,
                    CompletableFuture.completedFuture(new Status(MembershipConfig.Kind.HYPARVIEW, standings, stats)));
        }

        @Override
        public PeerEntry self() {
            return SELF;
        }

        @Override
        public CompletableFuture<List<PeerEntry>> draw(int count, Set<PeerAddress> exclude) {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public void contacts(List<PeerEntry> named) {}
    }

    private List<Peer> ask(PeerSelector selector) throws Exception {
        return peers.peers(selector).get(20, TimeUnit.SECONDS);
    }

    private static List<PeerAddress> addresses(List<Peer> some) {
        return some.stream().map(Peer::address).toList();
    }

    /** Starts a meter, and waits until discovery has found it. */
    private Peer foundMeter() throws Exception {
        BlockingQueue<Peer> found = new LinkedBlockingQueue<>();
        peers.follow(PORT_TYPE, List.of(FAN), new PeerService.PeerListener() {
            @Override
            public void joined(Segment segment, Peer peer) {
                found.add(peer);
            }

            @Override
            public void left(Segment segment, Peer peer) {}
        });
        DeviceHost other = host(device -> {
            List<EndpointReference> eprs = List.of(
                    EndpointReference.of(device.address() + "/shadow"),
                    EndpointReference.of(
                            device.host().udpAddress(device.path() + "/shadow").toString()));
            Hosted shadow = new Hosted(eprs, List.of(PORT_TYPE, SHADOW), "urn:test:shadow");
            return List.of(new DeviceExtension.Addition(shadow, () -> {}));
        });
        Device.named("meter").endpoint("urn:test:meter").scopes(FAN.scope()).start(other);
        Peer peer = found.poll(20, TimeUnit.SECONDS);
        assertThat(peer).isNotNull();
        return peer;
    }

    @Test
    void whoIsOnlyInViewsIsAnswered() throws Exception {
        views.add(OWN, MadeUp.of(PORT_TYPE, FAN, entry("a", 3)));
        long before = System.currentTimeMillis();

        List<Peer> answer = ask(PeerSelector.of(PORT_TYPE, 9).excluding(Set.of(SELF.address())));

        assertThat(answer).hasSize(1);
        Peer peer = answer.get(0);
        assertThat(peer.address()).isEqualTo(address("a"));
        assertThat(peer.http()).hasToString("http://192.0.2.7:8080/a");
        assertThat(peer.device().address()).isEqualTo(address("a").value());
        assertThat(peer.isDescribed()).isFalse();
        assertThat(peer.types()).isEmpty();
        assertThat(peer.scopes()).containsExactly(FAN.scope());
        // The clock of a loop and that of the wall may differ a little.
        assertThat(peer.ageMillis(before)).isBetween(3 * PERIOD - 5_000, 3 * PERIOD + 5_000);
    }

    @Test
    void theShadowsOfTheHostAreAmongThem() throws Exception {
        views.add(OWN, MadeUp.of(PORT_TYPE, FAN));
        assertThat(addresses(ask(PeerSelector.of(PORT_TYPE, 9)))).containsExactly(SELF.address());
    }

    @Test
    void whoIsInSeveralViewsIsAnsweredOnce() throws Exception {
        views.add(OWN, MadeUp.of(PORT_TYPE, FAN, entry("a", 7), entry("b", 0)));
        views.add(OWN, MadeUp.of(PORT_TYPE, HAN, entry("a", 2)));
        views.add(OWN, MadeUp.of(OTHER_PORT_TYPE, FAN, entry("c", 2)));

        List<Peer> answer = ask(PeerSelector.of(PORT_TYPE, 9).excluding(Set.of(SELF.address())));

        assertThat(addresses(answer)).containsExactlyInAnyOrder(address("a"), address("b"));
        Peer both = answer.get(0).address().equals(address("a")) ? answer.get(0) : answer.get(1);
        assertThat(both.scopes()).containsExactlyInAnyOrder(FAN.scope(), HAN.scope());
        PeerSelector inBoth = PeerSelector.of(PORT_TYPE, 9)
                .withScopes(ScopeRule.STRCMP0, List.of(FAN.scope(), HAN.scope()))
                .excluding(Set.of(SELF.address()));
        assertThat(addresses(ask(inBoth))).containsExactly(address("a"));
    }

    @Test
    void whomDiscoveryFoundTooIsAnsweredOnceAndAsItToldItself() throws Exception {
        Peer meter = foundMeter();
        views.add(OWN, MadeUp.of(PORT_TYPE, FAN, new PeerEntry(meter.address(), 1, 5), entry("a", 0)));

        List<Peer> answer = ask(PeerSelector.of(PORT_TYPE, 9).excluding(Set.of(SELF.address())));

        assertThat(answer).hasSize(2).contains(meter);
        assertThat(addresses(answer)).contains(address("a"));
    }

    /** Answers GetMetadata as shadows do, and counts the questions. */
    private static PeerEntry shadowOf(
            DeviceHost host, String name, QName portType, List<QName> types, LongAdder asked) {
        String path = "/" + name;
        ServiceMetadata metadata = new ServiceMetadata(
                () -> new Host(EndpointReference.of("urn:test:" + name), types),
                new Hosted(
                        List.of(EndpointReference.of(host.httpAddress(path).toString())),
                        List.of(portType, SHADOW),
                        "urn:test:shadow"),
                host.httpAddress(path),
                host.messageIds());
        EnvelopeHandler handler = new EnvelopeHandler() {
            @Override
            public boolean isRequest(Envelope envelope, Optional<String> httpAction) {
                return true;
            }

            @Override
            public Optional<Answer> handle(Envelope envelope, Optional<String> httpAction) throws FaultException {
                asked.increment();
                return Optional.of(metadata.answer(envelope));
            }
        };
        host.route(path, new SoapDoor(host.httpReader(), Set.of(), handler, host.messageIds(), () -> Optional.empty()));
        PeerAddress address = new PeerAddress(host.udpAddress(path).toString());
        return new PeerEntry(address, host.httpAddress(path).getPort(), 0);
    }

    @Test
    void aSelectorWithTypesAsksThoseWhoseTypesAreNotKnownOnce() throws Exception {
        Peer meter = foundMeter();
        QName gateway = new QName("urn:test", "Gateway");
        LongAdder asked = new LongAdder();
        DeviceHost other = host();
        List<QName> both = List.of(WsDiscovery.DEVICE_TYPE, gateway);
        PeerEntry wanted = shadowOf(other, "wanted", PORT_TYPE, both, asked);
        views.add(
                OWN,
                MadeUp.of(
                        PORT_TYPE,
                        FAN,
                        wanted,
                        shadowOf(other, "unwanted", PORT_TYPE, List.of(WsDiscovery.DEVICE_TYPE), asked),
                        shadowOf(other, "liar", OTHER_PORT_TYPE, both, asked)));
        PeerSelector gateways =
                PeerSelector.of(PORT_TYPE, 9).withTypes(List.of(gateway)).excluding(Set.of(SELF.address()));

        List<Peer> answer = ask(gateways);

        assertThat(addresses(answer)).containsExactly(wanted.address());
        assertThat(answer.get(0).device().address()).isEqualTo("urn:test:wanted");
        assertThat(answer.get(0).types()).isEqualTo(both);
        assertThat(answer.get(0).isDescribed()).isTrue();
        assertThat(addresses(ask(gateways))).containsExactly(wanted.address());
        assertThat(asked.sum()).isEqualTo(3);
        assertThat(ask(gateways.withTypes(List.of(WsDiscovery.DEVICE_TYPE)))).contains(meter);
        assertThat(asked.sum()).isEqualTo(3);
    }

    @Test
    void aSelectorWithoutTypesAsksNobody() throws Exception {
        LongAdder asked = new LongAdder();
        views.add(OWN, MadeUp.of(PORT_TYPE, FAN, shadowOf(host(), "a", PORT_TYPE, List.of(), asked)));
        assertThat(ask(PeerSelector.of(PORT_TYPE, 9))).hasSize(2);
        assertThat(asked.sum()).isZero();
    }

    @Test
    void aQuestionAsksSoManyAtTheMost() throws Exception {
        LongAdder asked = new LongAdder();
        DeviceHost other = host();
        PeerEntry[] entries = new PeerEntry[25];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = shadowOf(other, "shadow" + i, PORT_TYPE, List.of(WsDiscovery.DEVICE_TYPE), asked);
        }
        views.add(OWN, MadeUp.of(PORT_TYPE, FAN, entries));
        PeerSelector devices = PeerSelector.of(PORT_TYPE, 99)
                .withTypes(List.of(WsDiscovery.DEVICE_TYPE))
                .excluding(Set.of(SELF.address()));
        assertThat(ask(devices)).hasSize(LocalPeers.MOST_ASKED);
        assertThat(asked.sum()).isEqualTo(LocalPeers.MOST_ASKED);
        // The next one asks the others.
        assertThat(ask(devices)).hasSize(25);
        assertThat(asked.sum()).isEqualTo(25);
    }

    @Test
    void theSilentAreNotAskedWithoutEnd() throws Exception {
        LongAdder asked = new LongAdder();
        DeviceHost other = host();
        PeerEntry silent = shadowOf(other, "gone", PORT_TYPE, List.of(), asked);
        other.unroute("/gone");
        views.add(OWN, MadeUp.of(PORT_TYPE, FAN, silent));
        PeerSelector devices = PeerSelector.of(PORT_TYPE, 99)
                .withTypes(List.of(WsDiscovery.DEVICE_TYPE))
                .excluding(Set.of(SELF.address()));
        assertThat(ask(devices)).isEmpty();
        PeerEntry back = shadowOf(other, "gone", PORT_TYPE, List.of(WsDiscovery.DEVICE_TYPE), asked);
        assertThat(back).isEqualTo(silent);
        assertThat(ask(devices)).as("asked again after ten minutes only").isEmpty();
        assertThat(asked.sum()).isZero();
    }

    @Test
    void anEntryWithoutHttpIsForDatagramsOnly() throws Exception {
        views.add(OWN, MadeUp.of(PORT_TYPE, FAN, new PeerEntry(address("a"), 0, 0)));
        PeerSelector selector = PeerSelector.of(PORT_TYPE, 9).excluding(Set.of(SELF.address()));
        assertThat(addresses(ask(selector.withBinding(Binding.SOAP_UDP)))).containsExactly(address("a"));
        assertThat(ask(selector.withBinding(Binding.HTTP))).isEmpty();
    }

    @Test
    void anAddressThatIsNoneHasNoHttp() throws Exception {
        PeerAddress odd = new PeerAddress("soap.udp://192.0.2.7:9000/no URI");
        views.add(OWN, MadeUp.of(PORT_TYPE, FAN, new PeerEntry(odd, 80, 0)));
        List<Peer> answer = ask(PeerSelector.of(PORT_TYPE, 9).excluding(Set.of(SELF.address())));
        assertThat(answer).hasSize(1);
        assertThat(answer.get(0).http()).isNull();
    }

    @Test
    void aViewThatFailsDoesNotKeepTheOthersFromAnswering() throws Exception {
        views.add(
                OWN,
                new MadeUp(PORT_TYPE, FAN, CompletableFuture.failedFuture(new RejectedExecutionException("closed"))));
        views.add(OWN, new MadeUp(PORT_TYPE, FAN, new CompletableFuture<>()));
        views.add(OWN, MadeUp.of(PORT_TYPE, FAN, entry("a", 0)));
        assertThat(addresses(ask(PeerSelector.of(PORT_TYPE, 9)))).contains(address("a"));
    }

    @Test
    void theDrawIsUniformOverBothSources() throws Exception {
        Peer meter = foundMeter();
        PeerEntry[] entries = new PeerEntry[9];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = entry("peer" + i, i);
        }
        views.add(OWN, MadeUp.of(PORT_TYPE, FAN, entries));
        views.add(OWN, MadeUp.of(PORT_TYPE, FAN, entries[0], entries[1], new PeerEntry(meter.address(), 80, 0)));
        PeerSelector selector = PeerSelector.of(PORT_TYPE, 3).excluding(Set.of(SELF.address()));
        Map<PeerAddress, Integer> drawn = new LinkedHashMap<>();
        for (int i = 0; i < 4_000; i++) {
            List<Peer> some = ask(selector);
            assertThat(some).hasSize(3).doesNotHaveDuplicates();
            some.forEach(peer -> drawn.merge(peer.address(), 1, Integer::sum));
        }
        // Each of ten is in three draws of ten: 1200 times, with a standard deviation of 29.
        assertThat(drawn).hasSize(10);
        assertThat(drawn.values()).allSatisfy(times -> assertThat(times).isBetween(1_055, 1_345));
    }

    @Test
    void aQuestionLooksAtSoManyViewsAtTheMost() throws Exception {
        for (int i = 0; i < 40; i++) {
            views.add(OWN, MadeUp.of(PORT_TYPE, FAN, entry("only" + i, 0)));
        }
        List<Peer> answer = ask(PeerSelector.of(PORT_TYPE, 100).excluding(Set.of(SELF.address())));
        assertThat(answer).hasSize(LocalPeers.MOST_VIEWS);
    }
}
