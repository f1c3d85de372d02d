package org.grapevine.dpws.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class HttpSenderTest {

    private static final int SECONDS = 10;
    private static final Duration LONG = Duration.ofSeconds(SECONDS);
    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final List<HttpSender> senders = new ArrayList<>();
    private HttpServer server;

    @BeforeEach
    void startServer() throws IOException {
        server = HttpServer.start(HttpServerOptions.on(new InetSocketAddress(LOOPBACK, 0)));
    }

    @AfterEach
    void closeAll() {
        senders.forEach(HttpSender::close);
        server.close();
    }

    @Nested
    class ARequest {

        @Test
        void postedIsAnsweredWithStatusTypeAndBody() throws Exception {
            server.route(
                    "/echo",
                    request -> new HttpReply(
                            200,
                            Optional.of(
                                    "x/" + request.contentType().orElse("none").length()),
                            request.body()));
            HttpSender sender = open(HttpSenderOptions.defaults());

            HttpReply reply = post(sender, "/echo", "hello").get(SECONDS, TimeUnit.SECONDS);

            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.contentType()).contains("x/" + HttpReply.SOAP_CONTENT_TYPE.length());
            assertThat(reply.body()).isEqualTo("hello".getBytes(UTF_8));
            settle(sender);
            assertThat(sender.counters()).isEqualTo(new HttpSenderCounters(0, 0, 1, 0, 0, 0, 0));
        }

        @Test
        void byGetIsAnsweredToo() throws Exception {
            server.route("/text", Set.of("GET"), request -> HttpReply.text(200, "some text"));

            HttpReply reply =
                    open(HttpSenderOptions.defaults()).get(uri("/text"), LONG).get(SECONDS, TimeUnit.SECONDS);

            assertThat(new String(reply.body(), UTF_8)).isEqualTo("some text");
        }

        @Test
        void thatGetsAnErrorStatusOrARedirectIsAReplyAllTheSame() throws Exception {
            server.route("/fault", request -> HttpReply.soap(500, "<fault/>".getBytes(UTF_8)));
            server.route("/moved", request -> HttpReply.text(302, "elsewhere"));
            HttpSender sender = open(HttpSenderOptions.defaults());

            assertThat(post(sender, "/fault", "x")
                            .get(SECONDS, TimeUnit.SECONDS)
                            .status())
                    .isEqualTo(500);
            assertThat(post(sender, "/moved", "x")
                            .get(SECONDS, TimeUnit.SECONDS)
                            .status())
                    .isEqualTo(302);
        }

        /** Whoever answers for a device must not send its clients elsewhere. */
        @Test
        void isNotSentOnToWhereARedirectLeads() throws Exception {
            AtomicInteger calls = new AtomicInteger();
            server.route("/there", Set.of("GET", "POST"), request -> {
                calls.incrementAndGet();
                return HttpReply.accepted();
            });
            try (ServerSocket elsewhere = new ServerSocket(0, 1, LOOPBACK)) {
                URI from = URI.create("http://127.0.0.1:" + elsewhere.getLocalPort() + "/");
                HttpSender sender = open(HttpSenderOptions.defaults());
                CompletableFuture<HttpReply> reply = sender.get(from, LONG);
                try (Socket socket = elsewhere.accept()) {
                    while (socket.getInputStream().read() != '\n') {
                        // The request line is enough to know that it came.
                        Thread.onSpinWait();
                    }
                    socket.getOutputStream()
                            .write(("HTTP/1.1 307 Moved\r\nLocation: " + uri("/there")
                                            + "\r\nContent-Length: 0\r\n\r\n")
                                    .getBytes(ISO_8859_1));
                    socket.getOutputStream().flush();
                    assertThat(reply.get(SECONDS, TimeUnit.SECONDS).status()).isEqualTo(307);
                }
            }
            assertThat(calls).hasValue(0);
        }

        @Test
        void usesTheConnectionOfTheOneBefore() throws Exception {
            Set<InetSocketAddress> clients = ConcurrentHashMap.newKeySet();
            server.route("/a", request -> {
                clients.add(request.remote());
                return HttpReply.accepted();
            });
            HttpSender sender = open(HttpSenderOptions.defaults());
            for (int i = 0; i < 10; i++) {
                assertThat(post(sender, "/a", "x")
                                .get(SECONDS, TimeUnit.SECONDS)
                                .status())
                        .isEqualTo(202);
            }

            assertThat(clients).hasSize(1);
        }

        @Test
        void toAnAddressThatIsNotHttpFails() {
            HttpSender sender = open(HttpSenderOptions.defaults());

            for (String address : List.of("soap.udp://127.0.0.1:3702", "urn:uuid:1", "http:///path")) {
                assertThatThrownBy(() -> sender.get(URI.create(address), LONG).get(SECONDS, TimeUnit.SECONDS))
                        .as(address)
                        .isInstanceOf(ExecutionException.class)
                        .hasCauseInstanceOf(IllegalArgumentException.class);
            }
            assertThat(sender.counters().failed()).isEqualTo(3);
        }

        @Test
        void toAPortWhereNobodyListensFails() throws Exception {
            int free;
            try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
                free = socket.getLocalPort();
            }
            HttpSender sender = open(HttpSenderOptions.defaults());

            assertThatThrownBy(() -> sender.get(URI.create("http://127.0.0.1:" + free + "/"), LONG)
                            .get(SECONDS, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(ConnectException.class);
            assertThat(sender.counters().failed()).isEqualTo(1);
        }
    }

    @Nested
    class AReplyThatIsTooLarge {

        @Test
        void failsTheRequest() throws Exception {
            server.route("/large", request -> HttpReply.soap(200, new byte[101]));
            server.route("/fits", request -> HttpReply.soap(200, new byte[100]));
            HttpSender sender = open(HttpSenderOptions.defaults().withMaxReplyBytes(100));

            assertThatThrownBy(() -> post(sender, "/large", "x").get(SECONDS, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(IOException.class)
                    .hasMessageContaining("reply body: more than 100 bytes (expected: at most that)");
            assertThat(post(sender, "/fits", "x").get(SECONDS, TimeUnit.SECONDS).body())
                    .hasSize(100);
        }

        @Test
        void failsTheRequestEvenWhenItNeverEnds() throws Exception {
            try (ServerSocket endless = new ServerSocket(0, 1, LOOPBACK)) {
                CompletableFuture<String> writing = CompletableFuture.supplyAsync(() -> {
                    try (java.net.Socket socket = endless.accept()) {
                        byte[] chunk = "3e8\r\n"
                                .concat("x".repeat(1_000))
                                .concat("\r\n")
                                .getBytes(ISO_8859_1);
                        socket.getOutputStream()
                                .write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n".getBytes(ISO_8859_1));
                        while (true) {
                            socket.getOutputStream().write(chunk);
                        }
                    } catch (IOException e) {
                        return "the sender hung up";
                    }
                });
                HttpSender sender = open(HttpSenderOptions.defaults().withMaxReplyBytes(10_000));

                assertThatThrownBy(
                                () -> sender.get(URI.create("http://127.0.0.1:" + endless.getLocalPort() + "/"), LONG)
                                        .get(SECONDS, TimeUnit.SECONDS))
                        .hasMessageContaining("reply body: more than 10000 bytes");
                assertThat(writing.get(SECONDS, TimeUnit.SECONDS)).isEqualTo("the sender hung up");
            }
        }
    }

    @Nested
    class TooManyAtOnce {

        private final CountDownLatch release = new CountDownLatch(1);
        private final AtomicInteger now = new AtomicInteger();
        private final AtomicInteger most = new AtomicInteger();

        @BeforeEach
        void route() {
            server.route("/slow", request -> {
                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                assertThat(release.await(SECONDS, TimeUnit.SECONDS)).isTrue();
                now.decrementAndGet();
                return HttpReply.accepted();
            });
            server.route("/quick", request -> HttpReply.accepted());
        }

        @Test
        void waitForTheirPeerAndThenGo() throws Exception {
            HttpSender sender = open(HttpSenderOptions.defaults().withUnderWay(8, 2));
            List<CompletableFuture<HttpReply>> replies = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                replies.add(post(sender, "/slow", "x"));
            }

            assertThat(sender.counters().underWay()).isEqualTo(2);
            assertThat(sender.counters().waiting()).isEqualTo(8);
            release.countDown();
            for (CompletableFuture<HttpReply> reply : replies) {
                assertThat(reply.get(SECONDS, TimeUnit.SECONDS).status()).isEqualTo(202);
            }
            assertThat(most).hasValueLessThanOrEqualTo(2);
            settle(sender);
            assertThat(sender.counters()).isEqualTo(new HttpSenderCounters(0, 0, 10, 0, 0, 0, 0));
        }

        @Test
        void areRefusedWhenTheQueueOfThePeerIsFull() throws Exception {
            HttpSender sender =
                    open(HttpSenderOptions.defaults().withUnderWay(8, 1).withWaiting(100, 2));
            CompletableFuture<HttpReply> started = post(sender, "/slow", "x");
            CompletableFuture<HttpReply> waiting = post(sender, "/slow", "x");
            CompletableFuture<HttpReply> alsoWaiting = post(sender, "/slow", "x");

            assertThatThrownBy(() -> post(sender, "/slow", "x").get(SECONDS, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(RejectedExecutionException.class)
                    .hasMessageContaining("2 are waiting for this peer, 2 in all (expected: at most 2 and 100)");
            assertThat(sender.counters().refused()).isEqualTo(1);
            release.countDown();
            assertThat(started.get(SECONDS, TimeUnit.SECONDS).status()).isEqualTo(202);
            assertThat(waiting.get(SECONDS, TimeUnit.SECONDS).status()).isEqualTo(202);
            assertThat(alsoWaiting.get(SECONDS, TimeUnit.SECONDS).status()).isEqualTo(202);
        }

        @Test
        void doNotHoldUpAnotherPeer() throws Exception {
            HttpSender sender = open(HttpSenderOptions.defaults().withUnderWay(2, 1));
            CompletableFuture<HttpReply> slow = post(sender, "/slow", "x");
            CompletableFuture<HttpReply> behind = post(sender, "/slow", "x");
            try (HttpServer other = HttpServer.start(HttpServerOptions.on(new InetSocketAddress(LOOPBACK, 0)))) {
                other.route("/quick", request -> HttpReply.accepted());
                URI uri = URI.create("http://127.0.0.1:" + other.address().getPort() + "/quick");

                assertThat(sender.post(uri, HttpReply.SOAP_CONTENT_TYPE, new byte[1], LONG)
                                .get(SECONDS, TimeUnit.SECONDS)
                                .status())
                        .isEqualTo(202);
            }
            assertThat(slow).isNotDone();
            release.countDown();
            assertThat(behind.get(SECONDS, TimeUnit.SECONDS).status()).isEqualTo(202);
        }

        @Test
        void timeOutUnderWayAndWaitingAndMakeRoom() throws Exception {
            HttpSender sender = open(HttpSenderOptions.defaults().withUnderWay(8, 1));
            Duration brief = Duration.ofMillis(100);
            CompletableFuture<HttpReply> underWay =
                    sender.post(uri("/slow"), HttpReply.SOAP_CONTENT_TYPE, new byte[1], brief);
            CompletableFuture<HttpReply> waiting =
                    sender.post(uri("/slow"), HttpReply.SOAP_CONTENT_TYPE, new byte[1], brief);

            assertThatThrownBy(() -> underWay.get(SECONDS, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(HttpTimeoutException.class)
                    .hasMessageContaining("no reply from " + uri("/slow") + " (expected: within 100 ms)");
            assertThatThrownBy(() -> waiting.get(SECONDS, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(HttpTimeoutException.class);
            assertThat(post(sender, "/quick", "x")
                            .get(SECONDS, TimeUnit.SECONDS)
                            .status())
                    .isEqualTo(202);
            assertThat(sender.counters().timedOut()).isEqualTo(2);
            release.countDown();
        }

        @Test
        void canBeGivenUp() throws Exception {
            HttpSender sender = open(HttpSenderOptions.defaults().withUnderWay(8, 1));
            CompletableFuture<HttpReply> underWay = post(sender, "/slow", "x");
            CompletableFuture<HttpReply> waiting = post(sender, "/slow", "x");

            assertThat(waiting.cancel(true)).isTrue();
            assertThat(underWay.cancel(true)).isTrue();
            assertThat(post(sender, "/quick", "x")
                            .get(SECONDS, TimeUnit.SECONDS)
                            .status())
                    .isEqualTo(202);
            assertThat(sender.counters().waiting()).isZero();
            release.countDown();
        }
    }

    @Nested
    class Closing {

        @Test
        void failsWhatIsOpenAndLeavesNoThread() throws Exception {
            CountDownLatch release = new CountDownLatch(1);
            server.route("/slow", request -> {
                assertThat(release.await(SECONDS, TimeUnit.SECONDS)).isTrue();
                return HttpReply.accepted();
            });
            HttpSender sender = open(HttpSenderOptions.defaults().withUnderWay(8, 1));
            CompletableFuture<HttpReply> underWay = post(sender, "/slow", "x");
            CompletableFuture<HttpReply> waiting = post(sender, "/slow", "x");

            sender.close();
            sender.close();

            assertThatThrownBy(() -> underWay.get(SECONDS, TimeUnit.SECONDS)).hasMessageContaining("was closed");
            assertThatThrownBy(() -> waiting.get(SECONDS, TimeUnit.SECONDS)).hasMessageContaining("was closed");
            assertThatThrownBy(() -> post(sender, "/slow", "x").get(SECONDS, TimeUnit.SECONDS))
                    .hasMessageContaining("the sender is closed");
            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                if (!thread.isDaemon() && thread.getName().startsWith("http-sender")) {
                    thread.join(TimeUnit.SECONDS.toMillis(10));
                    assertThat(thread.isAlive()).as(thread.getName()).isFalse();
                }
            }
            release.countDown();
        }
    }

    /** A reply may reach its waiter a moment before the sender has put it into its books. */
    private static void settle(HttpSender sender) {
        while (sender.counters().underWay() + sender.counters().waiting() > 0) {
            Thread.onSpinWait();
        }
    }

    private HttpSender open(HttpSenderOptions options) {
        HttpSender sender = HttpSender.open(options);
        senders.add(sender);
        return sender;
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.address().getPort() + path);
    }

    private CompletableFuture<HttpReply> post(HttpSender sender, String path, String body) {
        return sender.post(uri(path), HttpReply.SOAP_CONTENT_TYPE, body.getBytes(UTF_8), LONG);
    }
}
