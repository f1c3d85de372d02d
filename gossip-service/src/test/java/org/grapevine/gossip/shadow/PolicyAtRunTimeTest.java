package org.grapevine.gossip.shadow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.DpwsClient;
import org.grapevine.dpws.device.HostedService;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.metadata.Hosted;
import org.grapevine.gossip.header.Gossip1;
import org.grapevine.policy.GossipLimits;
import org.grapevine.policy.GossipPolicy;
import org.grapevine.policy.PolicyException;
import org.grapevine.policy.PortGossip;
import org.grapevine.policy.Scopes;
import org.grapevine.policy.ShadowRelation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A policy that is attached, changed and removed while its service runs. */
@Timeout(120)
class PolicyAtRunTimeTest {

    private static final Duration SOON = Duration.ofSeconds(15);
    private static final GossipPolicy QUICK =
            GossipPolicy.builder().repair(Duration.ofMillis(200)).build();

    private static Village plain(int devicesEach) throws Exception {
        Village village = new Village();
        for (int h = 0; h < 2; h++) {
            DeviceHost host = village.host(settings -> settings);
            for (int d = 0; d < devicesEach; d++) {
                String name = "device " + h + "." + d;
                village.device(host, name, Bulletins.of(Bulletins.withoutPolicy(), new Bulletins(village, name)));
            }
        }
        return village;
    }

    private static HostedService service(Device device) {
        return device.hostedServices().get(0);
    }

    private static void gossip(Village village, GossipPolicy policy) throws Exception {
        for (Device device : village.devices.values()) {
            device.gossip(service(device), policy).get(20, TimeUnit.SECONDS);
        }
    }

    private static void spread(Village village, String text) throws Exception {
        village.expect(text, village.devices.size());
        URI entry = village.shadow("device 0.0").address();
        village.hosts
                .get(1)
                .client()
                .send(entry, WsdlFirstTest.message("post", text), SOON)
                .get(20, TimeUnit.SECONDS);
        assertThat(village.await(text)).as(text).isTrue();
    }

    private static long delivered(Village village) throws Exception {
        long sum = 0;
        for (ShadowService shadow : village.shadows()) {
            for (ShadowEngine engine : shadow.engines()) {
                sum += engine.driver().stats().get(10, TimeUnit.SECONDS).delivered();
            }
        }
        return sum;
    }

    @Test
    void givesAPlainServiceAShadow() throws Exception {
        try (Village village = plain(2)) {
            Device device = village.device("device 0.0");
            DpwsClient client = village.hosts.get(1).client();
            assertThat(village.shadows()).isEmpty();

            gossip(village, QUICK);
            village.awaitPeers();
            spread(village, "now it gossips");

            ShadowService shadow = village.shadow("device 0.0");
            PortGossip ofOriginal = WsdlFirstTest.policy(client, service(device).address());
            assertThat(ofOriginal.relation())
                    .isEqualTo(ShadowRelation.shadowedBy(shadow.address().toString()));
            assertThat(WsdlFirstTest.policy(client, shadow.address()).relation())
                    .isEqualTo(ShadowRelation.shadowOf(service(device).address().toString()));
            assertThat(device.metadata().relationship().orElseThrow().hosted())
                    .extracting(Hosted::types)
                    .anyMatch(types -> types.contains(Gossip1.SHADOW_TYPE));
        }
    }

    @Test
    void isToldByAHelloWithAHigherMetadataVersionEachTime() throws Exception {
        try (Village village = plain(1)) {
            Device device = village.device("device 0.0");
            BlockingQueue<DeviceAnnouncement> told = new LinkedBlockingQueue<>();
            village.hosts.get(1).discovery().listen(event -> {
                if (event.device().epr().equals(device.epr())) {
                    told.add(event.device());
                }
            });
            long last = 0;

            List<GossipPolicy> policies =
                    List.of(QUICK, GossipPolicy.builder().fanout(7).build(), GossipPolicy.UNSET);
            for (GossipPolicy policy : policies) {
                device.gossip(service(device), policy).get(20, TimeUnit.SECONDS);
                DeviceAnnouncement hello = told.poll(20, TimeUnit.SECONDS);
                assertThat(hello).isNotNull();
                assertThat(hello.metadataVersion()).isGreaterThan(last);
                last = hello.metadataVersion();
            }
            device.withoutGossip(service(device)).get(20, TimeUnit.SECONDS);
            DeviceAnnouncement hello = told.poll(20, TimeUnit.SECONDS);
            assertThat(hello).isNotNull();
            assertThat(hello.metadataVersion()).isGreaterThan(last);
            assertThat(device.metadata().relationship().orElseThrow().hosted()).hasSize(1);
        }
    }

    @Test
    void changesInPlaceWhatTheEngineNeedNotKnow() throws Exception {
        try (Village village = plain(2)) {
            gossip(village, QUICK);
            village.awaitPeers();
            spread(village, "before");
            ShadowService shadow = village.shadow("device 0.0");

            GossipPolicy other = GossipPolicy.builder()
                    .fanout(2)
                    .rounds(9)
                    .lifetime(Duration.ofSeconds(20))
                    .repair(Duration.ofMillis(100))
                    .build();
            gossip(village, other);
            spread(village, "after");

            assertThat(village.shadow("device 0.0")).isSameAs(shadow);
            assertThat(shadow.engines()).hasSize(1);
            assertThat(shadow.policies()).hasEntrySatisfying("post", policy -> assertThat(policy.rounds())
                    .isEqualTo(9));
            assertThat(WsdlFirstTest.policy(village.hosts.get(1).client(), shadow.address())
                            .policy())
                    .isEqualTo(other);
        }
    }

    @Test
    void losesAndRepeatsNothingThatIsUnderWayWhenTheEngineChanges() throws Exception {
        try (Village village = plain(3)) {
            gossip(village, QUICK);
            village.awaitPeers();
            int sent = 0;
            DpwsClient client = village.hosts.get(1).client();
            for (int round = 0; round < 3; round++) {
                GossipPolicy policy = GossipPolicy.builder()
                        .repair(Duration.ofMillis(200))
                        .limits(new GossipLimits(null, 8 + round, null, null, null, null, null))
                        .build();
                for (Device device : village.devices.values()) {
                    for (int i = 0; i < 3; i++) {
                        String text = "message " + sent++;
                        village.expect(text, 6);
                        URI entry =
                                village.shadow("device " + i % 2 + "." + i % 3).address();
                        client.send(entry, WsdlFirstTest.message("post", text), SOON)
                                .get(20, TimeUnit.SECONDS);
                    }
                    device.gossip(service(device), policy).get(20, TimeUnit.SECONDS);
                }
            }
            for (int i = 0; i < sent; i++) {
                assertThat(village.await("message " + i)).as("message " + i).isTrue();
            }
            // All have come, so whatever was delivered twice shows in the sum.
            assertThat(delivered(village)).isEqualTo(6L * sent);
            assertThat(village.shadow("device 0.0").engines()).hasSize(4);
        }
    }

    @Test
    void allowsSoManyEnginesAndNoMore() throws Exception {
        try (Village village = plain(1)) {
            Device device = village.device("device 0.0");
            for (int i = 1; i <= 4; i++) {
                device.gossip(service(device), withFanoutUpTo(i)).get(20, TimeUnit.SECONDS);
            }
            PortGossip before = WsdlFirstTest.policy(
                    village.hosts.get(1).client(), service(device).address());

            assertThatThrownBy(() -> device.gossip(service(device), withFanoutUpTo(5)))
                    .isInstanceOf(PolicyException.class)
                    .hasMessage("gossip policy of " + service(device).address()
                            + ": 4 changes of peers, periods or limits (expected: fewer, while messages from before may"
                            + " still be under way)");
            assertThat(WsdlFirstTest.policy(
                            village.hosts.get(1).client(), service(device).address()))
                    .isEqualTo(before);
        }
    }

    private static GossipPolicy withFanoutUpTo(int most) {
        return GossipPolicy.builder()
                .limits(new GossipLimits(null, most, null, null, null, null, null))
                .build();
    }

    @Test
    void isTakenAwayFromAServiceWhoseOwnWsdlHasIt() throws Exception {
        try (Village village = new Village()) {
            DeviceHost host = village.host(settings -> settings);
            Device device =
                    village.device(host, "device", Bulletins.of(Bulletins.text(), new Bulletins(village, "device")));
            URI shadow = village.shadow("device").address();

            device.withoutGossip(service(device)).get(20, TimeUnit.SECONDS);

            assertThat(village.shadows()).isEmpty();
            assertThat(host.paths()).doesNotContain(shadow.getPath());
            assertThat(WsdlFirstTest.policies(host.client(), service(device).address()))
                    .isEmpty();
            device.gossip(service(device), QUICK).get(20, TimeUnit.SECONDS);
            assertThat(village.shadow("device").address()).isEqualTo(shadow);
        }
    }

    @Test
    void isRefusedIfItIsImpossibleAndThenNothingHasChanged() throws Exception {
        try (Village village = plain(1)) {
            Device device = village.device("device 0.0");
            Device other = village.device("device 1.0");

            assertThatThrownBy(() -> device.gossip(
                            service(device),
                            GossipPolicy.builder()
                                    .scopes(new Scopes(List.of("test:a"), "urn:no-such-rule"))
                                    .build()))
                    .isInstanceOf(PolicyException.class)
                    .hasMessageStartingWith("scopes MatchBy: urn:no-such-rule (expected: one of ");
            assertThatThrownBy(() -> device.gossip(
                            service(device), new PortGossip(null, Map.of("shout", GossipPolicy.UNSET), null)))
                    .hasMessage("operation of {urn:example:bulletin}Bulletin: shout (expected: one of [ask, post])");
            assertThatThrownBy(() -> device.gossip(service(other), QUICK))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("service: urn:example:bulletin:Bulletin (expected: one of device device 0.0, which has"
                            + " [urn:example:bulletin:Bulletin])");
            assertThat(village.shadows()).isEmpty();
        }
    }
}
