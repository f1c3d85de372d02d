package org.grapevine.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipEvent;
import org.grapevine.core.contract.GossipTimer;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.Hop;
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
    void whicheverFirstMessagesGetLostOrDevicesDieTheOthersHaveIt() {
        VariantFaults.allGetItWhicheverGetLost(GossipConfig.defaults(), InMemoryNetwork::oneWay);
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
                    .containsExactly(new GossipAction.Check(segment, stranger));
            assertThat(handle(stranger, new Control.IWant(segment, List.of(new MessageId("urn:test:0")), false)))
                    .isEmpty();
            assertThat(node.engine.stats().dropped(DropReason.UNKNOWN_PEER)).isEqualTo(2);
        }

        @Test
        void aDigestBeyondTheLimitIsRefused() {
            List<MessageId> many =
                    IntStream.range(0, 61).mapToObj(i -> new MessageId("x" + i)).toList();

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

    @Nested
    class WithThousandsOfLiveIds {

        private static final int MESSAGES = 5_000;
        private static final int DEVICES = 8;

        private final InMemoryNetwork network = InMemoryNetwork.ofOneSegment(7, DEVICES);

        /** Each device has what chance gave it, and nobody pushes anything. */
        private void deal(double missing) {
            Random random = new Random(5);
            List<InMemoryNetwork.Node> nodes = List.copyOf(network.nodes.values());
            Hop last = new Hop(new Segment("s"), 0, 1, 0);
            for (int i = 0; i < MESSAGES; i++) {
                GossipMessage message = new GossipMessage(
                        new MessageId("urn:uuid:" + i),
                        new PeerAddress("elsewhere"),
                        network.oneWay(),
                        new EncodedPayload(new byte[100]));
                for (InMemoryNetwork.Node node : nodes) {
                    if (random.nextDouble() >= missing) {
                        node.handle(new GossipEvent.Received(new PeerAddress("elsewhere"), last, message));
                    }
                }
            }
        }

        private boolean allHaveAll() {
            return network.nodes.values().stream().allMatch(node -> node.delivered.size() == MESSAGES);
        }

        @Test
        void whatOneInTwentyLacksIsRepairedWithinAFewPeriodsAtBoundedBytes() {
            deal(0.05);
            // All are a moment old, and nobody waits for a push any longer.
            network.runFor(500);
            network.controlBytes = 0;
            int periods = 0;
            while (!allHaveAll() && periods < 30) {
                network.runFor(1_000);
                periods++;
            }

            assertThat(periods).isLessThanOrEqualTo(8);
            // One comparison per period, with its answers and what is asked for then.
            assertThat(network.controlBytes / ((long) periods * DEVICES)).isLessThan(120_000);
            assertThat(network.sum(GossipStats::repaired)).isBetween(1_900L, 2_100L);
            assertThat(network.sum(stats -> stats.dropped(DropReason.DUPLICATE)))
                    .isZero();
        }

        @Test
        void aComparisonThatFindsNothingMissingCostsOneDatagram() {
            deal(0);
            network.runFor(10_500);

            assertThat(network.controls.keySet()).containsOnly(Control.Summary.class);
            assertThat(network.controlBytes / network.controls.getOrDefault(Control.Summary.class, 1))
                    .isLessThan(4_096);
        }

        @Test
        void whatLeftTheBufferIsNotComparedAgainAndAgain() {
            InMemoryNetwork.Node small = network.node("n0");
            small.engine = new GossipEngine(
                    GossipConfig.defaults().withLimits(10_000, 100, 1_000, 10, 10), small.view, new Random(1));
            deal(0);
            network.runFor(10_500);

            assertThat(small.engine.stats().bufferedBytes()).isLessThanOrEqualTo(1_000);
            assertThat(network.controls.getOrDefault(Control.IWant.class, 0)).isZero();
            assertThat(network.controls.getOrDefault(Control.IHave.class, 0)).isZero();
        }

        @Test
        void aDeviceThatComesLateGetsAll() {
            InMemoryNetwork.Node late = network.node("n0");
            late.crashed = true;
            deal(0);
            late.crashed = false;
            // It holds nothing, and compares nothing itself until the first message has come.
            network.runFor(25_000);

            assertThat(late.delivered).hasSize(MESSAGES);
        }

        /** Else it would be sent thousands of payloads in each period, and refuse them all as seen before. */
        @Test
        void aDeviceThatHadToForgetMostOfThemAsksForFewAtATime() {
            InMemoryNetwork.Node small = network.node("n0");
            small.engine = new GossipEngine(
                    GossipConfig.defaults().withLimits(1_000, 100, 4 << 20, 10, 10), small.view, new Random(1));
            deal(0);
            long refusedAtFirst = small.engine.stats().dropped(DropReason.MAYBE_SEEN);
            network.runFor(10_500);

            GossipStats stats = small.engine.stats();
            assertThat(stats.seen()).isLessThanOrEqualTo(1_000);
            // Two comparisons per period, its own and one of a peer, with hardly more than a digest for each.
            assertThat(stats.dropped(DropReason.MAYBE_SEEN) - refusedAtFirst).isBetween(60L, 2_500L);
            assertThat(stats.dropped(DropReason.TOO_MANY_WANTS)).isPositive();
        }

        @Test
        void aSliceWithMoreIdsThanADigestHoldsIsToldInParts() {
            deal(0);
            List<GossipAction> actions = network.node("n0")
                    .engine
                    .handle(
                            network.now + 1_000,
                            new GossipEvent.ControlReceived(
                                    new PeerAddress("n1"),
                                    new Control.Summary(
                                            new Segment("s"), network.now, network.now, List.of(0L, 0L, 0L))));

            assertThat(actions).hasSize(3).allSatisfy(action -> {
                var digest = (Control.Digest) ((GossipAction.SendControl) action).control();
                assertThat(digest.ids()).hasSizeBetween(1, 60).allMatch(digest.slice()::contains);
                assertThat(digest.slice().of() % 3).isZero();
            });
        }

        @Test
        void aSummaryIsAnsweredWithABoundedNumberOfDigestsAndStrangersGetNone() {
            deal(0);
            List<Long> wrong = Collections.nCopies(128, 42L);
            Control summary = new Control.Summary(new Segment("s"), network.now, network.now, wrong);

            assertThat(network.node("n0")
                            .engine
                            .handle(network.now, new GossipEvent.ControlReceived(new PeerAddress("n1"), summary)))
                    .hasSize(Repair.DIGESTS_IN_ANSWER);
            assertThat(network.node("n0")
                            .engine
                            .handle(network.now, new GossipEvent.ControlReceived(new PeerAddress("stranger"), summary)))
                    .containsExactly(new GossipAction.Check(new Segment("s"), new PeerAddress("stranger")));
        }

        @Test
        void aSummaryOfNothingOrOfTooMuchIsRefused() {
            for (int slices : new int[] {0, Control.Slice.MAX + 1}) {
                Control summary =
                        new Control.Summary(new Segment("s"), 0, network.now, Collections.nCopies(slices, 1L));
                assertThat(network.node("n0")
                                .engine
                                .handle(network.now, new GossipEvent.ControlReceived(new PeerAddress("n1"), summary)))
                        .isEmpty();
            }
            assertThat(network.node("n0").engine.stats().dropped(DropReason.DIGEST_TOO_LONG))
                    .isEqualTo(2);
        }

        @Test
        void whatTheOtherSideCannotHaveYetIsNoDifference() {
            deal(0);
            network.runFor(600);
            network.controls.clear();
            // Published a moment ago, and still on its way.
            network.cutOff = Set.of(new PeerAddress("n0"));
            network.node("n0").publish(network.oneWay());
            network.cutOff = Set.of();
            network.runFor(350);

            assertThat(network.controls.keySet()).doesNotContain(Control.Digest.class);
        }
    }

    @Nested
    class ADeviceThatStoodStill {

        private static final int DEVICES = 20;
        private static final int STALL_MILLIS = 3_000;

        private final InMemoryNetwork network = InMemoryNetwork.ofOneSegment(3, DEVICES);
        private final InMemoryNetwork.Node stalled = network.node("n1");
        private final List<InMemoryNetwork.Node> nodes = List.copyOf(network.nodes.values());
        private final Hop last = new Hop(new Segment("s"), 0, 1, 0);

        private int published;

        /** One message each 5 ms to all, as by multicast; returns the copies for the one that stands still. */
        private List<GossipEvent> publish(int messages, boolean toTheStalledOne) {
            List<GossipEvent> queue = new ArrayList<>();
            for (int i = 0; i < messages; i++) {
                PeerAddress origin = new PeerAddress("elsewhere");
                GossipMessage message = new GossipMessage(
                        new MessageId("urn:uuid:" + published++),
                        origin,
                        network.oneWay(),
                        new EncodedPayload(new byte[100]));
                GossipEvent copy = new GossipEvent.Received(origin, last, message);
                for (InMemoryNetwork.Node node : nodes) {
                    if (node != stalled || toTheStalledOne) {
                        node.handle(copy);
                    }
                }
                queue.add(copy);
                network.runFor(5);
            }
            return queue;
        }

        private void advertise(List<GossipEvent> copies) {
            List<MessageId> ids = copies.stream()
                    .map(event -> ((GossipEvent.Received) event).message().id())
                    .toList();
            for (int i = 0; i < ids.size(); i += 60) {
                List<MessageId> some = ids.subList(i, Math.min(ids.size(), i + 60));
                Control iHave = new Control.IHave(new Segment("s"), some, 0, false);
                stalled.handle(new GossipEvent.ControlReceived(new PeerAddress("n2"), iHave));
            }
        }

        private boolean allHaveAll() {
            return nodes.stream().allMatch(node -> node.delivered.size() == published);
        }

        @Test
        void asksForNoMoreThanItsWindowWhileItsQueueWaitsAndGetsAllOnce() {
            publish(400, true);
            network.severed = (from, to) -> to.equals(stalled.address);
            List<GossipEvent> queue = publish(STALL_MILLIS / 5, false);
            // Control messages go before all that waits, answers behind it.
            advertise(queue);
            int most = stalled.engine.stats().wanted();
            // It comes to its queue now, at ten times the rate at which that was filled.
            for (GossipEvent copy : queue) {
                stalled.handle(copy);
                if (network.random.nextInt(2) == 0) {
                    network.runFor(1);
                }
                most = Math.max(most, stalled.engine.stats().wanted());
            }
            network.severed = (from, to) -> false;
            network.runFor(5_000);

            assertThat(most).isBetween(1, RepairWindow.START);
            assertThat(allHaveAll()).isTrue();
        }

        @Test
        void getsARealGapOfThousandsWithinTheLifetime() {
            publish(100, true);
            network.severed = (from, to) -> to.equals(stalled.address);
            publish(3_000, false);
            network.severed = (from, to) -> false;
            assertThat(stalled.delivered).hasSize(100);
            publish(100, true);
            network.runFor(10_000);

            assertThat(allHaveAll()).isTrue();
        }

        @Test
        void asksForLittleWhenNothingComesOfIt() {
            publish(400, true);
            network.severed = (from, to) -> to.equals(stalled.address);
            List<GossipEvent> queue = publish(600, false);
            int asked = 0;
            for (int second = 0; second < 10; second++) {
                advertise(queue);
                network.runFor(1_000);
                asked = Math.max(asked, second < 5 ? 0 : stalled.engine.stats().wanted());
            }

            assertThat(asked).isLessThanOrEqualTo(RepairWindow.LEAST);
            assertThat(stalled.engine.stats().dropped(DropReason.REPAIR_HELD_BACK))
                    .isPositive();
        }

        @Test
        void doesNotAnswerForWhatItHasNotComeTo() {
            publish(400, true);
            List<GossipEvent> queue = publish(400, false);
            for (GossipEvent copy : queue) {
                stalled.handle(copy);
                network.runFor(5);
            }
            Control summary =
                    new Control.Summary(new Segment("s"), network.now, network.now - 500, Collections.nCopies(128, 1L));
            stalled.engine.handle(network.now, new GossipEvent.TimerFired(new GossipTimer.Repair()));
            // All that it saw since the comparison before was two seconds old.
            assertThat(stalled.engine.handle(
                            network.now, new GossipEvent.ControlReceived(new PeerAddress("n2"), summary)))
                    .isEmpty();
            assertThat(stalled.engine.stats().dropped(DropReason.BEHIND)).isPositive();
        }
    }
}
