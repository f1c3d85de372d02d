package org.grapevine.dpws.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What one client does to its connection is nothing to the others. */
class HttpIsolationTest {

    private static final int CLIENTS = 4;
    private static final int STRANGERS = 4;
    private static final int REQUESTS = 1_000;

    @ParameterizedTest
    @ValueSource(strings = {"P(ST", "POST /echo HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n"})
    void whatIsNoHttpNeverReachesTheRequestsOfOthers(String noHttp) throws Exception {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS + STRANGERS);
        AtomicBoolean ended = new AtomicBoolean();
        HttpServer server = HttpServer.start(HttpServerOptions.on(new InetSocketAddress(loopback, 0)));
        try {
            server.route("/echo", request -> HttpReply.soap(200, request.body()));
            for (int i = 0; i < STRANGERS; i++) {
                threads.execute(() -> disturb(server.address(), noHttp, ended));
            }
            List<Future<?>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                int client = i;
                clients.add(threads.submit(() -> {
                    callAndCompare(server.address(), client);
                    return null;
                }));
            }
            for (Future<?> client : clients) {
                client.get(1, TimeUnit.MINUTES);
            }
        } finally {
            ended.set(true);
            threads.shutdown();
            assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
            server.close();
        }
    }

    private static void disturb(InetSocketAddress server, String noHttp, AtomicBoolean ended) {
        while (!ended.get()) {
            try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
                socket.setSoTimeout(10_000);
                socket.getOutputStream().write(noHttp.getBytes(ISO_8859_1));
                socket.shutdownOutput();
                socket.getInputStream().readAllBytes();
            } catch (IOException e) {
                // Refused in whatever way the server likes, or it is closed by now: only the others count here.
            }
        }
    }

    private static void callAndCompare(InetSocketAddress server, int client) throws IOException {
        try (Socket socket = new Socket(server.getAddress(), server.getPort())) {
            socket.setSoTimeout(10_000);
            socket.setTcpNoDelay(true);
            for (int i = 0; i < REQUESTS; i++) {
                String body = ("client " + client + " request " + i + " ").repeat(1 + i % 100);
                String head = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: " + body.length() + "\r\n\r\n";
                socket.getOutputStream().write((head + body).getBytes(ISO_8859_1));
                assertThat(answer(socket.getInputStream())).isEqualTo(body);
            }
        }
    }

    private static String answer(InputStream in) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        while (!bytes.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new AssertionError("the connection ended (expected: an answer)");
            }
            bytes.write(next);
        }
        String head = bytes.toString(ISO_8859_1);
        assertThat(head).startsWith("HTTP/1.1 200 ");
        String length = head.replaceAll("(?is).*content-length: ([0-9]+).*", "$1");
        return new String(in.readNBytes(Integer.parseInt(length)), ISO_8859_1);
    }
}
