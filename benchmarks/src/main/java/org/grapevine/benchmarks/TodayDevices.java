package org.grapevine.benchmarks;

import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.NotificationSink;
import org.grapevine.dpws.device.Subscription;
import org.grapevine.dpws.device.SubscriptionOptions;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.transport.NetworkConditions;
import org.grapevine.gossip.shadow.GossipExtension;
import org.grapevine.grid.tariff.TariffEvent;
import org.grapevine.grid.tariff.TariffService;
import org.grapevine.interop.peer.PeerLoop;

/** Devices with a tariff service each, in a process of their own, on some ports. They note when each message comes. */
public final class TodayDevices implements AutoCloseable {

    /** Of them all; a street. */
    static final String SCOPE = "bench:street";

    private static final int SUBSCRIBING_AT_ONCE = 40;
    private static final int MOST_MESSAGES = 10_000;

    private final List<DeviceHost> hosts = new ArrayList<>();
    private final List<NotificationSink> sinks = new ArrayList<>();
    private final List<Device> devices = new ArrayList<>();
    private final TodayArrivals arrivals;

    private final NetworkConditions network = new NetworkConditions(System.nanoTime());

    private TodayDevices(LoopbackNet net, int first, int count, int ports) throws Exception {
        this.arrivals = new TodayArrivals(count, MOST_MESSAGES);
        for (int i = 0; i < ports; i++) {
            GossipExtension gossip = new GossipExtension(GossipConfig.defaults(), new NoAggregations());
            DeviceHost host = DeviceHost.start(net.settings(System.nanoTime()).withFaults(network), gossip);
            hosts.add(host);
            sinks.add(NotificationSink.open(host, "/sink"));
        }
        for (int i = 0; i < count; i++) {
            devices.add(Device.named("Meter " + (first + i))
                    .scopes(SCOPE)
                    .host(new Receiver(i, arrivals))
                    .start(hosts.get(i % ports)));
        }
    }

    private record Receiver(int device, TodayArrivals arrivals) implements TariffService {
        @Override
        public void tariffChanged(TariffEvent tariffEvent) {
            arrivals.came(device, TodayTariff.number(tariffEvent), System.nanoTime());
        }
    }

    /**
     * Runs until its standard input ends.
     *
     * @param arguments address of the network interface, port of discovery, number of its first device, of its devices, of its ports
     */
    public static void main(String[] arguments) throws Exception {
        Machine.quiet();
        LoopbackNet net =
                new LoopbackNet(new InetSocketAddress(WsDiscovery.IPV4_GROUP, Integer.parseInt(arguments[1])));
        int first = Integer.parseInt(arguments[2]);
        int count = Integer.parseInt(arguments[3]);
        PeerLoop loop = new PeerLoop();
        try (TodayDevices devices = new TodayDevices(net, first, count, Integer.parseInt(arguments[4]))) {
            loop.on("addresses", words -> devices.addresses())
                    .on("subscribe", words -> devices.subscribe(URI.create(words.get(0))))
                    .on("await", devices::await)
                    .on("counts", devices::counts)
                    .on("delay", words -> TodayPublisher.delay(devices.network, words));
            loop.event("ready");
            loop.run();
        }
    }

    private List<String> addresses() {
        return devices.stream()
                .map(device -> device.hostedServices().get(0).address().toString())
                .toList();
    }

    /** Every device subscribes for itself. */
    private List<String> subscribe(URI source) throws Exception {
        SubscriptionOptions options =
                SubscriptionOptions.toAll().expiring(Duration.ofHours(2)).withoutRenewal();
        for (int i = 0; i < devices.size(); i += SUBSCRIBING_AT_ONCE) {
            List<CompletableFuture<Subscription>> asked = new ArrayList<>();
            for (int k = i; k < Math.min(devices.size(), i + SUBSCRIBING_AT_ONCE); k++) {
                int device = k;
                asked.add(sinks.get(k % sinks.size())
                        .subscribe(
                                source,
                                options,
                                event -> arrivals.came(
                                        device, TodayTariff.number(event.envelope()), System.nanoTime())));
            }
            for (CompletableFuture<Subscription> answer : asked) {
                Subscription unused = answer.get(30, TimeUnit.SECONDS);
            }
        }
        return List.of();
    }

    /** Words: number of the message, how many devices are to have it, ms of patience; answers with the times in ns. */
    private List<String> await(List<String> words) throws InterruptedException {
        long[] nanos = arrivals.await(
                Long.parseLong(words.get(0)),
                Integer.parseInt(words.get(1)),
                Duration.ofMillis(Long.parseLong(words.get(2))));
        return Arrays.stream(nanos).mapToObj(Long::toString).toList();
    }

    /** Words: numbers of messages; answers with {@link TodayArrivals.Counts}. */
    private List<String> counts(List<String> words) {
        TodayArrivals.Counts counts =
                arrivals.counts(words.stream().map(Long::valueOf).toList());
        return List.of(Long.toString(counts.once()), Long.toString(counts.more()));
    }

    @Override
    public void close() {
        hosts.forEach(DeviceHost::close);
    }
}
