package org.grapevine.grid.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.xml.namespace.QName;
import org.grapevine.aggregation.FunctionLibrary;
import org.grapevine.core.message.Completeness;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.hosting.Operation;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.gossip.header.ControlCodec;
import org.grapevine.gossip.shadow.GossipExtension;
import org.grapevine.gossip.shadow.ShadowService;
import org.grapevine.grid.data.DayAheadPrices;
import org.grapevine.grid.data.TariffEvents;
import org.grapevine.grid.energy.DayNeeds;
import org.grapevine.grid.measurement.GridMeasurements;
import org.grapevine.grid.sample.DeviceRole;
import org.grapevine.grid.sample.GridDevice;
import org.grapevine.grid.sample.SampleAppliances;
import org.grapevine.grid.sample.SampleGrid;
import org.grapevine.grid.tariff.Tariff;
import org.grapevine.grid.tariff.TariffEvent;
import org.grapevine.grid.tariff.TariffStatus;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A grid of 1 IS, 1 SSC, 2 SM and 6 IED. */
@Timeout(120)
class GridNodeTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final LocalDate DAY = LocalDate.of(2024, 6, 21);
    private static final Duration SOON = Duration.ofSeconds(15);

    private static final QName MEASUREMENTS = new QName(GridMeasurements.NAMESPACE, "GridMeasurements");

    private record Receipt(String device, long modification, boolean taken) {}

    private final SampleGrid grid = new SampleGrid("test", 1, 2, 6);
    private final Map<String, GridNode> nodes = new LinkedHashMap<>();
    private final BlockingQueue<Receipt> receipts = new LinkedBlockingQueue<>();
    private LoopbackGrid loopback;
    private GossipExtension gossip;
    private DeviceHost host;

    @BeforeEach
    void theGridRunsAndItsDevicesKnowEachOther() throws Exception {
        loopback = new LoopbackGrid(new XsltAggregations(FunctionLibrary.standard()));
        gossip = loopback.gossip();
        host = loopback.host();
        SampleAppliances appliances = new SampleAppliances(1, BERLIN);
        for (GridDevice place : grid.devices()) {
            GridNode node = place.role() == DeviceRole.APPLIANCE
                    ? GridNode.ofAppliance(
                            host,
                            place,
                            grid.name(),
                            appliances.appliance(place, DAY, InstantSource.system()),
                            this::received)
                    : GridNode.ofConcentrator(
                            host,
                            place,
                            grid.name(),
                            BERLIN,
                            place.role() == DeviceRole.SMART_METER ? grid.appliancesOf(place.number()) : 0,
                            this::received);
            nodes.put(place.name(), node);
        }
        for (String portType : List.of("TariffService", "EnergyNeedsService")) {
            loopback.awaitLinks("is", portType);
        }
    }

    private void received(String device, Tariff tariff, boolean taken) {
        receipts.add(new Receipt(device, tariff.modificationNumber(), taken));
    }

    @AfterEach
    void theGridEnds() {
        loopback.close();
    }

    private ShadowService shadow(String portType) {
        return loopback.shadow("is", portType);
    }

    private byte[] envelope(ShadowService shadow, String operation, byte[] body) {
        return EnvelopeWriter.forAction(shadow.original().operations().stream()
                        .filter(each -> each.name().equals(operation))
                        .map(Operation::inputAction)
                        .findFirst()
                        .orElseThrow())
                .messageId(host.messageIds().next())
                .body(body)
                .toBytes();
    }

    private DayNeeds needs() throws Exception {
        ShadowService shadow = shadow("EnergyNeedsService");
        Envelope answer = host.client()
                .call(shadow.address(), envelope(shadow, "needs", GridPayloads.needsRequest(DAY)), SOON)
                .get(20, TimeUnit.SECONDS);
        Completeness completeness = ControlCodec.completeness(answer).orElseThrow();
        assertThat(completeness.isWhole()).isTrue();
        assertThat(completeness.counted()).isEqualTo(10);
        return GridPayloads.needs(answer);
    }

    private DayNeeds truth() {
        return nodes.values().stream()
                .map(node -> node.truth(DAY))
                .reduce(DayNeeds::plus)
                .orElseThrow();
    }

    private void push(byte[] tariffEvent) throws Exception {
        ShadowService shadow = shadow("TariffService");
        host.client()
                .send(shadow.address(), envelope(shadow, "tariffChanged", tariffEvent), SOON)
                .get(20, TimeUnit.SECONDS);
    }

    private static TariffEvent tariff(long modification) {
        return new TariffEvents(DayAheadPrices.germany2024(), BERLIN, "test", List.of())
                .forDay(
                        DAY,
                        modification,
                        TariffStatus.FAR,
                        InstantSource.system().instant());
    }

    private List<Receipt> awaitReceipts(int count) throws InterruptedException {
        List<Receipt> all = new ArrayList<>();
        while (all.size() < count) {
            Receipt receipt = receipts.poll(30, TimeUnit.SECONDS);
            assertThat(receipt).as("receipt %d of %d", all.size() + 1, count).isNotNull();
            all.add(receipt);
        }
        return all;
    }

    @Test
    void needsAddUpToTheTruthBeforeAndAfterATariffThatMovesThem() throws Exception {
        DayNeeds before = needs();
        assertThat(before).usingRecursiveComparison().ignoringFields("oldest").isEqualTo(truth());
        assertThat(before.numDataSources()).isEqualTo(6);
        assertThat(before.complete()).isTrue();

        push(GridPayloads.tariffEvent(tariff(1)));
        assertThat(awaitReceipts(10)).allMatch(Receipt::taken);
        DayNeeds after = needs();

        assertThat(after.wattHours()).isEqualTo(truth().wattHours()).isNotEqualTo(before.wattHours());
        assertThat(after.numDataSources()).isEqualTo(6);
    }

    @Test
    void anOlderModificationChangesNothing() throws Exception {
        push(GridPayloads.tariffEvent(tariff(2)));
        awaitReceipts(10);
        List<Long> needs = truth().wattHours();

        push(GridPayloads.tariffEvent(tariff(1)));

        assertThat(awaitReceipts(10)).noneMatch(Receipt::taken).allMatch(receipt -> receipt.modification() == 1);
        assertThat(truth().wattHours()).isEqualTo(needs);
    }

    @Test
    void aTariffThatMakesNoSenseIsCountedAndTheNextOneArrives() throws Exception {
        String good = new String(GridPayloads.tariffEvent(tariff(1)), UTF_8);
        push(good.replace("PT1H", "PT7M").getBytes(UTF_8));
        push(GridPayloads.tariffEvent(tariff(1)));

        assertThat(awaitReceipts(10)).allMatch(Receipt::taken);
        long failed = gossip.shadows().stream()
                .mapToLong(shadow -> shadow.trouble().failedDeliveries())
                .sum();
        assertThat(failed).isBetween(1L, 10L);
    }

    @Test
    void allButTheInformationSystemMeasure() {
        assertThat(gossip.shadows().stream()
                        .filter(shadow -> shadow.original().portType().equals(MEASUREMENTS))
                        .map(shadow -> shadow.device().name()))
                .containsExactlyInAnyOrderElementsOf(nodes.keySet().stream()
                        .filter(name -> !name.equals("is"))
                        .toList());
    }
}
