package org.grapevine.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
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
import java.util.function.UnaryOperator;
import javax.xml.namespace.QName;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceExtension;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.device.HostedProxy;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.DiscoveryCodec;
import org.grapevine.dpws.discovery.DiscoveryMode;
import org.grapevine.dpws.discovery.DiscoveryTiming;
import org.grapevine.dpws.discovery.Hello;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.metadata.Hosted;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Peers of hosts on loopback sockets with a discovery port of their own. */
class DiscoveredPeersTest {

    private static final QName SHADOW = new QName("urn:test", "Shadow");
    private static final QName PORT_TYPE = new QName("urn:test", "Meter");
    private static final QName OTHER_PORT_TYPE = new QName("urn:test", "Tariff");
    private static final Segment FAN = new Segment("urn:test:fan");
    private static final Segment HAN = new Segment("urn:test:han");

    private final List<DeviceHost> hosts = new ArrayList<>();
    private InetSocketAddress group;

    @BeforeEach
    void findPort() throws Exception {
        try (DatagramSocket free = new DatagramSocket(0)) {
            group = new InetSocketAddress(WsDiscovery.IPV4_GROUP, free.getLocalPort());
        }
    }

    @AfterEach
    void close() {
        hosts.forEach(DeviceHost::close);
    }

    private DeviceHost hostWith(UnaryOperator<HostSettings> change, DeviceExtension... extensions) throws IOException {
        InetSocketAddress bind = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0);
        HostSettings settings = HostSettings.on(bind, 90 + hosts.size())
                .withDiscovery(group, DiscoveryTiming.defaults().withAppMaxDelayMs(10));
        DeviceHost host = DeviceHost.start(change.apply(settings), extensions);
        hosts.add(host);
        return host;
    }

    private DeviceHost host(DeviceExtension extension) throws IOException {
        return hostWith(same -> same, extension);
    }

    private DiscoveredPeers peersOfAnotherHost() throws IOException {
        return new DiscoveredPeers(hostWith(same -> same), SHADOW);
    }

    /** One that hears no multicast of others. */
    private DeviceHost alone(DeviceExtension... extensions) throws IOException {
        InetSocketAddress nowhere = groupOfNobody();
        return hostWith(settings -> settings.withDiscovery(nowhere, settings.timing()), extensions);
    }

    private static InetSocketAddress groupOfNobody() throws IOException {
        try (DatagramSocket free = new DatagramSocket(0)) {
            return new InetSocketAddress(WsDiscovery.IPV4_GROUP, free.getLocalPort());
        }
    }

    /** Puts a shadow that is only an entry on every device. */
    private static List<DeviceExtension.Addition> shadow(Device device) {
        return List.of(addition("urn:test:shadow", List.of(PORT_TYPE, SHADOW), http(device), udp(device)));
    }

    private static DeviceExtension.Addition addition(String id, List<QName> types, String... addresses) {
        List<EndpointReference> eprs = new ArrayList<>();
        for (String address : addresses) {
            eprs.add(EndpointReference.of(address));
        }
        return new DeviceExtension.Addition(new Hosted(eprs, types, id), () -> {});
    }

    private static String http(Device device) {
        return device.address() + "/shadow";
    }

    private static String udp(Device device) {
        return device.host().udpAddress(device.path() + "/shadow").toString();
    }

    private static Device device(DeviceHost host, String name, Segment... segments) {
        Device.Builder device = Device.named(name).endpoint("urn:test:" + name);
        for (Segment segment : segments) {
            device.scopes(segment.scope());
        }
        return device.start(host);
    }

    @Test
    void tellOfServicesWithoutAShadow() throws Exception {
        QName plainType = new QName("urn:test", "Plain");
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        PeerService peers = peersOfAnotherHost();
        DeviceHost host = hostWith(
                same -> same,
                device -> List.of(
                        addition("urn:test:plain", List.of(plainType), http(device)),
                        addition("urn:test:both", List.of(PORT_TYPE), http(device)),
                        addition("urn:test:shadow", List.of(PORT_TYPE, SHADOW), http(device), udp(device))));
        peers.follow(plainType, List.of(FAN), plainListener(heard));
        peers.follow(PORT_TYPE, List.of(FAN), plainListener(heard));

        Device device = device(host, "plain", FAN);

        assertThat(heard.poll(20, TimeUnit.SECONDS))
                .isEqualTo("joined urn:test:plain of urn:test:plain at " + http(device));
        device.stop().get(20, TimeUnit.SECONDS);
        assertThat(heard.poll(20, TimeUnit.SECONDS))
                .isEqualTo("left urn:test:plain of urn:test:plain at " + http(device));
        // The one that has a shadow was never told.
        assertThat(heard).isEmpty();
    }

    private static PeerService.PeerListener plainListener(BlockingQueue<String> heard) {
        return new PeerService.PeerListener() {
            @Override
            public void joined(Segment segment, Peer peer) {}

            @Override
            public void left(Segment segment, Peer peer) {}

            @Override
            public void plainJoined(Segment segment, PlainService service) {
                heard.add("joined " + service.serviceId() + " of " + service.device() + " at " + service.http());
            }

            @Override
            public void plainLeft(Segment segment, PlainService service) {
                heard.add("left " + service.serviceId() + " of " + service.device() + " at " + service.http());
            }
        };
    }

    private record News(String what, Segment segment, Peer peer) {}

    /** What a follower hears. */
    private static final class Heard implements PeerService.PeerListener {
        private final BlockingQueue<News> news = new LinkedBlockingQueue<>();

        @Override
        public void joined(Segment segment, Peer peer) {
            news.add(new News("joined", segment, peer));
        }

        @Override
        public void left(Segment segment, Peer peer) {
            news.add(new News("left", segment, peer));
        }

        private News next() throws InterruptedException {
            News next = news.poll(20, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("nothing was heard");
            }
            return next;
        }

        private void assertNext(String what, Segment segment, String device) throws InterruptedException {
            News next = next();
            assertThat(next.what()).isEqualTo(what);
            assertThat(next.segment()).isEqualTo(segment);
            assertThat(next.peer().device().address()).isEqualTo("urn:test:" + device);
        }
    }

    private static PeerSelector selector(int count, PeerAddress... exclude) {
        return new PeerSelector(PORT_TYPE, List.of(), List.of(FAN.scope()), count, Set.of(exclude));
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(20, TimeUnit.SECONDS);
    }

    @Nested
    class AFollower {

        @Test
        void hearsOfPeersByHelloAndByBye() throws Exception {
            DiscoveredPeers peers = peersOfAnotherHost();
            Heard heard = new Heard();
            peers.follow(PORT_TYPE, List.of(FAN), heard);
            Device meter = device(host(DiscoveredPeersTest::shadow), "meter", FAN, HAN);
            News joined = heard.next();
            assertThat(joined.what()).isEqualTo("joined");
            assertThat(joined.segment()).isEqualTo(FAN);
            assertThat(joined.peer().address()).isEqualTo(new PeerAddress(udp(meter)));
            assertThat(joined.peer().http()).hasToString(http(meter));
            assertThat(joined.peer().scopes()).containsExactly(FAN.scope(), HAN.scope());
            assertThat(joined.peer().types()).containsExactly(WsDiscovery.DEVICE_TYPE);
            assertThat(joined.peer().metadataVersion()).isPositive();
            assertThat(get(peers.peers(selector(9)))).containsExactly(joined.peer());
            var unused = meter.stop();
            heard.assertNext("left", FAN, "meter");
            assertThat(get(peers.peers(selector(9)))).isEmpty();
        }

        @Test
        void hearsOfPeersThatWereThereBefore() throws Exception {
            DeviceHost host = host(DiscoveredPeersTest::shadow);
            device(host, "meter", FAN);
            DiscoveredPeers peers = peersOfAnotherHost();
            Heard heard = new Heard();
            peers.follow(PORT_TYPE, List.of(FAN), heard);
            heard.assertNext("joined", FAN, "meter");
            Heard second = new Heard();
            peers.follow(PORT_TYPE, List.of(HAN, FAN), second);
            second.assertNext("joined", FAN, "meter");
        }

        @Test
        void hearsOnlyOfItsPortTypeAndItsSegments() throws Exception {
            DiscoveredPeers peers = peersOfAnotherHost();
            Heard ofHan = new Heard();
            Heard ofOther = new Heard();
            peers.follow(PORT_TYPE, List.of(HAN), ofHan);
            peers.follow(OTHER_PORT_TYPE, List.of(FAN), ofOther);
            DeviceHost host = host(DiscoveredPeersTest::shadow);
            device(host, "fan", FAN);
            device(host, "both", FAN, HAN);
            ofHan.assertNext("joined", HAN, "both");
            Heard ofAll = new Heard();
            peers.follow(PORT_TYPE, List.of(FAN, HAN), ofAll);
            for (int i = 0; i < 3; i++) {
                assertThat(ofAll.next().what()).isEqualTo("joined");
            }
            assertThat(ofHan.news).isEmpty();
            assertThat(ofOther.news).isEmpty();
        }

        @Test
        void hearsNothingMoreOnceItIsClosed() throws Exception {
            DiscoveredPeers peers = peersOfAnotherHost();
            Heard closed = new Heard();
            Heard open = new Heard();
            PeerService.Following following = peers.follow(PORT_TYPE, List.of(FAN), closed);
            peers.follow(PORT_TYPE, List.of(FAN), open);
            following.close();
            following.close();
            device(host(DiscoveredPeersTest::shadow), "meter", FAN);
            open.assertNext("joined", FAN, "meter");
            assertThat(closed.news).isEmpty();
        }

        @Test
        void thatFailsDoesNotKeepTheNewsFromOthers() throws Exception {
            DiscoveredPeers peers = peersOfAnotherHost();
            peers.follow(PORT_TYPE, List.of(FAN), new PeerService.PeerListener() {
                @Override
                public void joined(Segment segment, Peer peer) {
                    throw new IllegalStateException("on purpose");
                }

                @Override
                public void left(Segment segment, Peer peer) {}
            });
            Heard heard = new Heard();
            peers.follow(PORT_TYPE, List.of(FAN), heard);
            device(host(DiscoveredPeersTest::shadow), "meter", FAN);
            heard.assertNext("joined", FAN, "meter");
        }

        @Test
        void outlivesItsHostWithoutHarm() throws Exception {
            DeviceHost host = hostWith(same -> same);
            DiscoveredPeers peers = new DiscoveredPeers(host, SHADOW);
            PeerService.Following following = peers.follow(PORT_TYPE, List.of(FAN), new Heard());
            host.close();
            following.close();
            assertThat(peers.peers(selector(1))).isCompletedExceptionally();
            assertThat(peers.missed()).isCompletedExceptionally();
            assertThatThrownBy(() -> peers.follow(PORT_TYPE, List.of(FAN), new Heard()))
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasMessageContaining("peer service");
        }
    }

    @Nested
    class ChangedDevices {

        /** The same device with another announcement, which no other host would send by itself. */
        private void announceAgain(DeviceHost from, Device device, Segment segment, long version) {
            DeviceAnnouncement again = new DeviceAnnouncement(
                    device.epr(),
                    List.of(WsDiscovery.DEVICE_TYPE),
                    List.of(segment.scope()),
                    List.of(device.address().toString()),
                    version);
            byte[] hello = DiscoveryCodec.multicast(
                    new Hello(again, Optional.empty()), from.messageIds().next());
            from.udp().sendMulticast(group, hello);
        }

        @Test
        void ofAHigherMetadataVersionAreAskedAgain() throws Exception {
            DiscoveredPeers peers = peersOfAnotherHost();
            Heard inFan = new Heard();
            Heard inHan = new Heard();
            peers.follow(PORT_TYPE, List.of(FAN), inFan);
            peers.follow(PORT_TYPE, List.of(HAN), inHan);
            Device meter = device(host(DiscoveredPeersTest::shadow), "meter", FAN);
            long before = inFan.next().peer().metadataVersion();
            get(meter.change(words -> words.scopes(List.of(HAN.scope()))));
            inFan.assertNext("left", FAN, "meter");
            News joined = inHan.next();
            assertThat(joined.what()).isEqualTo("joined");
            assertThat(joined.peer().metadataVersion()).isEqualTo(before + 1);
        }

        @Test
        void thatLeftEverySegmentOfInterestAreForgotten() throws Exception {
            DiscoveredPeers peers = peersOfAnotherHost();
            Heard heard = new Heard();
            peers.follow(PORT_TYPE, List.of(FAN), heard);
            Device meter = device(host(DiscoveredPeersTest::shadow), "meter", FAN);
            heard.assertNext("joined", FAN, "meter");
            get(meter.change(words -> words.scopes(List.of(HAN.scope()))));
            heard.assertNext("left", FAN, "meter");
            assertThat(get(peers.peers(new PeerSelector(PORT_TYPE, List.of(), List.of(), 9, Set.of()))))
                    .isEmpty();
        }

        @Test
        void thatMovedWithoutByeAreFoundAtTheirNewPlace() throws Exception {
            DiscoveredPeers peers = peersOfAnotherHost();
            Heard heard = new Heard();
            peers.follow(PORT_TYPE, List.of(FAN), heard);
            // In a network of its own: where it was it says no more, neither Bye nor matches.
            DeviceHost gone = alone(DiscoveredPeersTest::shadow);
            Device before = device(gone, "meter", FAN);
            announceAgain(gone, before, FAN, 1);
            assertThat(heard.next().peer().address().value()).isEqualTo(udp(before));
            Device after = device(host(DiscoveredPeersTest::shadow), "meter", FAN);
            News left = heard.next();
            assertThat(left.what()).isEqualTo("left");
            assertThat(left.peer().address().value()).isEqualTo(udp(before));
            assertThat(heard.next().peer().address().value()).isEqualTo(udp(after));
        }
    }

    @Nested
    class BrokenDevices {

        @Test
        void whoseMetadataCannotBeHadAreTriedAgainUntilTheyAnswer() throws Exception {
            DiscoveredPeers peers = peersOfAnotherHost();
            Heard heard = new Heard();
            peers.follow(PORT_TYPE, List.of(FAN), heard);
            DeviceHost host = host(DiscoveredPeersTest::shadow);
            int nobody;
            try (ServerSocket free = new ServerSocket(0)) {
                nobody = free.getLocalPort();
            }
            DeviceAnnouncement fake = new DeviceAnnouncement(
                    EndpointReference.of("urn:test:fake"),
                    List.of(),
                    List.of(FAN.scope()),
                    List.of("no%address", "http://127.0.0.1:" + nobody + "/"),
                    1);
            byte[] hello = DiscoveryCodec.multicast(new Hello(fake, Optional.empty()), "urn:hello");
            host.udp().sendMulticast(group, hello);
            // One that answers is not held up.
            device(host, "meter", FAN);
            heard.assertNext("joined", FAN, "meter");
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (get(peers.missed()).failedFetches() == 0) {
                assertThat(System.nanoTime()).as("until all tries have failed").isLessThan(deadline);
            }
            assertThat(heard.news).isEmpty();
            device(host, "fake", FAN);
            heard.assertNext("joined", FAN, "fake");
        }

        @Test
        void withBrokenShadowsAreCountedAndTheirOtherShadowsUsed() throws Exception {
            DiscoveredPeers peers = peersOfAnotherHost();
            Heard heard = new Heard();
            peers.follow(PORT_TYPE, List.of(FAN), heard);
            List<QName> types = List.of(PORT_TYPE, SHADOW);
            DeviceHost host = host(device -> List.of(
                    addition("urn:s:no-udp", types, http(device)),
                    addition("urn:s:no-http", types, udp(device)),
                    addition("urn:s:bad-udp", types, "soap.udp://x", http(device)),
                    addition("urn:s:bad-http", types, udp(device), "http:///nobody"),
                    addition("urn:s:no-type", List.of(SHADOW), udp(device), http(device)),
                    addition("urn:s:no-shadow", List.of(PORT_TYPE), "soap.udp://h:1", http(device)),
                    addition("urn:s:good", types, udp(device), http(device))));
            Device meter = device(host, "meter", FAN);
            assertThat(heard.next().peer().address().value()).isEqualTo(udp(meter));
            assertThat(get(peers.missed())).isEqualTo(new DiscoveredPeers.Missed(0, 0, 5));
            assertThat(heard.news).isEmpty();
        }

        @Test
        void withTooManyShadowsAreCutShort() throws Exception {
            DiscoveredPeers peers = peersOfAnotherHost();
            Heard heard = new Heard();
            peers.follow(PORT_TYPE, List.of(FAN), heard);
            DeviceHost host = host(device -> {
                List<DeviceExtension.Addition> many = new ArrayList<>();
                for (int i = 0; i < 70; i++) {
                    many.add(addition("urn:s:" + i, List.of(PORT_TYPE, SHADOW), udp(device) + "/" + i, http(device)));
                }
                return many;
            });
            device(host, "meter", FAN);
            heard.next();
            assertThat(get(peers.peers(selector(100)))).hasSize(64);
            assertThat(get(peers.missed()).overflowed()).isEqualTo(6);
        }

        @Test
        void beyondTheBoundTakeTheRoomOfOthersWhichIsCounted() throws Exception {
            DeviceHost small = hostWith(settings -> settings.withMaxKnownDevices(1));
            DiscoveredPeers peers = new DiscoveredPeers(small, SHADOW);
            Heard heard = new Heard();
            peers.follow(PORT_TYPE, List.of(FAN), heard);
            DeviceHost host = host(DiscoveredPeersTest::shadow);
            device(host, "one", FAN);
            heard.assertNext("joined", FAN, "one");
            device(host, "two", FAN);
            // The table of discovery, as large as this one, lets the older one go.
            Map<String, String> last = new LinkedHashMap<>();
            while (!"joined".equals(last.get("urn:test:two"))) {
                News next = heard.next();
                last.put(next.peer().device().address(), next.what());
            }
            assertThat(get(peers.peers(selector(9)))).hasSizeLessThanOrEqualTo(1);
            assertThat(get(small.discovery().dropped()).evicted()).isPositive();
        }
    }

    @Nested
    class AThousandDevicesThatStartTogether {

        private static final int DEVICES = 1_000;

        private DeviceHost crowd() throws Exception {
            return hostWith(settings -> settings.withEventLoops(2, 100_000, 100_000), DiscoveredPeersTest::shadow);
        }

        private DiscoveredPeers follower(DeviceHost host, Appetite appetite, Heard heard) {
            DiscoveredPeers peers =
                    new DiscoveredPeers(host, SHADOW, FeedOptions.defaults().withSpreadMillis(300));
            peers.follow(PORT_TYPE, List.of(FAN), appetite, heard);
            return peers;
        }

        @Test
        void areAskedForTheirMetadataByFewOfTheirHosts() throws Exception {
            List<DiscoveredPeers> modest = new ArrayList<>();
            List<Heard> heard = new ArrayList<>();
            List<DeviceHost> others = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                others.add(hostWith(settings -> settings.withEventLoops(2, 100_000, 100_000)));
                heard.add(new Heard());
                modest.add(follower(others.get(i), Appetite.some(8), heard.get(i)));
            }
            DeviceHost crowd = crowd();
            for (int i = 0; i < DEVICES; i++) {
                device(crowd, "meter" + i, FAN);
            }
            for (int i = 0; i < 5; i++) {
                DeviceHost other = others.get(i);
                waitFor(() -> get(other.discovery().known()).size() > DEVICES * 9 / 10, "most of the Hellos");
                for (int j = 0; j < 8; j++) {
                    assertThat(heard.get(i).next().what()).isEqualTo("joined");
                }
                // 8, and on average 19 of the thousand; above 60 in less than one of a million.
                assertThat(get(modest.get(i).fetches())).isLessThan(60);
                assertThat(get(modest.get(i).peers(selector(DEVICES)))).hasSizeBetween(8, 60);
            }
        }
    }

    private interface Condition {
        boolean holds() throws Exception;
    }

    private static void waitFor(Condition condition, String what) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.holds()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
        }
    }

    @Nested
    class ADiscoveryProxy {

        private void operate(DeviceHost host, HostedProxy proxy) throws Exception {
            get(host.discovery().operate(DiscoveryMode.proxyAt(proxy.address()).withAdHocToo(false)));
        }

        @Test
        void tellsOfPeersWhereNoHelloIsHeard() throws Exception {
            DeviceHost ofProxy = alone();
            try (HostedProxy proxy = HostedProxy.start(ofProxy, HostedProxy.Options.of(ofProxy))) {
                DeviceHost host = alone(DiscoveredPeersTest::shadow);
                operate(host, proxy);
                DeviceHost other = alone();
                operate(other, proxy);
                device(host, "before", FAN);
                waitFor(() -> get(proxy.entries()).size() == 1, "the device at the proxy");
                DiscoveredPeers peers = new DiscoveredPeers(other, SHADOW);
                Heard heard = new Heard();
                peers.follow(PORT_TYPE, List.of(FAN), Appetite.some(4), heard);
                heard.assertNext("joined", FAN, "before");
                // The next round of Probes, after 3 s, finds it.
                device(host, "later", FAN);
                heard.assertNext("joined", FAN, "later");
                assertThat(get(peers.peers(selector(9)))).hasSize(2);
            }
        }
    }

    @Nested
    class Contacts {

        private DiscoveredPeers peersWith(List<URI> contacts) throws IOException {
            FeedOptions options = FeedOptions.defaults().withSpreadMillis(50).withContacts(contacts);
            return new DiscoveredPeers(hostWith(same -> same), SHADOW, options);
        }

        @Test
        void areFoundWithoutAnyMulticast() throws Exception {
            Device meter = device(alone(DiscoveredPeersTest::shadow), "meter", FAN);
            DiscoveredPeers peers = peersWith(List.of(meter.address()));
            Heard heard = new Heard();
            peers.follow(PORT_TYPE, List.of(FAN), Appetite.some(1), heard);
            heard.assertNext("joined", FAN, "meter");
            assertThat(get(peers.peers(selector(9))).get(0).address()).isEqualTo(new PeerAddress(udp(meter)));
        }

        @Test
        void addToWhatDiscoveryFinds() throws Exception {
            Device far = device(alone(DiscoveredPeersTest::shadow), "far", FAN);
            device(host(DiscoveredPeersTest::shadow), "near", FAN);
            DiscoveredPeers peers = peersWith(List.of(far.address()));
            Heard heard = new Heard();
            peers.follow(PORT_TYPE, List.of(FAN), heard);
            List<String> devices = List.of(
                    heard.next().peer().device().address(),
                    heard.next().peer().device().address());
            assertThat(devices).containsExactlyInAnyOrder("urn:test:far", "urn:test:near");
        }

        @Test
        void areAskedAgainUntilTheyAnswer() throws Exception {
            InetSocketAddress place;
            try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
                place = new InetSocketAddress(free.getInetAddress(), free.getLocalPort());
            }
            URI address = URI.create("http://127.0.0.1:" + place.getPort() + "/meter");
            DiscoveredPeers peers =
                    peersWith(List.of(URI.create("http://127.0.0.1:" + place.getPort() + "/"), address));
            Heard heard = new Heard();
            peers.follow(PORT_TYPE, List.of(FAN), heard);
            assertThat(get(peers.peers(selector(9)))).isEmpty();
            DeviceHost late = DeviceHost.start(
                    HostSettings.on(place, 7)
                            .withDiscovery(
                                    groupOfNobody(), DiscoveryTiming.defaults().withAppMaxDelayMs(10)),
                    DiscoveredPeersTest::shadow);
            hosts.add(late);
            Device meter = device(late, "meter", FAN);
            assertThat(meter.address()).isEqualTo(address);
            heard.assertNext("joined", FAN, "meter");
        }

        @Test
        void inOtherSegmentsAreNoPeers() throws Exception {
            DeviceHost far = alone(DiscoveredPeersTest::shadow);
            Device han = device(far, "han", HAN);
            Device fan = device(far, "fan", FAN);
            DiscoveredPeers peers = peersWith(List.of(han.address(), fan.address()));
            Heard heard = new Heard();
            peers.follow(PORT_TYPE, List.of(FAN), heard);
            heard.assertNext("joined", FAN, "fan");
            assertThat(heard.news).isEmpty();
        }
    }

    @Nested
    class ADraw {

        @Test
        void isUniformWithoutReplacementAndWithoutTheExcluded() throws Exception {
            DiscoveredPeers peers = peersOfAnotherHost();
            Heard heard = new Heard();
            peers.follow(PORT_TYPE, List.of(FAN), heard);
            DeviceHost host = host(DiscoveredPeersTest::shadow);
            for (int i = 0; i < 6; i++) {
                device(host, "meter" + i, FAN);
            }
            Map<PeerAddress, Integer> drawn = new LinkedHashMap<>();
            for (int i = 0; i < 6; i++) {
                drawn.put(heard.next().peer().address(), 0);
            }
            PeerAddress excluded = drawn.keySet().iterator().next();
            int draws = 2_000;
            for (int i = 0; i < draws; i++) {
                List<Peer> some = get(peers.peers(selector(2, excluded)));
                assertThat(some).hasSize(2).doesNotHaveDuplicates();
                some.forEach(peer -> drawn.merge(peer.address(), 1, Integer::sum));
            }
            assertThat(drawn.remove(excluded)).isZero();
            // Each of five is in two draws of five: 800 times, with a standard deviation of 22.
            assertThat(drawn.values()).allSatisfy(times -> assertThat(times).isBetween(690, 910));
            assertThat(get(peers.peers(selector(100)))).hasSize(6);
        }

        @Test
        void ofNobodyIsRefused() {
            assertThatThrownBy(() -> selector(0)).hasMessage("count: 0 (expected: >= 1)");
        }
    }
}
