package org.grapevine.peer.service;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.grapevine.peer.service.FakePeers.NOW;
import static org.grapevine.peer.service.FakePeers.PORT_TYPE;
import static org.grapevine.peer.service.FakePeers.peers;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.transport.HttpReply;
import org.grapevine.dpws.transport.HttpServer;
import org.grapevine.dpws.transport.HttpServerOptions;
import org.grapevine.peer.Peer;
import org.grapevine.peer.PeerSelector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client makes of a Peer Service that lies, floods, is silent or is none. */
class HostilePeerServiceTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    private final CountDownLatch released = new CountDownLatch(1);
    private volatile byte[] reply = new byte[0];
    private volatile boolean silent;
    private DeviceHost host;
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0);
        host = DeviceHost.start(HostSettings.on(any, 7));
        server = HttpServer.start(HttpServerOptions.on(any));
        server.route("/peers", Set.of("POST"), request -> {
            try {
                boolean unused = silent && released.await(60, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return HttpReply.soap(200, reply);
        });
    }

    @AfterEach
    void close() {
        released.countDown();
        server.close();
        host.close();
    }

    private EndpointReference address() {
        return EndpointReference.of("http://127.0.0.1:" + server.address().getPort() + "/peers");
    }

    private PeerServiceClient client(Duration timeout) {
        return new PeerServiceClient(host.client(), address(), timeout, () -> NOW);
    }

    private void answer(byte[] body) {
        reply = EnvelopeWriter.forAction(Peers1.NAMESPACE + ":PeerService:GetPeersResponse")
                .messageId("urn:uuid:1")
                .relatesTo("urn:uuid:2")
                .body(body)
                .toBytes();
    }

    private void answer(List<Peer> peers) {
        answer(PeerPayloads.write(GetPeersResponse.of(peers, 9, NOW, Integer.MAX_VALUE)));
    }

    private List<Peer> drawn(int count) {
        return client(SOON).draw(PeerSelector.of(PORT_TYPE, count)).join().peers();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '@',
            value = {
                "soap.udp://127.0.0.1:10001 @ soap.udp://239.255.255.250:3702 @ Datagrams: soap.udp://239.255.255.250:3702/d/gossip (expected: the IP address of one host)",
                "soap.udp://127.0.0.1:10001 @ soap.udp://evil.example:80 @ Datagrams: soap.udp://evil.example:80/d/gossip (expected: the IP address of one host)",
                "soap.udp://127.0.0.1:10001 @ soap.udp://[ff02::c]:3702 @ Datagrams: soap.udp://[ff02::c]:3702/d/gossip (expected: the IP address of one host)",
                "soap.udp://127.0.0.1:10001 @ soap.udp://[::ffff:e000:1]:1 @ Datagrams: soap.udp://[::ffff:e000:1]:1/d/gossip (expected: the IP address of one host)",
                "soap.udp://127.0.0.1:10001 @ soap.udp://127.0.0.999:1 @ Datagrams: soap.udp://127.0.0.999:1/d/gossip (expected: the IP address of one host)",
                "soap.udp://127.0.0.1:10001 @ soap.udp://0.0.0.0:1 @ Datagrams: soap.udp://0.0.0.0:1/d/gossip (expected: the IP address of one host)",
                "soap.udp://127.0.0.1:10001 @ ftp://127.0.0.1 @ Datagrams: ftp://127.0.0.1/d/gossip (expected: soap.udp://host:port[/path], port 1..65535)",
                "http://127.0.0.1:30001 @ http://evil.example @ Http: http://evil.example/d/gossip (expected: http:// or https:// with the IP address of one host)",
                "http://127.0.0.1:30001 @ file://127.0.0.1 @ Http: file://127.0.0.1/d/gossip (expected: http:// or https:// with the IP address of one host)",
                "age=\"1000\" @ age=\"-1\" @ age: -1 (expected: 0..63072000000)",
                "age=\"1000\" @ age=\"99999999999999999999\" @ age: 99999999999999999999 (expected: 0..63072000000)",
                "age=\"1000\" @ old=\"1\" @ age: missing (expected: 0..63072000000)",
                "size=\"9\" @ size=\"10000001\" @ size: 10000001 (expected: 0..10000000)",
                "omitted=\"0\" @ omitted=\"65\" @ omitted: 65 (expected: 0..64)",
                ">Tariff< @ >Other< @ Peer: soap.udp://127.0.0.1:10001/d/gossip (expected: one of those that were asked for)",
                "GetPeersResponse @ GetStatusResponse @ Body: {urn:org.grapevine:peers:1}GetStatusResponse (expected: p:GetPeersResponse of urn:org.grapevine:peers:1)",
            })
    void isNotBelieved(String honest, String lie, String reason) {
        byte[] good = PeerPayloads.write(GetPeersResponse.of(peers(1), 9, NOW, Integer.MAX_VALUE));
        answer(good);
        assertThat(drawn(4)).isEqualTo(peers(1));

        String text = new String(good, UTF_8);
        assertThat(text).contains(honest);
        answer(text.replace(honest, lie).getBytes(UTF_8));

        assertThatThrownBy(() -> drawn(4))
                .isInstanceOf(CompletionException.class)
                .cause()
                .hasMessage(address().address() + ": answer to GetPeers: " + reason);
    }

    @Test
    void givesNoMorePeersThanItWasAskedFor() {
        answer(peers(5));
        assertThatThrownBy(() -> drawn(4)).hasMessageContaining("Peer: 5 of them (expected: at most 4)");
        answer(peers(10_000));
        assertThatThrownBy(() -> drawn(64)).isInstanceOf(CompletionException.class);
    }

    @Test
    void mayAnswerNoXmlAtAll() {
        reply = "<html>".getBytes(UTF_8);
        assertThatThrownBy(() -> drawn(1)).isInstanceOf(CompletionException.class);
        reply = new byte[0];
        assertThatThrownBy(() -> drawn(1)).isInstanceOf(CompletionException.class);
    }

    @Test
    void maySayNothing() {
        silent = true;
        assertThatThrownBy(() -> client(Duration.ofMillis(200))
                        .draw(PeerSelector.of(PORT_TYPE, 1))
                        .join())
                .hasCauseInstanceOf(HttpTimeoutException.class);
    }

    @Test
    void doesNotMakeGoodAnswersForgotten() throws Exception {
        answer(peers(3));
        try (RemotePeers remote = RemotePeers.of(host, address(), Duration.ofMillis(1))) {
            PeerSelector three = PeerSelector.of(PORT_TYPE, 3);
            assertThat(remote.peers(three).get(20, TimeUnit.SECONDS)).hasSize(3);
            answer(peers(10_000));
            while (remote.counters().stale() == 0) {
                assertThat(remote.peers(three).get(20, TimeUnit.SECONDS)).hasSize(3);
            }
            assertThat(remote.counters().failed()).isPositive();
        }
        RemotePeers closed = RemotePeers.of(host, address(), Duration.ofMillis(1));
        closed.close();
        assertThatThrownBy(() -> closed.peers(PeerSelector.of(PORT_TYPE, 1)).join())
                .hasMessageContaining("closed");
    }
}
