package org.grapevine.gossip.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.dpws.device.Device;
import org.grapevine.peer.LinkGraph;
import org.grapevine.peer.SegmentView;
import org.grapevine.policy.GossipLimits;
import org.grapevine.policy.GossipPolicy;
import org.grapevine.policy.Scopes;
import org.grapevine.policy.View;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of overlays when policies change while they work. */
@Timeout(120)
class OverlayChangesTest {

    private static final int DEVICES = 4;
    private static final int SECONDS = 20;

    private static Village village() throws Exception {
        Village village = new Village(OverlaysTest.quick(View.HYPARVIEW));
        for (int i = 0; i < DEVICES; i++) {
            String name = "device " + i;
            village.device(village.host(UnaryOperator.identity()), name, new Village.Notices(village, name));
        }
        village.awaitPeers();
        return village;
    }

    private static void gossip(Village village, GossipPolicy policy) throws Exception {
        for (Device device : village.devices.values()) {
            device.gossip(device.hostedServices().get(0), policy).get(SECONDS, TimeUnit.SECONDS);
        }
    }

    private static void requireSpread(Village village, String text) throws Exception {
        village.expect(text, DEVICES);
        village.post("device 1", text);
        assertThat(village.await(text)).as(text).isTrue();
    }

    private static List<SegmentView> views(Village village) {
        return village.extensions.stream()
                .flatMap(extension -> extension.views().all().stream())
                .toList();
    }

    private static Set<PeerAddress> drawn(ShadowEngine engine) throws Exception {
        return Set.copyOf(
                engine.driver().peers().get(SECONDS, TimeUnit.SECONDS).getOrDefault(Village.SEGMENT, List.of()));
    }

    @Test
    void aSecondEngineIsFedByTheSameOverlay() throws Exception {
        try (Village village = village()) {
            List<SegmentView> before = views(village);

            gossip(
                    village,
                    GossipPolicy.builder()
                            .limits(new GossipLimits(null, 9, null, null, null, null, null))
                            .build());

            List<ShadowEngine> engines = village.shadow("device 2").engines();
            assertThat(engines).hasSize(2);
            assertThat(views(village)).isEqualTo(before);
            assertThat(drawn(engines.get(0))).isNotEmpty().isEqualTo(drawn(engines.get(1)));
            requireSpread(village, "by the second engine");
        }
    }

    @Test
    void anotherKindOfViewIsAnotherOverlayOfTheSamePeers() throws Exception {
        try (Village village = village()) {
            List<SegmentView> before = views(village);

            gossip(village, GossipPolicy.builder().view(View.CYCLON).build());

            // Who changes says goodbye to those who changed before, and is back at once.
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (!areAllOf(MembershipConfig.Kind.CYCLON, views(village))
                    || !village.links().isConnected()) {
                assertThat(System.nanoTime()).as("end of waiting for views").isLessThan(end);
            }
            assertThat(views(village)).hasSize(DEVICES).doesNotContainAnyElementsOf(before);
            assertThat(village.shadow("device 2").engines()).hasSize(1);
            requireSpread(village, "over the other view");
        }
    }

    private static boolean areAllOf(MembershipConfig.Kind kind, List<SegmentView> views) throws Exception {
        for (SegmentView view : views) {
            SegmentView.Status status = view.status().get(SECONDS, TimeUnit.SECONDS);
            if (status.kind() != kind || status.standings().isEmpty()) {
                return false;
            }
        }
        return true;
    }

    @Test
    void aLanIsKnownAsDiscoveryFindsItAndTheOverlayEnds() throws Exception {
        try (Village village = village()) {
            gossip(
                    village,
                    GossipPolicy.builder()
                            .lan(new Scopes(List.of(Village.SEGMENT.scope()), null))
                            .build());

            requireSpread(village, "over the LAN");
            ShadowEngine newest = village.shadow("device 2").engines().get(0);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
            while (drawn(newest).size() < DEVICES - 1) {
                assertThat(System.nanoTime()).as("end of waiting for peers").isLessThan(end);
            }
        }
    }

    @Test
    void aDeviceWithOtherScopesGossipsInOtherSegments() throws Exception {
        try (Village village = village()) {
            Segment elsewhere = new Segment("test:elsewhere");
            List<String> movers = List.of("device 2", "device 3");
            for (String mover : movers) {
                village.device(mover)
                        .change(words -> words.scopes(List.of(elsewhere.scope())))
                        .get(SECONDS, TimeUnit.SECONDS);
            }

            for (String mover : movers) {
                assertThat(village.shadow(mover).segments()).containsExactly(elsewhere);
            }
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (village.shadow("device 2").engines().size() > 1
                    || views(village).stream()
                                    .filter(view -> view.segment().equals(elsewhere))
                                    .count()
                            < 2
                    || !village.links().equals(linksOfPairs(village))) {
                assertThat(System.nanoTime())
                        .as("end of waiting, links %s", village.links())
                        .isLessThan(end);
            }
            village.expect("for those who moved", 2);
            village.post("device 3", "for those who moved");
            assertThat(village.await("for those who moved")).isTrue();
            assertThat(village.timesArrived("for those who moved")).isEqualTo(2);
        }
    }

    /** Devices 0 and 1 with each other, and devices 2 and 3. */
    private static LinkGraph linksOfPairs(Village village) {
        Map<PeerAddress, Set<PeerAddress>> links = new LinkedHashMap<>();
        for (int i = 0; i < DEVICES; i++) {
            links.put(
                    village.shadow("device " + i).peerAddress(),
                    Set.of(village.shadow("device " + (i ^ 1)).peerAddress()));
        }
        return new LinkGraph(links);
    }

    @Test
    void withoutGossipTheViewIsGone() throws Exception {
        try (Village village = village()) {
            PeerAddress left = village.shadow("device 2").peerAddress();
            Device device = village.device("device 2");

            device.withoutGossip(device.hostedServices().get(0)).get(SECONDS, TimeUnit.SECONDS);

            village.awaitNobodyHas(left);
            assertThat(village.extensions.get(2).views().all()).isEmpty();
        }
    }
}
