package org.grapevine.dpws.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class HttpServerTest {

    private static final int MILLIS = 10_000;
    private static final HttpServerOptions OPTIONS =
            HttpServerOptions.on(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

    private final List<HttpServer> servers = new ArrayList<>();

    @AfterEach
    void closeAll() {
        servers.forEach(HttpServer::close);
    }

    @Nested
    class ARequest {

        @Test
        void reachesTheEndpointOfItsPathWithAllThatWasSent() throws Exception {
            HttpServer server = start(OPTIONS);
            CompletableFuture<HttpRequest> received = new CompletableFuture<>();
            server.route("/a/b", request -> {
                received.complete(request);
                return HttpReply.soap(200, "<answer/>".getBytes(UTF_8));
            });

            Answer answer = ask(
                    server,
                    "POST /a/b?x=1&y=2 HTTP/1.1\r\nHost: h\r\nContent-Length: 7\r\n"
                            + "Content-Type: application/soap+xml; action=\"urn:a\"\r\n\r\n<hello>");

            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.header("content-type")).contains("application/soap+xml; charset=utf-8");
            assertThat(answer.body()).isEqualTo("<answer/>");
            HttpRequest request = received.get(MILLIS, TimeUnit.MILLISECONDS);
            assertThat(request.method()).isEqualTo("POST");
            assertThat(request.path()).isEqualTo("/a/b");
            assertThat(request.query()).contains("x=1&y=2");
            assertThat(request.contentType()).contains("application/soap+xml; action=\"urn:a\"");
            assertThat(request.action()).contains("urn:a");
            assertThat(request.body()).isEqualTo("<hello>".getBytes(UTF_8));
            assertThat(request.remote().getAddress()).isEqualTo(InetAddress.getLoopbackAddress());
            assertThat(server.counters().answered()).isEqualTo(1);
        }

        /** DPWS 1.1 R0001. */
        @Test
        void mayBeChunked() throws Exception {
            HttpServer server = start(OPTIONS);
            server.route("/echo", request -> HttpReply.soap(200, request.body()));

            Answer answer = ask(
                    server,
                    "POST /echo HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
                            + String.join("\r\n", "3", "abc", "4", "defg", "0", "", ""));

            assertThat(answer.body()).isEqualTo("abcdefg");
        }

        /** DPWS 1.1 R0030. */
        @Test
        void thatIsOneWayIsAcceptedWithAnEmptyBody() throws Exception {
            HttpServer server = start(OPTIONS);
            server.route("/one-way", request -> HttpReply.accepted());

            Answer answer = ask(server, post("/one-way", "x"));

            assertThat(answer.status()).isEqualTo(202);
            assertThat(answer.header("content-length")).contains("0");
            assertThat(answer.header("content-type")).isEmpty();
        }

        @Test
        void mayFollowAnotherOnTheSameConnection() throws Exception {
            HttpServer server = start(OPTIONS);
            server.route("/echo", request -> HttpReply.soap(200, request.body()));

            try (Socket socket = connect(server)) {
                send(socket, post("/echo", "first"));
                assertThat(Answer.read(socket).body()).isEqualTo("first");
                send(socket, post("/echo", "second"));
                assertThat(Answer.read(socket).body()).isEqualTo("second");
            }
        }

        @Test
        void tellsNoServerVersion() throws Exception {
            HttpServer server = start(OPTIONS);
            server.route("/a", request -> HttpReply.accepted());

            for (String request : List.of(post("/a", "x"), post("/unknown", "x"), "nonsense\r\n\r\n")) {
                Answer answer = ask(server, request);
                assertThat(answer.header("server")).isEmpty();
                assertThat(answer.body().toLowerCase(Locale.ROOT)).doesNotContain("jetty");
            }
        }
    }

    @Nested
    class Routing {

        @Test
        void answers404ForAPathThatNobodyServes() throws Exception {
            HttpServer server = start(OPTIONS);
            server.route("/a", request -> HttpReply.accepted());

            for (String path : List.of("/", "/b", "/a/", "/a/b", "/A")) {
                assertThat(ask(server, post(path, "x")).status()).as(path).isEqualTo(404);
            }
            assertThat(server.counters().unknownPaths()).isEqualTo(5);
        }

        @Test
        void answers405WithTheMethodsThatAreServed() throws Exception {
            HttpServer server = start(OPTIONS);
            server.route("/a", request -> HttpReply.accepted());
            server.route("/b", Set.of("POST", "GET"), request -> HttpReply.text(200, request.method()));

            Answer refused = ask(server, "GET /a HTTP/1.1\r\nHost: h\r\n\r\n");
            assertThat(refused.status()).isEqualTo(405);
            assertThat(refused.header("allow")).contains("POST");
            Answer alsoRefused = ask(server, "PUT /b HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n");
            assertThat(alsoRefused.header("allow")).contains("GET, POST");
            assertThat(ask(server, "GET /b HTTP/1.1\r\nHost: h\r\n\r\n").body()).isEqualTo("GET");
            assertThat(server.counters().wrongMethods()).isEqualTo(2);
        }

        @Test
        void endsWithUnroute() throws Exception {
            HttpServer server = start(OPTIONS);
            server.route("/a", request -> HttpReply.accepted());

            assertThat(server.unroute("/a")).isTrue();
            assertThat(server.unroute("/a")).isFalse();
            assertThat(ask(server, post("/a", "x")).status()).isEqualTo(404);
            server.route("/a", request -> HttpReply.accepted());
            assertThat(ask(server, post("/a", "x")).status()).isEqualTo(202);
            assertThat(server.paths()).containsExactly("/a");
        }

        @Test
        void refusesAPathTwiceOrTooMany() throws Exception {
            HttpServer server = start(OPTIONS.withMaxRoutes(2));
            server.route("/a", request -> HttpReply.accepted());

            assertThatThrownBy(() -> server.route("/a", request -> HttpReply.accepted()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("path: \"/a\" (expected: a path that is not served yet)");
            assertThatThrownBy(() -> server.route("a", request -> HttpReply.accepted()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("(expected: a path that starts with a slash");
            server.route("/b", request -> HttpReply.accepted());
            assertThatThrownBy(() -> server.route("/c", request -> HttpReply.accepted()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("path: \"/c\" (expected: at most 2 paths)");
        }
    }

    @Nested
    class Limits {

        @Test
        void refuseALargeBodyByItsDeclaredLength() throws Exception {
            HttpServer server = start(OPTIONS.withMaxRequestBytes(10));
            server.route("/a", request -> HttpReply.accepted());

            // Not one byte of the body is sent: the answer must come all the same.
            Answer answer = ask(server, "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n");

            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.closed()).isTrue();
            assertThat(ask(server, post("/a", "0123456789")).status()).isEqualTo(202);
            assertThat(server.counters().tooLarge()).isEqualTo(1);
        }

        @Test
        void refuseALargeChunkedBodyWithoutReadingItToTheEnd() throws Exception {
            HttpServer server = start(OPTIONS.withMaxRequestBytes(10));
            server.route("/a", request -> HttpReply.accepted());

            Answer answer = ask(
                    server,
                    "POST /a HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n6\r\nabcdef\r\n6\r\nghijkl\r\n");

            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.closed()).isTrue();
        }

        /** A connection closed under a client that still writes would be reset, and the refusal lost. */
        @ParameterizedTest
        @ValueSource(strings = {"/a", "/nowhere"})
        void refuseSoThatAClientThatGoesOnWritingStillSeesWhy(String path) throws Exception {
            HttpServer server = start(OPTIONS.withMaxRequestBytes(10));
            server.route("/a", request -> HttpReply.accepted());
            int half = UnreadBody.MAX_BYTES / 4;

            try (Socket socket = connect(server)) {
                send(socket, "POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + 2 * half + "\r\n\r\n");
                send(socket, "x".repeat(half));
                while (server.counters().requests() < 1) {
                    Thread.onSpinWait();
                }
                send(socket, "x".repeat(half));
                Answer answer = Answer.read(socket);
                assertThat(answer.status()).isEqualTo(path.equals("/a") ? 413 : 404);
                assertThat(answer.closed()).isTrue();
            }
        }

        @Test
        void cutOffAClientThatWritesOnForever() throws Exception {
            HttpServer server = start(OPTIONS.withMaxRequestBytes(10));
            server.route("/a", request -> HttpReply.accepted());

            try (Socket socket = connect(server)) {
                send(socket, "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 2000000000\r\n\r\n");
                String block = "x".repeat(1 << 16);
                assertThatThrownBy(() -> {
                            for (long sent = 0; sent < 2_000_000_000L; sent += block.length()) {
                                send(socket, block);
                            }
                        })
                        .isInstanceOf(IOException.class);
            }
            assertThat(server.counters().tooLarge()).isEqualTo(1);
        }

        /** Attachments may be larger than envelopes, and so fewer at once. */
        @Test
        void areOthersForBodiesOfSeveralParts() throws Exception {
            HttpServer server = start(OPTIONS.withMaxRequestBytes(10).withMultipart(20, 1));
            server.route("/a", request -> HttpReply.accepted());
            String head =
                    "POST /a HTTP/1.1\r\nHost: h\r\nContent-Type: Multipart/Related; boundary=x\r\nContent-Length: ";

            assertThat(ask(server, head + "20\r\n\r\n" + "x".repeat(20)).status())
                    .isEqualTo(202);
            assertThat(ask(server, head + "21\r\n\r\n").status()).isEqualTo(413);
            assertThat(ask(server, post("/a", "x".repeat(11))).status()).isEqualTo(413);
            try (Socket slow = connect(server)) {
                send(slow, head + "2\r\n\r\nx");
                while (server.counters().requests() < 4) {
                    Thread.onSpinWait();
                }
                Answer refused = ask(server, head + "1\r\n\r\nx");
                assertThat(refused.status()).isEqualTo(503);
                assertThat(refused.header("retry-after")).contains("1");
                assertThat(ask(server, post("/a", "x")).status())
                        .as("others are served")
                        .isEqualTo(202);
                send(slow, "x");
                assertThat(Answer.read(slow).status()).isEqualTo(202);
            }
            assertThat(server.counters().overload()).isEqualTo(1);
            while (ask(server, head + "1\r\n\r\nx").status() != 202) {
                // The place is free a little after its answer was read.
                Thread.onSpinWait();
            }
        }

        @Test
        void closeAConnectionWithoutTraffic() throws Exception {
            HttpServer server = start(OPTIONS.withTimeouts(Duration.ofMillis(100), Duration.ofSeconds(10)));
            server.route("/a", request -> HttpReply.accepted());

            try (Socket socket = connect(server)) {
                send(socket, post("/a", "x"));
                assertThat(Answer.read(socket).status()).isEqualTo(202);
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
        }

        @Test
        void refuseLargeHeaders() throws Exception {
            HttpServer server = start(OPTIONS);

            Answer answer =
                    ask(server, "GET / HTTP/1.1\r\nHost: h\r\nX: " + "x".repeat(OPTIONS.maxHeaderBytes()) + "\r\n\r\n");

            assertThat(answer.status()).isEqualTo(431);
        }

        @Test
        void refuseWhatTheWorkersCannotTakeAndServeTheRest() throws Exception {
            HttpServer server = start(OPTIONS.withWorkers(1, 1));
            CountDownLatch entered = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            server.route("/slow", request -> {
                entered.countDown();
                assertThat(release.await(MILLIS, TimeUnit.MILLISECONDS)).isTrue();
                return HttpReply.accepted();
            });

            try (Socket busy = connect(server);
                    Socket queued = connect(server);
                    Socket refused = connect(server)) {
                send(busy, post("/slow", "x"));
                assertThat(entered.await(MILLIS, TimeUnit.MILLISECONDS)).isTrue();
                send(queued, post("/slow", "x"));
                while (server.counters().requests() < 2) {
                    Thread.onSpinWait();
                }
                Answer overload = ask(server, post("/slow", "x"));
                // The second request may have been counted and not yet queued: then the third took its place.
                Socket waiting = overload.status() == 503 ? queued : refused;
                assertThat(overload.status()).isEqualTo(503);
                assertThat(overload.header("retry-after")).contains("1");
                release.countDown();
                assertThat(Answer.read(busy).status()).isEqualTo(202);
                assertThat(Answer.read(waiting).status()).isEqualTo(202);
            }
            assertThat(server.counters().overload()).isEqualTo(1);
        }

        @Test
        void leaveConnectionsAboveTheirNumberWaiting() throws Exception {
            HttpServer server = start(OPTIONS.withMaxConnections(1));
            server.route("/a", request -> HttpReply.accepted());

            try (Socket first = connect(server)) {
                send(first, post("/a", "x"));
                assertThat(Answer.read(first).status()).isEqualTo(202);
                try (Socket second = connect(server)) {
                    send(second, post("/a", "x"));
                    second.setSoTimeout(200);
                    assertThatThrownBy(() -> Answer.read(second)).isInstanceOf(SocketTimeoutException.class);
                    second.setSoTimeout(MILLIS);
                    first.shutdownOutput();
                    assertThat(Answer.read(second).status()).isEqualTo(202);
                }
            }
        }
    }

    @Nested
    class SeveralAddresses {

        private final InetSocketAddress free = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

        @Test
        void serveTheSamePathsAndComeAndGoWhileTheServerRuns() throws Exception {
            HttpServer server = start(OPTIONS);
            server.route("/echo", request -> HttpReply.soap(200, request.body()));

            InetSocketAddress second = server.listen(free);

            assertThat(server.addresses()).containsExactly(server.address(), second);
            assertThat(ask(server.address(), post("/echo", "first")).body()).isEqualTo("first");
            assertThat(ask(second, post("/echo", "second")).body()).isEqualTo("second");
            assertThat(server.stopListening(second)).isTrue();
            assertThat(server.stopListening(second)).isFalse();
            assertThat(server.addresses()).containsExactly(server.address());
            assertThatThrownBy(() -> connect(second)).isInstanceOf(ConnectException.class);
            assertThat(ask(server.address(), post("/echo", "again")).body()).isEqualTo("again");
            assertThat(server.listen(second)).as("the port is free again").isEqualTo(second);
            assertThat(ask(second, post("/echo", "back")).body()).isEqualTo("back");
        }

        @Test
        void mayLoseTheFirst() throws Exception {
            HttpServer server = start(OPTIONS);
            server.route("/a", request -> HttpReply.accepted());
            InetSocketAddress second = server.listen(free);

            assertThat(server.stopListening(server.address())).isTrue();

            assertThat(server.addresses()).containsExactly(second);
            assertThat(ask(second, post("/a", "x")).status()).isEqualTo(202);
        }

        @Test
        void letWhatIsUnderWayComeToItsEnd() throws Exception {
            HttpServer server = start(OPTIONS);
            InetSocketAddress second = server.listen(free);
            CountDownLatch entered = new CountDownLatch(1);
            server.route("/slow", request -> {
                entered.countDown();
                while (server.addresses().contains(second)) {
                    Thread.onSpinWait();
                }
                return HttpReply.accepted();
            });

            try (Socket socket = connect(second)) {
                send(socket, post("/slow", "x"));
                assertThat(entered.await(MILLIS, TimeUnit.MILLISECONDS)).isTrue();
                assertThat(server.stopListening(second)).isTrue();
                assertThat(Answer.read(socket).status()).isEqualTo(202);
            }
        }

        @Test
        void shareOneLimitOfConnections() throws Exception {
            HttpServer server = start(OPTIONS.withMaxConnections(2));
            server.route("/a", request -> HttpReply.accepted());
            InetSocketAddress second = server.listen(free);

            try (Socket one = connect(server);
                    Socket two = connect(second)) {
                send(one, post("/a", "x"));
                assertThat(Answer.read(one).status()).isEqualTo(202);
                send(two, post("/a", "x"));
                assertThat(Answer.read(two).status()).isEqualTo(202);
                assertThat(server.counters().connections()).isEqualTo(2);
                InetSocketAddress third = server.listen(free);
                for (InetSocketAddress full : List.of(server.address(), second, third)) {
                    try (Socket waiting = connect(full)) {
                        send(waiting, post("/a", "x"));
                        waiting.setSoTimeout(100);
                        assertThatThrownBy(() -> Answer.read(waiting)).isInstanceOf(SocketTimeoutException.class);
                    }
                }
                assertThat(server.stopListening(second)).isTrue();
                assertThat(askUntilServed(third).status())
                        .as("the connection of the address that went makes room")
                        .isEqualTo(202);
            }
        }

        /** Jetty resets a connection that it takes while those that gave up waiting still count as open. */
        private static Answer askUntilServed(InetSocketAddress address) throws IOException {
            long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MILLIS);
            while (true) {
                try {
                    return ask(address, post("/a", "x"));
                } catch (SocketException reset) {
                    if (System.nanoTime() > end) {
                        throw reset;
                    }
                }
            }
        }

        @Test
        void areLimitedInNumber() throws Exception {
            HttpServer server = start(OPTIONS);
            for (int i = 1; i < HttpServer.MAX_ADDRESSES; i++) {
                server.listen(free);
            }

            assertThatThrownBy(() -> server.listen(free))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("address: " + free + " (expected: at most 64 addresses)");
            assertThat(server.stopListening(server.address())).isTrue();
            InetSocketAddress last = server.listen(free);
            server.route("/a", request -> HttpReply.accepted());
            assertThat(ask(last, post("/a", "x")).status()).isEqualTo(202);
        }

        @Test
        void thatAreTakenAreNamedAndLeaveTheOthersAlone() throws Exception {
            HttpServer server = start(OPTIONS);
            server.route("/a", request -> HttpReply.accepted());

            assertThatThrownBy(() -> server.listen(server.address()))
                    .isInstanceOf(BindException.class)
                    .hasMessageStartingWith("cannot serve HTTP on 127.0.0.1 port "
                            + server.address().getPort() + ": ");

            assertThat(server.addresses()).containsExactly(server.address());
            assertThat(ask(server, post("/a", "x")).status()).isEqualTo(202);
        }

        @Test
        void areRefusedAfterClose() throws Exception {
            HttpServer server = start(OPTIONS);
            server.close();

            assertThatThrownBy(() -> server.listen(free))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("HTTP server: closed (expected: open)");
        }
    }

    @Nested
    class ASlowClient {

        private final HttpServerOptions impatient =
                OPTIONS.withTimeouts(Duration.ofSeconds(30), Duration.ofMillis(200));

        @Test
        void isRefusedWhenItsBodyDoesNotArriveInTime() throws Exception {
            HttpServer server = start(impatient);
            server.route("/a", request -> HttpReply.accepted());

            Answer answer = ask(server, "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab");

            assertThat(answer.status()).isEqualTo(408);
            assertThat(answer.closed()).isTrue();
            assertThat(server.counters().tooSlow()).isEqualTo(1);
        }

        @Test
        void isCutOffWhenItsHeaderDoesNotArriveInTime() throws Exception {
            HttpServer server = start(impatient);

            try (Socket socket = connect(server)) {
                send(socket, "POST /a HTTP/1.1\r\nHost: h\r\nX-Dribble: ");
                assertThat(endOfStream(socket)).isTrue();
            }
            assertThat(server.counters().tooSlow()).isEqualTo(1);
        }

        @Test
        void isCutOffInTheHeaderOfALaterRequestToo() throws Exception {
            HttpServer server = start(impatient);
            server.route("/a", request -> HttpReply.accepted());

            try (Socket socket = connect(server)) {
                send(socket, post("/a", "x"));
                assertThat(Answer.read(socket).status()).isEqualTo(202);
                send(socket, "POST /a HT");
                assertThat(endOfStream(socket)).isTrue();
            }
        }

        @Test
        void isNotCutOffWhileItWaitsForASlowEndpoint() throws Exception {
            HttpServer server = start(impatient);
            CountDownLatch release = new CountDownLatch(1);
            server.route("/slow", request -> {
                assertThat(release.await(MILLIS, TimeUnit.MILLISECONDS)).isTrue();
                return HttpReply.accepted();
            });

            try (Socket socket = connect(server);
                    Socket dribbling = connect(server)) {
                send(socket, post("/slow", "x"));
                send(dribbling, "POST");
                assertThat(endOfStream(dribbling))
                        .as("more than the timeout went by")
                        .isTrue();
                release.countDown();
                assertThat(Answer.read(socket).status()).isEqualTo(202);
            }
        }

        private boolean endOfStream(Socket socket) throws IOException {
            return socket.getInputStream().read() < 0;
        }
    }

    @Nested
    class AnEndpointThatThrows {

        @ParameterizedTest
        @ValueSource(booleans = {true, false})
        void becomesA500ThatTellsNothing(boolean error) throws Exception {
            HttpServer server = start(OPTIONS);
            server.route("/a", request -> {
                if (error) {
                    throw new StackOverflowError("secret");
                }
                throw new IOException("secret");
            });

            Answer answer = ask(server, post("/a", "x"));

            assertThat(answer.status()).isEqualTo(500);
            assertThat(answer.body()).isEqualTo("the service failed\n");
            assertThat(server.counters().failures()).isEqualTo(1);
        }
    }

    @Nested
    class Silence {

        private int firstByteOf(HttpServer server, String path) throws Exception {
            try (Socket client = connect(server.address())) {
                send(client, post(path, "x"));
                return client.getInputStream().read();
            }
        }

        @Test
        void closesTheConnectionOfWhoeverAsksAtOrBelowThePath() throws Exception {
            HttpServer server = start(OPTIONS);
            server.route("/a", request -> HttpReply.accepted());
            server.route("/a/b", request -> HttpReply.accepted());
            server.route("/ab", request -> HttpReply.accepted());
            assertThat(server.silence("/a")).isTrue();

            assertThat(firstByteOf(server, "/a")).isEqualTo(-1);
            assertThat(firstByteOf(server, "/a/b")).isEqualTo(-1);
            assertThat(firstByteOf(server, "/a/nowhere")).isEqualTo(-1);
            assertThat(firstByteOf(server, "/ab")).isEqualTo('H');

            server.unsilence("/a");
            assertThat(ask(server, post("/a/b", "x")).status()).isEqualTo(202);
        }

        @Test
        void hasRoomForAsManyPathsAsMayBeServed() throws Exception {
            HttpServer server = start(OPTIONS.withMaxRoutes(2));
            assertThat(server.silence("/a")).isTrue();
            assertThat(server.silence("/b")).isTrue();
            assertThat(server.silence("/b")).isTrue();
            assertThat(server.silence("/c")).isFalse();
            assertThat(ask(server, post("/c", "x")).status()).isEqualTo(404);
            server.unsilence("/a");
            assertThat(server.silence("/c")).isTrue();
        }
    }

    @Nested
    class Starting {

        @Test
        void onATakenPortNamesAddressAndPort() throws Exception {
            HttpServer server = start(OPTIONS);

            assertThatThrownBy(() -> start(HttpServerOptions.on(server.address())))
                    .isInstanceOf(BindException.class)
                    .hasMessageStartingWith("cannot serve HTTP on 127.0.0.1 port "
                            + server.address().getPort() + ": ")
                    .hasMessageEndingWith("(expected: a free port of this machine)");
        }

        @Test
        void leavesNoThreadAfterClose() throws Exception {
            HttpServer server = start(OPTIONS);
            server.route("/a", request -> HttpReply.accepted());
            assertThat(ask(server, post("/a", "x")).status()).isEqualTo(202);

            server.close();
            server.close();

            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                if (!thread.isDaemon() && thread.getName().startsWith("http-")) {
                    thread.join(TimeUnit.SECONDS.toMillis(10));
                    assertThat(thread.isAlive()).as(thread.getName()).isFalse();
                }
            }
        }
    }

    private HttpServer start(HttpServerOptions options) throws IOException {
        HttpServer server = HttpServer.start(options);
        servers.add(server);
        return server;
    }

    private static String post(String path, String body) {
        return "POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    private static Socket connect(HttpServer server) throws IOException {
        return connect(server.address());
    }

    private static Socket connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        socket.connect(address, MILLIS);
        socket.setSoTimeout(MILLIS);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        socket.getOutputStream().flush();
    }

    private static Answer ask(HttpServer server, String request) throws IOException {
        return ask(server.address(), request);
    }

    private static Answer ask(InetSocketAddress address, String request) throws IOException {
        try (Socket socket = connect(address)) {
            send(socket, request);
            return Answer.read(socket);
        }
    }

    /** A response read by hand, so that no client library hides what is on the wire. */
    private record Answer(int status, List<String> headers, String body) {

        static Answer read(Socket socket) throws IOException {
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int c = socket.getInputStream().read();
                if (c < 0) {
                    throw new IOException("closed within the head: " + head);
                }
                head.append((char) c);
            }
            List<String> lines = head.toString().lines().toList();
            Answer answer =
                    new Answer(Integer.parseInt(lines.get(0).substring(9, 12)), lines.subList(1, lines.size()), "");
            int length = Integer.parseInt(answer.header("content-length").orElse("0"));
            String body = new String(socket.getInputStream().readNBytes(length), UTF_8);
            return new Answer(answer.status(), answer.headers(), body);
        }

        Optional<String> header(String name) {
            return headers.stream()
                    .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                    .map(line -> line.substring(name.length() + 1).strip())
                    .findFirst();
        }

        boolean closed() {
            return header("connection").filter("close"::equalsIgnoreCase).isPresent();
        }
    }
}
