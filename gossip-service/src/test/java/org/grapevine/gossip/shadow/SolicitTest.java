package org.grapevine.gossip.shadow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.device.Notification;
import org.grapevine.dpws.device.Solicited;
import org.grapevine.dpws.device.Subscription;
import org.grapevine.dpws.device.SubscriptionOptions;
import org.grapevine.dpws.transport.NetworkConditions;
import org.grapevine.gossip.client.ServiceDescription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a service asks the subscribers of every device, and the one answer that comes back. */
@Timeout(180)
class SolicitTest {

    private static final Duration SOON = Duration.ofSeconds(15);
    private static final String EVENTS = WeatherService.NAMESPACE + ":WeatherEvents:";

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

    private static byte[] answer(String question, int count) {
        return ("<w:" + question + "Response xmlns:w='" + WeatherService.NAMESPACE + "'><count>" + count
                        + "</count></w:" + question + "Response>")
                .getBytes(UTF_8);
    }

    /** Subscribes so many who answer each question in the same way. */
    private static void subscribe(
            Village village, String device, int many, String question, Function<Notification, byte[]> responder)
            throws Exception {
        List<CompletableFuture<Subscription>> subscribing = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            subscribing.add(village.hosts
                    .get(1)
                    .client()
                    .subscribe(
                            village.shadow(device).original().address(),
                            SubscriptionOptions.toAll()
                                    .answering(
                                            EVENTS + question + "Solicit", EVENTS + question + "Response", responder),
                            event -> {}));
        }
        CompletableFuture.allOf(subscribing.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
    }

    private static <R> Solicited<R> ask(Device device, Function<WeatherService.Events, R> call) throws Exception {
        return device.solicit(WeatherService.Events.class, call).get(30, TimeUnit.SECONDS);
    }

    @ParameterizedTest(name = "loss {0}")
    @ValueSource(doubles = {0, 0.2})
    void getsOneValueOfTheSubscribersOfAllDevicesOnBothBindings(double loss) throws Exception {
        UnaryOperator<HostSettings> lossy = settings -> settings.withFaults(NetworkConditions.lossy(loss, 0.2, 42));
        try (Village village = stations(5, lossy)) {
            for (ShadowService shadow : village.shadows()) {
                subscribe(village, shadow.device().name(), 1, "shelters", question -> answer("shelters", 2));
                subscribe(village, shadow.device().name(), 1, "boats", question -> answer("boats", 3));
            }
            Device asking = village.shadow("station 0.3").device();

            Solicited<Integer> shelters = ask(asking, events -> events.shelters("all"));
            Solicited<Integer> boats = ask(asking, events -> events.boats("all"));

            assertThat(shelters.answers()).containsExactly(20);
            assertThat(shelters.coverage().counted()).isEqualTo(10);
            assertThat(boats.answers()).containsExactly(30);
            assertThat(boats.coverage().counted()).isEqualTo(10);
        }
    }

    @Test
    void mergesTheAnswersOfSeveralSubscribersIntoThatOfTheirDevice() throws Exception {
        try (Village village = stations(2, settings -> settings)) {
            subscribe(village, "station 0.0", 3, "shelters", question -> answer("shelters", 5));
            subscribe(village, "station 1.1", 1, "shelters", question -> answer("shelters", 100));

            Solicited<Integer> solicited =
                    ask(village.shadow("station 1.0").device(), events -> events.shelters("all"));

            assertThat(solicited.answers()).containsExactly(115);
            assertThat(solicited.coverage()).isEqualTo(new Solicited.Coverage(2, 0, 0, 0));
        }
    }

    @Test
    void hasNoAnswerWhereNobodyHasSubscribed() throws Exception {
        try (Village village = stations(2, settings -> settings)) {
            Solicited<Integer> solicited =
                    ask(village.shadow("station 0.0").device(), events -> events.shelters("all"));

            assertThat(solicited.answers()).isEmpty();
            assertThat(solicited.coverage()).isEqualTo(new Solicited.Coverage(0, 0, 0, 0));
        }
    }

    @Test
    void countsADeviceWhoseSubscribersFailAsFailed() throws Exception {
        try (Village village = stations(2, settings -> settings)) {
            subscribe(village, "station 0.0", 1, "shelters", question -> answer("shelters", 1));
            subscribe(village, "station 0.1", 1, "shelters", question -> {
                throw new IllegalStateException("no shelters");
            });
            subscribe(village, "station 1.0", 1, "shelters", question -> "<nonsense/>".getBytes(UTF_8));

            Solicited<Integer> solicited =
                    ask(village.shadow("station 1.1").device(), events -> events.shelters("all"));

            assertThat(solicited.answers()).containsExactly(1);
            assertThat(solicited.coverage().counted() + solicited.coverage().failed())
                    .isEqualTo(3);
        }
    }

    @Test
    void withoutGossipAsksItsOwnSubscribersOnly() throws Exception {
        try (Village village = stations(1, settings -> settings)) {
            subscribe(village, "station 0.0", 2, "umbrellas", question -> answer("umbrellas", 7));
            subscribe(village, "station 1.0", 1, "umbrellas", question -> answer("umbrellas", 9));

            Solicited<Integer> solicited =
                    ask(village.shadow("station 0.0").device(), events -> events.umbrellas("all"));

            assertThat(solicited.answers()).containsExactly(7, 7);
            assertThat(solicited.coverage()).isEqualTo(new Solicited.Coverage(2, 0, 0, 0));
        }
    }

    @Test
    void thatIsTooLargeIsRefusedWithBothSizes() throws Exception {
        try (Village village = stations(1, settings -> settings)) {
            Device device = village.shadow("station 0.0").device();

            assertThatThrownBy(() -> ask(device, events -> events.shelters("x".repeat(40_000))))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageMatching("event .*sheltersSolicit: envelope: [0-9]+ octets with its gossip header"
                            + " \\(expected: at most 32767\\)");
        }
    }

    @Test
    void isDescribedWithItsOutputFirst() throws Exception {
        try (Village village = stations(1, settings -> settings)) {
            ShadowService shadow = village.shadow("station 0.0");
            for (URI address : List.of(shadow.address(), shadow.original().address())) {
                byte[] wsdl = village.hosts.get(1).client().blocking().wsdl(address, SOON);

                assertThat(ServiceDescription.read(wsdl, "wsdl").operations())
                        .filteredOn(operation -> operation.name().equals("shelters"))
                        .singleElement()
                        .satisfies(shelters -> {
                            assertThat(shelters.style()).isEqualTo(ServiceDescription.Style.SOLICIT_RESPONSE);
                            assertThat(shelters.isAnswered()).isTrue();
                        });
            }
        }
    }

    /** One that cannot be kept: too few devices have subscribers. */
    @Test
    void failsWithItsReasonWhenTheWholeFails() throws Exception {
        try (Village village = stations(1, settings -> settings)) {
            subscribe(village, "station 0.0", 1, "shelters", question -> "<count>no number</count>".getBytes(UTF_8));

            assertThatThrownBy(() -> ask(village.shadow("station 0.0").device(), events -> events.shelters("all")))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("shelters: ");
        }
    }
}
