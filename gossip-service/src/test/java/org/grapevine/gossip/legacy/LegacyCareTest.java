package org.grapevine.gossip.legacy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.xml.namespace.QName;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.discovery.DiscoveryTiming;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.transport.HttpReply;
import org.grapevine.dpws.transport.HttpServer;
import org.grapevine.dpws.transport.HttpServerOptions;
import org.grapevine.gossip.header.EnvelopePayload;
import org.grapevine.peer.Appetite;
import org.grapevine.peer.Peer;
import org.grapevine.peer.PeerSelector;
import org.grapevine.peer.PeerService;
import org.grapevine.peer.PlainService;
import org.grapevine.policy.Binding;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One shadow, plain services of which every answer is chosen, and peers that the test makes up. */
@Timeout(60)
class LegacyCareTest {

    private static final Segment SEGMENT = new Segment("test:care");
    private static final QName PORT_TYPE = new QName("urn:test", "Post");
    private static final PeerAddress SELF = new PeerAddress("soap.udp://127.0.0.1:9/self");
    private static final LegacyOptions OPTIONS = LegacyOptions.defaults().withTimes(20, 100, 2_000, 600_000, 1);
    private static final long LONG = 600_000;

    private DeviceHost host;
    private HttpServer plain;
    private final MadeUpPeers peers = new MadeUpPeers();
    private final BlockingQueue<String> arrived = new LinkedBlockingQueue<>(); // the service, and the text
    private final Map<String, BlockingQueue<Integer>> statuses = new ConcurrentHashMap<>();
    private LegacyCare care;

    private static final class MadeUpPeers implements PeerService {
        private final List<PeerListener> listeners = new CopyOnWriteArrayList<>();

        @Override
        public CompletableFuture<List<Peer>> peers(PeerSelector selector) {
            return CompletableFuture.completedFuture(List.of());
        }

        @Override
        public Following follow(QName portType, List<Segment> segments, Appetite appetite, PeerListener listener) {
            listeners.add(listener);
            return () -> listeners.remove(listener);
        }
    }

    LegacyCareTest() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        this.host = DeviceHost.start(HostSettings.on(new InetSocketAddress(loopback, 0), 5)
                .withDiscovery(
                        new InetSocketAddress(WsDiscovery.IPV4_GROUP, freePort()),
                        DiscoveryTiming.defaults().withAppMaxDelayMs(10)));
        this.plain = HttpServer.start(HttpServerOptions.on(new InetSocketAddress(loopback, 0)));
        this.care = careFor(OPTIONS);
    }

    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private LegacyCare careFor(LegacyOptions options) {
        return new LegacyCare(SELF, host, PORT_TYPE, List.of(SEGMENT), List.of(), peers, options);
    }

    @BeforeEach
    void begins() {
        assertThat(peers.listeners).hasSize(1);
    }

    @AfterEach
    void ends() {
        care.close();
        plain.close();
        host.close();
    }

    private void limited(LegacyOptions options) {
        care.close();
        care = careFor(options);
    }

    /** A service that gives each of these statuses to one message, and then 202. */
    private PlainService service(String name, Integer... answers) {
        BlockingQueue<Integer> own = new LinkedBlockingQueue<>(List.of(answers));
        statuses.put(name, own);
        plain.route("/" + name, Set.of("POST"), request -> {
            String body = new String(request.body(), UTF_8);
            arrived.add(name + " " + body.replaceAll("(?s).*<t:post[^>]*>([^<]*)<.*", "$1"));
            Integer status = own.poll();
            return status == null ? HttpReply.accepted() : HttpReply.text(status, "no");
        });
        URI address = URI.create("http://127.0.0.1:" + plain.address().getPort() + "/" + name);
        return new PlainService(
                EndpointReference.of("urn:test:" + name), name, List.of(SEGMENT.scope()), PORT_TYPE, address);
    }

    private PlainService join(PlainService service) {
        peers.listeners.forEach(listener -> listener.plainJoined(SEGMENT, service));
        return service;
    }

    private void leave(PlainService service) {
        peers.listeners.forEach(listener -> listener.plainLeft(SEGMENT, service));
    }

    private void deliver(String id, long lifetimeMillis) {
        care.deliver(new EnvelopePayload(
                Messages.envelope(id, System.currentTimeMillis(), lifetimeMillis), Binding.SOAP_UDP));
    }

    private String next() throws InterruptedException {
        String next = arrived.poll(20, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("nothing came");
        }
        return next;
    }

    private LegacyCare.Counters await(Predicate<LegacyCare.Counters> wanted) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            LegacyCare.Counters counters = care.counters().get(10, TimeUnit.SECONDS);
            if (wanted.test(counters)) {
                return counters;
            }
            assertThat(System.nanoTime()).as(counters.toString()).isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    @Test
    void whoLooksAfterNobodyFollowsNobody() {
        int before = peers.listeners.size();

        try (LegacyCare none = careFor(LegacyOptions.none())) {
            assertThat(peers.listeners).hasSize(before);
            assertThat(none.counters()).isNotNull();
        }
    }

    /** The one of before has given it up already, so nobody else would deliver it. */
    @Test
    void deliversWhatCameBeforeTheServiceWasAdopted() throws Exception {
        limited(OPTIONS.withTimes(20, 100, 2_000, 600_000, 500));
        deliver("urn:before", LONG);
        join(service("late"));
        await(counters -> counters.known() == 1);
        deliver("urn:between", LONG);

        assertThat(next()).isEqualTo("late urn:between");
        await(counters -> counters.adopted() == 1);
        deliver("urn:after", LONG);
        assertThat(next()).isEqualTo("late urn:after");
        assertThat(arrived).isEmpty();
    }

    @Test
    void triesAgainUntilTheServiceTakesIt() throws Exception {
        join(service("moody", 503, 500, 302));
        await(counters -> counters.adopted() == 1);

        deliver("urn:a", LONG);
        deliver("urn:b", LONG);

        for (String expected : List.of("urn:a", "urn:a", "urn:a", "urn:a", "urn:b")) {
            assertThat(next()).isEqualTo("moody " + expected);
        }
        LegacyCare.Counters counters = await(all -> all.delivered() == 2);
        assertThat(counters.retried()).isEqualTo(3);
        assertThat(counters.refused()).isZero();
        assertThat(counters.expired()).isZero();
    }

    @Test
    void doesNotTryAgainWhatTheServiceRefuses() throws Exception {
        join(service("choosy", 400));
        await(counters -> counters.adopted() == 1);

        deliver("urn:a", LONG);
        deliver("urn:b", LONG);

        assertThat(next()).isEqualTo("choosy urn:a");
        assertThat(next()).isEqualTo("choosy urn:b");
        LegacyCare.Counters counters = await(all -> all.delivered() == 1);
        assertThat(counters.refused()).isEqualTo(1);
        assertThat(counters.retried()).isZero();
    }

    @Test
    void givesUpWhenTheLifetimeIsOver() throws Exception {
        PlainService gone = service("gone");
        plain.unroute("/gone");
        plain.route("/gone", Set.of("POST"), request -> HttpReply.text(503, "never"));
        join(gone);
        await(counters -> counters.adopted() == 1);

        deliver("urn:a", 1_000);

        LegacyCare.Counters counters = await(all -> all.expired() == 1);
        assertThat(counters.retried()).isLessThanOrEqualTo(14);
        assertThat(counters.delivered()).isZero();
    }

    @Test
    void dropsTheOldestForAServiceThatIsTooSlow() throws Exception {
        limited(OPTIONS.withLimits(10, 10, 2, 10));
        CountDownLatch release = new CountDownLatch(1);
        PlainService slow = service("slow");
        plain.unroute("/slow");
        plain.route("/slow", Set.of("POST"), request -> {
            arrived.add(new String(request.body(), UTF_8).replaceAll("(?s).*<t:post[^>]*>([^<]*)<.*", "$1"));
            assertThat(release.await(30, TimeUnit.SECONDS)).isTrue();
            return HttpReply.accepted();
        });
        join(slow);
        await(counters -> counters.adopted() == 1);
        deliver("urn:0", LONG);
        assertThat(next()).isEqualTo("urn:0");

        for (int i = 1; i <= 5; i++) {
            deliver("urn:" + i, LONG);
        }
        await(counters -> counters.overflowed() == 3);
        release.countDown();

        assertThat(next()).isEqualTo("urn:4");
        assertThat(next()).isEqualTo("urn:5");
        assertThat(await(counters -> counters.delivered() == 3).retried()).isZero();
    }

    @Test
    void leavesOutWhatIsBeyondTheLimitUntilThereIsRoom() throws Exception {
        limited(OPTIONS.withLimits(10, 1, 10, 10));
        PlainService first = join(service("first"));
        await(counters -> counters.adopted() == 1);
        PlainService second = join(service("second"));
        PlainService third = join(service("third"));
        LegacyCare.Counters full = await(counters -> counters.notAdopted() == 2);
        assertThat(full.known()).isEqualTo(3);
        assertThat(full.adopted()).isEqualTo(1);

        deliver("urn:a", LONG);
        assertThat(next()).isEqualTo("first urn:a");
        await(counters -> counters.delivered() == 1);
        leave(first);

        // Nobody has told it what came meanwhile.
        assertThat(next()).isEqualTo("second urn:a");
        deliver("urn:b", LONG);
        assertThat(next()).isEqualTo("second urn:b");
        await(counters -> counters.delivered() == 3);
        leave(third);
        leave(second);
        LegacyCare.Counters last = await(counters -> counters.known() == 0);
        assertThat(last.adopted()).isZero();
        assertThat(last.notAdopted()).isEqualTo(2);
        assertThat(arrived).isEmpty();
    }

    @Test
    void knowsNoMoreServicesThanItMay() throws Exception {
        limited(OPTIONS.withLimits(2, 2, 10, 10));
        for (String name : List.of("first", "second", "third")) {
            join(service(name));
        }

        LegacyCare.Counters counters = await(all -> all.adopted() == 2);

        assertThat(counters.known()).isEqualTo(2);
        assertThat(counters.notAdopted()).isEqualTo(1);
    }

    /** What has said Bye is not looked for any more, even if a message to it is still under way. */
    @Test
    void doesNotTryAgainWhatHasLeft() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        PlainService leaving = service("leaving");
        plain.unroute("/leaving");
        plain.route("/leaving", Set.of("POST"), request -> {
            arrived.add("leaving");
            assertThat(release.await(30, TimeUnit.SECONDS)).isTrue();
            return HttpReply.text(503, "going");
        });
        join(leaving);
        await(counters -> counters.adopted() == 1);
        deliver("urn:a", LONG);
        deliver("urn:b", LONG);
        assertThat(next()).isEqualTo("leaving");

        leave(leaving);
        await(counters -> counters.handedOver() == 1);
        release.countDown();

        LegacyCare.Counters counters = await(all -> all.handedOver() == 2);
        assertThat(counters.retried()).isZero();
        assertThat(arrived).isEmpty();
    }
}
