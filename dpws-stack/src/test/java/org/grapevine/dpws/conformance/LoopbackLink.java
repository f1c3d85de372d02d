package org.grapevine.dpws.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.discovery.DiscoveryTiming;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;

/** A loopback link with a discovery port of its own, hosts and strangers on it, all gone at the end. */
final class LoopbackLink implements AutoCloseable {

    static final DiscoveryTiming TIMING = DiscoveryTiming.defaults().withAppMaxDelayMs(10);

    final InetSocketAddress group;
    private final Deque<Runnable> open = new ArrayDeque<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private int hosts;

    LoopbackLink() throws IOException {
        try (DatagramSocket free = new DatagramSocket(0)) {
            group = new InetSocketAddress(WsDiscovery.IPV4_GROUP, free.getLocalPort());
        }
    }

    DeviceHost host() throws IOException {
        return hostWith(same -> same);
    }

    DeviceHost hostWith(UnaryOperator<HostSettings> change) throws IOException {
        hosts++;
        InetSocketAddress bind = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0);
        DeviceHost host =
                DeviceHost.start(change.apply(HostSettings.on(bind, 70 + hosts).withDiscovery(group, TIMING)));
        open.push(host::close);
        return host;
    }

    Peer peer() throws IOException {
        Peer peer = new Peer(group);
        open.push(peer::close);
        return peer;
    }

    /** At the end, before what was opened earlier is closed. */
    void atTheEnd(Runnable close) {
        open.push(close);
    }

    HttpResponse<byte[]> post(URI to, byte[] envelope, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(to).header("Content-Type", "application/soap+xml; charset=utf-8");
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.sendAsync(
                        request.POST(HttpRequest.BodyPublishers.ofByteArray(envelope))
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray())
                .get(Peer.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    static Envelope envelope(HttpResponse<byte[]> response) throws Exception {
        return envelope(response.body());
    }

    static Envelope envelope(byte[] bytes) throws Exception {
        return new EnvelopeReader(EnvelopeLimits.http()).readWhole(bytes);
    }

    static byte[] bytes(String xml) {
        return xml.getBytes(UTF_8);
    }

    static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(Peer.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            open.pop().run();
        }
    }
}
