package org.grapevine.dpws.transport;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import org.grapevine.dpws.transport.TlsSettings.ClientAuthentication;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** HTTPS between this stack's server and its client, and what strangers may try (DPWS 1.1, secure channel). */
@Timeout(60)
class TlsTest {

    private static final Duration LONG = Duration.ofSeconds(10);
    private static final int MILLIS = 10_000;
    private static final String EPR = "urn:uuid:00000000-0000-4000-8000-00000000005e";

    private static TlsSettings server;
    private static TlsSettings client;
    private static TlsSettings trusting;
    private static TlsSettings stranger;
    private static TlsSettings byEndpoint;

    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void makeCertificates(@TempDir Path directory, @TempDir Path elsewhere) throws Exception {
        TestCertificates certificates = new TestCertificates(directory);
        server = certificates.settings("server");
        client = certificates.settings("client");
        byEndpoint = certificates.settings("device", "san=uri:" + EPR);
        trusting = TlsSettings.none().withTrustFromPem(certificates.certificatePem("authority"));
        TestCertificates others = new TestCertificates(elsewhere);
        stranger = TlsSettings.none()
                .withIdentityFromPkcs12(
                        others.pkcs12("stranger", "-ext", TestCertificates.LOOPBACK + ",uri:" + EPR),
                        TestCertificates.password())
                .withTrustFromPem(certificates.certificatePem("authority"));
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private HttpServer serve(TlsSettings settings) throws IOException {
        return serve(options(settings));
    }

    private static HttpServerOptions options(TlsSettings settings) {
        return HttpServerOptions.on(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .withTls(settings);
    }

    private HttpServer serve(HttpServerOptions options) throws IOException {
        HttpServer started = HttpServer.start(options);
        open.add(started);
        started.route("/echo", request -> HttpReply.soap(200, request.body()));
        return started;
    }

    private HttpSender sender(TlsSettings settings) {
        HttpSender sender = HttpSender.open(HttpSenderOptions.defaults().withTls(settings));
        open.add(sender);
        return sender;
    }

    private static URI echo(HttpServer at) {
        return URI.create("https://127.0.0.1:" + at.address().getPort() + "/echo");
    }

    private static HttpReply post(HttpSender sender, URI to) throws Exception {
        return sender.post(to, HttpReply.SOAP_CONTENT_TYPE, "hello".getBytes(UTF_8), LONG)
                .get(LONG.toSeconds(), TimeUnit.SECONDS);
    }

    /** A client of the JDK's own, which checks the certificate but asks for no name. */
    private static SSLContext plainJdk() throws Exception {
        return client.serverContext();
    }

    private static void assertAnswers(HttpSender sender, URI to) throws Exception {
        assertThat(post(sender, to).body()).isEqualTo("hello".getBytes(UTF_8));
    }

    /** The server may get to its counters a little after the client saw the end. */
    private static void await(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    private static void assertRefused(HttpSender sender, URI to) {
        assertThatThrownBy(() -> post(sender, to))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IOException.class);
    }

    @Nested
    class AClientThatTrustsTheServer {

        @Test
        void isServedAndKeepsItsConnection() throws Exception {
            HttpServer at = serve(server);
            Set<InetSocketAddress> clients = ConcurrentHashMap.newKeySet();
            at.route("/who", request -> {
                clients.add(request.remote());
                return HttpReply.accepted();
            });
            HttpSender sender = sender(trusting);
            for (int i = 0; i < 5; i++) {
                assertThat(post(sender, echo(at).resolve("/who")).status()).isEqualTo(202);
            }
            assertThat(clients).hasSize(1);
            assertThat(at.counters().failedHandshakes()).isZero();
        }

        @Test
        void isServedAtEachAddress() throws Exception {
            HttpServer at = serve(server);
            InetSocketAddress second = at.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            assertAnswers(sender(trusting), URI.create("https://127.0.0.1:" + second.getPort() + "/echo"));
        }

        @Test
        void isRefusedWithoutCertificateWhereOneIsNeededAndServedWithOne() throws Exception {
            HttpServer at = serve(server.withClientAuthentication(ClientAuthentication.NEEDED));
            assertRefused(sender(trusting), echo(at));
            assertRefused(sender(stranger), echo(at));
            assertAnswers(sender(client), echo(at));
            await(() -> at.counters().failedHandshakes() == 2);
            assertThat(at.counters().requests()).isEqualTo(1);
        }

        @Test
        void mayHaveACertificateWhereOneIsWanted() throws Exception {
            HttpServer at = serve(server.withClientAuthentication(ClientAuthentication.WANTED));
            assertAnswers(sender(trusting), echo(at));
            assertAnswers(sender(client), echo(at));
            assertRefused(sender(stranger), echo(at));
        }
    }

    @Nested
    class AServerIsRefused {

        @Test
        void whenNobodyTrustedSignedItsCertificate() throws Exception {
            HttpServer at = serve(stranger);
            HttpSender sender = sender(trusting);
            assertRefused(sender, echo(at));
            sender.expectEndpoint(echo(at), EPR);
            assertRefused(sender, echo(at));
        }

        @Test
        void byAClientThatTrustsNobody() throws Exception {
            HttpServer at = serve(server);
            assertThatThrownBy(() -> post(sender(TlsSettings.none()), echo(at)))
                    .hasRootCauseMessage("peer: not trusted, as nobody is (expected: settings with a trusted one)");
        }

        @Test
        void byASenderWithoutTls() throws Exception {
            HttpServer at = serve(server);
            HttpSender plain = HttpSender.open(HttpSenderOptions.defaults());
            open.add(plain);
            assertThatThrownBy(() -> post(plain, echo(at)))
                    .hasCauseInstanceOf(IllegalArgumentException.class)
                    .hasRootCauseMessage("address: " + echo(at) + " (expected: http, or a sender with TLS settings)");
        }

        @Test
        void whenItsCertificateNamesAnotherHost() throws Exception {
            HttpServer at = serve(byEndpoint);
            assertThatThrownBy(() -> post(sender(trusting), echo(at))).hasCauseInstanceOf(SSLHandshakeException.class);
        }
    }

    @Nested
    class ADeviceMayNameItsEndpointInPlaceOfItsHost {

        @Test
        void toAClientThatExpectsItThere() throws Exception {
            HttpServer at = serve(byEndpoint);
            HttpSender sender = sender(trusting);
            sender.expectEndpoint(echo(at), EPR);
            assertAnswers(sender, echo(at));
        }

        @Test
        void butNotAnothers() throws Exception {
            HttpServer at = serve(byEndpoint);
            HttpSender sender = sender(trusting);
            sender.expectEndpoint(echo(at), EPR.replace("5e", "5f"));
            assertRefused(sender, echo(at));
        }

        @Test
        void andNotAtAnotherPort() throws Exception {
            HttpServer at = serve(byEndpoint);
            HttpSender sender = sender(trusting);
            sender.expectEndpoint(URI.create("https://127.0.0.1:1/"), EPR);
            assertRefused(sender, echo(at));
        }
    }

    @Nested
    class Protocols {

        private String negotiated(HttpServer at, String... offered) throws Exception {
            try (SSLSocket socket = (SSLSocket) plainJdk()
                    .getSocketFactory()
                    .createSocket(InetAddress.getLoopbackAddress(), at.address().getPort())) {
                socket.setSoTimeout(MILLIS);
                socket.setEnabledProtocols(offered);
                socket.startHandshake();
                return socket.getSession().getProtocol();
            }
        }

        @Test
        void areTls13ByDefault() throws Exception {
            HttpServer at = serve(server);
            assertThat(negotiated(at, "TLSv1.3", "TLSv1.2")).isEqualTo("TLSv1.3");
            assertThatThrownBy(() -> negotiated(at, "TLSv1.2")).isInstanceOf(SSLHandshakeException.class);
        }

        @Test
        void mayBeTls12TooIfAskedFor() throws Exception {
            HttpServer at = serve(server.withTls12());
            assertThat(negotiated(at, "TLSv1.2")).isEqualTo("TLSv1.2");
            assertThat(negotiated(at, "TLSv1.3", "TLSv1.2")).isEqualTo("TLSv1.3");
        }

        @Test
        void ofAClientAreItsOwnChoiceToo() throws Exception {
            HttpServer at = serve(server.withTls12());
            assertAnswers(sender(client), echo(at));
            assertAnswers(sender(client.withTls12()), echo(at));
        }
    }

    @Nested
    class AStranger {

        /** A ClientHello of TLS 1.1, written by hand since the JDK does not speak it any more. */
        private byte[] helloOfTls11() {
            ByteArrayOutputStream hello = new ByteArrayOutputStream();
            hello.writeBytes(new byte[] {3, 2});
            hello.writeBytes(new byte[32]);
            hello.writeBytes(new byte[] {0, 0, 4, (byte) 0xC0, 0x13, 0, 0x2F, 1, 0});
            int length = hello.size();
            ByteArrayOutputStream record = new ByteArrayOutputStream();
            record.writeBytes(new byte[] {22, 3, 1, 0, (byte) (length + 4), 1, 0, 0, (byte) length});
            record.writeBytes(hello.toByteArray());
            return record.toByteArray();
        }

        private byte[] say(HttpServer at, byte[] bytes) throws IOException {
            try (Socket socket = new Socket()) {
                socket.connect(at.address(), MILLIS);
                socket.setSoTimeout(MILLIS);
                socket.getOutputStream().write(bytes);
                socket.getOutputStream().flush();
                return socket.getInputStream().readAllBytes();
            }
        }

        @Test
        void withTls11GetsAnAlertAndTheEnd() throws Exception {
            HttpServer at = serve(server.withTls12());
            byte[] answer = say(at, helloOfTls11());
            assertThat(answer).hasSizeGreaterThanOrEqualTo(7);
            assertThat(answer[0]).as("an alert").isEqualTo((byte) 21);
            assertThat(answer[6]).as("protocol_version").isEqualTo((byte) 70);
            await(() -> at.counters().failedHandshakes() == 1);
            assertAnswers(sender(client), echo(at));
        }

        @Test
        void withPlainTextGetsNoHttpBackAndTheEnd() throws Exception {
            HttpServer at = serve(server);
            byte[] answer =
                    say(at, "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\n\r\nx".getBytes(ISO_8859_1));
            assertThat(new String(answer, ISO_8859_1)).doesNotContain("HTTP/1.1");
            await(() -> at.counters().failedHandshakes() == 1);
            assertThat(at.counters().requests()).isZero();
            assertAnswers(sender(client), echo(at));
        }

        @Test
        void whoDribblesAHandshakeOrAHeaderIsCutOff() throws Exception {
            HttpServer at = serve(options(server).withTimeouts(Duration.ofSeconds(30), Duration.ofMillis(200)));
            byte[] hello = helloOfTls11();
            assertThat(say(at, Arrays.copyOf(hello, hello.length / 2))).isEmpty();
            assertThat(at.counters().tooSlow()).isEqualTo(1);
            try (Socket socket = plainJdk()
                    .getSocketFactory()
                    .createSocket(InetAddress.getLoopbackAddress(), at.address().getPort())) {
                socket.setSoTimeout(MILLIS);
                socket.getOutputStream().write("POST /echo HT".getBytes(ISO_8859_1));
                socket.getOutputStream().flush();
                assertThat(socket.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(at.counters().tooSlow()).isEqualTo(2);
            await(() -> at.counters().connections() == 0);
        }
    }
}
