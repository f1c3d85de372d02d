package org.grapevine.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.Set;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipEvent;
import org.grapevine.core.contract.GossipTimer;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Rules of docs/protocols/multicast.md: one device between two segments step by step, then whole networks. */
class MulticastTest {

    private static final Segment LAN = new Segment("lan");
    private static final Segment WAN = new Segment("wan");

    private static GossipParameters multicast(InMemoryNetwork network, long repairMillis) {
        return new GossipParameters(0, 0, network.now, 30_000, repairMillis, null).withVariant(GossipVariant.MULTICAST);
    }

    /** Two LANs, some devices in both, the rest in one. */
    private static InMemoryNetwork twoLans(long seed, int each, int inBoth) {
        InMemoryNetwork network = new InMemoryNetwork(seed, GossipConfig.defaults());
        network.lans = Set.of(new Segment("left"), new Segment("right"));
        for (int i = 0; i < each; i++) {
            network.add("l" + i, "left");
            network.add("r" + i, "right");
        }
        for (int i = 0; i < inBoth; i++) {
            network.add("b" + i, "left", "right");
        }
        network.introduce();
        return network;
    }

    @Nested
    class OneDevice {

        private final InMemoryNetwork network = gateway();
        private final InMemoryNetwork.Node node = network.node("self");
        private final GossipMessage message = new GossipMessage(
                new MessageId("urn:m"),
                new PeerAddress("w0"),
                multicast(network, 1_000),
                new EncodedPayload(new byte[100]));

        private static InMemoryNetwork gateway() {
            InMemoryNetwork network = new InMemoryNetwork(1, GossipConfig.defaults());
            network.lans = Set.of(LAN);
            network.add("self", "lan", "wan");
            network.add("l0", "lan");
            network.add("l1", "lan", "wan");
            network.add("w0", "wan");
            network.add("w1", "wan");
            network.introduce();
            return network;
        }

        private List<GossipAction> handle(GossipEvent event) {
            return node.engine.handle(network.now, event);
        }

        private List<GossipAction> receive(String from, Segment segment) {
            return handle(new GossipEvent.Received(new PeerAddress(from), new Hop(segment, 3, 2, 0), message));
        }

        private List<GossipAction> bridge() {
            return handle(new GossipEvent.TimerFired(new GossipTimer.Bridge(message.id(), LAN)));
        }

        @Test
        void theOriginSendsOneMulticastIntoTheLanAndPushesIntoTheOtherSegment() {
            List<GossipAction> actions = handle(new GossipEvent.Published(
                    new GossipMessage(message.id(), node.address, message.parameters(), message.payload())));

            assertThat(actions.stream().filter(GossipAction.Multicast.class::isInstance))
                    .singleElement()
                    .isInstanceOfSatisfying(GossipAction.Multicast.class, multicast -> assertThat(multicast.hop())
                            .isEqualTo(new Hop(LAN, 0, 1, 0)));
            assertThat(actions.stream().filter(GossipAction.Send.class::isInstance))
                    .hasSize(3)
                    .allMatch(action ->
                            ((GossipAction.Send) action).hop().segment().equals(WAN));
        }

        @Test
        void aMessageFromElsewhereIsCarriedIntoTheLanAfterAWhile() {
            List<GossipAction> actions = receive("w1", WAN);

            assertThat(actions).noneMatch(GossipAction.Multicast.class::isInstance);
            assertThat(actions)
                    .anyMatch(action -> action instanceof GossipAction.Schedule schedule
                            && schedule.timer().equals(new GossipTimer.Bridge(message.id(), LAN))
                            && schedule.delayMillis() <= 20);
            assertThat(bridge()).containsExactly(new GossipAction.Multicast(LAN, new Hop(LAN, 0, 3, 0), message));
            assertThat(bridge()).isEmpty();
        }

        @Test
        void notIfSomebodyElseWasHeardToCarryItThere() {
            receive("w1", WAN);
            receive("l1", LAN);

            assertThat(bridge()).isEmpty();
        }

        @Test
        void aSecondCopyOfTheOtherSegmentChangesNothing() {
            receive("w1", WAN);
            receive("l1", WAN);

            assertThat(bridge()).hasSize(1);
        }

        @Test
        void whatCameThroughTheLanIsNotSentThereAgain() {
            List<GossipAction> actions = receive("l0", LAN);

            assertThat(actions).noneMatch(GossipAction.Multicast.class::isInstance);
            assertThat(actions)
                    .noneMatch(action -> action instanceof GossipAction.Schedule schedule
                            && schedule.timer() instanceof GossipTimer.Bridge);
            assertThat(actions.stream()
                            .filter(GossipAction.Send.class::isInstance)
                            .map(action -> ((GossipAction.Send) action).hop().segment()))
                    .isNotEmpty()
                    .containsOnly(WAN);
        }

        @Test
        void withoutRoomToWaitItIsCarriedOverAtOnce() {
            for (int i = 0; i < Multicast.WAITING_LIMIT + 5; i++) {
                handle(new GossipEvent.Received(
                        new PeerAddress("w1"),
                        new Hop(WAN, 3, 2, 0),
                        new GossipMessage(
                                new MessageId("urn:" + i), message.origin(), message.parameters(), message.payload())));
            }

            assertThat(node.engine.stats().dropped(DropReason.TOO_MANY_BRIDGED)).isEqualTo(5);
        }
    }

    @Test
    void oneDatagramReachesTheWholeLan() {
        InMemoryNetwork network = InMemoryNetwork.ofOneSegment(1, 200);
        network.lans = Set.of(new Segment("s"));

        MessageId id = network.first().publish(multicast(network, 0));
        network.runOut();

        assertThat(network.count(id)).isEqualTo(200);
        assertThat(network.multicasts).isEqualTo(1);
        assertThat(network.sum(GossipStats::forwarded)).isEqualTo(1);
    }

    @Test
    void ofManyDevicesBetweenTwoLansFewSpeak() {
        InMemoryNetwork network = twoLans(1, 20, 20);

        MessageId id = network.node("l0").publish(multicast(network, 0));
        network.runOut();

        assertThat(network.count(id)).isEqualTo(60);
        // 20 delays drawn from 0 to 20 ms, and 1 ms until the first multicast is heard.
        assertThat(network.multicasts).isBetween(2, 6);
    }

    @Test
    void whatTheMulticastLostRepairBrings() {
        for (int seed = 0; seed < 20; seed++) {
            InMemoryNetwork network = twoLans(seed, 15, 3);
            network.loss = 0.3;
            network.duplication = 0.2;
            network.maxDelayMillis = 30;
            Random victims = new Random(seed);
            MessageId id = network.node("l0").publish(multicast(network, 1_000));
            for (InMemoryNetwork.Node each : network.nodes.values()) {
                if (each.address.value().matches("[lr][1-9].*") && victims.nextInt(10) < 3) {
                    network.after(victims.nextLong(40), each::crash);
                }
            }
            network.runFor(30_000);

            assertThat(network.count(id))
                    .as("seed %d", seed)
                    .isEqualTo(network.live().size());
            assertThat(network.controls).containsKey(Control.Digest.class);
        }
    }
}
