package org.grapevine.grid.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.grapevine.aggregation.FunctionLibrary;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Payload;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.core.reply.AggregationFunction;
import org.grapevine.core.reply.Partial;
import org.grapevine.dpws.device.Device;
import org.grapevine.gossip.client.ClientMessage;
import org.grapevine.gossip.client.GossipAnswer;
import org.grapevine.gossip.client.GossipClient;
import org.grapevine.gossip.client.GossipEntry;
import org.grapevine.gossip.driver.Aggregations;
import org.grapevine.grid.Xml;
import org.grapevine.grid.energy.DayNeeds;
import org.grapevine.grid.energy.DayPeriods;
import org.grapevine.grid.energy.EnergyNeeds;
import org.grapevine.grid.energy.EnergyNeedsRequest;
import org.grapevine.grid.energy.EnergyNeedsService;
import org.grapevine.grid.sample.DeviceRole;
import org.grapevine.grid.sample.GridDevice;
import org.grapevine.grid.sample.SampleGrid;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What each level gets to see of the levels below it, on their way from appliances (IED) over meters (SM) and substation controllers
 * (SSC) to the information system (IS). Each device needs a power of two, so that every sum tells who is inside.
 */
@Timeout(120)
class SumsByLevelTest {

    private static final LocalDate DAY = LocalDate.of(2024, 6, 21);
    private static final DayPeriods PERIODS = new DayPeriods(DAY, ZoneId.of("Europe/Berlin"));

    private final SampleGrid layout = new SampleGrid("levels", 2, 4, 12);
    private final List<GridDevice> devices = layout.devices();
    private final RecordedSums sums = new RecordedSums();
    private LoopbackGrid grid;

    /** What a device had before it when it merged: its own value, and what its children sent. */
    private record Merge(Set<String> own, List<Set<String>> partials) {}

    /** Notes what is merged. One host runs all devices; the own value says which one merges. */
    private final class RecordedSums implements Aggregations {
        private final Aggregations actual = new XsltAggregations(FunctionLibrary.standard());
        private final Queue<Merge> merges = new ConcurrentLinkedQueue<>();

        @Override
        public AggregationFunction byUri(String uri) throws AggregationException {
            AggregationFunction function = actual.byUri(uri);
            return new AggregationFunction() {
                @Override
                public Optional<Payload> merge(Optional<Payload> own, List<Partial> partials)
                        throws AggregationException {
                    merges.add(new Merge(
                            whoIsIn(own.orElseThrow()),
                            partials.stream()
                                    .map(partial -> whoIsIn(partial.payload()))
                                    .toList()));
                    return function.merge(own, partials);
                }

                @Override
                public Payload finish(Payload partial) throws AggregationException {
                    return function.finish(partial);
                }
            };
        }

        @Override
        public String uriOf(String name, Class<?> maker) throws AggregationException {
            return actual.uriOf(name, maker);
        }
    }

    private record PowerOfTwo(int exponent) implements EnergyNeedsService {
        @Override
        public EnergyNeeds needs(EnergyNeedsRequest energyNeedsRequest) {
            return EnergyNeeds.of(DayNeeds.of(PERIODS, 1, 0, Optional.empty(), List.of(1L << exponent, 0L, 0L)));
        }
    }

    private Set<String> whoIsIn(Payload sum) {
        DayNeeds needs = Xml.unmarshal(new String(((EncodedPayload) sum).bytes(), UTF_8), EnergyNeeds.class)
                .toDayNeeds();
        BitSet bits = BitSet.valueOf(new long[] {needs.wattHours().get(0)});
        assertThat(bits.cardinality()).as("nobody is inside twice").isEqualTo((int) needs.numDataSources());
        return bits.stream().mapToObj(bit -> devices.get(bit).name()).collect(Collectors.toSet());
    }

    @BeforeEach
    void theGridRuns() throws Exception {
        grid = new LoopbackGrid(sums);
        for (int i = 0; i < devices.size(); i++) {
            GridDevice place = devices.get(i);
            Device.named(place.name())
                    .types(GridTypes.of(place.role()))
                    .scopes(place.scopes())
                    .host(new PowerOfTwo(i))
                    .start(grid.host());
        }
        grid.awaitLinks("is", "EnergyNeedsService");
    }

    @AfterEach
    void theGridEnds() {
        grid.close();
    }

    /** A device and all devices that are connected with the rest through it alone. */
    private Set<String> below(GridDevice device) {
        Set<String> below = new LinkedHashSet<>(Set.of(device.name()));
        if (device.role() == DeviceRole.SUBSTATION_CONTROLLER || device.role() == DeviceRole.SMART_METER) {
            String network = device.scopes().get(1);
            for (GridDevice other : devices) {
                if (other.scopes().get(0).equals(network)) {
                    below.addAll(below(other));
                }
            }
        }
        return below;
    }

    /** What may be told inside a network: the sums of its devices, each with all that is below it. */
    private List<Set<String>> units(String network, String except) {
        return devices.stream()
                .filter(device -> device.scopes().get(0).equals(network))
                .filter(device -> !device.name().equals(except))
                .map(this::below)
                .toList();
    }

    private static boolean isMadeOf(Set<String> sum, List<Set<String>> units) {
        Set<String> whole = new LinkedHashSet<>();
        units.stream().filter(sum::containsAll).forEach(whole::addAll);
        return whole.equals(sum);
    }

    private void ask() throws Exception {
        GossipClient client = GossipClient.of(grid.host());
        GossipEntry entry = client.entry(grid.shadow("is", "EnergyNeedsService").address(), Duration.ofSeconds(10))
                .get(20, TimeUnit.SECONDS);
        GossipAnswer answer = client.ask(List.of(entry), ClientMessage.of(GridPayloads.needsRequest(DAY)))
                .get(30, TimeUnit.SECONDS);

        assertThat(answer.isWhole()).isTrue();
        assertThat(answer.completeness().counted()).isEqualTo(devices.size());
        assertThat(GridPayloads.needs(answer.value().orElseThrow()).wattHours().get(0))
                .isEqualTo((1L << devices.size()) - 1);
    }

    @Test
    void whatADeviceReceivesAreSumsOfWholeHomesAndOfWholeFieldNetworksNeverParts() throws Exception {
        ask();

        Map<String, List<Set<String>>> received = new LinkedHashMap<>();
        for (Merge merge : sums.merges) {
            assertThat(merge.own()).hasSize(1);
            received.computeIfAbsent(merge.own().iterator().next(), name -> new ArrayList<>())
                    .addAll(merge.partials());
        }
        for (GridDevice device : devices) {
            List<List<Set<String>>> networks = device.scopes().stream()
                    .map(network -> units(network, device.name()))
                    .toList();
            assertThat(received.getOrDefault(device.name(), List.of()))
                    .as("what %s receives", device.name())
                    .allMatch(sum -> networks.stream().anyMatch(units -> isMadeOf(sum, units)));
        }
        assertThat(Objects.requireNonNull(received.get("is")).stream().flatMap(Set::stream))
                .as("all others are in one of the sums that the information system receives, and in one only")
                .doesNotHaveDuplicates()
                .hasSize(devices.size() - 1);
    }

    @Test
    void aSumOfSomeAppliancesWouldNotPassForThatOfAHome() {
        List<Set<String>> homes = units(layout.fan(1), "ssc-1");

        assertThat(isMadeOf(below(layout.meter(1)), homes)).isTrue();
        assertThat(isMadeOf(Set.of("ied-1"), homes)).isFalse();
        Set<String> more = new LinkedHashSet<>(below(layout.meter(1)));
        more.add("ied-4");
        assertThat(isMadeOf(more, homes)).isFalse();
    }
}
