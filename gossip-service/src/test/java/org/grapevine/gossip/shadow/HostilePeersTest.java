package org.grapevine.gossip.shadow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import org.grapevine.core.contract.GossipEvent;
import org.grapevine.core.membership.MembershipDrop;
import org.grapevine.core.membership.PeerEntry;
import org.grapevine.core.membership.PeerMessage;
import org.grapevine.core.membership.Standing;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.addressing.SoapUdpAddress;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.transport.HttpReply;
import org.grapevine.gossip.driver.Lane;
import org.grapevine.gossip.driver.OverlayDriver;
import org.grapevine.gossip.header.Gossip1;
import org.grapevine.gossip.header.PeerMessageCodec;
import org.grapevine.peer.SegmentView;
import org.grapevine.policy.View;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Membership messages that no honest device sends are refused and counted, and the device goes on. */
@Timeout(60)
class HostilePeersTest {

    private static final int SECONDS = 20;

    private Village village;
    private DatagramSocket socket;
    private PeerAddress stranger;
    private ShadowService victim;
    private SegmentView view;

    @BeforeEach
    void meet() throws Exception {
        village = new Village(OverlaysTest.quick(View.HYPARVIEW));
        for (int i = 0; i < 3; i++) {
            String name = "device " + i;
            village.device(village.host(UnaryOperator.identity()), name, new Village.Notices(village, name));
        }
        village.awaitPeers();
        socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        stranger = new PeerAddress("soap.udp://127.0.0.1:" + socket.getLocalPort() + "/stranger/gossip");
        victim = village.shadow("device 0");
        view = village.extensions.get(0).views().all().get(0);
    }

    /** Whatever was sent to it, a device goes on. */
    @AfterEach
    void allGoOn() throws Exception {
        try (Village all = village) {
            socket.close();
            assertThat(all.hosts).hasSize(3);
            village.awaitLinks();
            village.expect("still here", 3);
            village.post("device 0", "still here");
            assertThat(village.await("still here")).isTrue();
        }
    }

    private void send(byte[] bytes) throws IOException {
        SoapUdpAddress to = SoapUdpAddress.parse(victim.peerAddress().value());
        socket.send(new DatagramPacket(bytes, bytes.length, new InetSocketAddress(to.host(), to.port())));
    }

    private byte[] written(PeerMessage message, Segment segment, PeerAddress from) {
        return PeerMessageCodec.write(
                message, segment, victim.peerAddress(), new PeerEntry(from, 0, 0), "urn:uuid:hostile");
    }

    private void send(PeerMessage message) throws IOException {
        send(written(message, Village.SEGMENT, stranger));
    }

    private void awaitCounted(ToLongFunction<OverlayDriver.Counters> counter) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (counter.applyAsLong(victim.overlays().counters()) == 0) {
            assertThat(System.nanoTime()).as("end of waiting").isLessThan(end);
            Thread.onSpinWait();
        }
    }

    private void awaitDropped(MembershipDrop reason) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (dropped().getOrDefault(reason, 0L) == 0) {
            assertThat(System.nanoTime())
                    .as("waiting for %s in %s", reason, dropped())
                    .isLessThan(end);
        }
    }

    private Map<MembershipDrop, Long> dropped() throws Exception {
        return view.status().get(SECONDS, TimeUnit.SECONDS).stats().dropped();
    }

    private Set<PeerAddress> inView() throws Exception {
        Set<PeerAddress> all = new LinkedHashSet<>();
        for (Standing standing : view.status().get(SECONDS, TimeUnit.SECONDS).standings()) {
            all.add(standing.peer().address());
        }
        return all;
    }

    private Set<PeerAddress> neighbours() {
        Set<PeerAddress> all = new LinkedHashSet<>();
        village.shadows().stream().filter(shadow -> shadow != victim).forEach(shadow -> all.add(shadow.peerAddress()));
        return all;
    }

    private static PeerEntry entry(String address) {
        return new PeerEntry(new PeerAddress(address), 0, 0);
    }

    @Test
    void aDatagramInTheNameOfAnotherDeviceIsDropped() throws Exception {
        PeerAddress other = village.shadow("device 1").peerAddress();

        send(written(new PeerMessage.Leave(), Village.SEGMENT, other));

        awaitCounted(OverlayDriver.Counters::forged);
        assertThat(inView()).contains(other);
    }

    @Test
    void aDatagramInTheNameOfAGroupIsDropped() throws Exception {
        PeerAddress group = new PeerAddress("soap.udp://239.255.255.250:3702/x/gossip");

        send(written(new PeerMessage.Join(new PeerEntry(group, 0, 0)), Village.SEGMENT, group));

        awaitCounted(OverlayDriver.Counters::forged);
        assertThat(inView()).doesNotContain(group);
    }

    @Test
    void aMessageForAnotherSegmentIsDropped() throws Exception {
        send(written(new PeerMessage.Join(new PeerEntry(stranger, 0, 0)), new Segment("test:elsewhere"), stranger));

        awaitCounted(OverlayDriver.Counters::foreign);
        assertThat(inView()).doesNotContain(stranger);
    }

    @Test
    void tenThousandEntriesAreRefusedAsAWhole() throws Exception {
        byte[] envelope = EnvelopeWriter.forAction(Gossip1.NAMESPACE + ":ShuffleAnswer")
                .messageId("urn:uuid:hostile")
                .to(victim.address().toString())
                .from(EndpointReference.of(stranger.value()))
                .body(("<g:ShuffleAnswer xmlns:g='" + Gossip1.NAMESPACE + "' segment='" + Village.SEGMENT + "'>"
                                + String.join(" ", Collections.nCopies(10_000, "x"))
                                + "</g:ShuffleAnswer>")
                        .getBytes(UTF_8))
                .toBytes();

        HttpReply reply = village.hosts
                .get(1)
                .httpSender()
                .post(victim.address(), HttpReply.SOAP_CONTENT_TYPE, envelope, Duration.ofSeconds(SECONDS))
                .get(SECONDS, TimeUnit.SECONDS);

        assertThat(reply.status()).isEqualTo(400);
        assertThat(new String(reply.body(), UTF_8)).contains("entries: 10000 (expected: 0..32)");
        assertThat(victim.overlays().counters().malformed()).isEqualTo(1);
        assertThat(neighbours()).containsAll(inView());
    }

    @Test
    void aDatagramFullOfEntriesIsRefusedAsAWhole() throws Exception {
        String many = String.join(" ", Collections.nCopies(1_500, "x"));
        send(EnvelopeWriter.forAction(Gossip1.NAMESPACE + ":ShuffleAnswer")
                .messageId("urn:uuid:hostile")
                .to(victim.peerAddress().value())
                .from(EndpointReference.of(stranger.value()))
                .body(("<g:ShuffleAnswer xmlns:g='" + Gossip1.NAMESPACE + "' segment='s'>" + many
                                + "</g:ShuffleAnswer>")
                        .getBytes(UTF_8))
                .toBytes());

        awaitCounted(OverlayDriver.Counters::malformed);
    }

    @Test
    void entriesThatCanBeNobodysAreLeftOut() throws Exception {
        int port = socket.getLocalPort();
        send(new PeerMessage.Shuffle(
                new PeerEntry(stranger, 0, 0),
                0,
                List.of(
                        new PeerEntry(victim.peerAddress(), 0, 3),
                        entry("soap.udp://239.255.255.250:3702/x"),
                        entry("soap.udp://255.255.255.255:" + port + "/x"),
                        entry("soap.udp://0.0.0.0:" + port + "/x"),
                        entry("soap.udp://10.1.2.3:" + port + "/x"),
                        entry("soap.udp://127.1:" + port + "/x"),
                        entry("soap.udp://127.0.0.1:0" + port + "/x"),
                        entry("soap.udp://localhost:" + port + "/x"),
                        entry("http://127.0.0.1:" + port + "/x"))));

        awaitDropped(MembershipDrop.IMPOSSIBLE_ADDRESS);
        assertThat(dropped())
                .containsEntry(MembershipDrop.IMPOSSIBLE_ADDRESS, 8L)
                .containsKey(MembershipDrop.OWN_ENTRY);
        inView().forEach(peer -> assertThat(neighbours().contains(peer) || peer.equals(stranger))
                .as(peer.value())
                .isTrue());
    }

    /** All that comes is told at once, faster than any engine works. */
    @Test
    void aFloodOfMembershipMessagesHoldsUpNoGossip() throws Exception {
        Envelope ping = new EnvelopeReader(EnvelopeLimits.udp())
                .readWhole(written(new PeerMessage.Ping(1, false, List.of()), Village.SEGMENT, stranger));
        long before = victim.overlays().counters().received();
        village.expect("through the flood", 3);

        for (int i = 0; i < 30_000; i++) {
            victim.overlays().onPost(ping);
            if (i == 15_000) {
                village.post("device 1", "through the flood");
            }
        }

        assertThat(village.await("through the flood")).isTrue();
        assertThat(victim.driver().lost()).isZero();
        assertThat(victim.overlays().counters().received()).isGreaterThan(before);
    }

    @Test
    void aFloodOfGossipCrowdsOutNoMembership() throws Exception {
        GossipEvent digest = new GossipEvent.ControlReceived(
                village.shadow("device 1").peerAddress(),
                new Control.Digest(Village.SEGMENT, List.of(), Control.Slice.WHOLE));

        long full = 0;
        for (int i = 0; i < 200_000 && full < 1_000; i++) {
            full += victim.driver().tell(digest) ? 0 : 1;
        }

        assertThat(victim.driver().dropped().inboxFull()).containsKey(Lane.PROTOCOL);
        assertThat(victim.overlays().counters().inboxFull()).isZero();
        assertThat(inView()).isEqualTo(neighbours());
    }

    @Test
    void aStrangerThatJoinsAndIsSilentIsOutAfterAWhile() throws Exception {
        send(new PeerMessage.Join(new PeerEntry(stranger, 0, 0)));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
        while (!inView().contains(stranger)) {
            assertThat(System.nanoTime()).as("end of waiting").isLessThan(end);
        }

        village.awaitNobodyHas(stranger);
    }
}
