package org.grapevine.gossip.shadow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.DpwsClient;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.transport.NetworkConditions;
import org.grapevine.policy.Binding;
import org.grapevine.policy.GossipPolicy;
import org.grapevine.policy.Order;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Messages in the order of their origin, on real sockets: a tenth of the datagrams lost, a tenth doubled, and services with several
 * threads that take longer for every other message.
 */
@Timeout(120)
class OrderedMessagesTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int DEVICES_EACH = 4;
    private static final int MESSAGES = 30;

    /** Remembers in which order its calls ended. */
    private static final class Slow implements NoticeService {
        final List<String> texts = new CopyOnWriteArrayList<>();
        private final Village village;
        private final String name;

        Slow(Village village, String name) {
            this.village = village;
            this.name = name;
        }

        @Override
        public void post(String text) {
            int number = Integer.parseInt(text.substring(text.indexOf(' ') + 1));
            long end = System.nanoTime() + (number % 2 == 0 ? TimeUnit.MILLISECONDS.toNanos(3) : 0);
            while (System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            texts.add(text);
            village.arrived(text, name);
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

    private static byte[] post(String text) {
        return EnvelopeWriter.forAction(NoticeService.NAMESPACE + ":NoticeService:post")
                .messageId("urn:uuid:" + UUID.randomUUID())
                .body(("<n:post xmlns:n='" + NoticeService.NAMESPACE + "'><text>" + text + "</text></n:post>")
                        .getBytes(UTF_8))
                .toBytes();
    }

    private static List<String> texts(String origin) {
        return IntStream.range(0, MESSAGES).mapToObj(i -> origin + " " + i).toList();
    }

    @ParameterizedTest
    @EnumSource
    void comeToEveryServiceInTheirOrderAndOnce(Binding binding) throws Exception {
        try (Village village = new Village()) {
            Map<String, Slow> services = new LinkedHashMap<>();
            for (int h = 0; h < 2; h++) {
                int seed = h;
                DeviceHost host =
                        village.host(settings -> settings.withFaults(NetworkConditions.lossy(0.1, 0.1, 42 + seed))
                                .withApplication(8, 1_000));
                for (int d = 0; d < DEVICES_EACH; d++) {
                    String name = "device " + h + "." + d;
                    Slow service = new Slow(village, name);
                    services.put(name, service);
                    village.device(host, name, service);
                }
            }
            GossipPolicy policy = GossipPolicy.builder()
                    .order(Order.ORIGIN)
                    .binding(binding)
                    .repair(Duration.ofMillis(200))
                    .lifetime(Duration.ofSeconds(60))
                    .build();
            for (Device device : village.devices.values()) {
                device.gossip(device.hostedServices().get(0), policy).get(20, TimeUnit.SECONDS);
            }
            village.awaitPeers();
            List<String> origins = List.of("north", "south");
            for (String origin : origins) {
                texts(origin).forEach(text -> village.expect(text, services.size()));
            }
            // Of its own host, lest what it sends waits behind the gossip.
            DpwsClient client = village.plainHost().client();
            List<CompletableFuture<Void>> both = new ArrayList<>();
            for (int o = 0; o < origins.size(); o++) {
                URI entry = village.shadow("device " + o + ".1").address();
                CompletableFuture<Void> posted = CompletableFuture.completedFuture(null);
                for (String text : texts(origins.get(o))) {
                    // One right after the other, as fast as the entry takes them.
                    posted = posted.thenCompose(
                            before -> client.send(entry, post(text), SOON).thenAccept(taken -> {}));
                }
                both.add(posted);
            }
            CompletableFuture.allOf(both.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);

            for (String origin : origins) {
                for (String text : texts(origin)) {
                    assertThat(village.await(text)).as(text).isTrue();
                }
            }
            services.forEach((name, service) -> origins.forEach(origin -> assertThat(service.texts.stream()
                            .filter(text -> text.startsWith(origin))
                            .toList())
                    .as(name)
                    .isEqualTo(texts(origin))));
        }
    }
}
