package org.grapevine.gossip.shadow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.grapevine.core.engine.DropReason;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.engine.GossipStats;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.device.Device;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.DpwsClient;
import org.grapevine.dpws.device.HostedService;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.metadata.Hosted;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.gossip.header.Gossip1;
import org.grapevine.gossip.header.GossipHeader;
import org.grapevine.peer.service.Peers1;
import org.grapevine.policy.Binding;
import org.grapevine.policy.GossipLimits;
import org.grapevine.policy.GossipPolicy;
import org.grapevine.policy.PolicyException;
import org.grapevine.policy.PortGossip;
import org.grapevine.policy.Scopes;
import org.grapevine.policy.ShadowRelation;
import org.junit.jupiter.api.Nested;
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
                    .anyMatch(types -> types.contains(Gossip1.SHADOW_TYPE))
                    .anyMatch(types -> types.contains(Peers1.PORT_TYPE));
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
            assertThat(device.metadata().relationship().orElseThrow().hosted())
                    .as("neither a shadow nor a Peer Service")
                    .hasSize(1);
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

    @Nested
    class AnEngineFromBefore {

        private static final long CLOCK_ERROR = 300;
        private static final long SHORT = 400;
        private static final long LONG = 60_000;
        private static final PeerAddress ORIGIN = new PeerAddress("soap.udp://127.0.0.1:9/elsewhere/gossip");

        private static GossipConfig config(int seenLimit) {
            GossipConfig usual = GossipConfig.defaults();
            return new GossipConfig(
                    usual.fanoutRule(),
                    usual.maxFanout(),
                    usual.maxRounds(),
                    CLOCK_ERROR,
                    seenLimit,
                    usual.originLimit(),
                    usual.bufferLimitBytes(),
                    usual.digestLimit(),
                    usual.wantTimeoutMillis(),
                    usual.wantTries(),
                    usual.redeliverAfterMillis(),
                    usual.redeliverLimit(),
                    usual.repeatAfterMillis(),
                    usual.repeatAtMostMillis(),
                    usual.queryLimit(),
                    usual.variants(),
                    usual.replies());
        }

        private static Device device(Village village, int seenLimit, Object service) throws Exception {
            DeviceHost host = village.host(settings -> settings.withApplication(1, 100), config(seenLimit));
            Device device = village.device(host, "device", service);
            device.gossip(service(device), QUICK).get(20, TimeUnit.SECONDS);
            return device;
        }

        private static Object bulletins(Village village) {
            return Bulletins.of(Bulletins.withoutPolicy(), new Bulletins(village, "device"));
        }

        /** As it comes from a peer. */
        private static byte[] copy(Village village, String text, long originTime, long lifetime) {
            GossipParameters parameters = new GossipParameters(0, 0, originTime, lifetime, 0, null);
            Hop hop = new Hop(Village.SEGMENT, 0, 1, 0);
            PeerAddress to = village.shadow("device").peerAddress();
            return EnvelopeWriter.forAction(Bulletins.NAMESPACE + ":post")
                    .messageId("urn:uuid:" + UUID.nameUUIDFromBytes(text.getBytes(UTF_8)))
                    .from(EndpointReference.of(ORIGIN.value()))
                    .header(new String(GossipHeader.gossipBlock(parameters, Binding.SOAP_UDP), UTF_8))
                    .header(new String(GossipHeader.ownBlocks(to, hop, ORIGIN), UTF_8))
                    .body(("<b:post xmlns:b='" + Bulletins.NAMESPACE + "'>" + text + "</b:post>").getBytes(UTF_8))
                    .toBytes();
        }

        private static void send(Village village, byte[] copy) throws Exception {
            URI entry = village.shadow("device").address();
            village.hosts.get(0).client().send(entry, copy, SOON).get(20, TimeUnit.SECONDS);
        }

        private static GossipStats stats(ShadowEngine engine) throws Exception {
            return engine.driver().stats().get(20, TimeUnit.SECONDS);
        }

        /** Until it remembers no id, and nothing that is published by any clock is for it any more. */
        private static ShadowEngine awaitEmpty(ShadowService shadow) throws Exception {
            ShadowEngine old = shadow.engines().get(1);
            long until = shadow.engines().get(0).sinceMillis() + CLOCK_ERROR;
            while (old.driver().nowMillis() < until || stats(old).seen() > 0) {
                Thread.onSpinWait();
            }
            return old;
        }

        @Test
        void endsWhenNoCopyOfWhatItKnowsCanComeAndSoNothingIsDeliveredTwice() throws Exception {
            try (Village village = new Village()) {
                Device device = device(village, 100, bulletins(village));
                ShadowService shadow = village.shadow("device");
                long before = shadow.driver().nowMillis();
                byte[] known = copy(village, "known", before, SHORT);
                byte[] late = copy(village, "late", before, LONG);
                village.expect("known", 1);
                send(village, known);
                assertThat(village.await("known")).isTrue();

                device.gossip(service(device), withFanoutUpTo(3)).get(20, TimeUnit.SECONDS);
                assertThat(shadow.engines()).hasSize(2);
                while (shadow.engines().size() > 1) {
                    Thread.onSpinWait();
                }
                village.expect("late", 1);
                send(village, known);
                send(village, late);
                assertThat(village.await("late")).isTrue();
                send(village, late);
                while (stats(shadow.engines().get(0)).dropped(DropReason.DUPLICATE) == 0) {
                    Thread.onSpinWait();
                }

                assertThat(stats(shadow.engines().get(0)).dropped(DropReason.EXPIRED))
                        .isEqualTo(1);
                assertThat(village.timesArrived("known")).isEqualTo(1);
                assertThat(village.timesArrived("late")).isEqualTo(1);
            }
        }

        @Test
        void goesOnWhileACopyOfWhatItHadToForgetMayCome() throws Exception {
            try (Village village = new Village()) {
                Device device = device(village, 2, bulletins(village));
                ShadowService shadow = village.shadow("device");
                long before = shadow.driver().nowMillis();
                byte[] forgotten = copy(village, "forgotten", before, LONG);
                village.expect("forgotten", 1);
                send(village, forgotten);
                assertThat(village.await("forgotten")).isTrue();
                for (int i = 0; i < 3; i++) {
                    village.expect("short " + i, 1);
                    send(village, copy(village, "short " + i, shadow.driver().nowMillis(), SHORT));
                    assertThat(village.await("short " + i)).isTrue();
                }

                device.gossip(service(device), withFanoutUpTo(3)).get(20, TimeUnit.SECONDS);
                ShadowEngine old = awaitEmpty(shadow);

                assertThat(old.driver().isDone().get(20, TimeUnit.SECONDS)).isFalse();
                send(village, forgotten);
                while (stats(old).dropped(DropReason.MAYBE_SEEN) == 0) {
                    Thread.onSpinWait();
                }
                assertThat(shadow.engines()).hasSize(2);
                assertThat(village.timesArrived("forgotten")).isEqualTo(1);
            }
        }

        @Test
        void goesOnWhileItsMessagesWaitForTheService() throws Exception {
            try (Village village = new Village()) {
                CountDownLatch release = new CountDownLatch(1);
                List<String> taken = new CopyOnWriteArrayList<>();
                Device device = device(village, 100, new Village.Blocking(release, text -> {
                    taken.add(text);
                    village.arrived(text, "device");
                }));
                ShadowService shadow = village.shadow("device");
                for (int i = 0; i < 3; i++) {
                    village.expect("message " + i, 1);
                    byte[] post = EnvelopeWriter.forAction(NoticeService.NAMESPACE + ":NoticeService:post")
                            .messageId("urn:uuid:" + UUID.randomUUID())
                            .header("<g:Gossip xmlns:g='" + Gossip1.NAMESPACE + "' lifetime='" + SHORT + "'/>")
                            .body(("<n:post xmlns:n='" + NoticeService.NAMESPACE + "'><text>message " + i
                                            + "</text></n:post>")
                                    .getBytes(UTF_8))
                            .toBytes();
                    send(village, post);
                }
                while (stats(shadow.engines().get(0)).delivered() < 3) {
                    Thread.onSpinWait();
                }

                device.gossip(service(device), withFanoutUpTo(3)).get(20, TimeUnit.SECONDS);
                ShadowEngine old = awaitEmpty(shadow);

                assertThat(old.driver().isDone().get(20, TimeUnit.SECONDS)).isFalse();
                release.countDown();
                for (int i = 0; i < 3; i++) {
                    assertThat(village.await("message " + i)).isTrue();
                }
                assertThat(taken).hasSize(3);
            }
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
