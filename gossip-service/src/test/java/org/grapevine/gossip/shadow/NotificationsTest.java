package org.grapevine.gossip.shadow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import javax.xml.namespace.QName;
import org.grapevine.core.engine.GossipStats;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.FaultException;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.device.Notification;
import org.grapevine.dpws.device.ServiceEvents;
import org.grapevine.dpws.device.Subscription;
import org.grapevine.dpws.device.SubscriptionOptions;
import org.grapevine.dpws.metadata.Hosted;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.transport.NetworkConditions;
import org.grapevine.gossip.client.ServiceDescription;
import org.grapevine.gossip.header.Gossip1;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a service emits, brought by gossip to the subscribers of every device. */
@Timeout(180)
class NotificationsTest {

    private static final Duration SOON = Duration.ofSeconds(15);
    private static final String STORM = WeatherService.NAMESPACE + ":WeatherEvents:storm";

    /** Two hosts of some weather stations each. */
    private static Village stations(int devicesEach, UnaryOperator<HostSettings> change) throws Exception {
        Village village = new Village();
        for (int h = 0; h < 2; h++) {
            DeviceHost host = village.host(change);
            for (int d = 0; d < devicesEach; d++) {
                village.device(host, "station " + h + "." + d, new WeatherService.Station());
            }
        }
        village.awaitPeers();
        return village;
    }

    /** Subscribers, and how often each has got what. */
    private static final class Listeners {
        private final Map<String, LongAdder> got = new ConcurrentHashMap<>();
        private final CountDownLatch all;

        Listeners(int notifications) {
            this.all = new CountDownLatch(notifications);
        }

        void listen(Village village, ShadowService shadow, int many, SubscriptionOptions options) throws Exception {
            List<CompletableFuture<Subscription>> subscribing = new ArrayList<>();
            for (int i = 0; i < many; i++) {
                String name = shadow.device().name() + " listener " + i;
                subscribing.add(village.hosts
                        .get(0)
                        .client()
                        .subscribe(shadow.original().address(), options, event -> heard(name, event)));
            }
            CompletableFuture.allOf(subscribing.toArray(CompletableFuture[]::new))
                    .get(60, TimeUnit.SECONDS);
        }

        void heard(String name, Notification event) {
            got.computeIfAbsent(name + " " + text(event), key -> new LongAdder())
                    .increment();
            all.countDown();
        }

        private static String text(Notification event) {
            try {
                return new String(event.envelope().bodyElement(), UTF_8).replaceAll("(?s).*<text>(.*)</text>.*", "$1");
            } catch (Exception e) {
                return e.toString();
            }
        }

        void assertEachOnce(int notifications) throws Exception {
            assertThat(all.await(60, TimeUnit.SECONDS))
                    .as("heard %s", got.size())
                    .isTrue();
            assertThat(got).hasSize(notifications);
            assertThat(got.values()).allSatisfy(times -> assertThat(times.sum()).isEqualTo(1));
        }
    }

    private static WeatherService.Events events(Device device) {
        return device.events(WeatherService.Events.class);
    }

    private static GossipStats stats(ShadowService shadow) throws Exception {
        return shadow.driver().stats().get(10, TimeUnit.SECONDS);
    }

    @Test
    void reachEverySubscriberOfFortyDevicesOnceThoughThePublisherSendsFourMessages() throws Exception {
        int devices = 40;
        int subscribers = 25;
        UnaryOperator<HostSettings> settings = change -> change.withApplication(8, 100_000);
        try (Village village = stations(devices / 2, settings)) {
            Listeners listeners = new Listeners(devices * subscribers);
            for (ShadowService shadow : village.shadows()) {
                listeners.listen(village, shadow, subscribers, SubscriptionOptions.toAll());
            }
            ShadowService publisher = village.shadow("station 0.0");

            events(publisher.device()).storm("ahead");

            listeners.assertEachOnce(devices * subscribers);
            assertThat(stats(publisher).forwarded()).isEqualTo(4);
            assertThat(stats(publisher).published()).isEqualTo(1);
            for (ShadowService shadow : village.shadows()) {
                assertThat(stats(shadow).delivered()).isEqualTo(1);
                assertThat(shadow.trouble().malformed()).isZero();
            }
        }
    }

    @ParameterizedTest(name = "loss {0}")
    @ValueSource(doubles = {0, 0.25})
    void comeThroughOnBothBindingsWhateverIsLost(double loss) throws Exception {
        UnaryOperator<HostSettings> lossy = settings -> settings.withFaults(NetworkConditions.lossy(loss, 0.2, 42));
        try (Village village = stations(5, lossy)) {
            int times = 10;
            Listeners listeners = new Listeners(10 * 2 * times);
            for (ShadowService shadow : village.shadows()) {
                listeners.listen(village, shadow, 1, SubscriptionOptions.toAll());
            }
            for (int i = 0; i < times; i++) {
                events(village.shadow("station 0." + i % 5).device()).storm("storm " + i);
                events(village.shadow("station 1." + i % 5).device()).flood("flood " + i);
            }
            listeners.assertEachOnce(10 * 2 * times);
            assertThat(village.extensions.get(0).sent().httpPosts()).isPositive();
        }
    }

    @Nested
    class WithoutGossip {

        @Test
        void theyStayAtTheDevice() throws Exception {
            try (Village village = stations(2, settings -> settings)) {
                Listeners here = new Listeners(2);
                here.listen(village, village.shadow("station 0.0"), 1, SubscriptionOptions.toAll());
                Listeners elsewhere = new Listeners(1);
                elsewhere.listen(village, village.shadow("station 1.1"), 1, SubscriptionOptions.toAll());
                Device device = village.shadow("station 0.0").device();

                events(device).breeze("from the west");
                // Follows on the way that the breeze would have taken.
                events(device).storm("after the breeze");

                here.assertEachOnce(2);
                elsewhere.assertEachOnce(1);
                assertThat(elsewhere.got).containsOnlyKeys("station 1.1 listener 0 after the breeze");
            }
        }
    }

    @Nested
    class Descriptions {

        @Test
        void ofBothServicesCarryThePolicyOfTheEvents() throws Exception {
            try (Village village = stations(1, settings -> settings)) {
                ShadowService shadow = village.shadow("station 0.0");
                for (URI address : List.of(shadow.address(), shadow.original().address())) {
                    ServiceDescription described = ServiceDescription.read(
                            village.hosts.get(1).client().blocking().wsdl(address, SOON), address.toString());

                    assertThat(described.operations())
                            .filteredOn(operation -> operation.name().equals("storm"))
                            .singleElement()
                            .satisfies(storm -> {
                                assertThat(storm.style()).isEqualTo(ServiceDescription.Style.NOTIFICATION);
                                assertThat(storm.policy().orElseThrow().fanout())
                                        .isEqualTo(4);
                                assertThat(storm.isGossiped()).isTrue();
                            });
                    assertThat(described.operations())
                            .filteredOn(operation -> operation.policy().isEmpty())
                            .extracting(ServiceDescription.Operation::name)
                            .containsExactlyInAnyOrder("breeze", "temperature", "umbrellas");
                }
            }
        }

        @Test
        void inTheRelationshipNameThePortTypeOfTheEvents() throws Exception {
            try (Village village = stations(1, settings -> settings)) {
                Device device = village.shadow("station 0.0").device();

                List<Hosted> hosted = village.hosts
                        .get(1)
                        .client()
                        .blocking()
                        .get(device.address(), device.epr(), SOON)
                        .relationship()
                        .orElseThrow()
                        .hosted();

                assertThat(hosted.get(1).types())
                        .containsExactly(
                                new QName(WeatherService.NAMESPACE, "Weather"),
                                Gossip1.SHADOW_TYPE,
                                new QName(WeatherService.NAMESPACE, "WeatherEvents"));
            }
        }
    }

    @Nested
    class AShadow {

        @Test
        void takesSubscribersOfItsServiceToo() throws Exception {
            try (Village village = stations(1, settings -> settings)) {
                ShadowService shadow = village.shadow("station 1.0");
                Listeners listeners = new Listeners(1);
                Subscription subscription = village.hosts
                        .get(0)
                        .client()
                        .blocking()
                        .subscribe(
                                shadow.address(),
                                SubscriptionOptions.toActions(List.of(STORM)),
                                event -> listeners.heard("one", event),
                                SOON);

                events(village.shadow("station 0.0").device()).storm("near");

                listeners.assertEachOnce(1);
                assertThat(subscription.manager().address())
                        .startsWith(shadow.original().address().toString());
            }
        }

        @Test
        void takesNoEventsFromClients() throws Exception {
            try (Village village = stations(1, settings -> settings)) {
                byte[] forged = EnvelopeWriter.forAction(STORM)
                        .messageId("urn:uuid:1")
                        .body(("<w:storm xmlns:w='" + WeatherService.NAMESPACE + "'><text>forged</text></w:storm>")
                                .getBytes(UTF_8))
                        .toBytes();

                assertThatThrownBy(() -> village.hosts
                                .get(0)
                                .client()
                                .blocking()
                                .send(village.shadow("station 1.0").address(), forged, SOON))
                        .isInstanceOf(FaultException.class)
                        .hasMessage("The action is not offered here.");
            }
        }
    }

    @Nested
    class AnEvent {

        private ServiceEvents source(Village village) {
            return village.shadow("station 0.0").original().events().orElseThrow();
        }

        @Test
        void thatIsTooLargeIsRefusedWithBothSizes() throws Exception {
            try (Village village = stations(1, settings -> settings)) {
                byte[] large = ("<w:storm xmlns:w='" + WeatherService.NAMESPACE + "'><text>" + "x".repeat(40_000)
                                + "</text></w:storm>")
                        .getBytes(UTF_8);

                assertThatThrownBy(() -> source(village).notify(STORM, large).get(10, TimeUnit.SECONDS))
                        .isInstanceOf(ExecutionException.class)
                        .cause()
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageMatching("event " + STORM
                                + ": envelope: [0-9]+ octets with its gossip header \\(expected: at most 32767\\)");
                assertThat(source(village).refused()).isEqualTo(1);
            }
        }

        @Test
        void ofAServiceWhoseDeviceHasStoppedGoesNowhere() throws Exception {
            try (Village village = stations(1, settings -> settings)) {
                ServiceEvents source = source(village);
                village.shadow("station 0.0").device().stop().get(20, TimeUnit.SECONDS);

                int reached = source.notify(STORM, new byte[0]).get(10, TimeUnit.SECONDS);

                assertThat(reached).isZero();
            }
        }
    }
}
