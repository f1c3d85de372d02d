package org.grapevine.dpws.device;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.DiscoveryTiming;
import org.grapevine.dpws.discovery.KnownDevices;
import org.grapevine.dpws.discovery.Probe;
import org.grapevine.dpws.discovery.ScopeRule;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.soap.SoapFault;

/** Hosts on loopback sockets with a discovery port of their own, and plain ways to talk to them. */
public final class Loopback implements AutoCloseable {

    public static final Duration PATIENCE = Duration.ofSeconds(20);
    public static final Duration SHORT = Duration.ofMillis(300);
    public static final DiscoveryTiming TIMING = DiscoveryTiming.defaults().withAppMaxDelayMs(10);
    public static final String SOAP = "application/soap+xml; charset=utf-8";

    public final InetSocketAddress group;
    private final List<DeviceHost> hosts = new ArrayList<>();
    private final HttpClient http = HttpClient.newHttpClient();

    public Loopback() throws IOException {
        try (DatagramSocket free = new DatagramSocket(0)) {
            this.group = new InetSocketAddress(WsDiscovery.IPV4_GROUP, free.getLocalPort());
        }
    }

    public static InetAddress address() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }

    public HostSettings settings() throws IOException {
        return HostSettings.on(new InetSocketAddress(address(), 0), 40 + hosts.size())
                .withDiscovery(group, TIMING);
    }

    public DeviceHost host(DeviceExtension... extensions) throws IOException {
        return hostWith(same -> same, extensions);
    }

    public DeviceHost hostWith(UnaryOperator<HostSettings> change, DeviceExtension... extensions) throws IOException {
        DeviceHost host = DeviceHost.start(change.apply(settings()), extensions);
        hosts.add(host);
        return host;
    }

    public static Probe everything() {
        return new Probe(List.of(), List.of(), ScopeRule.RFC3986.uri());
    }

    /** All events of a host's discovery from now on. */
    public static BlockingQueue<KnownDevices.Event> eventsOf(DeviceHost host) {
        BlockingQueue<KnownDevices.Event> events = new LinkedBlockingQueue<>();
        host.discovery().listen(events::add);
        return events;
    }

    /** Takes events until one is as wanted. */
    public static <T> T await(BlockingQueue<T> events, Predicate<T> wanted) throws InterruptedException {
        while (true) {
            T event = events.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            if (event == null) {
                throw new AssertionError("nothing that was waited for within " + PATIENCE);
            }
            if (wanted.test(event)) {
                return event;
            }
        }
    }

    /** Asks from a host until a device answers. */
    public static DeviceAnnouncement find(DeviceHost from, Probe probe) throws Exception {
        BlockingQueue<DeviceAnnouncement> found = new LinkedBlockingQueue<>();
        var unused = from.discovery().probe(probe, PATIENCE, found::add);
        return await(found, any -> true);
    }

    /** What answers within a short time, in which nothing may answer. */
    public static List<DeviceAnnouncement> within(Duration window, DeviceHost from, Probe probe) throws Exception {
        return from.discovery().probe(probe, window, match -> {}).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    public HttpResponse<byte[]> post(URI to, String contentType, String body) throws Exception {
        return send(HttpRequest.newBuilder(to)
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofByteArray(body.getBytes(UTF_8)))
                .build());
    }

    /** Without Content-Length, so that it goes in chunks. */
    public HttpResponse<byte[]> postChunked(URI to, String body) throws Exception {
        return send(HttpRequest.newBuilder(to)
                .header("Content-Type", SOAP)
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body.getBytes(UTF_8))))
                .build());
    }

    public HttpResponse<byte[]> get(URI from) throws Exception {
        return send(HttpRequest.newBuilder(from).GET().build());
    }

    private HttpResponse<byte[]> send(HttpRequest request) throws Exception {
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    public static Envelope envelope(HttpResponse<byte[]> response) throws Exception {
        return new EnvelopeReader(EnvelopeLimits.http()).readWhole(response.body());
    }

    public static SoapFault fault(HttpResponse<byte[]> response) throws Exception {
        return SoapFault.read(envelope(response));
    }

    /** A SOAP 1.2 envelope with these header blocks (prefixes a: addressing, s: SOAP) and this body. */
    public static String soap(String header, String body) {
        return "<s:Envelope xmlns:s='" + Namespaces.S12 + "' xmlns:a='" + Namespaces.WSA + "'><s:Header>" + header
                + "</s:Header><s:Body>" + body + "</s:Body></s:Envelope>";
    }

    /** The headers of a request. */
    public static String request(String action) {
        return "<a:Action>" + action + "</a:Action><a:MessageID>urn:uuid:request</a:MessageID>";
    }

    @Override
    public void close() {
        hosts.forEach(DeviceHost::close);
    }
}
