package org.grapevine.grid.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.grapevine.aggregation.FunctionLibrary;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.NotificationSink;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.gossip.client.ClientMessage;
import org.grapevine.gossip.client.DeviceSample;
import org.grapevine.gossip.client.GossipAnswer;
import org.grapevine.gossip.client.GossipClient;
import org.grapevine.gossip.client.GossipEntry;
import org.grapevine.gossip.shadow.GossipExtension;
import org.grapevine.grid.measurement.AngleRange;
import org.grapevine.grid.measurement.GridMeasurements;
import org.grapevine.grid.measurement.Phasor;
import org.grapevine.grid.measurement.PhasorMeasurementUnit;
import org.grapevine.grid.measurement.VoltageReading;
import org.grapevine.grid.sample.GridDevice;
import org.grapevine.grid.sample.SampleGrid;
import org.grapevine.policy.GossipPolicy;
import org.grapevine.policy.PortGossip;
import org.grapevine.policy.Scopes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A field network of 1 SSC and 2 SM with 3 IED each. All but the information system measure. */
@Timeout(120)
class GridMeasurementsTest {

    private static final Instant NOW = Instant.parse("2024-06-21T10:00:00.250Z");
    private static final Instant LAST = Instant.parse("2024-06-21T10:00:00Z");

    /** Degrees at {@link #LAST}; those of the first home lie on both sides of 180. */
    private static final Map<String, String> DEGREES = Map.of(
            "ssc-1", "150",
            "sm-1", "179.5",
            "ied-1", "-179.75",
            "ied-2", "179.9",
            "ied-3", "-178.5",
            "sm-2", "-170",
            "ied-4", "-172.5",
            "ied-5", "-160.125",
            "ied-6", "-165");

    private final SampleGrid layout = new SampleGrid("volts", 1, 2, 6);

    /** In place of the service's own policy, which says nothing of scopes: in which networks measurements are asked for. */
    private LoopbackGrid start(String networks) throws Exception {
        GossipExtension gossip =
                new GossipExtension(GossipConfig.defaults(), new XsltAggregations(FunctionLibrary.standard()));
        GossipPolicy inNetworks = GossipPolicy.builder()
                .scopes(new Scopes(List.of(networks), null))
                .build();
        gossip.setPolicies((device, service) -> PortGossip.of(GridMeasurements.class, Method::getName)
                .map(own -> new PortGossip(inNetworks, own.operations(), null)));
        LoopbackGrid grid = new LoopbackGrid(gossip);
        for (GridDevice place : layout.devices()) {
            String degrees = DEGREES.get(place.name());
            if (degrees != null) {
                Phasor phasor = new Phasor(LAST, volts(place.name()), new BigDecimal(degrees));
                Device.named(place.name())
                        .types(GridTypes.of(place.role()))
                        .scopes(place.scopes())
                        .host(new PhasorMeasurementUnit(place.name(), at -> phasor, InstantSource.fixed(NOW)))
                        .start(grid.host());
            }
        }
        return grid;
    }

    /** Another one for each device. */
    private static BigDecimal volts(String device) {
        return new BigDecimal("230").subtract(BigDecimal.valueOf(device.hashCode() & 0xFFF, 3));
    }

    private static GossipEntry entry(LoopbackGrid grid, String device) throws Exception {
        grid.awaitLinks(device, "GridMeasurements");
        return GossipClient.of(grid.host())
                .entry(grid.shadow(device, "GridMeasurements").address(), Duration.ofSeconds(10))
                .get(20, TimeUnit.SECONDS);
    }

    private static AngleRange range(LoopbackGrid grid, String device, int expected) throws Exception {
        GossipAnswer answer = GossipClient.of(grid.host())
                .ask(List.of(entry(grid, device)), ClientMessage.of(GridPayloads.phaseAnglesRequest(LAST)))
                .get(30, TimeUnit.SECONDS);
        assertThat(answer.isWhole()).isTrue();
        assertThat(answer.completeness().counted()).isEqualTo(expected);
        AngleRange range = GridPayloads.phaseAngles(answer.value().orElseThrow());
        assertThat(range.numDataSources()).isEqualTo(expected);
        assertThat(range.leftOut()).isZero();
        return range;
    }

    private static List<VoltageReading> secondHome() {
        return Stream.of("ied-4", "ied-5", "ied-6", "sm-2")
                .map(device -> new VoltageReading(device, LAST, volts(device)))
                .toList();
    }

    @Test
    void theLastVoltageOfEachDeviceOfAHomeComesByItselfAndNoneOfTheNextHome() throws Exception {
        try (LoopbackGrid grid = start(layout.scope() + "/han");
                NotificationSink sink = NotificationSink.open(grid.host(), "/voltages")) {
            Queue<DeviceSample> samples = new ConcurrentLinkedQueue<>();

            GossipAnswer answer = GossipClient.of(grid.host())
                    .collect(
                            sink,
                            List.of(entry(grid, "sm-2")),
                            ClientMessage.of(GridPayloads.lastVoltageRequest()),
                            samples::add)
                    .end()
                    .get(30, TimeUnit.SECONDS);

            assertThat(answer.isWhole()).isTrue();
            assertThat(answer.value()).isEmpty();
            assertThat(answer.completeness().counted()).isEqualTo(4);
            assertThat(samples.stream().flatMap(sample -> GridPayloads.voltages(sample.value()).stream()))
                    .containsExactlyInAnyOrderElementsOf(secondHome());
            assertThat(samples.stream().map(DeviceSample::device)).doesNotHaveDuplicates();
        }
    }

    @Test
    void aClientThatKnowsNothingOfGossipGetsOneListOfAllVoltages() throws Exception {
        try (LoopbackGrid grid = start(layout.scope() + "/han")) {
            GossipEntry entry = entry(grid, "sm-2");
            byte[] question = EnvelopeWriter.forAction(entry.portType().operations().stream()
                            .filter(operation -> operation.name().equals("lastVoltage"))
                            .findFirst()
                            .orElseThrow()
                            .action())
                    .messageId(grid.host().messageIds().next())
                    .to(entry.shadow().toString())
                    .body(GridPayloads.lastVoltageRequest())
                    .toBytes();

            Envelope answer = grid.host()
                    .client()
                    .call(entry.shadow(), question, Duration.ofSeconds(20))
                    .get(30, TimeUnit.SECONDS);

            assertThat(GridPayloads.voltages(answer)).containsExactlyElementsOf(secondHome());
        }
    }

    @Test
    void theAnglesOfAHomeAreComparedAcross180Degrees() throws Exception {
        try (LoopbackGrid grid = start(layout.scope() + "/han")) {
            assertThat(range(grid, "sm-1", 4).difference().orElseThrow()).isEqualByComparingTo("2");
        }
    }

    @Test
    void aFieldNetworkIsASegmentOfItsOwn() throws Exception {
        try (LoopbackGrid grid = start(layout.scope() + "/fan")) {
            assertThat(range(grid, "ssc-1", 3).difference().orElseThrow()).isEqualByComparingTo("40");
        }
    }
}
