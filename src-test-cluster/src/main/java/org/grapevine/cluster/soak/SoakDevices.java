package org.grapevine.cluster.soak;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import org.grapevine.core.engine.DropReason;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.engine.GossipStats;
import org.grapevine.core.engine.VariantConfig;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.discovery.DiscoveryTiming;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.gossip.driver.Aggregations;
import org.grapevine.gossip.driver.DriverOptions;
import org.grapevine.gossip.legacy.LegacyOptions;
import org.grapevine.gossip.shadow.GossipExtension;
import org.grapevine.gossip.shadow.PeerOptions;
import org.grapevine.gossip.shadow.ShadowService;
import org.grapevine.policy.GossipPolicy;
import org.grapevine.policy.PortGossip;
import org.grapevine.policy.Scopes;
import org.grapevine.policy.Variant;
import org.grapevine.policy.View;

/** The devices of one process: device i of all is here if i modulo the number of processes is the number of this one. */
final class SoakDevices implements AutoCloseable {

    private static final String SCOPE = "soak:lan";
    private static final long ANSWER_SECONDS = 30;
    private static final int LEAST_LINKS = 3;
    private static final int ENVELOPE_BYTES = 1_000;

    private static final Set<DropReason> WANT_OF_ROOM = EnumSet.of(
            DropReason.MAYBE_SEEN,
            DropReason.BUFFER_FULL,
            DropReason.TOO_MANY_WANTS,
            DropReason.TOO_MANY_MISSING,
            DropReason.UNDELIVERED);

    private final SoakOptions options;
    private final List<Integer> numbers = new ArrayList<>();
    private final List<Arrivals> arrivals = new ArrayList<>();
    private final LatencyHistogram latency = new LatencyHistogram();
    private final LongAdder malformed = new LongAdder();
    private final GossipExtension gossip;
    private final DeviceHost host;

    /**
     * Starts them.
     *
     * @param agent number of this process
     * @param ports of discovery and of the groups of segments, of this soak alone
     */
    SoakDevices(SoakOptions options, int agent, InetAddress address, Ports ports) throws IOException {
        this.options = options;
        boolean lan = options.variant() == Variant.MULTICAST;
        this.gossip = new GossipExtension(
                config(),
                new NoAggregations(),
                DriverOptions.defaults()
                        .withLaneCapacity(100_000)
                        .withGroups(InetAddress.getByName(DriverOptions.GROUP_BASE), 18, ports.groups()),
                LegacyOptions.defaults(),
                PeerOptions.defaults().withDefaultView(View.HYPARVIEW));
        GossipPolicy.Builder policy = GossipPolicy.builder()
                .variant(options.variant())
                .lifetime(options.lifetime())
                .repair(options.repair());
        if (lan) {
            policy.lan(new Scopes(List.of(SCOPE), null));
        }
        PortGossip attached = new PortGossip(policy.build(), Map.of(), null);
        gossip.setPolicies((device, service) -> Optional.of(attached));
        HostSettings settings = HostSettings.on(new InetSocketAddress(address, 0), 1_000 + agent)
                .withDiscovery(
                        new InetSocketAddress(WsDiscovery.IPV4_GROUP, ports.discovery()), DiscoveryTiming.defaults())
                .withApplication(2, 100_000);
        this.host = DeviceHost.start(settings, gossip);
        for (int device = agent; device < options.devices(); device += options.agents()) {
            Arrivals own = new Arrivals(options.devices(), options.patience());
            numbers.add(device);
            arrivals.add(own);
            Device.named("Soak " + device)
                    .scopes(SCOPE)
                    .endpoint(String.format(Locale.ROOT, "urn:uuid:50a00000-0000-4000-8000-%012d", device))
                    .host(SoakMessage.service(message -> take(own, message)))
                    .start(host);
        }
    }

    /**
     * Ports that nobody else on this machine uses.
     *
     * @param discovery of WS-Discovery
     * @param groups of the multicast groups of segments
     */
    record Ports(int discovery, int groups) {}

    /** As much room as the load needs twice over, so that nothing is forgotten early. */
    private GossipConfig config() {
        long rememberedSeconds = (options.lifetime().toMillis() + SoakOptions.CLOCK_ERROR_MILLIS) / 1_000 + 1;
        long remembered = rememberedSeconds * options.perSecond();
        int seen = (int) Math.min(10_000_000, Math.max(10_000, 2 * remembered));
        long buffer = Math.max(4L << 20, 2 * remembered * (options.bodyBytes() + ENVELOPE_BYTES));
        GossipConfig defaults = GossipConfig.defaults();
        VariantConfig standard = VariantConfig.defaults();
        VariantConfig variants = new VariantConfig(
                standard.pullMillis(),
                standard.pullSpread(),
                options.advertiseMillis(),
                standard.graftAfterMillis(),
                standard.graftAgainMillis(),
                standard.treeLinks(),
                standard.optimiseHops(),
                standard.bridgeWithinMillis(),
                standard.orderLimit());
        return defaults.withLimits(
                        seen,
                        Math.max(defaults.originLimit(), 2 * options.devices()),
                        buffer,
                        defaults.redeliverLimit(),
                        defaults.queryLimit())
                .withVariants(variants)
                .withAllowedClockError(SoakOptions.CLOCK_ERROR_MILLIS);
    }

    private void take(Arrivals own, SoakMessage message) {
        if (message.origin() < 0 || message.origin() >= options.devices() || message.number() < 0) {
            malformed.increment();
            return;
        }
        own.delivered(message.origin(), message.number());
        latency.add(nowMicros() - message.sentMicros());
    }

    /** Nothing here is aggregated. */
    private static final class NoAggregations implements Aggregations {
        @Override
        public AggregationFunction byUri(String uri) throws AggregationException {
            throw new AggregationException(uri + ": none here");
        }

        @Override
        public String uriOf(String name, Class<?> maker) throws AggregationException {
            throw new AggregationException(name + ": none here");
        }
    }

    static long nowMicros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    }

    /** Numbers of the devices here, in the order of {@link #shadows}. */
    List<Integer> numbers() {
        return List.copyOf(numbers);
    }

    List<ShadowService> shadows() {
        return gossip.shadows();
    }

    DeviceHost host() {
        return host;
    }

    /** True once all shadows have as many peers as they need: all of a LAN, some links of a partial view. */
    boolean isSettled() throws InterruptedException, ExecutionException, TimeoutException {
        int needed = options.variant() == Variant.MULTICAST
                ? options.devices() - 1
                : Math.min(LEAST_LINKS, options.devices() - 1);
        for (ShadowService shadow : gossip.shadows()) {
            int known = shadow.driver().peers().get(ANSWER_SECONDS, TimeUnit.SECONDS).values().stream()
                    .mapToInt(List::size)
                    .sum();
            if (known < needed) {
                return false;
            }
        }
        return true;
    }

    /** All deliveries so far, of all devices here. */
    Arrivals.Count arrivals() {
        long delivered = 0;
        long again = 0;
        long lost = 0;
        for (Arrivals own : arrivals) {
            Arrivals.Count count = own.count();
            delivered += count.delivered();
            again += count.again();
            lost += count.lost();
        }
        return new Arrivals.Count(delivered, again, lost);
    }

    /** How long the deliveries since the last time took. */
    LatencyHistogram.Snapshot takeLatency() {
        return latency.take();
    }

    /** What all devices published, by device; what is missing now is lost. */
    void published(int[] messages) {
        for (Arrivals own : arrivals) {
            for (int origin = 0; origin < messages.length; origin++) {
                own.published(origin, messages[origin]);
            }
        }
    }

    /** What found no room in a queue or table of gossip so far, and messages that made no sense. */
    long dropped() throws InterruptedException, ExecutionException, TimeoutException {
        long sum = malformed.sum() + host.dropped().refusedCalls();
        for (ShadowService shadow : gossip.shadows()) {
            GossipStats stats = shadow.driver().stats().get(ANSWER_SECONDS, TimeUnit.SECONDS);
            for (DropReason reason : WANT_OF_ROOM) {
                sum += stats.dropped(reason);
            }
            sum += shadow.driver().lost();
        }
        return sum;
    }

    @Override
    public void close() {
        host.close();
    }
}
