package org.grapevine.grid.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.xml.namespace.QName;
import org.grapevine.aggregation.FunctionLibrary;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Segment;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.discovery.DiscoveryTiming;
import org.grapevine.dpws.discovery.WsDiscovery;
import org.grapevine.dpws.hosting.Operation;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.gossip.header.ControlCodec;
import org.grapevine.gossip.shadow.GossipExtension;
import org.grapevine.gossip.shadow.ShadowService;
import org.grapevine.grid.data.DayAheadPrices;
import org.grapevine.grid.data.TariffEvents;
import org.grapevine.grid.energy.DayNeeds;
import org.grapevine.grid.sample.DeviceRole;
import org.grapevine.grid.sample.GridDevice;
import org.grapevine.grid.sample.SampleAppliances;
import org.grapevine.grid.sample.SampleGrid;
import org.grapevine.grid.tariff.Tariff;
import org.grapevine.grid.tariff.TariffEvent;
import org.grapevine.grid.tariff.TariffStatus;
import org.grapevine.peer.LinkGraph;
import org.grapevine.peer.Peer;
import org.grapevine.peer.PeerService;
import org.grapevine.peer.SegmentView;
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

    private record Receipt(String device, long modification, boolean taken) {}

    private final SampleGrid grid = new SampleGrid("test", 1, 2, 6);
    private final Map<String, GridNode> nodes = new LinkedHashMap<>();
    private final BlockingQueue<Receipt> receipts = new LinkedBlockingQueue<>();
    private GossipExtension gossip;
    private DeviceHost host;

    @BeforeEach
    void theGridRunsAndItsDevicesKnowEachOther() throws Exception {
        gossip = new GossipExtension(GossipConfig.defaults(), new XsltAggregations(FunctionLibrary.standard()));
        int port;
        try (DatagramSocket free = new DatagramSocket(0)) {
            port = free.getLocalPort();
        }
        HostSettings settings = HostSettings.on(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1)
                .withDiscovery(
                        new InetSocketAddress(WsDiscovery.IPV4_GROUP, port),
                        DiscoveryTiming.defaults().withAppMaxDelayMs(10));
        host = DeviceHost.start(settings, gossip);
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
            awaitPeers(shadow(portType));
        }
    }

    private void received(String device, Tariff tariff, boolean taken) {
        receipts.add(new Receipt(device, tariff.modificationNumber(), taken));
    }

    /** All devices in all segments: 2 in the WAN, 3 in the FAN, 4 in each HAN. */
    private void awaitPeers(ShadowService shadow) throws Exception {
        List<Segment> segments = grid.devices().stream()
                .flatMap(place -> place.scopes().stream())
                .distinct()
                .map(Segment::new)
                .toList();
        CountDownLatch latch = new CountDownLatch(2 + 3 + 4 + 4);
        Set<String> seen = ConcurrentHashMap.newKeySet();
        PeerService.Following following = gossip.peers()
                .orElseThrow()
                .follow(shadow.original().portType(), segments, new PeerService.PeerListener() {
                    @Override
                    public void joined(Segment segment, Peer peer) {
                        if (seen.add(segment + " " + peer.address())) {
                            latch.countDown();
                        }
                    }

                    @Override
                    public void left(Segment segment, Peer peer) {}
                });
        assertThat(latch.await(30, TimeUnit.SECONDS)).as("found %s", seen).isTrue();
        following.close();
        awaitLinks(shadow.original().portType());
    }

    /** Waits until links lead from each shadow to all others, through their segments. */
    private void awaitLinks(QName portType) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        boolean connected = false;
        while (!connected) {
            assertThat(System.nanoTime()).as("end of waiting for links").isLessThan(end);
            List<SegmentView> views = gossip.views().all().stream()
                    .filter(view -> view.portType().equals(portType))
                    .toList();
            connected = LinkGraph.of(views).get(30, TimeUnit.SECONDS).isConnected();
        }
    }

    @AfterEach
    void theGridEnds() {
        host.close();
    }

    private ShadowService shadow(String portType) {
        return gossip.shadows().stream()
                .filter(each -> each.device().name().equals("is")
                        && each.original().portType().getLocalPart().equals(portType))
                .findFirst()
                .orElseThrow();
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
}
