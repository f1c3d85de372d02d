package org.grapevine.dpws.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.grapevine.dpws.device.Loopback.PATIENCE;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.metadata.MetadataExchange;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.transport.HttpReply;
import org.grapevine.dpws.transport.HttpServer;
import org.grapevine.dpws.transport.HttpServerOptions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls whose answers take their time, beside what a host posts to the same peer. */
@Timeout(60)
class LongCallsTest {

    private static final int CALLS = 8;

    private final Loopback net;
    private final HttpServer peer;
    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch underWay = new CountDownLatch(1);

    LongCallsTest() throws Exception {
        this.net = new Loopback();
        this.peer = HttpServer.start(HttpServerOptions.on(new InetSocketAddress(Loopback.address(), 0)));
    }

    @AfterEach
    void close() {
        release.countDown();
        net.close();
        peer.close();
    }

    private URI route(String path, HttpReply reply, boolean waits) {
        peer.route(path, Set.of("POST"), request -> {
            if (waits) {
                underWay.countDown();
                assertThat(release.await(40, TimeUnit.SECONDS)).isTrue();
            }
            return reply;
        });
        return URI.create("http://127.0.0.1:" + peer.address().getPort() + path);
    }

    @Test
    void holdUpNothingThatIsPosted() throws Exception {
        DeviceHost host = net.host();
        URI slow = route("/slow", HttpReply.text(500, "too late"), true);
        URI quick = route("/quick", HttpReply.accepted(), false);
        List<CompletableFuture<Envelope>> answers = new ArrayList<>();
        byte[] question = MetadataExchange.get(EndpointReference.of("urn:test:device"), "urn:id");
        for (int i = 0; i < CALLS; i++) {
            answers.add(host.client().call(slow, question, PATIENCE));
        }
        assertThat(underWay.await(20, TimeUnit.SECONDS)).isTrue();

        HttpReply posted = host.httpSender()
                .post(quick, HttpReply.SOAP_CONTENT_TYPE, "x".getBytes(UTF_8), PATIENCE)
                .get(20, TimeUnit.SECONDS);

        assertThat(posted.status()).isEqualTo(202);
        assertThat(answers).noneMatch(CompletableFuture::isDone);
    }
}
