package org.grapevine.benchmarks;

import jakarta.jws.Oneway;
import jakarta.jws.WebMethod;
import jakarta.jws.WebParam;
import jakarta.jws.WebService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.engine.GossipStats;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.NotificationSink;
import org.grapevine.dpws.device.Subscription;
import org.grapevine.dpws.device.SubscriptionOptions;
import org.grapevine.dpws.eventing.EventSource;
import org.grapevine.dpws.eventing.EventingLimits;
import org.grapevine.gossip.driver.DriverOptions;
import org.grapevine.gossip.legacy.LegacyOptions;
import org.grapevine.gossip.shadow.GossipExtension;
import org.grapevine.gossip.shadow.PeerOptions;
import org.grapevine.gossip.shadow.ShadowService;
import org.grapevine.policy.Gossip;
import org.grapevine.policy.View;

/**
 * One event to the subscribers of many devices, by gossip through their shadows, beside the same number of subscribers at one source
 * without gossip. All in this JVM, through real sockets on loopback: what the publisher sends, and when the first and the last
 * subscriber have the event.
 */
public final class GossipedEvents {

    private static final String SCOPE = "bench:village";
    private static final int SINKS = 20;
    private static final int SUBSCRIBING_AT_ONCE = 40;
    private static final long PATIENCE_SECONDS = 600;
    private static final int FANOUT = 8;

    private GossipedEvents() {}

    /** A service whose events spread. */
    @WebService(name = "Beacon", targetNamespace = "urn:bench:beacon")
    @EventSource(Beacon.Events.class)
    interface Beacon {
        @WebMethod
        int state();

        /** The events. */
        @WebService(name = "BeaconEvents", targetNamespace = "urn:bench:beacon")
        interface Events {
            @Gossip(fanout = FANOUT, lifetime = "PT10M")
            @Oneway
            @WebMethod
            void lit(@WebParam(name = "number") int number);

            @Oneway
            @WebMethod
            void litHere(@WebParam(name = "number") int number);
        }
    }

    /** A beacon. */
    static final class Lamp implements Beacon {
        @Override
        public int state() {
            return 0;
        }
    }

    /** Counts one event's arrivals. */
    private static final class Arrivals {
        private final CountDownLatch left;
        private long firstNanos;
        private long lastNanos;

        Arrivals(int expected) {
            this.left = new CountDownLatch(expected);
        }

        synchronized void one() {
            lastNanos = System.nanoTime();
            firstNanos = firstNanos == 0 ? lastNanos : firstNanos;
            left.countDown();
        }

        synchronized String since(long startNanos, int expected) {
            return String.format(
                    Locale.ROOT,
                    "%,10d %,8d %12.1f %12.1f",
                    expected - left.getCount(),
                    left.getCount(),
                    (firstNanos - startNanos) / 1e6,
                    (lastNanos - startNanos) / 1e6);
        }
    }

    private static volatile Arrivals arrivals = new Arrivals(0);

    /**
     * Prints two lines.
     *
     * @param args devices and subscribers of each; 100 and 25 if none are given
     */
    public static void main(String[] args) throws Exception {
        Machine.quiet();
        int devices = args.length < 2 ? 100 : Integer.parseInt(args[0]);
        int each = args.length < 2 ? 25 : Integer.parseInt(args[1]);
        System.out.println(Machine.line());
        System.out.printf(
                "%n%-10s %8s %11s %16s %10s %8s %12s %12s%n",
                "way", "devices", "subscribers", "publisher sends", "delivered", "missed", "first ms", "last ms");
        run(devices, each);
    }

    static void run(int devices, int each) throws Exception {
        LoopbackNet net = LoopbackNet.open();
        int all = devices * each;
        EventingLimits limits = EventingLimits.defaults().withSubscriptions(200_000, 200_000);
        GossipExtension gossip = new GossipExtension(
                GossipConfig.defaults(),
                new NoAggregations(),
                DriverOptions.defaults(),
                LegacyOptions.defaults(),
                PeerOptions.defaults().withDefaultView(View.FULL));
        List<DeviceHost> open = new ArrayList<>();
        try {
            DeviceHost host =
                    DeviceHost.start(net.settings(5).withEventing(limits).withApplication(4, 100_000), gossip);
            open.add(host);
            List<NotificationSink> sinks = new ArrayList<>();
            for (int i = 0; i < SINKS; i++) {
                DeviceHost subscriber = DeviceHost.start(net.settings(100 + i).withApplication(4, 100_000));
                open.add(subscriber);
                sinks.add(NotificationSink.open(subscriber, "/sink"));
            }
            List<Device> started = new ArrayList<>();
            for (int i = 0; i < devices; i++) {
                started.add(Device.named("Beacon " + i)
                        .scopes(SCOPE)
                        .endpoint("urn:uuid:00000000-0000-4000-8000-" + String.format("%012d", i))
                        .host(new Lamp())
                        .start(host));
            }
            awaitViews(gossip.shadows(), devices);
            for (Device device : started) {
                subscribe(sinks, device, each);
            }
            Device publisher = started.get(0);
            ShadowService shadow = gossip.shadows().get(0);
            for (int round = 0; round < 3; round++) {
                long before = stats(shadow).forwarded();
                int number = round;
                String line =
                        tell(all, () -> publisher.events(Beacon.Events.class).lit(number));
                print("gossip", devices, all, stats(shadow).forwarded() - before, line);
            }
            subscribe(sinks, publisher, all - each);
            for (int round = 0; round < 3; round++) {
                int number = round;
                String line =
                        tell(all, () -> publisher.events(Beacon.Events.class).litHere(number));
                print("plain", 1, all, all, line);
            }
        } finally {
            open.forEach(DeviceHost::close);
        }
    }

    private static String tell(int expected, Runnable event) throws InterruptedException {
        Arrivals awaited = new Arrivals(expected);
        arrivals = awaited;
        long start = System.nanoTime();
        event.run();
        boolean unused = awaited.left.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return awaited.since(start, expected);
    }

    private static void print(String way, int devices, int subscribers, long sends, String line) {
        System.out.printf(Locale.ROOT, "%-10s %,8d %,11d %,16d %s%n", way, devices, subscribers, sends, line);
    }

    private static GossipStats stats(ShadowService shadow) throws Exception {
        return shadow.driver().stats().get(30, TimeUnit.SECONDS);
    }

    /** Until nobody is missing in any view. */
    private static void awaitViews(List<ShadowService> shadows, int devices) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        for (ShadowService shadow : shadows) {
            int known = 0;
            while (known < devices - 1) {
                if (System.nanoTime() > end) {
                    throw new IllegalStateException("peers: " + known + " (expected: " + (devices - 1) + ")");
                }
                known = shadow.driver().peers().get(30, TimeUnit.SECONDS).values().stream()
                        .mapToInt(List::size)
                        .sum();
            }
        }
    }

    private static void subscribe(List<NotificationSink> sinks, Device device, int many) {
        SubscriptionOptions options =
                SubscriptionOptions.toAll().expiring(Duration.ofHours(2)).withoutRenewal();
        for (int i = 0; i < many; i += SUBSCRIBING_AT_ONCE) {
            List<CompletableFuture<Subscription>> asked = new ArrayList<>();
            for (int k = i; k < Math.min(many, i + SUBSCRIBING_AT_ONCE); k++) {
                asked.add(sinks.get(k % sinks.size())
                        .subscribe(device.hostedServices().get(0).address(), options, event -> arrivals.one()));
            }
            asked.forEach(CompletableFuture::join);
        }
    }
}
