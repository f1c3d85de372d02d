package org.grapevine.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipEvent;
import org.grapevine.core.contract.GossipTimer;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.Faults;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.Payload;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.core.message.Sample;
import org.grapevine.core.message.Segment;
import org.grapevine.core.view.SegmentPeers;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The first answers, and all answers as they are; rules of docs/protocols/reply-tree.md. */
class ReplyModesTest {

    private static final long NOW = 1_000_000;
    private static final Segment S = new Segment("s");
    private static final PeerAddress SELF = new PeerAddress("self");
    private static final PeerAddress PARENT = new PeerAddress("parent");
    private static final PeerAddress A = new PeerAddress("a");
    private static final PeerAddress B = new PeerAddress("b");
    private static final PeerAddress ORIGIN = new PeerAddress("origin");
    private static final MessageId ID = new MessageId("urn:q");
    private static final EncodedPayload VALUE = new EncodedPayload(new byte[] {1});

    /** One device with two children, a and b. */
    private static final class Device {
        private final GossipEngine engine;
        private final GossipMessage request;

        Device(ReplyTerms terms) {
            this(terms, ReplyLimits.defaults());
        }

        Device(ReplyTerms terms, ReplyLimits limits) {
            SegmentPeers view = new SegmentPeers(SELF, List.of(S), 10);
            view.join(S, PARENT);
            view.join(S, A);
            view.join(S, B);
            this.engine = new GossipEngine(GossipConfig.defaults().withReplies(limits), view, new Random(1));
            this.request = new GossipMessage(ID, ORIGIN, new GossipParameters(0, 0, NOW, 30_000, 0, terms), VALUE);
        }

        List<GossipAction> at(long after, GossipEvent event) {
            return engine.handle(NOW + after, event);
        }

        List<GossipAction> receive() {
            return at(0, new GossipEvent.Received(PARENT, new Hop(S, 3, 2, 1_000), request));
        }

        List<GossipAction> publish() {
            GossipMessage own = new GossipMessage(ID, SELF, request.parameters(), VALUE);
            return at(0, new GossipEvent.Published(own));
        }

        List<GossipAction> answer(long after) {
            return at(after, new GossipEvent.Answered(ID, Optional.of(VALUE)));
        }

        List<GossipAction> control(long after, PeerAddress from, Control control) {
            return at(after, new GossipEvent.ControlReceived(from, control));
        }

        List<GossipAction> timer(long after, GossipTimer timer) {
            return at(after, new GossipEvent.TimerFired(timer));
        }

        long dropped(DropReason reason) {
            return engine.stats().dropped(reason);
        }
    }

    private static GossipAction to(PeerAddress peer, Control control) {
        return new GossipAction.SendControl(peer, control);
    }

    private static Sample sample(PeerAddress device, long after) {
        return new Sample(device, NOW + after, VALUE);
    }

    private static Control samples(int number, Sample... samples) {
        return new Control.Samples(ID, number, List.of(samples));
    }

    private static Control taken(int number) {
        return new Control.SamplesAck(ID, number);
    }

    private static Completeness counted(int counted, int declined, int timedOut, int truncated, long after) {
        return new Completeness(counted, declined, 0, timedOut, truncated, NOW + after);
    }

    private static Control collected(int counted, int declined, int timedOut, int truncated) {
        return new Control.Reply(
                ID, null, new Completeness(counted, declined, 0, timedOut, truncated, Completeness.NONE));
    }

    @Nested
    class First {

        @Test
        void theFirstValueIsPassedOnAsItIsAndTheRestToldAsTruncated() {
            Device device = new Device(ReplyTerms.first(1, ReplyTerms.NO_FUNCTION, 2_000));
            device.receive();

            List<GossipAction> actions = device.control(10, A, new Control.Reply(ID, VALUE, counted(1, 0, 0, 0, 5)));

            // Itself and b are still open.
            assertThat(actions)
                    .contains(to(PARENT, new Control.Reply(ID, VALUE, counted(1, 0, 0, 2, 5))))
                    .noneMatch(GossipAction.Merge.class::isInstance);
            assertThat(device.answer(20)).isEmpty();
            assertThat(device.dropped(DropReason.LATE_ANSWER)).isEqualTo(1);
            assertThat(device.control(30, B, new Control.Reply(ID, VALUE, counted(1, 0, 0, 0, 5))))
                    .containsExactly(to(B, new Control.ReplyAck(ID)));
            assertThat(device.dropped(DropReason.LATE_REPLY)).isEqualTo(1);
        }

        @Test
        void anInitiatorIsDoneAtOnce() {
            Device device = new Device(ReplyTerms.first(1, ReplyTerms.NO_FUNCTION, 2_000));
            device.publish();

            assertThat(device.answer(10))
                    .containsExactly(new GossipAction.Complete(ID, Optional.of(VALUE), counted(1, 0, 0, 3, 10)));
        }

        @Test
        void severalAreMergedAsSoonAsThereAreEnough() {
            Device device = new Device(ReplyTerms.first(3, "urn:f", 2_000));
            device.receive();
            assertThat(device.answer(10)).isEmpty();

            assertThat(device.control(20, A, new Control.Reply(ID, VALUE, counted(2, 0, 0, 0, 5))))
                    .anyMatch(GossipAction.Merge.class::isInstance);
            assertThat(device.at(30, new GossipEvent.Merged(ID, Optional.of(VALUE))))
                    .contains(to(PARENT, new Control.Reply(ID, VALUE, counted(3, 0, 0, 1, 5))));
        }

        @Test
        void whereFewerAnswerThereAreFewer() {
            Device device = new Device(ReplyTerms.first(3, "urn:f", 2_000));
            device.receive();
            device.control(10, A, new Control.Decline(ID));
            device.control(10, B, new Control.Decline(ID));

            assertThat(device.answer(20)).anyMatch(GossipAction.Merge.class::isInstance);
            assertThat(device.at(30, new GossipEvent.Merged(ID, Optional.of(VALUE))))
                    .contains(to(PARENT, new Control.Reply(ID, VALUE, counted(1, 2, 0, 0, 20))));
        }

        @ParameterizedTest(name = "enough={0}")
        @ValueSource(ints = {1, 5, 75})
        void anAnswerComesLongBeforeTheSlowOnes(int enough) {
            InMemoryNetwork network = InMemoryNetwork.ofOneSegment(1, 80);
            network.maxDelayMillis = 20;
            int slow = 0;
            for (InMemoryNetwork.Node node : network.nodes.values()) {
                node.answerDelayMillis = slow++ < 10 ? 4_000 : 5;
            }
            long start = network.now;
            MessageId id = network.first().publish(network.request(ReplyTerms.first(enough, "urn:test:union", 10_000)));
            network.runFor(10_001);

            InMemoryNetwork.Outcome outcome = network.first().outcome(id);
            assertThat(outcome.contributors()).hasSizeGreaterThanOrEqualTo(enough);
            assertThat(outcome.completeness().counted())
                    .isEqualTo(outcome.contributors().size());
            assertThat(outcome.completeness().isWhole())
                    .isEqualTo(outcome.contributors().size() == 80);
            if (enough < 70) {
                assertThat(outcome.atMillis() - start).isLessThan(500);
            }
        }
    }

    @Nested
    class Collect {

        private final Device device = new Device(ReplyTerms.collect(0, 2_000));

        @Test
        void anInitiatorGivesOutWhatComesAndThenTheEnd() {
            device.publish();
            assertThat(device.answer(5)).containsExactly(new GossipAction.Collected(ID, List.of(sample(SELF, 5))));
            device.control(6, PARENT, new Control.Decline(ID));
            device.control(6, B, new Control.Decline(ID));

            assertThat(device.control(10, A, samples(0, sample(A, 7), sample(ORIGIN, 8))))
                    .containsExactly(
                            new GossipAction.Collected(ID, List.of(sample(A, 7), sample(ORIGIN, 8))), to(A, taken(0)));
            assertThat(device.control(20, A, collected(2, 0, 0, 0)))
                    .containsExactly(
                            to(A, new Control.ReplyAck(ID)),
                            new GossipAction.Complete(ID, Optional.empty(), counted(3, 2, 0, 0, 5)));
        }

        @Test
        void aRelaySendsItsOwnSampleAtOnceAndTheOthersWhenItsParentHasTaken() {
            device.receive();
            assertThat(device.answer(5)).contains(to(PARENT, samples(0, sample(SELF, 5))));
            assertThat(device.control(6, A, samples(0, sample(A, 1)))).containsExactly(to(A, taken(0)));
            assertThat(device.control(7, B, samples(0, sample(B, 2)))).containsExactly(to(B, taken(0)));

            assertThat(device.control(8, PARENT, taken(0)))
                    .containsExactly(to(PARENT, samples(1, sample(A, 1), sample(B, 2))));
            device.control(9, A, collected(1, 0, 0, 0));
            assertThat(device.control(9, B, collected(1, 0, 0, 0))).doesNotContain(to(PARENT, collected(3, 0, 0, 0)));
            assertThat(device.control(10, PARENT, taken(1))).contains(to(PARENT, collected(3, 0, 0, 0)));
        }

        @Test
        void aBatchIsRepeatedUntilItIsTakenAndAcknowledgedAgainWhenItComesAgain() {
            device.receive();
            device.answer(5);
            assertThat(device.timer(105, new GossipTimer.RepeatReply(ID)))
                    .contains(to(PARENT, samples(0, sample(SELF, 5))));
            device.control(110, A, samples(0, sample(A, 1)));

            assertThat(device.control(120, A, samples(0, sample(A, 1)))).containsExactly(to(A, taken(0)));
            assertThat(device.control(130, PARENT, taken(0))).containsExactly(to(PARENT, samples(1, sample(A, 1))));
        }

        @Test
        void aBatchIsBoundedInCountAndBytes() {
            ReplyLimits limits = new ReplyLimits(1_000, 100, 1_000, 10_000, 250, 1_000);
            Device small = new Device(ReplyTerms.collect(0, 2_000), limits);
            small.receive();
            small.answer(5);
            Payload large = new EncodedPayload(new byte[100]);
            for (int i = 0; i < 5; i++) {
                Sample each = new Sample(new PeerAddress("d" + i), NOW, large);
                small.control(6, A, samples(i, each));
            }
            assertThat(batchAfter(small, 0)).hasSize(2);
            assertThat(batchAfter(small, 1)).hasSize(2);
            assertThat(batchAfter(small, 2)).hasSize(1);

            device.receive();
            device.answer(5);
            for (int i = 0; i < 100; i++) {
                device.control(6, A, samples(i, sample(new PeerAddress("d" + i), 1)));
            }
            assertThat(batchAfter(device, 0)).hasSize(Control.Samples.MOST_SAMPLES);
            assertThat(batchAfter(device, 1)).hasSize(36);
        }

        private static List<Sample> batchAfter(Device device, int taken) {
            return device.control(10, PARENT, taken(taken)).stream()
                    .map(action -> ((Control.Samples) ((GossipAction.SendControl) action).control()).samples())
                    .findFirst()
                    .orElseThrow();
        }

        @Test
        void samplesWithoutRoomAreHeldOffUntilTheParentHasTakenOthers() {
            ReplyLimits limits = new ReplyLimits(1_000, 100, 2, 10_000, 250, 1_000);
            Device small = new Device(ReplyTerms.collect(0, 2_000), limits);
            small.receive();
            small.answer(5);
            small.control(6, A, samples(0, sample(A, 1)));

            assertThat(small.control(7, B, samples(0, sample(B, 2)))).isEmpty();
            assertThat(small.dropped(DropReason.SAMPLES_HELD_OFF)).isEqualTo(1);

            small.control(8, PARENT, taken(0));
            assertThat(small.control(9, B, samples(0, sample(B, 2)))).contains(to(B, taken(0)));
        }

        @Test
        void anOwnSampleWithoutRoomIsTold() {
            ReplyLimits limits = new ReplyLimits(1_000, 100, 2, 10_000, 250, 1_000);
            Device small = new Device(ReplyTerms.collect(0, 2_000), limits);
            small.receive();
            small.control(6, A, samples(0, sample(A, 1)));
            small.control(6, A, samples(1, sample(new PeerAddress("c"), 1)));
            small.answer(7);
            small.control(8, PARENT, taken(0));
            small.control(8, PARENT, taken(1));
            small.control(9, A, collected(2, 0, 0, 0));
            List<GossipAction> actions = small.control(9, B, new Control.Decline(ID));

            Completeness busy = new Completeness(2, 1, 1, 0, 0, Completeness.NONE, Faults.of(Faults.BUSY, 1));
            assertThat(actions).contains(to(PARENT, new Control.Reply(ID, null, busy)));
            assertThat(small.dropped(DropReason.SAMPLE_LOST)).isEqualTo(1);
        }

        @Test
        void whatTheParentHasNotTakenInTimeIsTold() {
            device.receive();
            device.answer(5);
            device.control(6, A, samples(0, sample(A, 1), sample(B, 1)));
            device.control(7, PARENT, taken(0));
            device.timer(847, new GossipTimer.GatheringEnds(ID));

            // A margin is 153 ms.
            List<GossipAction> actions = device.timer(924, new GossipTimer.AnswerDue(ID));

            assertThat(actions).contains(to(PARENT, collected(1, 0, 2, 2)));
            assertThat(device.dropped(DropReason.SAMPLE_LOST)).isEqualTo(2);
        }

        @Test
        void anInitiatorTakesOneSampleOfEachDeviceAndOnlySoMany() {
            ReplyLimits limits = new ReplyLimits(1_000, 100, 2, 10_000, 250, 2);
            Device small = new Device(ReplyTerms.collect(0, 2_000), limits);
            small.publish();
            small.answer(5);
            PeerAddress below = new PeerAddress("below");
            small.control(6, A, samples(0, sample(below, 1)));

            assertThat(small.control(7, B, samples(0, sample(below, 2))))
                    .noneMatch(GossipAction.Collected.class::isInstance);
            assertThat(small.control(8, B, samples(1, sample(B, 2))))
                    .noneMatch(GossipAction.Collected.class::isInstance);
            assertThat(small.dropped(DropReason.SECOND_SAMPLE)).isEqualTo(1);
            assertThat(small.dropped(DropReason.SAMPLE_LOST)).isEqualTo(1);
            small.control(9, A, collected(1, 0, 0, 0));
            small.control(9, B, new Control.Decline(ID));
            assertThat(small.control(9, PARENT, new Control.Decline(ID)))
                    .anyMatch(action -> action instanceof GossipAction.Complete complete
                            && complete.completeness().truncated() == 1);
        }

        @ParameterizedTest(name = "{0}")
        @EnumSource
        void everyDeviceIsCollectedOnceByEveryVariant(GossipVariant variant) {
            GossipConfig config = GossipConfig.defaults()
                    .withVariants(VariantConfig.defaults().withPull(200, 1));
            InMemoryNetwork network = InMemoryNetwork.ofGrid(1, 3, 6, 18, config);
            network.maxDelayMillis = 20;
            network.start();
            MessageId id = network.first()
                    .publish(network.request(ReplyTerms.collect(28, 13_000)).withVariant(variant));
            network.runFor(13_001);

            InMemoryNetwork.Outcome outcome = network.first().outcome(id);
            assertThat(network.first().collected(id)).isEqualTo(network.nodes.keySet());
            assertThat(outcome.failure()).isNull();
            assertThat(outcome.completeness().counted()).isEqualTo(28);
            assertThat(outcome.completeness().isWhole()).isEqualTo(!variant.isPulled());
        }

        @ParameterizedTest(name = "loss {0}, doubled {1}")
        @CsvSource({"0, 0", "0.1, 0.1", "0.3, 0.3"})
        void lossDuplicationAndReorderingChangeNothing(double loss, double duplication) {
            for (int seed = 0; seed < 20; seed++) {
                InMemoryNetwork network = InMemoryNetwork.ofGrid(seed, 4, 12, 36);
                network.loss = loss;
                network.duplication = duplication;
                network.maxDelayMillis = 40;
                MessageId id = network.first().publish(network.request(ReplyTerms.collect(0, 20_000)));
                network.runFor(20_001);

                assertThat(network.first().collected(id)).as("seed %d", seed).hasSize(53);
                assertThat(network.first().outcome(id).completeness().isWhole())
                        .as("seed %d: %s", seed, network.first().outcome(id).completeness())
                        .isTrue();
                network.runOut();
                assertThat(network.sum(GossipStats::queries)).isZero();
            }
        }
    }

    @Nested
    class TooFew {

        @Test
        void areAFailureUnlessAPartialAnswerIsWanted() {
            for (boolean partial : new boolean[] {false, true}) {
                ReplyTerms terms = ReplyTerms.of("urn:f", 2, 2_000);
                Map<Boolean, Class<? extends GossipAction>> end =
                        Map.of(true, GossipAction.Complete.class, false, GossipAction.Fail.class);
                Device other = new Device(partial ? terms.givingPartial() : terms);
                other.publish();
                other.answer(5);
                other.timer(1_847, new GossipTimer.GatheringEnds(ID));

                assertThat(other.at(1_850, new GossipEvent.Merged(ID, Optional.of(VALUE))))
                        .singleElement()
                        .isInstanceOf(end.get(partial));
            }
        }
    }
}
