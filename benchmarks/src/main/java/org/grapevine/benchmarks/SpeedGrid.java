package org.grapevine.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.grapevine.aggregation.AggregationLimits;
import org.grapevine.aggregation.FunctionLibrary;
import org.grapevine.aggregation.RunLimits;
import org.grapevine.aggregation.sandbox.SmallJvmPool;
import org.grapevine.aggregation.sandbox.StrangerFunctions;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.gossip.shadow.GossipExtension;
import org.grapevine.gossip.shadow.ShadowService;
import org.grapevine.grid.device.GridNode;
import org.grapevine.grid.device.XsltAggregations;
import org.grapevine.grid.energy.DayNeeds;
import org.grapevine.grid.sample.DeviceRole;
import org.grapevine.grid.sample.GridDevice;
import org.grapevine.grid.sample.SampleAppliances;
import org.grapevine.grid.sample.SampleGrid;

/** The grid of the demo, or some of its devices: the others may run in another process. */
final class SpeedGrid implements AutoCloseable {

    static final LocalDate DAY = LocalDate.of(2024, 6, 21);

    private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");
    private static final SampleAppliances APPLIANCES = new SampleAppliances(1, ZONE);
    private static final String SERVICE = "EnergyNeedsService";

    private final DeviceHost host;
    private final GossipExtension gossip;
    private final XsltAggregations aggregations;
    private final Map<String, GridNode> nodes = new LinkedHashMap<>();

    private SpeedGrid(DeviceHost host, GossipExtension gossip, XsltAggregations aggregations) {
        this.host = host;
        this.gossip = gossip;
        this.aggregations = aggregations;
    }

    /** Starts those devices whose names are wanted. */
    static SpeedGrid start(LoopbackNet net, SampleGrid layout, Predicate<String> wanted) throws IOException {
        XsltAggregations aggregations = aggregations();
        GossipExtension gossip = new GossipExtension(GossipConfig.defaults(), aggregations);
        SpeedGrid grid = new SpeedGrid(DeviceHost.start(net.settings(System.nanoTime()), gossip), gossip, aggregations);
        for (GridDevice place : layout.devices()) {
            if (wanted.test(place.name())) {
                grid.nodes.put(place.name(), grid.node(layout, place));
            }
        }
        return grid;
    }

    /** Those of the library and of makers, and in a small JVM what nobody has signed. */
    private static XsltAggregations aggregations() throws IOException {
        AggregationLimits limits = AggregationLimits.defaults();
        try {
            SmallJvmPool pool = SmallJvmPool.start();
            return new XsltAggregations(
                    FunctionLibrary.standard(),
                    StrangerFunctions.sandboxed(List.of(), limits, RunLimits.defaults(), pool),
                    Optional.of(pool));
        } catch (AggregationException e) {
            throw new IOException(e);
        }
    }

    private GridNode node(SampleGrid layout, GridDevice place) {
        if (place.role() == DeviceRole.APPLIANCE) {
            return GridNode.ofAppliance(
                    host,
                    place,
                    layout.name(),
                    APPLIANCES.appliance(place, DAY, InstantSource.system()),
                    Optional.empty(),
                    (device, tariff, taken) -> {});
        }
        int known = place.role() == DeviceRole.SMART_METER ? layout.appliancesOf(place.number()) : 0;
        return GridNode.ofConcentrator(
                host, place, layout.name(), ZONE, known, Optional.empty(), (device, tariff, taken) -> {});
    }

    DeviceHost host() {
        return host;
    }

    Map<String, GridNode> nodes() {
        return nodes;
    }

    /** The shadow of a device's service of energy needs. */
    ShadowService shadow(String device) {
        return gossip.shadows().stream()
                .filter(each -> each.device().name().equals(device))
                .filter(each -> each.original().portType().getLocalPart().equals(SERVICE))
                .findFirst()
                .orElseThrow();
    }

    /** Where each device answers for itself. */
    Map<String, URI> addresses() {
        Map<String, URI> addresses = new LinkedHashMap<>();
        nodes.keySet()
                .forEach(name -> addresses.put(name, shadow(name).original().address()));
        return addresses;
    }

    /** The devices that a request of the information system can get to while some are dead. */
    static Set<String> reachable(SampleGrid layout, Set<String> dead) {
        List<GridDevice> devices = layout.devices();
        Set<String> segments = new HashSet<>(Set.of(layout.wan()));
        Set<String> reached = new LinkedHashSet<>();
        // From above to below, as the devices are listed.
        for (GridDevice device : devices) {
            if (!dead.contains(device.name())
                    && segments.contains(device.scopes().get(0))) {
                reached.add(device.name());
                segments.addAll(device.scopes());
            }
        }
        return reached;
    }

    /** The needs of all appliances, in Wh for each period of the day, by their plans. */
    static List<Long> truth(SampleGrid layout) {
        return layout.devices().stream()
                .filter(place -> place.role() == DeviceRole.APPLIANCE)
                .map(place ->
                        APPLIANCES.appliance(place, DAY, InstantSource.system()).dayNeeds(DAY))
                .reduce(DayNeeds::plus)
                .orElseThrow()
                .wattHours();
    }

    @Override
    public void close() {
        host.close();
        aggregations.close();
    }
}
