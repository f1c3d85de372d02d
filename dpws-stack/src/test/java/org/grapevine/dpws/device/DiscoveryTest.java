package org.grapevine.dpws.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.grapevine.dpws.device.Loopback.PATIENCE;
import static org.grapevine.dpws.device.Loopback.SHORT;
import static org.grapevine.dpws.device.Loopback.await;
import static org.grapevine.dpws.device.Loopback.eventsOf;
import static org.grapevine.dpws.device.Loopback.everything;
import static org.grapevine.dpws.device.Loopback.find;
import static org.grapevine.dpws.device.Loopback.within;

import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.DiscoveryCodec;
import org.grapevine.dpws.discovery.Hello;
import org.grapevine.dpws.discovery.KnownDevices;
import org.grapevine.dpws.discovery.Probe;
import org.grapevine.dpws.discovery.ProbeMatches;
import org.grapevine.dpws.discovery.Resolve;
import org.grapevine.dpws.discovery.ScopeRule;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.transport.UdpOptions;
import org.grapevine.dpws.transport.UdpTransport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Hosts that discover each other's devices over real sockets (WS-Discovery 1.1, DPWS 1.1 section 3). */
class DiscoveryTest {

    private static final QName LAMP = new QName("urn:test", "LampDevice");

    private Loopback net;

    @BeforeEach
    void open() throws Exception {
        net = new Loopback();
    }

    @AfterEach
    void close() {
        net.close();
    }

    private static Probe byType(QName type) {
        return new Probe(List.of(type), List.of(), ScopeRule.RFC3986.uri());
    }

    private static Probe byScope(String scope) {
        return new Probe(List.of(), List.of(scope), ScopeRule.RFC3986.uri());
    }

    @Nested
    class HelloAndBye {

        @Test
        void areHeardByAnotherHost() throws Exception {
            BlockingQueue<KnownDevices.Event> heard = eventsOf(net.host());
            Device device =
                    Device.named("Lamp").types(LAMP).scopes("urn:test:floor").start(net.host());
            DeviceAnnouncement hello =
                    await(heard, KnownDevices.Event.Appeared.class::isInstance).device();
            assertThat(hello.epr()).isEqualTo(device.epr());
            assertThat(hello.types()).containsExactly(WsDiscovery.DEVICE_TYPE, LAMP);
            assertThat(hello.scopes()).containsExactly("urn:test:floor");
            assertThat(hello.xAddrs()).containsExactly(device.address().toString());
            assertThat(hello.metadataVersion()).isPositive();
            assertThat(device.stop()).succeedsWithin(PATIENCE);
            assertThat(await(heard, any -> true)).isInstanceOfSatisfying(KnownDevices.Event.Left.class, left -> {
                assertThat(left.device().epr()).isEqualTo(device.epr());
                assertThat(left.evicted()).isFalse();
            });
        }

        @Test
        void ofADeviceThatRestartsWithinASecondAreToldApart() throws Exception {
            BlockingQueue<KnownDevices.Event> heard = eventsOf(net.host());
            DeviceHost host = net.host();
            for (int i = 0; i < 4; i++) {
                Device device = Device.named("Lamp").start(host);
                await(heard, KnownDevices.Event.Appeared.class::isInstance);
                var unused = device.stop();
                await(heard, KnownDevices.Event.Left.class::isInstance);
            }
        }

        @Test
        void neverComeInTheWrongOrder() throws Exception {
            BlockingQueue<String> actions = new LinkedBlockingQueue<>();
            EnvelopeReader reader = new EnvelopeReader(EnvelopeLimits.udp());
            try (UdpTransport wire = UdpTransport.open(UdpOptions.on(Loopback.address()), (bytes, from, multicast) -> {
                try {
                    actions.add(reader.index(bytes).action().orElse(""));
                } catch (MalformedEnvelopeException e) {
                    actions.add(e.toString());
                }
            })) {
                wire.join(net.group);
                // Hello is due within 200 ms, and once more within 250 ms after that.
                DeviceHost host = net.hostWith(
                        settings -> settings.withDiscovery(net.group, Loopback.TIMING.withAppMaxDelayMs(200)));
                for (int i = 0; i < 5; i++) {
                    var unused = Device.named("Lamp " + i).start(host).stop();
                }
                assertThat(within(Duration.ofMillis(600), host, byType(LAMP))).isEmpty();
                List<String> heard = List.copyOf(actions);
                assertThat(heard).contains(WsDiscovery.BYE_ACTION);
                assertThat(heard.subList(heard.indexOf(WsDiscovery.BYE_ACTION), heard.size()))
                        .doesNotContain(WsDiscovery.HELLO_ACTION);
            }
        }

        @Test
        void reachTheOtherListenersIfOneFails() throws Exception {
            DeviceHost host = net.host();
            host.discovery().listen(event -> {
                throw new IllegalStateException(
                        "on purpose, at " + event.device().epr());
            });
            BlockingQueue<KnownDevices.Event> heard = eventsOf(host);
            Device device = Device.named("Lamp").start(net.host());
            assertThat(await(heard, any -> true).device().epr()).isEqualTo(device.epr());
        }
    }

    @Nested
    class Questions {

        @Test
        void byTypeAndByScopeFindThoseThatMatchAndNoOther() throws Exception {
            DeviceHost asker = net.host();
            DeviceHost host = net.host();
            Device lamp = Device.named("Lamp")
                    .types(LAMP)
                    .scopes("http://a.test/floor/1")
                    .start(host);
            Device other = Device.named("Other").scopes("http://a.test/floor/2").start(host);
            assertThat(find(asker, byType(LAMP)).epr()).isEqualTo(lamp.epr());
            assertThat(find(asker, byScope("http://a.test/floor/2")).epr()).isEqualTo(other.epr());
            assertThat(within(SHORT, asker, everything())).hasSize(2);
            assertThat(within(SHORT, asker, byType(new QName("urn:test", "Toaster"))))
                    .isEmpty();
            assertThat(within(SHORT, asker, new Probe(List.of(), List.of("urn:x"), "urn:unknown-rule")))
                    .isEmpty();
        }

        @Test
        void forOneDeviceAreAnsweredByItAtOnceAndForAnUnknownOneByNobody() throws Exception {
            DeviceHost asker = net.host();
            Device lamp = Device.named("Lamp").start(net.host());
            // The window is longer than the patience: only an early end is in time.
            assertThat(asker.discovery()
                            .resolve(lamp.epr(), Duration.ofMinutes(5))
                            .get(10, TimeUnit.SECONDS))
                    .hasValueSatisfying(match -> assertThat(match.xAddrs())
                            .containsExactly(lamp.address().toString()));
            EndpointReference unknown = EndpointReference.of("urn:uuid:00000000-0000-0000-0000-000000000000");
            assertThat(asker.discovery().resolve(unknown, SHORT).get(10, TimeUnit.SECONDS))
                    .isEmpty();
        }

        @Test
        void thatAreImpossibleFail() throws Exception {
            Discovery discovery = net.host().discovery();
            assertThat(discovery.probe(everything(), Duration.ZERO, match -> {}))
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .withMessageContaining("window: PT0S (expected: 1 ms to 10 min)");
            assertThat(discovery.probe(everything(), Duration.ofDays(1_000_000), match -> {}))
                    .isCompletedExceptionally();
            assertThat(discovery.resolve(EndpointReference.of("urn:" + "x".repeat(5_000)), SHORT))
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .withMessageContaining("octets (expected: <= 4096)");
        }

        @Test
        void beyondThoseThatMayBeUnderWayAreRefusedAndCounted() throws Exception {
            Discovery discovery = net.host().discovery();
            for (int i = 0; i < 1_000; i++) {
                var unused = discovery.resolve(EndpointReference.of("urn:x"), PATIENCE);
            }
            assertThat(discovery.resolve(EndpointReference.of("urn:x"), PATIENCE))
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .withMessageContaining("1000 questions are under way");
            assertThat(discovery.dropped().get(10, TimeUnit.SECONDS).overflowed())
                    .isEqualTo(1);
        }

        @Test
        void findTwoHundredDevicesOfOneHost() throws Exception {
            DeviceHost host = net.host();
            Set<EndpointReference> expected = ConcurrentHashMap.newKeySet();
            for (int i = 0; i < 200; i++) {
                expected.add(Device.named("Lamp " + i).types(LAMP).start(host).epr());
            }
            CountDownLatch left = new CountDownLatch(200);
            long started = System.nanoTime();
            var unused = net.host().discovery().probe(byType(LAMP), PATIENCE, match -> {
                if (expected.remove(match.epr())) {
                    left.countDown();
                }
            });
            assertThat(left.await(10, TimeUnit.SECONDS))
                    .as("missing: %s", expected)
                    .isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
        }
    }

    @Nested
    class WhatNobodyAskedFor {

        @Test
        void isCountedAndNotBelieved() throws Exception {
            DeviceHost host = net.host();
            DeviceAnnouncement fake = new DeviceAnnouncement(
                    EndpointReference.of("urn:fake"), List.of(), List.of(), List.of("http://x.test/"), 1);
            ProbeMatches matches = new ProbeMatches(List.of(fake), Optional.empty());
            sendTo(host, DiscoveryCodec.reply(matches, "urn:1", "urn:nobody"));
            sendTo(host, DiscoveryCodec.multicast(new Hello(fake, Optional.empty()), "urn:2"));
            BlockingQueue<KnownDevices.Event> heard = eventsOf(host);
            assertThat(await(heard, any -> true).device().epr()).isEqualTo(fake.epr());
            Discovery.Dropped dropped = host.discovery().dropped().get(10, TimeUnit.SECONDS);
            assertThat(dropped.unsolicited()).isEqualTo(1);
            assertThat(heard).isEmpty();
        }

        private void sendTo(DeviceHost host, byte[] bytes) throws Exception {
            try (DatagramSocket socket = new DatagramSocket(0, Loopback.address())) {
                socket.send(new DatagramPacket(bytes, bytes.length, host.udp().localAddress()));
            }
        }
    }

    @Nested
    class HostileDatagrams {

        private static final int COUNT = 4_000;

        private final Random random = new Random(20_26);

        @Test
        void byTheThousandLeaveTheHostAnsweringAndAreCounted() throws Exception {
            DeviceHost host = net.host();
            Device lamp = Device.named("Lamp").types(LAMP).start(host);
            List<byte[]> golden = golden(lamp);
            try (DatagramSocket socket = new DatagramSocket(0, Loopback.address())) {
                socket.setOption(
                        StandardSocketOptions.IP_MULTICAST_IF, host.udp().networkInterface());
                for (int i = 0; i < COUNT; i++) {
                    byte[] bytes = i % 4 == 0 ? noise() : mutated(golden.get(random.nextInt(golden.size())));
                    InetSocketAddress to = i % 2 == 0 ? host.udp().localAddress() : net.group;
                    socket.send(new DatagramPacket(bytes, bytes.length, to));
                    if (i % 100 == 99) {
                        // As fast as the host reads, so that the kernel drops none.
                        awaitReceived(host, i + 1);
                    }
                }
            }
            assertThat(find(net.host(), byType(LAMP)).epr()).isEqualTo(lamp.epr());
            assertThat(host.dropped().malformedDatagrams()).isGreaterThan(COUNT / 4);
            Discovery.Dropped dropped = host.discovery().dropped().get(10, TimeUnit.SECONDS);
            assertThat(dropped.malformed()).isPositive();
            assertThat(host.udp().counters().handlerFailures()).isZero();
            assertThat(host.loops().all())
                    .allSatisfy(loop -> assertThat(loop.counters().failures()).isZero());
        }

        private void awaitReceived(DeviceHost host, long count) throws Exception {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (host.udp().counters().received() + host.udp().counters().receiveTooLarge() < count) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError(host.udp().counters() + " (expected: " + count + " received)");
                }
                Thread.onSpinWait();
            }
        }

        private List<byte[]> golden(Device lamp) throws Exception {
            List<byte[]> golden = new ArrayList<>();
            for (String name :
                    List.of("discovery/hello-of-another-stack.xml", "discovery/probe-of-another-stack.xml")) {
                try (InputStream in = DiscoveryTest.class.getResourceAsStream("/org/grapevine/dpws/" + name)) {
                    golden.add(Objects.requireNonNull(in).readAllBytes());
                }
            }
            golden.add(DiscoveryCodec.multicast(byType(LAMP), "urn:p"));
            golden.add(DiscoveryCodec.multicast(new Resolve(lamp.epr()), "urn:r"));
            return golden;
        }

        private byte[] noise() {
            byte[] bytes = new byte[random.nextInt(2_000)];
            random.nextBytes(bytes);
            return bytes;
        }

        private byte[] mutated(byte[] original) {
            byte[] bytes = original.clone();
            for (int i = random.nextInt(4); i >= 0; i--) {
                bytes[random.nextInt(bytes.length)] =
                        (byte) (random.nextBoolean() ? random.nextInt() : ' ' + random.nextInt(95));
            }
            return bytes;
        }
    }
}
