package org.grapevine.dpws.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.grapevine.dpws.device.Loopback.PATIENCE;
import static org.grapevine.dpws.device.Loopback.SHORT;
import static org.grapevine.dpws.device.Loopback.TIMING;
import static org.grapevine.dpws.device.Loopback.await;
import static org.grapevine.dpws.device.Loopback.eventsOf;
import static org.grapevine.dpws.device.Loopback.everything;
import static org.grapevine.dpws.device.Loopback.find;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.grapevine.dpws.conformance.LampService;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.DiscoveryCodec;
import org.grapevine.dpws.discovery.KnownDevices;
import org.grapevine.dpws.discovery.ProbeMatches;
import org.grapevine.dpws.metadata.Hosted;
import org.grapevine.dpws.transport.HttpReply;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What others see of a device that is gone without a word. */
@Timeout(120)
class CrashTest {

    private static final String ENDPOINT = "urn:uuid:00000000-0000-4000-8000-0000000000aa";

    private Loopback net;
    private DeviceHost host;
    private DeviceHost watcher;

    @BeforeEach
    void open() throws Exception {
        net = new Loopback();
        watcher = net.host();
        host = net.host();
    }

    @AfterEach
    void close() {
        net.close();
    }

    private static Device lamp(DeviceHost on, Lamp service) {
        return Device.named("Lamp").endpoint(ENDPOINT).host(service).start(on);
    }

    private static URI wsdlOf(Device device) {
        return URI.create(device.hostedServices().get(0).address() + "?wsdl");
    }

    @Test
    void itSaysNoByeAndNobodyFindsItWhileTheOthersOfItsHostGoOn() throws Exception {
        BlockingQueue<KnownDevices.Event> events = eventsOf(watcher);
        Device lamp = lamp(host, new Lamp.Simple());
        Device other = Device.named("Other").host(new Lamp.Simple()).start(host);
        for (int i = 0; i < 2; i++) {
            KnownDevices.Event unused = await(events, KnownDevices.Event.Appeared.class::isInstance);
        }

        lamp.crash();

        assertThat(host.devices()).containsExactly(other);
        assertThat(Loopback.within(SHORT, watcher, everything()))
                .extracting(DeviceAnnouncement::epr)
                .containsExactly(other.epr());
        assertThat(net.get(wsdlOf(other)).statusCode()).isEqualTo(200);
        // A Bye would have come before this one.
        other.stop().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        KnownDevices.Event left = await(events, KnownDevices.Event.Left.class::isInstance);
        assertThat(((KnownDevices.Event.Left) left).device().epr()).isEqualTo(other.epr());
    }

    @Test
    void answersThatWaitForTheirDelayNeverLeave() throws Exception {
        DeviceHost slow = net.hostWith(settings -> settings.withDiscovery(net.group, TIMING.withAppMaxDelayMs(1_000)));
        List<Device> devices = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            devices.add(Device.named("Device " + i).start(slow));
        }
        var probed = watcher.discovery().probe(everything(), Duration.ofMillis(1_500), each -> {});
        devices.forEach(Device::crash);
        long sent = slow.udp().counters().sent();

        probed.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(slow.udp().counters().sent()).isEqualTo(sent);
    }

    @Test
    void aRequestSeesItsConnectionClose() throws Exception {
        Device lamp = lamp(host, new Lamp.Simple());
        Device other = Device.named("Lamp of another").host(new Lamp.Simple()).start(host);
        URI service = wsdlOf(lamp);
        assertThat(net.get(service).statusCode()).isEqualTo(200);

        lamp.crash();

        for (URI address : List.of(lamp.address(), service)) {
            assertThatThrownBy(() -> net.get(address))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(IOException.class);
        }
        assertThat(net.get(wsdlOf(other)).statusCode()).isEqualTo(200);
    }

    @Test
    void aCallUnderWayIsNotAnsweredAnyMore() throws Exception {
        CountDownLatch called = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Device lamp = lamp(host, new Lamp() {
            @Override
            public String echo(String text) {
                called.countDown();
                try {
                    assertThat(release.await(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                            .isTrue();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                return text;
            }

            @Override
            public void dim(int percent) {}
        });
        HostedService service = lamp.hostedServices().get(0);
        String action = service.operations().stream()
                .filter(operation -> operation.name().equals("echo"))
                .findFirst()
                .orElseThrow()
                .inputAction();
        byte[] request = Loopback.soap(Loopback.request(action), "<l:echo xmlns:l='" + Lamp.NAMESPACE + "'/>")
                .getBytes(UTF_8);
        CompletableFuture<HttpReply> answer =
                watcher.httpSender().post(service.address(), Loopback.SOAP, request, PATIENCE);
        assertThat(called.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();

        lamp.crash();
        release.countDown();

        assertThatThrownBy(() -> answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void subscribersHearNothingAnyMoreNotEvenTheEnd() throws Exception {
        Device lamp = Device.named("Lamp").host(new LampService.Simple()).start(host);
        Device other = Device.named("Other").host(new LampService.Simple()).start(host);
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (NotificationSink sink = NotificationSink.open(watcher, "/sink")) {
            Subscription subscription = sink.subscribe(
                            lamp.hostedServices().get(0).address(),
                            SubscriptionOptions.toAll(),
                            event -> heard.add("of the lamp"))
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            Subscription unused = sink.subscribe(
                            other.hostedServices().get(0).address(),
                            SubscriptionOptions.toAll(),
                            event -> heard.add("of the other"))
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            lamp.events(LampService.LampEvents.class).switched(true);
            assertThat(await(heard, any -> true)).isEqualTo("of the lamp");

            lamp.crash();
            lamp.events(LampService.LampEvents.class).switched(false);
            other.events(LampService.LampEvents.class).switched(true);

            assertThat(await(heard, any -> true)).isEqualTo("of the other");
            other.stop().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(subscription.ended()).isNotDone();
            assertThat(heard).isEmpty();
        }
    }

    @Test
    void itStartsAgainAtOnceWithAHigherInstanceId() throws Exception {
        Device lamp = lamp(host, new Lamp.Simple());
        long before = instanceOf(lamp);
        lamp.crash();

        Device again = lamp(host, new Lamp.Simple());

        assertThat(again.address()).isEqualTo(lamp.address());
        assertThat(instanceOf(again)).isGreaterThan(before);
        assertThat(find(watcher, everything()).epr()).isEqualTo(lamp.epr());
        assertThat(net.get(wsdlOf(again)).statusCode()).isEqualTo(200);
        // What is over is over: this is another device.
        lamp.crash();
        assertThat(host.devices()).containsExactly(again);
    }

    private long instanceOf(Device device) throws Exception {
        try (RawPeer stranger = new RawPeer(Loopback.address())) {
            stranger.send(
                    device.host().udp().localAddress(),
                    DiscoveryCodec.multicast(everything(), "urn:uuid:" + System.nanoTime()));
            ProbeMatches matches = (ProbeMatches)
                    DiscoveryCodec.read(stranger.next().envelope()).orElseThrow();
            return matches.appSequence().orElseThrow().instanceId();
        }
    }

    @Test
    void extensionsEndTheirPartsWithoutAWordToo() throws Exception {
        AtomicInteger withdrawn = new AtomicInteger();
        AtomicInteger crashed = new AtomicInteger();
        DeviceExtension extension = new DeviceExtension() {
            @Override
            public List<Addition> extend(Device device) {
                return List.of(addition(device, "urn:of-the-device"));
            }

            @Override
            public List<Addition> extend(Device device, HostedService service) {
                return List.of(addition(device, "urn:of-the-service"));
            }

            private Addition addition(Device device, String id) {
                Hosted hosted = new Hosted(List.of(device.epr()), List.of(), id);
                return new Addition(hosted, withdrawn::incrementAndGet, crashed::incrementAndGet);
            }
        };
        DeviceHost extended = net.host(extension);
        lamp(extended, new Lamp.Simple()).crash();
        assertThat(crashed).hasValue(2);
        assertThat(withdrawn).hasValue(0);

        lamp(extended, new Lamp.Simple()).stop().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(crashed).hasValue(2);
        assertThat(withdrawn).hasValue(2);
    }

    @Test
    void onTheEventLoopOfDiscoveryItIsAnError() throws Exception {
        Device lamp = lamp(host, new Lamp.Simple());
        assertThatThrownBy(() -> host.discovery()
                        .call(() -> {
                            lamp.crash();
                            return "";
                        })
                        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "crash of " + lamp.epr() + ": on the event loop of discovery (expected: on another thread)");
    }
}
