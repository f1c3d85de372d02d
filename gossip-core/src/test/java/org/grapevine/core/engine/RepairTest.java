package org.grapevine.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.Set;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipEvent;
import org.grapevine.core.contract.GossipTimer;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepairTest {

    @ParameterizedTest(name = "loss {0}")
    @ValueSource(doubles = {0.1, 0.3, 0.5})
    void everyLiveConnectedDeviceHasTheMessageBeforeItsLifetimeEnds(double loss) {
        for (int seed = 0; seed < 50; seed++) {
            InMemoryNetwork network = InMemoryNetwork.ofGrid(seed, 4, 12, 36);
            network.loss = loss;
            network.duplication = 0.2;
            network.maxDelayMillis = 50;

            MessageId id = network.node("is").publish(network.oneWay());
            network.runFor(30_000);

            assertThat(network.count(id)).as("seed %d", seed).isEqualTo(1 + 4 + 12 + 36);
        }
    }

    @Test
    void crashesInMidFlightCostNobodyElseTheMessage() {
        for (int seed = 0; seed < 100; seed++) {
            InMemoryNetwork network = InMemoryNetwork.ofOneSegment(seed, 60);
            network.loss = 0.3;
            network.maxDelayMillis = 20;
            MessageId id = network.first().publish(network.oneWay());
            Random victims = new Random(seed);
            for (InMemoryNetwork.Node node : network.nodes.values()) {
                if (node != network.first() && victims.nextDouble() < 0.3) {
                    network.after(victims.nextLong(40), node::crash);
                }
            }

            network.runFor(30_000);

            assertThat(network.count(id))
                    .as("seed %d", seed)
                    .isEqualTo(network.live().size());
        }
    }

    @Test
    void aPartitionThatHealsWithinTheLifetimeIsMadeGood() {
        InMemoryNetwork network = InMemoryNetwork.ofOneSegment(5, 40);
        Set<PeerAddress> half =
                Set.copyOf(network.nodes.keySet().stream().skip(20).toList());
        network.cutOff = half;

        MessageId id = network.first().publish(network.oneWay());
        network.runFor(10_000);
        assertThat(network.count(id)).isEqualTo(20);
        network.cutOff = Set.of();
        network.runFor(5_000);

        assertThat(network.count(id)).isEqualTo(40);
    }

    @Test
    void itIsSilentOnceTheLifetimeHasEnded() {
        InMemoryNetwork network = InMemoryNetwork.ofOneSegment(1, 10);

        network.first().publish(network.oneWay());
        long took = network.runOut();

        assertThat(took).isBetween(29_000L, 42_000L);
    }

    @Test
    void withoutRepairNothingIsSentAfterThePush() {
        InMemoryNetwork network = InMemoryNetwork.ofOneSegment(1, 10);

        network.first().publish(network.pushOnly(5, 5));
        network.runOut();

        assertThat(network.sum(GossipStats::controlsSent)).isZero();
    }

    @Test
    void onceTheLastCopyWouldBeRefusedNothingIsRemembered() {
        InMemoryNetwork network = InMemoryNetwork.ofOneSegment(1, 10);

        network.first().publish(network.oneWay());
        network.first().publish(network.pushOnly(5, 5));
        network.runOut();

        assertThat(network.sum(GossipStats::seen)).isZero();
        assertThat(network.sum(GossipStats::bufferedBytes)).isZero();
    }

    @Test
    void whatArrivesByRepairIsCountedAsRepaired() {
        InMemoryNetwork network = InMemoryNetwork.ofOneSegment(1, 10);
        PeerAddress late = new PeerAddress("n9");
        network.cutOff = Set.of(late);

        network.first().publish(network.oneWay());
        network.runFor(500);
        network.cutOff = Set.of();
        network.runFor(10_000);

        assertThat(network.node("n9").engine.stats().repaired()).isEqualTo(1);
        assertThat(network.sum(GossipStats::repaired)).isEqualTo(1);
    }

    @Nested
    class Digests {

        private final InMemoryNetwork network = InMemoryNetwork.ofOneSegment(1, 3);
        private final InMemoryNetwork.Node node = network.node("n0");
        private final PeerAddress peer = new PeerAddress("n1");
        private final Segment segment = new Segment("s");

        private List<GossipAction> handle(PeerAddress from, Control control) {
            return node.engine.handle(network.now, new GossipEvent.ControlReceived(from, control));
        }

        @Test
        void anUnknownIdIsAskedForOnceAtATime() {
            List<MessageId> ids = List.of(new MessageId("x"));
            Control digest = new Control.Digest(segment, ids, Control.Slice.WHOLE);

            assertThat(handle(peer, digest))
                    .contains(new GossipAction.SendControl(peer, new Control.IWant(segment, ids, false)));
            assertThat(handle(new PeerAddress("n2"), digest)).isEmpty();
        }

        @Test
        void anIdThatDoesNotComeIsAskedForAtOneAdvertiserAfterTheOtherAndGivenUpInTheEnd() {
            List<MessageId> ids = List.of(new MessageId("x"));
            PeerAddress next = new PeerAddress("n2");
            handle(peer, new Control.Digest(segment, ids, Control.Slice.WHOLE));
            handle(next, new Control.Digest(segment, ids, Control.Slice.WHOLE));
            GossipEvent repeat = new GossipEvent.TimerFired(new GossipTimer.RepeatWants());

            for (int tries = 2; tries <= GossipConfig.defaults().wantTries(); tries++) {
                network.now += 500;
                assertThat(node.engine.handle(network.now, repeat))
                        .contains(new GossipAction.SendControl(
                                tries % 2 == 0 ? next : peer, new Control.IWant(segment, ids, false)));
            }
            network.now += 500;
            assertThat(node.engine.handle(network.now, repeat)).isEmpty();
            assertThat(node.engine.stats().dropped(DropReason.NEVER_CAME)).isEqualTo(1);
        }

        @Test
        void aCompleteDigestIsAnsweredWithWhatItLacks() {
            MessageId held = node.publish(network.oneWay());

            assertThat(handle(peer, new Control.Digest(segment, List.of(), Control.Slice.WHOLE)))
                    .containsExactly(
                            new GossipAction.SendControl(peer, new Control.IHave(segment, List.of(held), 0, false)));
        }

        @Test
        void strangersGetNoAnswer() {
            node.publish(network.oneWay());
            PeerAddress stranger = new PeerAddress("stranger");

            assertThat(handle(stranger, new Control.Digest(segment, List.of(), Control.Slice.WHOLE)))
                    .isEmpty();
            assertThat(handle(stranger, new Control.IWant(segment, List.of(new MessageId("urn:test:0")), false)))
                    .isEmpty();
            assertThat(node.engine.stats().dropped(DropReason.UNKNOWN_PEER)).isEqualTo(2);
        }

        @Test
        void aDigestBeyondTheLimitIsRefused() {
            List<MessageId> many = java.util.stream.IntStream.range(0, 61)
                    .mapToObj(i -> new MessageId("x" + i))
                    .toList();

            assertThat(handle(peer, new Control.Digest(segment, many, Control.Slice.WHOLE)))
                    .isEmpty();
            assertThat(node.engine.stats().dropped(DropReason.DIGEST_TOO_LONG)).isEqualTo(1);
        }

        @Test
        void moreMessagesThanADigestHoldsAreStillAllRepaired() {
            network.cutOff = Set.of(new PeerAddress("n2"));
            for (int i = 0; i < 200; i++) {
                node.publish(network.oneWay());
            }
            network.runFor(1_000);
            network.cutOff = Set.of();
            network.runFor(28_000);

            assertThat(network.node("n2").delivered).hasSize(200);
        }
    }
}
