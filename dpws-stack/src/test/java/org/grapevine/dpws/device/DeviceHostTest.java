package org.grapevine.dpws.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.grapevine.dpws.device.Loopback.PATIENCE;
import static org.grapevine.dpws.device.Loopback.await;
import static org.grapevine.dpws.device.Loopback.eventsOf;
import static org.grapevine.dpws.device.Loopback.everything;
import static org.grapevine.dpws.device.Loopback.find;

import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.discovery.KnownDevices;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.eventing.EventingLimits;
import org.grapevine.dpws.metadata.Hosted;
import org.grapevine.dpws.transport.TlsSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DeviceHostTest {

    private Loopback net;

    @BeforeEach
    void open() throws Exception {
        net = new Loopback();
    }

    @AfterEach
    void close() {
        net.close();
    }

    private static Set<Thread> nonDaemonThreads() {
        Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
        threads.removeIf(thread -> thread.isDaemon() || !thread.isAlive());
        return threads;
    }

    @Nested
    class Starting {

        @Test
        void onABusyPortNamesItAndLeavesNothingOpen() throws Exception {
            Set<Thread> before = nonDaemonThreads();
            try (ServerSocket busy = new ServerSocket(0, 1, Loopback.address())) {
                InetSocketAddress bind = new InetSocketAddress(Loopback.address(), busy.getLocalPort());
                HostSettings settings = HostSettings.on(bind, 1).withDiscovery(net.group, Loopback.TIMING);
                assertThatThrownBy(() -> DeviceHost.start(settings))
                        .isInstanceOf(BindException.class)
                        .hasMessageContaining("127.0.0.1")
                        .hasMessageContaining("port " + bind.getPort())
                        .hasMessageNotContaining("\n");
                assertThat(nonDaemonThreads()).isSubsetOf(before);
                try (DatagramSocket free = new DatagramSocket(bind)) {
                    assertThat(free.isBound()).isTrue();
                }
            }
        }

        @Test
        void onAGivenPortTakesItForDatagramsToo() throws Exception {
            int port;
            try (ServerSocket free = new ServerSocket(0, 1, Loopback.address())) {
                port = free.getLocalPort();
            }
            InetSocketAddress bind = new InetSocketAddress(Loopback.address(), port);
            DeviceHost host = net.hostWith(any -> HostSettings.on(bind, 1).withDiscovery(net.group, Loopback.TIMING));
            assertThat(host.httpAddress("/x")).hasPort(port);
            assertThat(host.udpAddress("/x").port()).isEqualTo(port);
        }
    }

    @Nested
    class Closing {

        @Test
        void endsEveryThreadAndMayBeRepeated() throws Exception {
            Set<Thread> before = nonDaemonThreads();
            DeviceHost host = net.host();
            Device device = Device.named("Lamp").host(new Lamp.Simple()).start(host);
            assertThat(find(host, everything()).epr()).isEqualTo(device.epr());
            CountDownLatch called = new CountDownLatch(1);
            host.applicationCalls().execute(called::countDown);
            assertThat(called.await(10, TimeUnit.SECONDS)).isTrue();
            host.close();
            host.close();
            assertThat(nonDaemonThreads()).isSubsetOf(before);
            assertThat(host.devices()).isEmpty();
            assertThat(device.stop()).isCompleted();
        }

        @Test
        void saysByeForEveryDevice() throws Exception {
            DeviceHost host = net.host();
            BlockingQueue<KnownDevices.Event> heard = eventsOf(net.host());
            for (int i = 0; i < 5; i++) {
                Device device = Device.named("Lamp " + i).start(host);
                await(heard, event -> event.device().epr().equals(device.epr()));
            }
            host.close();
            for (int i = 0; i < 5; i++) {
                await(heard, KnownDevices.Event.Left.class::isInstance);
            }
        }

        @Test
        void failsWhatIsStillWaitedForAndWhatComesLater() throws Exception {
            DeviceHost host = net.host();
            CompletableFuture<?> question = host.discovery().probe(everything(), Duration.ofMinutes(10), match -> {});
            host.close();
            assertThat(question).failsWithin(PATIENCE).withThrowableThat().withMessageContaining("closed");
            assertThat(host.discovery().known()).isCompletedExceptionally();
            assertThat(host.discovery().resolve(EndpointReference.of("urn:x"), PATIENCE))
                    .isCompletedExceptionally();
            assertThatThrownBy(() -> host.discovery().listen(event -> {}))
                    .isInstanceOf(RejectedExecutionException.class);
            assertThatThrownBy(() -> Device.named("late").start(host))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("device host: closed (expected: open)");
        }

        @Test
        void whileDevicesStartAndStopLeavesNone() throws Exception {
            DeviceHost host = net.host();
            CountDownLatch firstStarted = new CountDownLatch(1);
            List<CompletableFuture<Void>> makers = IntStream.range(0, 4)
                    .mapToObj(maker -> CompletableFuture.runAsync(() -> {
                        for (int i = 0; i < 10_000; i++) {
                            Device device;
                            try {
                                device = Device.named("maker " + maker)
                                        .endpoint("urn:test:" + maker + ":" + i)
                                        .start(host);
                            } catch (IllegalStateException | RejectedExecutionException e) {
                                return; // The host was closed.
                            }
                            firstStarted.countDown();
                            if (i % 2 == 0) {
                                CompletableFuture<Void> unused = device.stop();
                            }
                        }
                    }))
                    .toList();
            assertThat(firstStarted.await(10, TimeUnit.SECONDS)).isTrue();
            host.close();
            for (CompletableFuture<Void> maker : makers) {
                assertThat(maker).succeedsWithin(PATIENCE);
            }
            assertThat(host.devices()).isEmpty();
            assertThat(host.paths()).isEmpty();
        }
    }

    @Nested
    class ADevice {

        @Test
        void thatIsStoppedIsServedNoMoreAndItsNameIsFree() throws Exception {
            DeviceHost host = net.host();
            Device first = Device.named("Lamp").host(new Lamp.Simple()).start(host);
            assertThat(host.paths()).containsExactly("/lamp", "/lamp/lamp");
            assertThat(first.stop()).succeedsWithin(PATIENCE);
            assertThat(host.paths()).isEmpty();
            assertThat(Device.named("Lamp").start(host).path()).isEqualTo("/lamp");
        }

        @Test
        void ofTheSameNameGetsAnotherPath() throws Exception {
            DeviceHost host = net.host();
            List<String> paths = IntStream.range(0, 3)
                    .mapToObj(i -> Device.named("Lämp / 1")
                            .endpoint("urn:test:" + i)
                            .start(host)
                            .path())
                    .toList();
            assertThat(paths).containsExactly("/l-mp-1", "/l-mp-1-2", "/l-mp-1-3");
            assertThat(Device.named("東京").start(host).path()).isEqualTo("/device");
        }

        @Test
        void keepsServicesOfTheSameNameApart() throws Exception {
            Lamp.OtherLamp other = () -> 1;
            Device device = Device.named("Lamps")
                    .host(new Lamp.Simple())
                    .host(new Lamp.Simple())
                    .host(other)
                    .start(net.host());
            assertThat(device.hostedServices().stream().map(HostedService::path))
                    .containsExactly("/lamps/lamp", "/lamps/lamp-2", "/lamps/lamp-3");
            assertThat(device.hostedServices().stream().map(HostedService::serviceId))
                    .containsExactly("urn:test:lamp:Lamp", "urn:test:lamp:Lamp:2", "http://example.org/lamps/Lamp");
        }

        @Test
        void hasAStableIdentityThatFollowsFromItsName() throws Exception {
            DeviceHost host = net.host();
            Device device = Device.named("Lamp").start(host);
            String epr = device.epr().address();
            assertThat(epr).matches("urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-3[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}");
            assertThat(device.stop()).succeedsWithin(PATIENCE);
            assertThat(Device.named("Lamp").start(host).epr().address()).isEqualTo(epr);
        }

        @Test
        void whoseCallerIsOnTheEventLoopIsRefused() throws Exception {
            DeviceHost host = net.host();
            assertThat(host.discovery().call(() -> Device.named("Lamp").start(host)))
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .withMessageContaining("expected: on another thread");
        }
    }

    @Nested
    class AnImpossibleDevice {

        private final AtomicInteger withdrawn = new AtomicInteger();
        private volatile boolean broken = true;
        private DeviceHost host;

        @BeforeEach
        void startHost() throws Exception {
            // One that adds, and one that fails afterwards.
            host = net.host(
                    device -> List.of(new DeviceExtension.Addition(
                            new Hosted(List.of(device.epr()), List.of(), "urn:test:added"),
                            withdrawn::incrementAndGet)),
                    device -> {
                        if (broken && device.name().equals("refused")) {
                            throw new IllegalArgumentException("device: " + device.name() + " (expected: another)");
                        }
                        if (broken && device.name().equals("doubled")) {
                            return List.of(new DeviceExtension.Addition(
                                    new Hosted(List.of(device.epr()), List.of(), "urn:test:added"), () -> {}));
                        }
                        return List.of();
                    });
        }

        private void assertRefused(Device.Builder device, String message) throws Exception {
            int before = withdrawn.get();
            List<String> paths = host.paths();
            List<Device> devices = host.devices();
            assertThatThrownBy(() -> device.start(host))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(message)
                    .hasNoSuppressedExceptions();
            assertThat(host.paths()).isEqualTo(paths);
            assertThat(host.devices()).isEqualTo(devices);
            assertThat(withdrawn.get()).isLessThanOrEqualTo(before + 1);
        }

        @Test
        void neverHasAnImpossibleName() {
            assertThatThrownBy(() -> Device.named(" ")).hasMessage("device name: ' ' (expected: a name)");
            assertThatThrownBy(() -> Device.named("x".repeat(256))).hasMessageContaining("(expected: < 256)");
        }

        @Test
        void leavesNothingBehind() throws Exception {
            assertRefused(Device.named("a").scopes("white space").host(new Lamp.Simple()), "scope: 'white space'");
            assertRefused(Device.named("b").scopes("urn:" + "x".repeat(4_096)).host(new Lamp.Simple()), "octets");
            assertRefused(Device.named("nul \0").host(new Lamp.Simple()), "");
            assertRefused(Device.named("c").host("no service"), "java.lang.String");
            assertRefused(Device.named("d").host(new Lamp.Simple()).host("no service"), "java.lang.String");
            assertRefused(Device.named("refused").host(new Lamp.Simple()), "device: refused");
            assertThat(withdrawn).hasPositiveValue();
            assertRefused(Device.named("doubled").host(new Lamp.Simple()), "urn:test:added");
            assertThat(host.paths()).isEmpty();
            broken = false;
            Device device = Device.named("refused").host(new Lamp.Simple()).start(host);
            assertThat(find(net.host(), everything()).epr()).isEqualTo(device.epr());
        }

        @Test
        void withTheIdentityOfAnotherLeavesTheOtherAlone() throws Exception {
            Device first = Device.named("one").endpoint("urn:test:same").start(host);
            assertRefused(Device.named("two").endpoint("urn:test:same").host(new Lamp.Simple()), "urn:test:same");
            assertThat(find(net.host(), everything()).xAddrs())
                    .containsExactly(first.address().toString());
        }
    }

    @Nested
    class ApplicationCalls {

        @Test
        void beyondTheQueueAreRefusedAndCounted() throws Exception {
            DeviceHost host = net.hostWith(settings -> settings.withApplication(1, 1));
            CountDownLatch running = new CountDownLatch(1);
            CountDownLatch end = new CountDownLatch(1);
            host.applicationCalls().execute(() -> {
                running.countDown();
                awaitQuietly(end);
            });
            assertThat(running.await(10, TimeUnit.SECONDS)).isTrue();
            host.applicationCalls().execute(() -> {});
            assertThatThrownBy(() -> host.applicationCalls().execute(() -> {}))
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasMessageContaining("application calls: 1 waiting");
            assertThat(host.dropped().refusedCalls()).isEqualTo(1);
            end.countDown();
        }

        private static void awaitQuietly(CountDownLatch latch) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Nested
    class Settings {

        @Test
        void changeOneByOne() throws Exception {
            HostSettings settings = net.settings();
            TlsSettings tls = TlsSettings.none();
            HostSettings changed = settings.withApplication(7, 8)
                    .withMaxDatagramBytes(8_192)
                    .withMaxEnvelopeBytes(65_536)
                    .withMaxKnownDevices(9)
                    .withMulticastTtl(5)
                    .withEventLoops(3, 4, 5)
                    .withEventing(EventingLimits.defaults().withoutSinkNames())
                    .withHttpWorkers(6)
                    .withStateFile(Path.of("state"))
                    .withClientTls(tls);
            assertThat(changed)
                    .isEqualTo(new HostSettings(
                            settings.binds(),
                            net.group,
                            new InetSocketAddress(WsDiscovery.IPV6_GROUP, net.group.getPort()),
                            5,
                            Loopback.TIMING,
                            8_192,
                            65_536,
                            3,
                            4,
                            5,
                            7,
                            8,
                            6,
                            9,
                            Optional.of(Path.of("state")),
                            settings.stateWriter(),
                            EventingLimits.defaults().withoutSinkNames(),
                            settings.faults(),
                            settings.tls(),
                            Optional.of(tls),
                            settings.clock(),
                            settings.seed()));
        }

        @Test
        void thatAreImpossibleNameTheFieldTheValueAndTheRange() throws Exception {
            HostSettings settings = net.settings();
            assertThatThrownBy(() -> settings.withMaxDatagramBytes(4_095))
                    .hasMessage("maxDatagramBytes: 4095 (expected: 4096..32767)");
            assertThatThrownBy(() -> settings.withHttpWorkers(0)).hasMessage("httpWorkers: 0 (expected: 1..1000)");
            assertThatThrownBy(() -> settings.withDiscovery(settings.bind(), Loopback.TIMING))
                    .hasMessageStartingWith("discoveryGroup: ")
                    .hasMessageEndingWith("(expected: a multicast address)");
            assertThatThrownBy(() -> HostSettings.on(new InetSocketAddress(0), 1))
                    .hasMessageStartingWith("bind: ")
                    .hasMessageEndingWith("(expected: the address of one network interface)");
        }
    }
}
