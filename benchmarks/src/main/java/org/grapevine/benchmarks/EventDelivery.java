package org.grapevine.benchmarks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.Notification;
import org.grapevine.dpws.device.NotificationSink;
import org.grapevine.dpws.device.RemoteDevice;
import org.grapevine.dpws.device.Subscription;
import org.grapevine.dpws.device.SubscriptionOptions;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.soap.Envelope;

/**
 * One event to many subscribers, all in this JVM, on many ports or on one: when the first has it, and when the last. The source is of
 * this stack, in this JVM and in one of its own, or of SDCri, in one of its own. The subscribers and the event are the same.
 */
public final class EventDelivery {

    private static final int SUBSCRIBERS = 1_000;
    private static final int PORTS = 20;
    private static final int SUBSCRIBING_AT_ONCE = 40;
    private static final Duration WARM_UP = Duration.ofSeconds(12); // Until its code is compiled.
    private static final Duration WARM_AGAIN = Duration.ofSeconds(3);
    private static final Duration MEASURED = Duration.ofSeconds(5);
    private static final int MOST_EVENTS = 100;
    private static final long EVENT_MILLIS = 10_000;
    private static final Duration REQUEST = Duration.ofSeconds(10);

    private EventDelivery() {}

    /** What tells the events. */
    interface Source extends AutoCloseable {

        String name();

        URI address();

        void tell(int level) throws IOException;

        /** Processor time of its process so far; 0 if it is this one. */
        long cpuMillis();

        @Override
        void close() throws IOException;
    }

    /** When the first and the last of those that came did, behind the call; and how many came. */
    record Delivery(long firstMicros, long lastMicros, int delivered) {}

    /**
     * Prints the table; ends within three minutes.
     *
     * @param args how many subscribers; 1,000 if none is given
     */
    public static void main(String[] args) throws Exception {
        Machine.quiet();
        int subscribers = args.length == 0 ? SUBSCRIBERS : Integer.parseInt(args[0]);
        LoopbackNet net = new LoopbackNet(new InetSocketAddress(WsDiscovery.IPV4_GROUP, WsDiscovery.DISCOVERY_PORT));
        System.out.println(Machine.line());
        System.out.printf(
                Locale.ROOT,
                "%n%-25s %6s %11s %7s %10s %22s %24s %12s%n",
                "source",
                "ports",
                "subscribers",
                "events",
                "missed",
                "first ms (of all)",
                "last ms (of all)",
                "CPU ms/event");
        try (Source source = new Here(net)) {
            print(net, source, subscribers);
        }
        try (Source source = There.start(ChildJvm.grapevine(WsDiscovery.DISCOVERY_PORT), net)) {
            print(net, source, subscribers);
        }
        try (Source source = There.start(ChildJvm.sdcri(), net)) {
            print(net, source, subscribers);
        }
    }

    private static void print(LoopbackNet net, Source source, int subscribers) throws Exception {
        try (Sinks sinks = new Sinks(net, PORTS)) {
            print(sinks, source, subscribers, WARM_UP);
        }
        try (Sinks sinks = new Sinks(net, 1)) {
            print(sinks, source, subscribers, WARM_AGAIN);
        }
    }

    private static void print(Sinks sinks, Source source, int subscribers, Duration warmUp) throws Exception {
        int subscribed = sinks.subscribe(source.address(), subscribers);
        deliveries(source, sinks, warmUp);
        long cpu = source.cpuMillis();
        List<Delivery> deliveries = deliveries(source, sinks, MEASURED);
        double cpuPerEvent = (source.cpuMillis() - cpu) / (double) deliveries.size();
        int missed = deliveries.stream()
                .mapToInt(delivery -> subscribed - delivery.delivered())
                .sum();
        System.out.printf(
                Locale.ROOT,
                "%-25s %6d %,11d %7d %,10d %22s %24s %12s%n",
                source.name(),
                sinks.ports(),
                subscribed,
                deliveries.size(),
                missed,
                range(deliveries.stream().mapToLong(Delivery::firstMicros).toArray()),
                range(deliveries.stream().mapToLong(Delivery::lastMicros).toArray()),
                cpuPerEvent == 0 ? "-" : String.format(Locale.ROOT, "%.0f", cpuPerEvent));
    }

    /** Median, and the least and the most. */
    private static String range(long[] micros) {
        Arrays.sort(micros);
        return String.format(
                Locale.ROOT,
                "%.1f (%.1f to %.1f)",
                micros[micros.length / 2] / 1e3,
                micros[0] / 1e3,
                micros[micros.length - 1] / 1e3);
    }

    /** One event after the other, for a time, but once at least. */
    static List<Delivery> deliveries(Source source, Sinks sinks, Duration time) throws Exception {
        List<Delivery> deliveries = new ArrayList<>();
        long end = System.nanoTime() + time.toNanos();
        do {
            deliveries.add(sinks.delivery(source, deliveries.size()));
        } while (System.nanoTime() < end && deliveries.size() < MOST_EVENTS);
        return deliveries;
    }

    /** A device of this stack in this JVM. */
    static final class Here implements Source {

        private final DeviceHost host;
        private final Device device;

        Here(LoopbackNet net) throws IOException {
            host = DeviceHost.start(net.settings(5));
            device = Device.named("Lamp").host(new BenchLamp.Bulb()).start(host);
        }

        @Override
        public String name() {
            return "Grapevine, same JVM";
        }

        @Override
        public URI address() {
            return device.hostedServices().get(0).address();
        }

        @Override
        public void tell(int level) {
            device.events(BenchLamp.Events.class).dimmed(level);
        }

        @Override
        public long cpuMillis() {
            return 0;
        }

        @Override
        public void close() {
            host.close();
        }
    }

    /** A device in a JVM of its own; the way of the command there counts, which is a line through a pipe. */
    private static final class There implements Source {

        private final ChildJvm child;
        private final URI address;

        private There(ChildJvm child, URI address) {
            this.child = child;
            this.address = address;
        }

        /** Starts a lamp there and asks it for the address of its service. */
        static There start(ChildJvm child, LoopbackNet net) throws Exception {
            EndpointReference epr = EndpointReference.of("urn:uuid:" + UUID.randomUUID());
            child.ask("start-device", epr.address(), "Lamp", "http://example.org/rooms/kitchen");
            try (DeviceHost client = DeviceHost.start(net.settings(6))) {
                RemoteDevice device = client.client().inspect(epr, REQUEST).get(30, TimeUnit.SECONDS);
                EndpointReference lamp =
                        device.service(BenchLamp.PORT_TYPE).orElseThrow().eprs().get(0);
                return new There(child, URI.create(lamp.address()));
            }
        }

        @Override
        public String name() {
            return child.name() + ", own JVM";
        }

        @Override
        public URI address() {
            return address;
        }

        @Override
        public void tell(int level) throws IOException {
            child.ask("notify", Integer.toString(level));
        }

        @Override
        public long cpuMillis() {
            return child.cpuMillis();
        }

        @Override
        public void close() throws IOException {
            child.close();
        }
    }

    /** The subscribers: so many hosts with one port each. */
    static final class Sinks implements AutoCloseable {

        private final List<DeviceHost> hosts = new ArrayList<>();
        private final List<NotificationSink> sinks = new ArrayList<>();
        private volatile Awaited awaited = new Awaited(-1, 0);
        private final List<Subscription> subscriptions = new ArrayList<>();

        Sinks(LoopbackNet net, int ports) throws IOException {
            for (int i = 0; i < ports; i++) {
                DeviceHost host = DeviceHost.start(net.settings(100 + i));
                hosts.add(host);
                sinks.add(NotificationSink.open(host, "/sink"));
            }
        }

        int ports() {
            return hosts.size();
        }

        /** Answers with how many the source took. */
        int subscribe(URI source, int subscribers) {
            SubscriptionOptions options = SubscriptionOptions.toActions(List.of(BenchLamp.DIMMED))
                    .expiring(Duration.ofMinutes(10))
                    .withoutRenewal();
            for (int i = 0; i < subscribers; i += SUBSCRIBING_AT_ONCE) {
                List<CompletableFuture<Subscription>> asked = new ArrayList<>();
                for (int k = i; k < Math.min(subscribers, i + SUBSCRIBING_AT_ONCE); k++) {
                    asked.add(sinks.get(k % sinks.size()).subscribe(source, options, this::onNotification));
                }
                for (CompletableFuture<Subscription> answer : asked) {
                    try {
                        subscriptions.add(answer.join());
                    } catch (CompletionException e) {
                        System.err.println("a subscriber is refused: " + e.getCause());
                    }
                }
            }
            return subscriptions.size();
        }

        Delivery delivery(Source source, int level) throws Exception {
            Awaited event = new Awaited(level, subscriptions.size());
            awaited = event;
            long told = System.nanoTime();
            source.tell(level);
            boolean unused = event.all.await(EVENT_MILLIS, TimeUnit.MILLISECONDS);
            return event.since(told);
        }

        private void onNotification(Notification notification) {
            awaited.came(notification.envelope(), System.nanoTime());
        }

        @Override
        public void close() {
            for (Subscription subscription : subscriptions) {
                // Whatever it answers, nobody listens there any more.
                CompletableFuture<Void> ended = subscription.unsubscribe().exceptionally(failure -> null);
                ended.join();
            }
            sinks.forEach(NotificationSink::close);
            hosts.forEach(DeviceHost::close);
        }
    }

    /** The one event that is under way; any thread. */
    private static final class Awaited {

        private final String mark;
        private final CountDownLatch all;
        private final int subscribers;
        private long first; // guarded by this
        private long last; // guarded by this

        Awaited(int level, int subscribers) {
            this.mark = ">" + level + "<";
            this.all = new CountDownLatch(subscribers);
            this.subscribers = subscribers;
        }

        void came(Envelope envelope, long now) {
            if (!new String(envelope.bytes(), envelope.offset(), envelope.length(), ISO_8859_1).contains(mark)) {
                return; // Of an event before, for which nobody waits any more.
            }
            synchronized (this) {
                first = first == 0 ? now : first;
                last = now;
            }
            all.countDown();
        }

        synchronized Delivery since(long told) {
            int delivered = subscribers - (int) all.getCount();
            return new Delivery((first - told) / 1_000, (last - told) / 1_000, delivered);
        }
    }
}
