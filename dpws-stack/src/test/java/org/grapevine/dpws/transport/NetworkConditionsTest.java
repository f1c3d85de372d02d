package org.grapevine.dpws.transport;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class NetworkConditionsTest {

    private static final int SECONDS = 10;
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final InetSocketAddress PEER = new InetSocketAddress(LOOPBACK, 4_001);
    private static final InetSocketAddress OTHER = new InetSocketAddress(LOOPBACK, 4_002);

    private final NetworkConditions network = new NetworkConditions(42);

    private static List<DatagramFate> fates(NetworkConditions of, int count) {
        return Stream.generate(() -> of.leaving(PEER, 100)).limit(count).toList();
    }

    @Nested
    class Drawn {

        @Test
        void areNoFaultsAtFirst() {
            assertThat(fates(network, 100)).containsOnly(DatagramFate.SENT);
            assertThat(network.admits(PEER, true)).isTrue();
            assertThat(network.requesting(PEER)).isEqualTo(RequestFate.SENT);
            assertThat(network.counters()).isEqualTo(new NetworkConditions.Counters(0, 0, 0, 0, 0, 0, 0, 0));
        }

        @Test
        void areTheSameForTheSameSeed() {
            assertThat(fates(everythingAtOnce(7), 200)).isEqualTo(fates(everythingAtOnce(7), 200));
            assertThat(fates(everythingAtOnce(7), 200)).isNotEqualTo(fates(everythingAtOnce(8), 200));
        }

        private NetworkConditions everythingAtOnce(long seed) {
            return new NetworkConditions(seed)
                    .loss(0.2)
                    .duplication(0.2)
                    .reordering(0.2, 5_000)
                    .delay(1_000, 500)
                    .latency(random -> random.nextLong(100));
        }

        @Test
        void loseTheShareOfDatagramsThatIsAsked() {
            network.loss(0.3);
            long lost = fates(network, 10_000).stream()
                    .filter(DatagramFate.LOST::equals)
                    .count();
            assertThat(lost).isBetween(2_800L, 3_200L);
            assertThat(network.counters().lost()).isEqualTo(lost);
        }

        @Test
        void doubleAShareOfThoseThatAreNotLost() {
            network.loss(0.5).duplication(0.5);
            long doubled = fates(network, 10_000).stream()
                    .filter(fate -> fate.delaysMicros().size() == 2)
                    .count();
            assertThat(doubled).isBetween(2_300L, 2_700L);
            assertThat(network.counters().doubled()).isEqualTo(doubled);
        }

        @Test
        void holdBackTheShareThatIsToBeOvertaken() {
            network.reordering(0.25, 100_000);
            long late = fates(network, 10_000).stream()
                    .filter(DatagramFate.after(100_000L)::equals)
                    .count();
            assertThat(late).isBetween(2_300L, 2_700L);
            assertThat(network.counters().reordered()).isEqualTo(late);
            assertThat(network.counters().heldBack()).isEqualTo(late);
        }

        @Test
        void addDelayAndSpreadToTheLatencyOfTheLink() {
            network.latency(random -> 1_000).delay(20_000, 5_000);
            List<Long> delays = fates(network, 2_000).stream()
                    .map(fate -> fate.delaysMicros().get(0))
                    .toList();
            assertThat(delays).allMatch(delay -> delay >= 21_000 && delay <= 26_000);
            assertThat(delays).anyMatch(delay -> delay < 21_500).anyMatch(delay -> delay > 25_500);
        }

        @Test
        void giveEachCopyALatencyOfItsOwn() {
            AtomicInteger drawn = new AtomicInteger();
            network.duplication(1).latency(random -> drawn.incrementAndGet());
            assertThat(network.leaving(PEER, 1)).isEqualTo(DatagramFate.after(1L, 2L));
        }

        @Test
        void cutALatencyThatIsImpossible() {
            network.latency(random -> -5);
            assertThat(network.leaving(PEER, 1)).isEqualTo(DatagramFate.SENT);
            network.latency(random -> Long.MAX_VALUE);
            assertThat(network.leaving(PEER, 1)).isEqualTo(DatagramFate.after(NetworkConditions.MAX_MICROS));
        }

        @Test
        void makeARequestLateOnItsWayOutAndBack() {
            network.delay(10_000, 0).loss(1);
            assertThat(network.requesting(PEER)).isEqualTo(new RequestFate(false, 10_000, 10_000));
            assertThat(network.counters().lateRequests()).isEqualTo(1);
        }

        @Test
        void outsideOfTheirRangeAreAnError() {
            assertThatThrownBy(() -> network.loss(1.5)).hasMessage("loss: 1.5 (expected: 0..1)");
            assertThatThrownBy(() -> network.duplication(-1)).hasMessage("duplication: -1.0 (expected: 0..1)");
            assertThatThrownBy(() -> network.reordering(Double.NaN, 1)).hasMessage("reordering: NaN (expected: 0..1)");
            assertThatThrownBy(() -> network.delay(-1, 0)).hasMessage("delay: -1 µs (expected: 0..24 h)");
            assertThatThrownBy(() -> network.delay(0, NetworkConditions.MAX_MICROS + 1))
                    .hasMessage("delay.spread: 86400000001 µs (expected: 0..24 h)");
            assertThatThrownBy(() -> DatagramFate.after(-1L)).hasMessage("delay: -1 µs (expected: >= 0)");
            assertThatThrownBy(() -> new RequestFate(false, -1, 0)).hasMessage("outMicros: -1 (expected: >= 0)");
            assertThat(fates(network, 10)).containsOnly(DatagramFate.SENT);
        }
    }

    @Nested
    class CutOff {

        @Test
        void arePeersInBothDirectionsUntilTheNetworkHeals() {
            network.cutOff(List.of(PEER));
            assertThat(network.leaving(PEER, 1)).isEqualTo(DatagramFate.LOST);
            assertThat(network.leaving(OTHER, 1)).isEqualTo(DatagramFate.SENT);
            assertThat(network.admits(PEER, false)).isFalse();
            assertThat(network.admits(OTHER, false)).isTrue();
            assertThat(network.requesting(PEER)).isEqualTo(RequestFate.CUT);
            assertThat(network.counters()).isEqualTo(new NetworkConditions.Counters(0, 0, 0, 0, 1, 1, 1, 0));

            network.heal();
            assertThat(network.leaving(PEER, 1)).isEqualTo(DatagramFate.SENT);
            assertThat(network.admits(PEER, true)).isTrue();
        }

        @Test
        void areThoseThatSomebodySays() {
            network.cutOff(peer -> peer.getPort() > 4_001);
            assertThat(network.admits(PEER, false)).isTrue();
            assertThat(network.admits(OTHER, false)).isFalse();
        }

        @Test
        void leavesTheOtherConditionsAsTheyAre() {
            network.loss(1).cutOff(List.of(OTHER)).heal();
            assertThat(network.leaving(PEER, 1)).isEqualTo(DatagramFate.LOST);
            assertThat(network.counters().lost()).isEqualTo(1);
        }

        @Test
        void areKnownByTheirLiteralAddressWhateverTheirName() throws Exception {
            InetAddress named = InetAddress.getByAddress("meter.example", LOOPBACK.getAddress());
            network.cutOff(List.of(new InetSocketAddress(named, PEER.getPort())));
            assertThat(network.admits(PEER, false)).isFalse();
            assertThat(network.requesting(InetSocketAddress.createUnresolved("127.0.0.1", PEER.getPort())))
                    .isEqualTo(RequestFate.CUT);
        }
    }

    @Nested
    class OnRealSockets {

        private final BlockingQueue<String> inbox = new LinkedBlockingQueue<>();
        private final List<UdpTransport> opened = new ArrayList<>();

        @AfterEach
        void close() {
            opened.forEach(UdpTransport::close);
        }

        private UdpTransport open(TransportFaults faults) throws IOException {
            UdpTransport transport = UdpTransport.open(
                    UdpOptions.on(LOOPBACK).withFaults(faults),
                    (bytes, from, multicast) -> inbox.add(new String(bytes, UTF_8)));
            opened.add(transport);
            return transport;
        }

        private String next() throws InterruptedException {
            String text = inbox.poll(SECONDS, TimeUnit.SECONDS);
            assertThat(text).isNotNull();
            return String.valueOf(text);
        }

        @Test
        void aDatagramIsLateByTheDelay() throws Exception {
            UdpTransport receiver = open(TransportFaults.NONE);
            UdpTransport sender = open(network.delay(50_000, 0));
            long start = System.nanoTime();
            sender.send(receiver.localAddress(), "late".getBytes(UTF_8));
            assertThat(next()).isEqualTo("late");
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(50));
            assertThat(sender.counters().faultHeldBack()).isEqualTo(1);
        }

        @Test
        void whatTheCallerDoesToTheBytesMeanwhileIsNothingToIt() throws Exception {
            UdpTransport receiver = open(TransportFaults.NONE);
            UdpTransport sender = open(network.delay(20_000, 0));
            byte[] bytes = "as it was".getBytes(UTF_8);
            sender.send(receiver.localAddress(), bytes);
            bytes[0] = 'X';
            assertThat(next()).isEqualTo("as it was");
        }

        @Test
        void oneThatIsHeldBackIsOvertaken() throws Exception {
            UdpTransport receiver = open(TransportFaults.NONE);
            Deque<DatagramFate> fates = new ArrayDeque<>(List.of(DatagramFate.after(50_000L), DatagramFate.SENT));
            UdpTransport sender = open(new TransportFaults() {
                @Override
                public DatagramFate leaving(InetSocketAddress to, int bytes) {
                    return fates.remove();
                }
            });
            sender.send(receiver.localAddress(), "first".getBytes(UTF_8));
            sender.send(receiver.localAddress(), "second".getBytes(UTF_8));
            assertThat(next()).isEqualTo("second");
            assertThat(next()).isEqualTo("first");
        }

        @Test
        void aDatagramThatIsDoubledComesTwice() throws Exception {
            UdpTransport receiver = open(TransportFaults.NONE);
            UdpTransport sender = open(network.duplication(1));
            sender.send(receiver.localAddress(), "twice".getBytes(UTF_8));
            assertThat(next()).isEqualTo("twice");
            assertThat(next()).isEqualTo("twice");
            assertThat(sender.counters().faultDuplicated()).isEqualTo(1);
        }

        @Test
        void conditionsChangeWhileTheTransportRuns() throws Exception {
            UdpTransport receiver = open(TransportFaults.NONE);
            UdpTransport sender = open(network.loss(1));
            sender.send(receiver.localAddress(), "lost".getBytes(UTF_8));
            network.loss(0);
            sender.send(receiver.localAddress(), "not lost".getBytes(UTF_8));
            assertThat(next()).isEqualTo("not lost");
            assertThat(sender.counters().faultLost()).isEqualTo(1);
        }

        @Test
        void whatComesFromSomebodyCutOffIsNotHandedOn() throws Exception {
            UdpTransport stranger = open(TransportFaults.NONE);
            UdpTransport friend = open(TransportFaults.NONE);
            UdpTransport receiver = open(network.cutOff(List.of(stranger.localAddress())));
            stranger.send(receiver.localAddress(), "from a stranger".getBytes(UTF_8));
            friend.send(receiver.localAddress(), "from a friend".getBytes(UTF_8));
            assertThat(next()).isEqualTo("from a friend");
            assertThat(receiver.counters().faultCut()).isEqualTo(1);
            assertThat(receiver.counters().received()).isEqualTo(1);
        }

        @Test
        void whatFindsNoRoomToWaitIsLostAndCounted() throws Exception {
            HeldDatagrams two = new HeldDatagrams(2, 1_000);
            UdpReceiver thread = UdpReceiver.start("test");
            try (two;
                    thread;
                    UdpTransport sender = UdpTransport.open(
                            UdpOptions.on(LOOPBACK).withFaults(network.delay(3_600_000_000L, 0)),
                            (bytes, from, multicast) -> {},
                            thread,
                            two)) {
                for (int i = 0; i < 5; i++) {
                    sender.send(PEER, new byte[10]);
                }
                assertThat(sender.counters().faultHeldBack()).isEqualTo(5);
                assertThat(sender.counters().heldBackFull()).isEqualTo(3);
                assertThat(two.size()).isEqualTo(2);
                assertThat(sender.counters().sent()).isZero();
            }
        }
    }

    @Nested
    class ByHttp {

        private final AtomicInteger calls = new AtomicInteger();

        private HttpServer server() throws IOException {
            HttpServer server = HttpServer.start(HttpServerOptions.on(new InetSocketAddress(LOOPBACK, 0)));
            server.route("/", request -> {
                calls.incrementAndGet();
                return HttpReply.accepted();
            });
            return server;
        }

        private HttpSender sender(Duration connectTimeout) {
            HttpSenderOptions usual = HttpSenderOptions.defaults();
            return HttpSender.open(new HttpSenderOptions(
                    connectTimeout,
                    usual.maxReplyBytes(),
                    usual.maxUnderWay(),
                    usual.maxUnderWayPerPeer(),
                    usual.maxWaitingPerPeer(),
                    usual.maxWaiting(),
                    usual.tls(),
                    network));
        }

        private static URI of(HttpServer server) {
            return URI.create("http://127.0.0.1:" + server.address().getPort() + "/");
        }

        @Test
        void aPeerThatIsCutOffIsNotThereUntilTheNetworkHeals() throws Exception {
            try (HttpServer server = server();
                    HttpSender sender = sender(Duration.ofMillis(50))) {
                network.cutOff(List.of(server.address()));
                long start = System.nanoTime();
                CompletableFuture<HttpReply> cut =
                        sender.post(of(server), "text/plain", new byte[1], Duration.ofSeconds(SECONDS));
                assertThatThrownBy(() -> cut.get(SECONDS, TimeUnit.SECONDS))
                        .cause()
                        .isInstanceOf(HttpConnectTimeoutException.class)
                        .hasMessage("no connection to 127.0.0.1:"
                                + server.address().getPort() + " (expected: within 50 ms)");
                assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(50));
                assertThat(calls).hasValue(0);

                network.heal();
                HttpReply reply = sender.post(of(server), "text/plain", new byte[1], Duration.ofSeconds(SECONDS))
                        .get(SECONDS, TimeUnit.SECONDS);
                assertThat(reply.status()).isEqualTo(202);
                assertThat(network.counters().cutRequests()).isEqualTo(1);
            }
        }

        @Test
        void aCutRequestWaitsNoLongerThanItsOwnTimeout() throws Exception {
            try (HttpServer server = server();
                    HttpSender sender = sender(Duration.ofHours(1))) {
                network.cutOff(peer -> true);
                assertThatThrownBy(() ->
                                sender.get(of(server), Duration.ofMillis(30)).get(SECONDS, TimeUnit.SECONDS))
                        .cause()
                        .isInstanceOf(HttpTimeoutException.class);
            }
        }

        @Test
        void aRequestAndItsReplyAreLate() throws Exception {
            try (HttpServer server = server();
                    HttpSender sender = sender(Duration.ofSeconds(SECONDS))) {
                network.delay(40_000, 0);
                long start = System.nanoTime();
                sender.post(of(server), "text/plain", new byte[1], Duration.ofSeconds(SECONDS))
                        .get(SECONDS, TimeUnit.SECONDS);
                assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(80));
                assertThat(network.counters().lateRequests()).isEqualTo(1);
            }
        }

        @Test
        void aRequestThatIsHeldBackEndsWithTheSender() throws Exception {
            try (HttpServer server = server()) {
                CompletableFuture<HttpReply> held;
                try (HttpSender sender = sender(Duration.ofSeconds(SECONDS))) {
                    network.delay(3_600_000_000L, 0);
                    held = sender.post(of(server), "text/plain", new byte[1], Duration.ofHours(2));
                }
                assertThatThrownBy(() -> held.get(SECONDS, TimeUnit.SECONDS))
                        .cause()
                        .isInstanceOf(IOException.class)
                        .hasMessageEndingWith("the sender was closed");
                assertThat(calls).hasValue(0);
            }
        }
    }
}
