package org.grapevine.interop;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.device.NotificationSink;
import org.grapevine.dpws.discovery.DiscoveryTiming;
import org.grapevine.dpws.discovery.KnownDevices;
import org.grapevine.dpws.discovery.WsDiscovery;

/**
 * This stack's side of a conversation: a host on the standard discovery port, which others on this computer may use at the same
 * time. So everything has a name of its own.
 */
final class Ours implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofMillis(Peer.PATIENCE_MILLIS);
    static final String FRIENDLY_NAME = "Lamp of Grapevine";

    private final String unique = UUID.randomUUID().toString();
    private final DeviceHost host;
    private final NotificationSink sink;
    private final BlockingQueue<KnownDevices.Event> events = new LinkedBlockingQueue<>();

    Ours(InetAddress address) throws IOException {
        // The delay is there for a thousand devices, and here is one.
        HostSettings settings = HostSettings.on(new InetSocketAddress(address, 0), new SecureRandom().nextLong())
                .withDiscovery(
                        new InetSocketAddress(WsDiscovery.IPV4_GROUP, WsDiscovery.DISCOVERY_PORT),
                        DiscoveryTiming.defaults().withAppMaxDelayMs(100));
        host = DeviceHost.start(settings);
        host.discovery().listen(events::add);
        sink = NotificationSink.open(host, "/events");
    }

    NotificationSink sink() {
        return sink;
    }

    DeviceHost host() {
        return host;
    }

    /** A scope that nobody else has. */
    String scope() {
        return "http://example.org/scopes/" + unique;
    }

    static String newUuid() {
        return UUID.randomUUID().toString();
    }

    /** An endpoint reference for the peer's device. */
    static String newEndpoint() {
        return "urn:uuid:" + newUuid();
    }

    Device startLamp() {
        return Device.named(FRIENDLY_NAME)
                .endpoint("urn:uuid:" + unique)
                .types(Lamp.DEVICE_TYPE)
                .scopes(scope())
                .host(new Bulb())
                .start(host);
    }

    /** Waits until discovery tells of something, unless it has told so already. */
    KnownDevices.Event event(String what, Predicate<KnownDevices.Event> wanted) throws InterruptedException {
        List<KnownDevices.Event> others = new ArrayList<>();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            KnownDevices.Event event = events.poll(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (event == null) {
                throw new AssertionError("no " + what + "; heard " + others);
            }
            if (wanted.test(event)) {
                return event;
            }
            others.add(event);
        }
    }

    static <T> T await(CompletableFuture<T> future) throws Exception {
        return future.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        sink.close();
        host.close();
    }

    private static final class Bulb implements Lamp {
        @Override
        public int dim(int level) {
            return Math.max(0, Math.min(level, 100));
        }
    }
}
