package org.grapevine.gossip.shadow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.grapevine.core.engine.DropReason;
import org.grapevine.core.engine.GossipStats;
import org.grapevine.core.message.Completeness;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.DpwsClient;
import org.grapevine.dpws.device.Notification;
import org.grapevine.dpws.device.Solicited;
import org.grapevine.dpws.device.Subscription;
import org.grapevine.dpws.device.SubscriptionOptions;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.transport.NetworkConditions;
import org.grapevine.gossip.header.ControlCodec;
import org.grapevine.policy.Binding;
import org.grapevine.policy.GossipPolicy;
import org.grapevine.policy.PortGossip;
import org.grapevine.policy.Replies;
import org.grapevine.policy.Scopes;
import org.grapevine.policy.Variant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a policy promises is kept in every variant, for every style of operation, over either binding: on real sockets, with a tenth
 * of all datagrams lost and a tenth doubled. Some combinations run side by side, since a request that is pulled waits out its
 * timeout.
 */
@Timeout(120)
class EveryCombinationTest {

    private static final int HOSTS = 2;
    private static final int DEVICES_EACH = 4;
    private static final int DEVICES = HOSTS * DEVICES_EACH;
    private static final int MESSAGES = 3;
    private static final int SIDE_BY_SIDE = 4;
    private static final int MOST_TO_DRAW_A_TREE = 50;
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String EVENTS = HallService.NAMESPACE + ":HallEvents:";

    private enum Style {
        ONE_WAY,
        NOTIFICATION,
        REQUEST_RESPONSE,
        SOLICIT_RESPONSE
    }

    private record Combination(Variant variant, Binding binding, Style style) {}

    /** The halls of one variant and binding; all styles are tried there. */
    private static final class Halls implements AutoCloseable {
        private final Variant variant;
        private final Binding binding;
        private final Village village;
        private final Map<String, LongAdder> heard = new ConcurrentHashMap<>();

        Halls(Variant variant, Binding binding) throws Exception {
            this.variant = variant;
            this.binding = binding;
            this.village = new Village();
            for (int h = 0; h < HOSTS; h++) {
                int seed = h;
                DeviceHost host =
                        village.host(settings -> settings.withFaults(NetworkConditions.lossy(0.1, 0.1, 42 + seed)));
                for (int d = 0; d < DEVICES_EACH; d++) {
                    String name = "hall " + h + "." + d;
                    village.device(host, name, new Hall(name));
                }
            }
            for (Device device : village.devices.values()) {
                device.gossip(device.hostedServices().get(0), policy()).get(20, TimeUnit.SECONDS);
            }
            village.awaitPeers();
            // Nobody repeats a request along a link that is not there yet.
            village.awaitLinksBetweenHosts(DEVICES);
        }

        private PortGossip policy() {
            GossipPolicy.Builder spread = GossipPolicy.builder()
                    .variant(variant)
                    .binding(binding)
                    .repair(Duration.ofMillis(200))
                    .period(Duration.ofMillis(100))
                    .lifetime(Duration.ofSeconds(60));
            if (variant == Variant.MULTICAST) {
                spread.lan(new Scopes(List.of(Village.SEGMENT.scope()), null));
            }
            GossipPolicy gathered = GossipPolicy.builder()
                    .replies(Replies.AGGREGATE)
                    .aggregation("add")
                    .timeout(Duration.ofSeconds(variant.isPulled() ? 16 : 10))
                    .build();
            return new PortGossip(spread.build(), Map.of("visitors", gathered, "helpers", gathered), null);
        }

        /** Its implementation. */
        private final class Hall implements HallService {
            private final String name;

            Hall(String name) {
                this.name = name;
            }

            @Override
            public void post(String text) {
                hear(text, name);
            }

            @Override
            public int visitors(String of) {
                return 10;
            }
        }

        private void hear(String text, String name) {
            heard.computeIfAbsent(text + " at " + name, key -> new LongAdder()).increment();
            village.arrived(text, name);
        }

        private Device hall(String name) {
            return village.device(name);
        }

        private void subscribeAtEachHall(SubscriptionOptions options) throws Exception {
            List<CompletableFuture<Subscription>> subscribing = new ArrayList<>();
            for (ShadowService shadow : village.shadows()) {
                String name = shadow.device().name();
                subscribing.add(village.hosts
                        .get(0)
                        .client()
                        .subscribe(shadow.original().address(), options, event -> hear(text(event), name)));
            }
            CompletableFuture.allOf(subscribing.toArray(CompletableFuture[]::new))
                    .get(30, TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            village.close();
        }
    }

    private static final byte[] HELPERS = ("<h:helpersResponse xmlns:h='" + HallService.NAMESPACE
                    + "'><count>3</count></h:helpersResponse>")
            .getBytes(UTF_8);

    /** Opens the halls of one variant and binding for the first style, and closes them after the last one. */
    private static final class Opening {
        private final Variant variant;
        private final Binding binding;
        private @Nullable Halls open;
        private int left = Style.values().length;

        Opening(Variant variant, Binding binding) {
            this.variant = variant;
            this.binding = binding;
        }

        synchronized Halls halls() throws Exception {
            Halls now = open;
            if (now == null) {
                now = new Halls(variant, binding);
                open = now;
            }
            return now;
        }

        synchronized void leave() {
            left--;
            if (left == 0 && open != null) {
                open.close();
            }
        }
    }

    private static final Map<Combination, Future<?>> RUNS = new LinkedHashMap<>();
    private static final ExecutorService LANES = Executors.newFixedThreadPool(SIDE_BY_SIDE);

    @BeforeAll
    static void runAll() {
        for (Variant variant : Variant.values()) {
            for (Binding binding : Binding.values()) {
                Opening opening = new Opening(variant, binding);
                for (Style style : Style.values()) {
                    RUNS.put(new Combination(variant, binding, style), LANES.submit(() -> run(opening, style)));
                }
            }
        }
        LANES.shutdown();
    }

    @AfterAll
    static void endAll() throws InterruptedException {
        LANES.shutdownNow();
        assertThat(LANES.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }

    private static Stream<Combination> combinations() {
        return RUNS.keySet().stream();
    }

    private static String text(Notification event) {
        try {
            return new String(event.envelope().bodyElement(), UTF_8).replaceAll("(?s).*<text>(.*)</text>.*", "$1");
        } catch (Exception e) {
            return e.toString();
        }
    }

    @ParameterizedTest
    @MethodSource("combinations")
    void reachesEveryDeviceOnce(Combination combination) throws Exception {
        Objects.requireNonNull(RUNS.get(combination)).get(100, TimeUnit.SECONDS);
    }

    private static @Nullable Void run(Opening opening, Style style) throws Exception {
        try {
            keepsItsPromise(opening.halls(), style);
        } finally {
            opening.leave();
        }
        return null;
    }

    private static void keepsItsPromise(Halls halls, Style style) throws Exception {
        switch (style) {
            case ONE_WAY -> oneWay(halls);
            case NOTIFICATION -> notification(halls);
            case REQUEST_RESPONSE -> requestResponse(halls);
            case SOLICIT_RESPONSE -> solicitResponse(halls);
        }
        drawTree(halls, style);
        assertThat(traceOf(halls)).as("trace of " + halls.variant).isPositive();
        if (halls.binding == Binding.HTTP && halls.variant != Variant.MULTICAST) {
            assertThat(halls.village.extensions)
                    .allSatisfy(each -> assertThat(each.sent().httpPosts()).isPositive());
        }
        for (ShadowService shadow : halls.village.shadows()) {
            assertThat(shadow.trouble().malformed()).as(shadow.device().name()).isZero();
            GossipStats stats = shadow.driver().stats().get(10, TimeUnit.SECONDS);
            assertThat(stats.dropped(DropReason.UNDELIVERED)).isZero();
        }
    }

    /** Links become spare as duplicates come, and a device may have passed on all messages so far before its first one. */
    private static void drawTree(Halls halls, Style style) throws Exception {
        for (int more = 0; halls.variant == Variant.TREE && traceOf(halls) == 0 && more < MOST_TO_DRAW_A_TREE; more++) {
            String text = "more " + more + " after " + style;
            halls.village.expect(text, DEVICES);
            post(halls, "hall 0.1", text);
            assertThat(halls.village.await(text)).as(text).isTrue();
        }
    }

    /** What only this variant leaves behind, lest all be carried by the same one. */
    private static long traceOf(Halls halls) throws Exception {
        long trace = 0;
        for (ShadowService shadow : halls.village.shadows()) {
            GossipStats stats = shadow.driver().stats().get(10, TimeUnit.SECONDS);
            trace += switch (halls.variant) {
                case EAGER_PUSH -> stats.advertised() == 0 ? stats.dropped(DropReason.DUPLICATE) : Long.MIN_VALUE;
                case LAZY_PUSH, TREE, LAZY_PULL -> stats.advertised();
                case PULL, PUSH_PULL -> stats.advertised() == 0 ? stats.pulls() : Long.MIN_VALUE;
                case MULTICAST -> 0;
            };
        }
        for (GossipExtension extension : halls.village.extensions) {
            if (halls.variant == Variant.MULTICAST) {
                trace += extension.gossip().orElseThrow().groups().counters().received();
            }
        }
        return trace;
    }

    private static void oneWay(Halls halls) throws Exception {
        for (int i = 0; i < MESSAGES; i++) {
            String text = "post " + i;
            halls.village.expect(text, DEVICES);
            post(halls, "hall " + i % HOSTS + ".1", text);
        }
        awaitOnce(halls, "post ");
    }

    private static void post(Halls halls, String hall, String text) throws Exception {
        URI entry = halls.village.shadow(hall).address();
        byte[] message = EnvelopeWriter.forAction(HallService.NAMESPACE + ":Hall:post")
                .messageId("urn:uuid:" + UUID.randomUUID())
                .body(("<h:post xmlns:h='" + HallService.NAMESPACE + "'><text>" + text + "</text></h:post>")
                        .getBytes(UTF_8))
                .toBytes();
        halls.village.hosts.get(0).client().send(entry, message, SOON).get(30, TimeUnit.SECONDS);
    }

    private static void notification(Halls halls) throws Exception {
        halls.subscribeAtEachHall(SubscriptionOptions.toActions(List.of(EVENTS + "alarm")));
        for (int i = 0; i < MESSAGES; i++) {
            String text = "alarm " + i;
            halls.village.expect(text, DEVICES);
            halls.hall("hall " + i % HOSTS + ".2")
                    .events(HallService.Events.class)
                    .alarm(text);
        }
        awaitOnce(halls, "alarm ");
    }

    private static void awaitOnce(Halls halls, String start) throws Exception {
        for (int i = 0; i < MESSAGES; i++) {
            assertThat(halls.village.await(start + i)).as(start + i).isTrue();
        }
        Map<String, Long> heard = new TreeMap<>();
        halls.heard.forEach((where, times) -> {
            if (where.startsWith(start)) {
                heard.put(where, times.sum());
            }
        });
        assertThat(heard).hasSize(DEVICES * MESSAGES);
        assertThat(heard.values()).containsOnly(1L);
    }

    private static void requestResponse(Halls halls) throws Exception {
        URI entry = halls.village.shadow("hall 1.3").address();
        byte[] request = EnvelopeWriter.forAction(HallService.NAMESPACE + ":Hall:visitorsRequest")
                .messageId("urn:uuid:" + UUID.randomUUID())
                .body(("<h:visitors xmlns:h='" + HallService.NAMESPACE + "'><of>today</of></h:visitors>")
                        .getBytes(UTF_8))
                .toBytes();
        DpwsClient client = halls.village.hosts.get(0).client();

        Envelope answer = client.call(entry, request, SOON).get(30, TimeUnit.SECONDS);

        Completeness completeness = ControlCodec.completeness(answer).orElseThrow();
        assertThat(new String(answer.bodyElement(), UTF_8)).contains("<count>" + 10 * completeness.counted() + "<");
        assertThat(completeness.counted()).as(completeness.toString()).isEqualTo(DEVICES);
    }

    private static void solicitResponse(Halls halls) throws Exception {
        String question = EVENTS + "helpersSolicit";
        halls.subscribeAtEachHall(SubscriptionOptions.toActions(List.of(question))
                .answering(question, EVENTS + "helpersResponse", asked -> HELPERS));

        Solicited<Integer> solicited = halls.hall("hall 0.3")
                .solicit(HallService.Events.class, events -> events.helpers("all"))
                .get(30, TimeUnit.SECONDS);

        assertThat(solicited.coverage().counted())
                .as(solicited.coverage().toString())
                .isEqualTo(DEVICES);
        assertThat(solicited.answers()).containsExactly(3 * DEVICES);
    }
}
