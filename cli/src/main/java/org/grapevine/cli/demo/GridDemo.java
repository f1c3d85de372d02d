package org.grapevine.cli.demo;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.grapevine.aggregation.FunctionLibrary;
import org.grapevine.core.engine.DropReason;
import org.grapevine.core.engine.FanoutRule;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.engine.GossipStats;
import org.grapevine.core.message.Completeness;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.DpwsClient;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.hosting.Operation;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.transport.NetworkConditions;
import org.grapevine.dpws.transport.TransportFaults;
import org.grapevine.gossip.driver.DriverOptions;
import org.grapevine.gossip.header.ControlCodec;
import org.grapevine.gossip.header.MalformedGossipException;
import org.grapevine.gossip.legacy.LegacyOptions;
import org.grapevine.gossip.shadow.GossipExtension;
import org.grapevine.gossip.shadow.PeerOptions;
import org.grapevine.gossip.shadow.ShadowService;
import org.grapevine.grid.appliance.Appliance;
import org.grapevine.grid.data.DayAheadPrices;
import org.grapevine.grid.data.TariffEvents;
import org.grapevine.grid.device.GridNode;
import org.grapevine.grid.device.GridPayloads;
import org.grapevine.grid.device.XsltAggregations;
import org.grapevine.grid.energy.DayNeeds;
import org.grapevine.grid.sample.DeviceRole;
import org.grapevine.grid.sample.GridDevice;
import org.grapevine.grid.sample.SampleAppliances;
import org.grapevine.grid.sample.SampleGrid;
import org.grapevine.grid.tariff.Tariff;
import org.grapevine.grid.tariff.TariffEvent;
import org.grapevine.grid.tariff.TariffStatus;
import org.grapevine.peer.SegmentView;

/**
 * A grid of devices in this JVM that talk over real sockets, and the three steps of the demo. What it does with the network, any
 * client could do: it sends envelopes by HTTP to the shadows of the information system. For one thread.
 */
final class GridDemo implements AutoCloseable {

    /** The prices are those of the German market, so the days are German days. */
    static final ZoneId ZONE = ZoneId.of("Europe/Berlin");

    private static final Duration CLIENT_TIMEOUT = Duration.ofSeconds(60);
    private static final long DISCOVERY_TIMEOUT_MILLIS = 60_000;
    private static final long DISCOVERY_CHECK_MILLIS = 50;

    /** As long as the tariff lives: later, nobody would take it. */
    private static final long DELIVERY_TIMEOUT_MILLIS = 30_000;

    /** So long nobody must have been handed the tariff once more before the push counts as over. */
    private static final long QUIET_MILLIS = 300;

    private record Receipt(String device, long atNanos) {}

    private final DemoOptions options;
    private final SampleGrid grid;
    private final TariffEvent tariff;
    private final GossipExtension gossip;
    private final DeviceHost host;
    private final Map<String, GridNode> nodes = new LinkedHashMap<>();
    private final LinkedBlockingQueue<Receipt> receipts = new LinkedBlockingQueue<>();

    /**
     * Opens the sockets; no device runs yet.
     *
     * @param settings where; the demo's faults are put in
     * @throws IOException if an address or port cannot be had
     * @throws IllegalArgumentException if an option is impossible, or the day has no prices
     */
    GridDemo(DemoOptions options, HostSettings settings) throws IOException {
        this.options = options;
        // Two demos on one computer hear each other's discovery; their grids have different names.
        String run = Long.toString(ProcessHandle.current().pid(), 36) + "-"
                + Long.toString(System.nanoTime() & 0xFFFFFF, 36);
        this.grid = new SampleGrid("demo-" + run, options.ssc(), options.meters(), options.ieds());
        this.tariff = new TariffEvents(DayAheadPrices.germany2024(), ZONE, "Grapevine demo", List.of(grid.scope()))
                .forDay(
                        options.date(),
                        0,
                        TariffStatus.FAR,
                        InstantSource.system().instant());
        this.gossip = new GossipExtension(
                GossipConfig.defaults().withFanoutRule(new FanoutRule(0.999, options.loss(), 0)),
                new XsltAggregations(FunctionLibrary.standard()),
                DriverOptions.defaults(),
                LegacyOptions.defaults(),
                PeerOptions.defaults().withDefaultView(options.view()));
        TransportFaults faults =
                options.loss() == 0 ? TransportFaults.NONE : NetworkConditions.lossy(options.loss(), 0, options.seed());
        this.host = DeviceHost.start(settings.withFaults(faults), gossip);
    }

    int devices() {
        return grid.devices().size();
    }

    /** The tariff that {@link #push} sends. */
    Tariff tariff() {
        return tariff.toTariff();
    }

    /** Starts every device. */
    void start(DemoProgress progress) {
        SampleAppliances appliances = new SampleAppliances(options.seed(), ZONE);
        List<GridDevice> places = grid.devices();
        for (GridDevice place : places) {
            GridNode node;
            if (place.role() == DeviceRole.APPLIANCE) {
                Appliance appliance = appliances.appliance(place, options.date(), InstantSource.system());
                node = GridNode.ofAppliance(host, place, grid.name(), appliance, Optional.empty(), this::received);
            } else {
                int known = place.role() == DeviceRole.SMART_METER ? grid.appliancesOf(place.number()) : 0;
                node = GridNode.ofConcentrator(host, place, grid.name(), ZONE, known, Optional.empty(), this::received);
            }
            nodes.put(place.name(), node);
            progress.progress("starting devices", nodes.size(), places.size());
        }
    }

    private void received(String device, Tariff received, boolean taken) {
        receipts.add(new Receipt(device, System.nanoTime()));
    }

    /** Waits until the devices of each segment have found each other, or the time is over. */
    Connection connect(DemoProgress progress) throws InterruptedException {
        Map<String, Integer> sizes = new LinkedHashMap<>();
        for (ShadowService shadow : gossip.shadows()) {
            shadow.segments()
                    .forEach(segment -> sizes.merge(
                            segment.scope() + " " + shadow.original().portType().getLocalPart(), 1, Integer::sum));
        }
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DISCOVERY_TIMEOUT_MILLIS);
        while (true) {
            Connection connection = Connection.of(views(), sizes);
            progress.progress("finding each other", connection.found(), connection.expected());
            if (connection.lacking().isEmpty() || System.nanoTime() > deadline) {
                return connection;
            }
            TimeUnit.MILLISECONDS.sleep(DISCOVERY_CHECK_MILLIS);
        }
    }

    private List<Connection.Told> views() throws InterruptedException {
        Map<SegmentView, CompletableFuture<SegmentView.Status>> asked = new LinkedHashMap<>();
        gossip.views().all().forEach(view -> asked.put(view, view.status()));
        List<Connection.Told> told = new ArrayList<>();
        for (Map.Entry<SegmentView, CompletableFuture<SegmentView.Status>> each : asked.entrySet()) {
            told.add(Connection.Told.of(each.getKey(), await(each.getValue())));
        }
        return told;
    }

    /** Asks for the energy needs of all appliances, through the information system's shadow. */
    NeedsResult needs(DemoProgress progress) throws InterruptedException {
        progress.progress("adding up needs", 0, 1);
        ShadowService entry = shadow(grid.informationSystem().name(), "EnergyNeedsService");
        byte[] request = envelope(entry, "needs", GridPayloads.needsRequest(options.date()));
        DpwsClient client = host.client();
        long start = System.nanoTime();
        Envelope answer = await(client.call(entry.address(), request, CLIENT_TIMEOUT));
        double elapsed = millisSince(start, System.nanoTime());
        DayNeeds truth = nodes.values().stream()
                .map(node -> node.truth(options.date()))
                .reduce(DayNeeds::plus)
                .orElseThrow();
        progress.progress("adding up needs", 1, 1);
        try {
            Completeness completeness = ControlCodec.completeness(answer).orElse(Completeness.EMPTY);
            return new NeedsResult(GridPayloads.needs(answer), completeness, truth, elapsed);
        } catch (MalformedGossipException e) {
            throw new DemoFailedException("the answer's completeness: " + e.getMessage());
        }
    }

    /** Pushes the day's tariff into the grid, through the information system's shadow. */
    PushResult push(DemoProgress progress) throws InterruptedException {
        ShadowService entry = shadow(grid.informationSystem().name(), "TariffService");
        byte[] message = envelope(entry, "tariffChanged", GridPayloads.tariffEvent(tariff));
        GossipTotals before = totals();
        receipts.clear();
        long start = System.nanoTime();
        await(host.client().send(entry.address(), message, CLIENT_TIMEOUT));

        Map<String, Long> first = new LinkedHashMap<>();
        int again = 0;
        long deadline = start + TimeUnit.MILLISECONDS.toNanos(DELIVERY_TIMEOUT_MILLIS);
        while (true) {
            boolean all = first.size() == nodes.size();
            long wait = all ? QUIET_MILLIS : Math.max(0, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
            Receipt receipt = receipts.poll(wait, TimeUnit.MILLISECONDS);
            if (receipt == null) {
                break;
            }
            if (first.putIfAbsent(receipt.device(), receipt.atNanos()) != null) {
                again++;
            }
            progress.progress("pushing the tariff", first.size(), nodes.size());
        }
        GossipTotals after = totals();
        List<Double> times = first.values().stream()
                .map(at -> millisSince(start, at))
                .sorted()
                .toList();
        List<String> missed =
                nodes.keySet().stream().filter(name -> !first.containsKey(name)).toList();
        return new PushResult(
                nodes.size(),
                first.size(),
                missed,
                again,
                reached(times, 0.50),
                reached(times, 0.99),
                reached(times, 1),
                (double) (after.envelopes() - before.envelopes()) / nodes.size(),
                after.duplicates() - before.duplicates(),
                after.repaired() - before.repaired());
    }

    /** The time by which a share of all devices had it; NaN if so many never did. */
    private double reached(List<Double> times, double share) {
        int needed = (int) Math.ceil(share * nodes.size());
        return times.size() >= needed ? times.get(needed - 1) : Double.NaN;
    }

    private record GossipTotals(long envelopes, long duplicates, long repaired) {}

    private GossipTotals totals() throws InterruptedException {
        long envelopes = 0;
        long duplicates = 0;
        long repaired = 0;
        for (ShadowService shadow : gossip.shadows()) {
            if (shadow.original().portType().getLocalPart().equals("TariffService")) {
                GossipStats stats = await(shadow.driver().stats());
                envelopes += stats.forwarded() + stats.controlsSent();
                duplicates += stats.dropped(DropReason.DUPLICATE);
                repaired += stats.repaired();
            }
        }
        return new GossipTotals(envelopes, duplicates, repaired);
    }

    private ShadowService shadow(String device, String portType) {
        return gossip.shadows().stream()
                .filter(each -> each.device().name().equals(device))
                .filter(each -> each.original().portType().getLocalPart().equals(portType))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(device + " has no shadow of " + portType));
    }

    private byte[] envelope(ShadowService entry, String operation, byte[] body) {
        String action = entry.original().operations().stream()
                .filter(each -> each.name().equals(operation))
                .map(Operation::inputAction)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(entry.address() + " has no operation " + operation));
        return EnvelopeWriter.forAction(action)
                .messageId(host.messageIds().next())
                .to(entry.address().toString())
                .body(body)
                .toBytes();
    }

    private static double millisSince(long startNanos, long nanos) {
        return (nanos - startNanos) / 1e6;
    }

    private static <T> T await(CompletableFuture<T> future) throws InterruptedException {
        try {
            return future.get(CLIENT_TIMEOUT.toSeconds() + 5, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new DemoFailedException(String.valueOf(cause.getMessage()));
        } catch (TimeoutException e) {
            throw new DemoFailedException("no answer within " + CLIENT_TIMEOUT.toSeconds() + " s");
        }
    }

    @Override
    public void close() {
        host.close();
    }

    /** A step that came to no result at all; the message is one line. */
    static final class DemoFailedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        DemoFailedException(String message) {
            super(message);
        }
    }
}
