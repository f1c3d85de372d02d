package org.grapevine.dpws.device;

import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.discovery.DiscoveryMode;
import org.grapevine.dpws.discovery.ManagedMode;
import org.grapevine.dpws.discovery.TargetService;
import org.grapevine.dpws.discovery.TargetServices;
import org.grapevine.dpws.transport.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Tells the Discovery Proxy in use of the host's devices: when they start or change, when the proxy is new or back, and from time to
 * time, so that one which lost its memory learns them again. What failed is tried again, ever more rarely. On the event loop of
 * discovery.
 */
final class ProxyRegistration {

    private static final int AT_ONCE = 16;
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration BYE_TIMEOUT = Duration.ofSeconds(2);
    private static final long REFRESH_MILLIS = 300_000;
    private static final long LONGEST_PAUSE_MILLIS = 64_000;

    /** Between two rounds over all devices, whoever asks for them: one forged Hello must not become a thousand posts each time. */
    private static final long ROUND_MILLIS = 5_000;

    private final EventLoop loop;
    private final TargetServices devices;
    private final Set<EndpointReference> pending = new LinkedHashSet<>(); // of the host's own devices only
    private ManagedMode managed;
    private @Nullable UnicastDiscovery unicast;
    private long epoch;
    private long nextRoundMillis;
    private boolean paused;
    private int underWay;
    private int failuresInARow;
    private long failed;

    ProxyRegistration(EventLoop loop, ManagedMode managed, TargetServices devices) {
        this.loop = loop;
        this.managed = managed;
        this.devices = devices;
    }

    void attach(UnicastDiscovery client) {
        unicast = client;
    }

    /** From now on these proxies; they are told of the devices. */
    void operate(ManagedMode mode) {
        managed = mode;
        epoch++;
        pending.clear();
        paused = false;
        failuresInARow = 0;
        nextRoundMillis = 0;
        round();
        refresh(epoch);
    }

    private void refresh(long ofEpoch) {
        if (ofEpoch == epoch && managed.mode().proxy().isPresent()) {
            // Without a timer left it is not told again until something changes.
            loop.schedule(REFRESH_MILLIS, () -> {
                if (ofEpoch == epoch) {
                    pending.addAll(devices.addresses());
                    pump();
                    refresh(ofEpoch);
                }
            });
        }
    }

    /** The device is there, or has changed. */
    void tell(EndpointReference device) {
        if (isManaged()) {
            pending.add(device);
            pump();
        }
    }

    /** A proxy is new, or back, or restarted. */
    void onProxy() {
        failuresInARow = 0;
        round();
    }

    private void round() {
        if (!isManaged()) {
            return;
        }
        long now = loop.nowMillis();
        pending.addAll(devices.addresses());
        if (now >= nextRoundMillis) {
            nextRoundMillis = now + ROUND_MILLIS;
            pump();
        } else if (!paused) {
            pause(nextRoundMillis - now);
        }
    }

    /** Says Bye for a device; completed when it was said or cannot be. */
    CompletableFuture<Void> leave(TargetService service) {
        pending.remove(service.device().epr());
        Optional<ManagedMode.Proxy> proxy = managed.proxy(now());
        UnicastDiscovery client = unicast;
        if (proxy.isEmpty() || client == null) {
            return CompletableFuture.completedFuture(null);
        }
        byte[] bye = service.byeTo(proxy.get().destination());
        return client.tell(proxy.get().addresses(), bye, BYE_TIMEOUT).handle((said, failure) -> {
            if (failure != null) {
                // The proxy finds out by itself when it asks the device.
                loop.offer(() -> failed++);
            }
            return null;
        });
    }

    /** Hellos and Byes that the proxy did not take. */
    long failed() {
        return failed;
    }

    private boolean isManaged() {
        return managed.mode().trust() != DiscoveryMode.Trust.NONE;
    }

    private void pump() {
        UnicastDiscovery client = unicast;
        Optional<ManagedMode.Proxy> proxy = managed.proxy(now());
        if (client == null || paused) {
            return;
        }
        if (proxy.isEmpty()) {
            // A configured one comes back by itself; of others a Hello is heard.
            if (managed.mode().proxy().isPresent() && !pending.isEmpty()) {
                pauseAfterFailure();
            }
            return;
        }
        Iterator<EndpointReference> next = pending.iterator();
        while (underWay < AT_ONCE && next.hasNext()) {
            EndpointReference device = next.next();
            next.remove();
            Optional<byte[]> hello = devices.get(device)
                    .flatMap(service -> service.helloTo(proxy.get().destination()));
            hello.ifPresent(envelope -> post(client, proxy.get(), device, envelope));
        }
    }

    private void post(UnicastDiscovery client, ManagedMode.Proxy proxy, EndpointReference device, byte[] hello) {
        long ofEpoch = epoch;
        underWay++;
        CompletableFuture<Void> unused = client.tell(proxy.addresses(), hello, TIMEOUT)
                .handle((said, failure) -> {
                    Runnable then = () -> onTold(ofEpoch, device, failure == null);
                    if (!loop.offer(then)) {
                        // Full: a timer has a queue of its own. If that is full too, one place fewer is left.
                        loop.schedule(1_000, then);
                    }
                    return null;
                });
    }

    private void onTold(long ofEpoch, EndpointReference device, boolean accepted) {
        underWay--;
        if (accepted) {
            failuresInARow = 0;
        } else {
            failed++;
        }
        if (ofEpoch != epoch) {
            return;
        }
        if (!accepted && devices.get(device).isPresent()) {
            pending.add(device);
            if (!paused) {
                pauseAfterFailure();
            }
        }
        pump();
    }

    private void pauseAfterFailure() {
        failuresInARow++;
        pause(pauseMillis(failuresInARow));
    }

    /** 1, 2, 4 s and so on, up to about a minute. */
    static long pauseMillis(int failuresInARow) {
        return Math.min(LONGEST_PAUSE_MILLIS, 1_000L << Math.min(failuresInARow - 1, 10));
    }

    private void pause(long millis) {
        long ofEpoch = epoch;
        paused = loop.schedule(millis, () -> {
                    if (ofEpoch == epoch) {
                        paused = false;
                        pump();
                    }
                })
                .isPresent();
    }

    private Instant now() {
        return Instant.ofEpochMilli(loop.nowMillis());
    }
}
