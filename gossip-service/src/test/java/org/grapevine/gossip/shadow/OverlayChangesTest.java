package org.grapevine.gossip.shadow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.dpws.device.Device;
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
            village.awaitLinks();

            assertThat(views(village)).hasSize(DEVICES).doesNotContainAnyElementsOf(before);
            for (SegmentView view : views(village)) {
                SegmentView.Status status = view.status().get(SECONDS, TimeUnit.SECONDS);
                assertThat(status.kind()).isEqualTo(MembershipConfig.Kind.CYCLON);
                assertThat(status.standings()).isNotEmpty();
            }
            assertThat(village.shadow("device 2").engines()).hasSize(1);
            requireSpread(village, "over the other view");
        }
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
