package org.grapevine.dpws.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.grapevine.dpws.device.Loopback.PATIENCE;
import static org.grapevine.dpws.device.Loopback.await;
import static org.grapevine.dpws.device.Loopback.eventsOf;
import static org.grapevine.dpws.device.Loopback.everything;
import static org.grapevine.dpws.device.Loopback.find;

import java.io.IOException;
import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.conformance.LampService;
import org.grapevine.dpws.discovery.Bye;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.DiscoveryCodec;
import org.grapevine.dpws.discovery.DiscoveryMessage;
import org.grapevine.dpws.discovery.Hello;
import org.grapevine.dpws.discovery.KnownDevices;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.metadata.Hosted;
import org.grapevine.dpws.metadata.Metadata;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.transport.DatagramDrop;
import org.grapevine.dpws.transport.Link;
import org.grapevine.dpws.transport.LoopbackAddresses;
import org.grapevine.dpws.transport.UdpOptions;
import org.grapevine.dpws.transport.UdpTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Devices that are on several networks at once, and on others while they run; rows R0005, R1015, D4 to D6, D14, U6 to U8. */
class DeviceLinksTest {

    private Loopback net;

    @BeforeEach
    void open() throws Exception {
        net = new Loopback();
    }

    @AfterEach
    void close() {
        net.close();
    }

    private DeviceHost hostAt(InetAddress... addresses) throws IOException {
        List<InetSocketAddress> binds = new ArrayList<>();
        for (InetAddress address : addresses) {
            binds.add(new InetSocketAddress(address, 0));
        }
        return net.hostWith(settings -> settings.withBinds(binds));
    }

    private static List<String> texts(List<URI> addresses) {
        return addresses.stream().map(URI::toString).toList();
    }

    /** What somebody on the network hears, and from where. */
    private record Heard(DiscoveryMessage message, String id, InetSocketAddress from) {}

    /** Hears the group of an address, with nothing else of the stack. */
    private static final class Listener implements AutoCloseable {

        private final EnvelopeReader reader = new EnvelopeReader(EnvelopeLimits.udp());
        private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
        private final List<Heard> all = new ArrayList<>();
        private final UdpTransport wire;

        Listener(InetAddress address, InetSocketAddress group) throws IOException {
            this.wire = UdpTransport.open(UdpOptions.on(address), (bytes, from, multicast) -> hear(bytes, from));
            wire.join(group);
        }

        private void hear(byte[] bytes, InetSocketAddress from) {
            try {
                Envelope envelope = reader.readWhole(bytes);
                DiscoveryCodec.read(envelope)
                        .ifPresent(message -> heard.add(
                                new Heard(message, envelope.messageId().orElse(""), from)));
            } catch (MalformedEnvelopeException e) {
                throw new AssertionError(e);
            }
        }

        /** The Hello of a device with so many addresses, from one sender. */
        Heard helloOf(Device device, int addresses, InetSocketAddress from) throws InterruptedException {
            return first(each -> each.message() instanceof Hello hello
                    && hello.device().epr().equals(device.epr())
                    && hello.device().xAddrs().size() == addresses
                    && each.from().equals(from));
        }

        /** The first that is as wanted of all that was heard or will be, in whatever order the others come. */
        Heard first(Predicate<Heard> wanted) throws InterruptedException {
            Optional<Heard> earlier = all.stream().filter(wanted).findFirst();
            return earlier.isPresent()
                    ? earlier.get()
                    : await(heard, each -> {
                        all.add(each);
                        return wanted.test(each);
                    });
        }

        boolean heardBye() {
            heard.drainTo(all);
            return all.stream().anyMatch(each -> each.message() instanceof Bye);
        }

        @Override
        public void close() {
            wire.close();
        }
    }

    @Nested
    class ADeviceOnTwoLinks {

        private DeviceHost host;
        private Device lamp;

        @BeforeEach
        void start() throws Exception {
            host = hostAt(LoopbackAddresses.ipv4(1), LoopbackAddresses.ipv4(2));
            lamp = Device.named("Lamp").host(new Lamp.Simple()).start(host);
        }

        @Test
        void announcesItsAddressesOnBothUnderOneEndpoint_R0005() throws Exception {
            DeviceAnnouncement found = find(net.host(), everything());
            assertThat(found.epr()).isEqualTo(lamp.epr());
            assertThat(found.xAddrs()).isEqualTo(texts(host.httpAddresses("/lamp")));
            assertThat(found.xAddrs().get(0)).startsWith("http://127.0.0.1:").endsWith("/lamp");
            assertThat(found.xAddrs().get(1)).startsWith("http://127.0.0.2:").endsWith("/lamp");
            assertThat(lamp.address()).isEqualTo(host.httpAddress("/lamp"));
        }

        @Test
        void describesItselfAtEachOfThem_D14() throws Exception {
            for (URI address : host.httpAddresses("/lamp")) {
                Metadata metadata =
                        host.client().get(address, lamp.epr(), PATIENCE).get(10, TimeUnit.SECONDS);
                Hosted service = metadata.relationship().orElseThrow().hosted().get(0);
                assertThat(service.eprs().stream().map(EndpointReference::address))
                        .isEqualTo(texts(host.httpAddresses("/lamp/lamp")));
            }
        }

        @Test
        void takesADirectedProbeAtEachOfThem_R1015() throws Exception {
            String probe = Loopback.soap(
                    Loopback.request(WsDiscovery.PROBE_ACTION), "<d:Probe xmlns:d='" + Namespaces.WSD + "'/>");
            for (URI address : host.httpAddresses("/lamp")) {
                HttpResponse<byte[]> answer = net.post(address, Loopback.SOAP, probe);
                assertThat(answer.statusCode()).isEqualTo(200);
                assertThat(new String(answer.body(), UTF_8)).contains(lamp.epr().address());
            }
        }

        @Test
        void managesSubscriptionsAtTheAddressThatTheSubscriberNames_D14() throws Exception {
            Device eventful =
                    Device.named("Eventful").host(new LampService.Simple()).start(host);
            for (URI address : host.httpAddresses("/eventful/lamp")) {
                try (NotificationSink sink = NotificationSink.open(net.host(), "/sink")) {
                    Subscription subscription = sink.subscribe(address, SubscriptionOptions.toAll(), event -> {})
                            .get(10, TimeUnit.SECONDS);
                    assertThat(subscription.manager().address()).startsWith(address + "?");
                    assertThat(subscription.getStatus().get(10, TimeUnit.SECONDS))
                            .isNotNull();
                }
            }
            eventful.stop().get(10, TimeUnit.SECONDS);
        }

        @Test
        void saysTheSameHelloOnBoth_U8() throws Exception {
            try (Listener listener = new Listener(LoopbackAddresses.ipv4(3), net.group)) {
                Device other = Device.named("Other").start(host);
                List<Link> links = host.links();
                Heard first = listener.helloOf(other, 2, links.get(0).udp().localAddress());
                Heard second = listener.helloOf(other, 2, links.get(1).udp().localAddress());
                assertThat(second.id()).isEqualTo(first.id());
            }
        }

        @Test
        void answersFromTheLinkThatWasAsked_U6() throws Exception {
            for (Link link : host.links()) {
                try (RawPeer stranger = new RawPeer(Loopback.address())) {
                    stranger.send(
                            link.udp().localAddress(),
                            DiscoveryCodec.multicast(everything(), "urn:uuid:" + link.address()));
                    assertThat(stranger.next().from()).isEqualTo(link.udp().localAddress());
                }
            }
        }

        @Test
        void isCountedOnEachLinkApart() throws Exception {
            Link second = host.links().get(1);
            try (RawPeer stranger = new RawPeer(Loopback.address())) {
                stranger.send(second.udp().localAddress(), new byte[10]);
                stranger.send(second.udp().localAddress(), DiscoveryCodec.multicast(everything(), "urn:uuid:count"));
                stranger.next();
            }
            assertThat(second.counters().dropped()).containsEntry(DatagramDrop.MALFORMED, 1L);
            assertThat(second.counters().sent()).isPositive();
            assertThat(host.links().get(0).counters().dropped()).containsEntry(DatagramDrop.MALFORMED, 0L);
            assertThat(host.dropped().malformedDatagrams()).isEqualTo(1);
        }
    }

    @Nested
    class ADeviceInBothIpVersions {

        @Test
        void hasAnAddressOfEachAndAnswersThere_D14() throws Exception {
            DeviceHost host = hostAt(LoopbackAddresses.ipv4(1), LoopbackAddresses.ipv6());
            Device lamp = Device.named("Lamp").start(host);
            DeviceAnnouncement found = find(net.host(), everything());
            assertThat(found.xAddrs()).hasSize(2);
            assertThat(found.xAddrs().get(1)).startsWith("http://[::1]:").endsWith("/lamp");
            Metadata metadata = host.client()
                    .get(URI.create(found.xAddrs().get(1)), lamp.epr(), PATIENCE)
                    .get(10, TimeUnit.SECONDS);
            assertThat(metadata.relationship()
                            .orElseThrow()
                            .host()
                            .orElseThrow()
                            .epr())
                    .isEqualTo(lamp.epr());
        }

        @Test
        void isFoundByUnicastWhereTheLinkHasNoMulticast() throws Exception {
            DeviceHost host = hostAt(LoopbackAddresses.ipv4(1), LoopbackAddresses.ipv6());
            Device lamp = Device.named("Lamp").start(host);
            try (RawPeer stranger = new RawPeer(LoopbackAddresses.ipv6())) {
                InetSocketAddress six = host.links().get(1).udp().localAddress();
                stranger.send(six, DiscoveryCodec.multicast(everything(), "urn:uuid:six"));
                RawPeer.Received answer = stranger.next();
                assertThat(answer.from()).isEqualTo(six);
                assertThat(new String(answer.bytes(), UTF_8))
                        .contains(lamp.epr().address());
            }
        }

        @Test
        void saysHelloAndAnswersInBothGroups_D14_U8() throws Exception {
            InetAddress six = LoopbackAddresses.ipv6WithMulticast();
            DeviceHost host = hostAt(LoopbackAddresses.ipv4(1), six);
            InetSocketAddress group = host.settings().ipv6Group();
            assertThat(group.getPort()).isEqualTo(net.group.getPort());
            try (Listener four = new Listener(LoopbackAddresses.ipv4(3), net.group);
                    Listener sixth = new Listener(six, group)) {
                Device lamp = Device.named("Lamp").start(host);
                Heard first = four.helloOf(lamp, 2, host.links().get(0).udp().localAddress());
                Heard second = sixth.helloOf(lamp, 2, host.links().get(1).udp().localAddress());
                assertThat(second.id()).isEqualTo(first.id());
                // Not even where the address is a link-local one, whose zone only this machine knows.
                assertThat(((Hello) second.message()).device().xAddrs()).noneMatch(address -> address.contains("%"));
                DeviceHost asker = hostAt(six);
                assertThat(find(asker, everything()).epr()).isEqualTo(lamp.epr());
                assertThat(host.links().get(1).counters().receivedMulticast()).isPositive();
            }
        }

        @Test
        void saysByeOnTheNetworkThatItLeavesAndHelloOnTheOther_D6() throws Exception {
            InetAddress six = LoopbackAddresses.ipv6WithMulticast();
            DeviceHost host = hostAt(LoopbackAddresses.ipv4(1), six);
            try (Listener four = new Listener(LoopbackAddresses.ipv4(3), net.group);
                    Listener sixth = new Listener(six, host.settings().ipv6Group())) {
                Device lamp = Device.named("Lamp").start(host);
                InetSocketAddress from = host.links().get(0).udp().localAddress();
                four.helloOf(lamp, 2, from);
                host.leave(six);
                Heard bye = sixth.first(each -> each.message() instanceof Bye);
                assertThat(((Bye) bye.message()).device().epr()).isEqualTo(lamp.epr());
                four.helloOf(lamp, 1, from);
                assertThat(four.heardBye()).isFalse();
            }
        }
    }

    @Nested
    class Joining {

        @Test
        void givesEveryDeviceAnAddressAndAHelloOnAllLinksWithAHigherVersion_D4_D5_D6() throws Exception {
            DeviceHost host = net.host();
            Device lamp = Device.named("Lamp").host(new Lamp.Simple()).start(host);
            Device other = Device.named("Other").start(host);
            try (Listener listener = new Listener(LoopbackAddresses.ipv4(3), net.group)) {
                Map<Device, BlockingQueue<KnownDevices.Event>> known = new LinkedHashMap<>();
                DeviceHost peer = net.host();
                for (Device device : List.of(lamp, other)) {
                    known.put(device, eventsOf(peer));
                }
                Map<EndpointReference, Long> versions =
                        Loopback.within(Duration.ofSeconds(1), host, everything()).stream()
                                .collect(
                                        Collectors.toMap(DeviceAnnouncement::epr, DeviceAnnouncement::metadataVersion));

                Link joined = host.join(LoopbackAddresses.ipv4(2));

                assertThat(host.links()).hasSize(2).contains(joined);
                for (Device device : List.of(lamp, other)) {
                    for (Link link : host.links()) {
                        Hello hello =
                                (Hello) listener.helloOf(device, 2, link.udp().localAddress())
                                        .message();
                        assertThat(hello.device().xAddrs()).isEqualTo(texts(host.httpAddresses(device.path())));
                        assertThat(hello.device().epr()).isEqualTo(device.epr());
                    }
                    DeviceAnnouncement after = await(
                                    Objects.requireNonNull(known.get(device)),
                                    event -> event.device().epr().equals(device.epr())
                                            && event.device().xAddrs().size() == 2)
                            .device();
                    assertThat(after.metadataVersion()).isGreaterThan(versions.get(device.epr()));
                }
            }
            URI there = host.httpAddresses("/lamp").get(1);
            assertThat(host.client().get(there, lamp.epr(), PATIENCE)).succeedsWithin(PATIENCE);
            assertThat(host.client()
                            .getMetadata(host.httpAddresses("/lamp/lamp").get(1), PATIENCE)
                            .get(10, TimeUnit.SECONDS)
                            .relationship()
                            .orElseThrow()
                            .hosted()
                            .get(0)
                            .eprs())
                    .hasSize(2);
            assertThat(Device.named("Late").start(host).address())
                    .isEqualTo(host.httpAddresses("/late").get(0));
        }

        @Test
        void thatIsImpossibleNamesWhatIsWrongAndChangesNothing() throws Exception {
            DeviceHost host = net.host();
            Device lamp = Device.named("Lamp").start(host);
            List<URI> before = host.httpAddresses("/lamp");
            assertThatThrownBy(() -> host.join(LoopbackAddresses.ipv4(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("link: 127.0.0.1 (expected: an address that is no link yet)");
            assertThatThrownBy(() -> host.join(InetAddress.getByName("198.51.100.1")))
                    .isInstanceOf(BindException.class)
                    .hasMessageStartingWith("udp bind address: 198.51.100.1 ");
            assertThat(host.httpAddresses("/lamp")).isEqualTo(before);
            assertThat(host.links()).hasSize(1);
            assertThat(host.discovery().call(() -> {
                        try {
                            return host.join(LoopbackAddresses.ipv4(2));
                        } catch (IOException e) {
                            throw new AssertionError(e);
                        }
                    }))
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .withMessageContaining("join of 127.0.0.2: on the event loop of discovery");
            assertThat(find(net.host(), everything()).xAddrs())
                    .containsExactly(lamp.address().toString());
        }

        @Test
        void whereHttpFindsNoPortLeavesNothingOpen() throws Exception {
            int port;
            DeviceHost host;
            try (ServerSocket free = new ServerSocket(0, 1, LoopbackAddresses.ipv4(1))) {
                port = free.getLocalPort();
            }
            host = net.hostWith(settings -> settings.withPort(port));
            InetAddress second = LoopbackAddresses.ipv4(2);
            try (ServerSocket busy = new ServerSocket(port, 1, second)) {
                assertThat(busy.isBound()).isTrue();
                assertThatThrownBy(() -> host.join(second))
                        .isInstanceOf(BindException.class)
                        .hasMessageContaining("127.0.0.2 port " + port);
            }
            assertThat(host.links()).hasSize(1);
            host.join(second);
            assertThat(host.httpAddresses("/x")).allMatch(address -> address.getPort() == port);
        }

        @Test
        void thatADeviceHasNoRoomForInItsHelloIsRefusedBeforeAnyHello_R0029() throws Exception {
            DeviceHost host = net.host();
            Device.named("Small").start(host);
            // As large as an announcement may be but for some octets, which are less than one more address needs.
            int size = 1_600;
            Device running = null;
            while (running == null) {
                try {
                    running = Device.named("Large")
                            .scopes("urn:first:" + "x".repeat(1_700), "urn:" + "x".repeat(size))
                            .start(host);
                } catch (IllegalArgumentException e) {
                    size -= 10;
                }
            }
            Device full = running;
            BlockingQueue<KnownDevices.Event> heard = eventsOf(net.host());
            assertThatThrownBy(() -> host.join(LoopbackAddresses.ipv4(2)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("announcement of " + full.epr())
                    .hasMessageContaining("(expected: <= 4096");
            assertThat(host.links()).hasSize(1);
            assertThat(Loopback.within(Loopback.SHORT, net.host(), everything()))
                    .hasSize(2)
                    .allMatch(device -> device.xAddrs().size() == 1);
            assertThat(heard).allMatch(event -> event.device().xAddrs().size() == 1);
        }

        @Test
        void afterTheCloseIsRefused() throws Exception {
            DeviceHost host = net.host();
            host.close();
            assertThatThrownBy(() -> host.join(LoopbackAddresses.ipv4(2)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("device host: closed (expected: open)");
        }

        @Test
        void costsNoThread() throws Exception {
            DeviceHost host = net.host();
            host.join(LoopbackAddresses.ipv4(2));
            Set<Thread> before = receiveThreads();
            for (int i = 3; i < 6; i++) {
                host.join(LoopbackAddresses.ipv4(i));
            }
            assertThat(receiveThreads()).isEqualTo(before);
        }

        private Set<Thread> receiveThreads() {
            return Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.isAlive() && thread.getName().equals("udp"))
                    .collect(Collectors.toSet());
        }
    }

    @Nested
    class Leaving {

        @Test
        void takesTheAddressFromEveryDeviceWithAHigherVersionAndFreesItsPorts_D4_D5() throws Exception {
            DeviceHost host = hostAt(LoopbackAddresses.ipv4(1), LoopbackAddresses.ipv4(2));
            Device lamp = Device.named("Lamp").start(host);
            DeviceAnnouncement before = find(net.host(), everything());
            InetSocketAddress datagrams = host.links().get(1).udp().localAddress();
            URI http = host.httpAddresses("/lamp").get(1);
            try (Listener listener = new Listener(LoopbackAddresses.ipv4(3), net.group)) {
                host.leave(LoopbackAddresses.ipv4(2));
                Hello hello = (Hello)
                        listener.helloOf(lamp, 1, host.links().get(0).udp().localAddress())
                                .message();
                assertThat(hello.device().metadataVersion()).isGreaterThan(before.metadataVersion());
                assertThat(hello.device().xAddrs())
                        .containsExactly(lamp.address().toString());
                // The first address is on the same network, so the device has not left that.
                assertThat(listener.heardBye()).isFalse();
            }
            assertThat(host.links()).hasSize(1);
            try (DatagramSocket free = new DatagramSocket(datagrams);
                    ServerSocket alsoFree = new ServerSocket(http.getPort(), 1, LoopbackAddresses.ipv4(2))) {
                assertThat(free.isBound() && alsoFree.isBound()).isTrue();
            }
            assertThat(host.client().get(lamp.address(), lamp.epr(), PATIENCE)).succeedsWithin(PATIENCE);
        }

        @Test
        void ofTheFirstAddressOrOfAnUnknownOneIsRefused() throws Exception {
            DeviceHost host = net.host();
            assertThatThrownBy(() -> host.leave(LoopbackAddresses.ipv4(1)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("leave: 127.0.0.1 (expected: an address of the host but its first: none)");
            host.join(LoopbackAddresses.ipv4(2));
            assertThatThrownBy(() -> host.leave(LoopbackAddresses.ipv4(3)))
                    .hasMessage("leave: 127.0.0.3 (expected: an address of the host but its first: 127.0.0.2)");
            host.leave(LoopbackAddresses.ipv4(2));
            assertThat(host.links()).hasSize(1);
        }

        @Test
        void andJoiningWhileDevicesStartEndsWithAllAtTheSameAddresses() throws Exception {
            DeviceHost host = net.host();
            CompletableFuture<Void> starts = CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 30; i++) {
                    Device.named("Lamp " + i).start(host);
                }
            });
            while (!starts.isDone()) {
                host.join(LoopbackAddresses.ipv4(2));
                host.join(LoopbackAddresses.ipv4(4));
                host.leave(LoopbackAddresses.ipv4(2));
                host.leave(LoopbackAddresses.ipv4(4));
            }
            assertThat(starts).succeedsWithin(PATIENCE);
            host.join(LoopbackAddresses.ipv4(5));
            List<DeviceAnnouncement> found = Loopback.within(Duration.ofSeconds(3), host, everything());
            assertThat(found).hasSize(30);
            assertThat(found).allSatisfy(device -> {
                String path = URI.create(device.xAddrs().get(0)).getPath();
                assertThat(device.xAddrs()).isEqualTo(texts(host.httpAddresses(path)));
            });
        }
    }

    @Nested
    class Settings {

        @Test
        void reachTheSockets_U7() throws Exception {
            DeviceHost near = net.host();
            assertThat(near.links().get(0).udp().multicastTtl()).isEqualTo(1);
            DeviceHost far = net.hostWith(settings -> settings.withMulticastTtl(4));
            assertThat(far.links().get(0).udp().multicastTtl()).isEqualTo(4);
            assertThat(far.join(LoopbackAddresses.ipv4(2)).udp().multicastTtl()).isEqualTo(4);
        }

        @Test
        void nameTheFirstBindTheGroupsAndWhatIsWrong() throws Exception {
            InetSocketAddress first = new InetSocketAddress(LoopbackAddresses.ipv4(1), 0);
            InetSocketAddress second = new InetSocketAddress(LoopbackAddresses.ipv4(2), 5);
            HostSettings settings = HostSettings.on(List.of(first, second), 1);
            assertThat(settings.bind()).isEqualTo(first);
            assertThat(settings.withPort(7).binds())
                    .extracting(InetSocketAddress::getPort)
                    .containsOnly(7);
            assertThat(settings.groupFor(first.getAddress()).getAddress().getHostAddress())
                    .isEqualTo(WsDiscovery.IPV4_GROUP);
            InetSocketAddress four = new InetSocketAddress("239.1.2.3", 9);
            InetSocketAddress six = new InetSocketAddress("ff02::d", 10);
            HostSettings other = settings.withGroups(four, six);
            assertThat(other.ipv4Group()).isEqualTo(four);
            assertThat(other.groupFor(six.getAddress())).isEqualTo(six);
            assertThat(settings.withDiscovery(six, Loopback.TIMING).ipv4Group().getPort())
                    .isEqualTo(10);

            assertThatThrownBy(() -> settings.withBinds(List.of())).hasMessage("binds: 0 (expected: 1..64)");
            assertThatThrownBy(() -> settings.withBinds(List.of(first, new InetSocketAddress(first.getAddress(), 1))))
                    .hasMessage("bind: /127.0.0.1:1 (expected: each address once)");
            assertThatThrownBy(() -> settings.withBinds(List.of(four)))
                    .hasMessageEndingWith("(expected: the address of one network interface)");
            assertThatThrownBy(() -> settings.withGroups(six, six))
                    .hasMessageStartingWith("ipv4Group: ")
                    .hasMessageEndingWith("(expected: a multicast address of IPv4)");
            assertThatThrownBy(() -> settings.withGroups(four, first))
                    .hasMessageStartingWith("ipv6Group: ")
                    .hasMessageEndingWith("(expected: a multicast address of IPv6)");
            assertThatThrownBy(() -> settings.withMulticastTtl(256)).hasMessage("multicastTtl: 256 (expected: 0..255)");
        }

        @Test
        void withABindThatCannotBeHadLeaveNothingOpen() throws Exception {
            InetSocketAddress taken;
            try (ServerSocket busy = new ServerSocket(0, 1, LoopbackAddresses.ipv4(2))) {
                taken = new InetSocketAddress(busy.getInetAddress(), busy.getLocalPort());
                HostSettings settings =
                        net.settings().withBinds(List.of(new InetSocketAddress(LoopbackAddresses.ipv4(1), 0), taken));
                assertThatThrownBy(() -> DeviceHost.start(settings))
                        .isInstanceOf(BindException.class)
                        .hasMessageContaining("127.0.0.2 port " + taken.getPort());
            }
            try (DatagramSocket free = new DatagramSocket(taken)) {
                assertThat(free.isBound()).isTrue();
            }
        }
    }
}
