package org.grapevine.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.core.message.Sample;
import org.grapevine.core.message.Segment;
import org.grapevine.core.view.SegmentPeers;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An answer says what it lacks, and what cannot be true is refused, told and counted; rules of docs/protocols/reply-tree.md. */
class HonestAnswersTest {

    private static final long NOW = 1_000_000;
    private static final Segment S = new Segment("s");
    private static final PeerAddress SELF = new PeerAddress("self");
    private static final PeerAddress PARENT = new PeerAddress("parent");
    private static final PeerAddress LIAR = new PeerAddress("liar");
    private static final PeerAddress OTHER = new PeerAddress("other");
    private static final PeerAddress ORIGIN = new PeerAddress("origin");
    private static final MessageId ID = new MessageId("urn:q");
    private static final EncodedPayload VALUE = new EncodedPayload(new byte[] {1});
    private static final ReplyTerms AGGREGATE = ReplyTerms.of("urn:f", 0, 2_000);
    private static final ReplyTerms COLLECT = ReplyTerms.collect(0, 2_000);

    private final SegmentPeers view = new SegmentPeers(SELF, List.of(S), 10);

    private GossipEngine gathering(ReplyTerms terms) {
        view.join(S, PARENT);
        view.join(S, LIAR);
        view.join(S, OTHER);
        ReplyLimits limits = new ReplyLimits(50, 1_000, 100, 10_000, 500, 100);
        GossipEngine engine = new GossipEngine(GossipConfig.defaults().withReplies(limits), view, new Random(1));
        GossipMessage request = new GossipMessage(ID, ORIGIN, new GossipParameters(0, 0, NOW, 30_000, 0, terms), VALUE);
        engine.handle(NOW, new GossipEvent.Received(PARENT, new Hop(S, 3, 2, 1_000), request));
        return engine;
    }

    private static List<GossipAction> control(GossipEngine engine, PeerAddress from, Control control) {
        return engine.handle(NOW, new GossipEvent.ControlReceived(from, control));
    }

    private static Control.Reply reply(int bytes, int counted) {
        return new Control.Reply(
                ID,
                bytes == 0 ? null : new EncodedPayload(new byte[bytes]),
                new Completeness(counted, 0, 0, 0, 0, counted == 0 ? Completeness.NONE : NOW));
    }

    private static Control.Samples samples(int number, PeerAddress... devices) {
        List<Sample> samples = List.of(devices).stream()
                .map(device -> new Sample(device, NOW, VALUE))
                .toList();
        return new Control.Samples(ID, number, samples);
    }

    @Nested
    class Lies {

        /** It is acknowledged, so that it ends, counted, told as a failure of its kind, and in nothing else. */
        private void isRefused(ReplyTerms terms, Control... lies) {
            GossipEngine engine = gathering(terms);
            control(engine, OTHER, new Control.Accept(ID, List.of()));
            List<GossipAction> answers = List.of();
            for (Control lie : lies) {
                answers = control(engine, LIAR, lie);
            }
            assertThat(answers)
                    .isNotEmpty()
                    .allMatch(action -> action instanceof GossipAction.SendControl send
                            && send.to().equals(LIAR)
                            && (send.control() instanceof Control.ReplyAck
                                    || send.control() instanceof Control.SamplesAck));
            assertThat(engine.stats().dropped(DropReason.IMPLAUSIBLE)).isEqualTo(1);
            control(engine, OTHER, new Control.Decline(ID));
            engine.handle(NOW, new GossipEvent.Answered(ID, Optional.empty()));
            engine.handle(NOW + 1_000, new GossipEvent.TimerFired(new GossipTimer.AnswerDue(ID)));
            assertThat(control(engine, LIAR, reply(1, 1)))
                    .containsExactly(new GossipAction.SendControl(LIAR, new Control.ReplyAck(ID)));

            GossipEvent askedAgain = new GossipEvent.Received(
                    PARENT,
                    new Hop(S, 3, 2, 1_000),
                    new GossipMessage(ID, ORIGIN, new GossipParameters(0, 0, NOW, 30_000, 0, terms), VALUE));
            assertThat(engine.handle(NOW, askedAgain))
                    .singleElement()
                    .isInstanceOfSatisfying(GossipAction.SendControl.class, send -> assertThat(send.control())
                            .isInstanceOfSatisfying(Control.Reply.class, said -> {
                                assertThat(said.payload()).isNull();
                                assertThat(said.completeness().counted()).isZero();
                                assertThat(said.completeness().faults()).isEqualTo(Faults.of(Faults.IMPLAUSIBLE, 1));
                            }));
        }

        @Test
        void aPartialOfMoreDevicesThanThereCanBe() {
            isRefused(AGGREGATE, reply(1, 51));
        }

        @Test
        void aPartialThatIsTooLarge() {
            isRefused(AGGREGATE, reply(1_001, 1));
        }

        @Test
        void devicesWithoutAValue() {
            isRefused(AGGREGATE, reply(0, 3));
            isRefused(ReplyTerms.first(1, ReplyTerms.NO_FUNCTION, 2_000), reply(0, 3));
        }

        @Test
        void samplesWhereNobodyCollects() {
            isRefused(AGGREGATE, samples(0, LIAR));
            isRefused(ReplyTerms.first(1, ReplyTerms.NO_FUNCTION, 2_000), samples(0, LIAR));
        }

        @Test
        void aPartialWhereSamplesAreCollected() {
            isRefused(COLLECT, reply(1, 1));
        }

        @Test
        void moreDevicesThanItSentSamplesOf() {
            isRefused(COLLECT, reply(0, 2));
        }

        @Test
        void samplesOfThoseWhoCannotBeBelowIt() {
            isRefused(COLLECT, samples(0, LIAR, SELF));
            isRefused(COLLECT, samples(0, LIAR, PARENT));
            isRefused(COLLECT, samples(0, LIAR, ORIGIN));
            isRefused(COLLECT, samples(0, LIAR, OTHER));
        }

        @Test
        void twoSamplesOfOneDeviceInABatch() {
            isRefused(COLLECT, samples(0, LIAR, LIAR));
        }

        @Test
        void aBatchThatLeavesOthersOut() {
            isRefused(COLLECT, samples(1, LIAR));
        }

        @Test
        void aSampleThatIsTooLarge() {
            isRefused(
                    COLLECT,
                    new Control.Samples(ID, 0, List.of(new Sample(LIAR, NOW, new EncodedPayload(new byte[1_001])))));
        }
    }

    @Nested
    class Strangers {

        @Test
        void whoWasNeverAskedIsNotAnswered() {
            GossipEngine engine = gathering(COLLECT);
            PeerAddress stranger = new PeerAddress("stranger");

            assertThat(control(engine, stranger, samples(0, stranger))).isEmpty();
            assertThat(control(engine, stranger, reply(0, 0))).isEmpty();
            assertThat(control(engine, stranger, new Control.ReplyFault(ID, "no", Completeness.EMPTY)))
                    .isEmpty();
            assertThat(engine.stats().dropped(DropReason.UNASKED_REPLY)).isEqualTo(3);
            assertThat(control(engine, stranger, new Control.Accept(ID, List.of(OTHER))))
                    .isEmpty();
            assertThat(control(engine, stranger, new Control.Decline(ID))).isEmpty();
            assertThat(control(engine, stranger, new Control.SamplesAck(ID, 0))).isEmpty();
            assertThat(control(engine, stranger, new Control.ReplyAck(ID))).isEmpty();
        }

        @Test
        void aReplyAfterTheEndIsAcknowledgedAndDropped() {
            GossipEngine engine = gathering(COLLECT);
            engine.handle(NOW + 900, new GossipEvent.TimerFired(new GossipTimer.GatheringEnds(ID)));

            assertThat(control(engine, LIAR, samples(0, LIAR)))
                    .containsExactly(new GossipAction.SendControl(LIAR, new Control.SamplesAck(ID, 0)));
            assertThat(control(engine, LIAR, reply(0, 0)))
                    .containsExactly(new GossipAction.SendControl(LIAR, new Control.ReplyAck(ID)));
            assertThat(engine.stats().dropped(DropReason.LATE_REPLY)).isEqualTo(2);
        }
    }

    @Test
    void aFaultIsSummedUpByItsKindAndCountsNobody() {
        GossipEngine engine = gathering(AGGREGATE);
        control(engine, OTHER, new Control.Decline(ID));
        Completeness busy = new Completeness(7, 0, 2, 1, 0, NOW, Faults.of(Faults.BUSY, 2));
        control(engine, LIAR, new Control.ReplyFault(ID, "busy", busy));

        List<GossipAction> actions = engine.handle(NOW, new GossipEvent.AnswerFailed(ID, "SensorBroken", "no value"));

        Completeness said = new Completeness(
                0, 1, 3, 1, 0, Completeness.NONE, Faults.of(Faults.BUSY, 2).plus(Faults.of("SensorBroken", 1)));
        assertThat(actions).contains(new GossipAction.SendControl(PARENT, new Control.Reply(ID, null, said)));
    }

    @Test
    void aMergedValueThatIsTooLargeIsAFailedMerge() {
        GossipEngine engine = gathering(AGGREGATE);
        control(engine, OTHER, new Control.Decline(ID));
        control(engine, LIAR, new Control.Decline(ID));
        engine.handle(NOW, new GossipEvent.Answered(ID, Optional.of(VALUE)));

        assertThat(engine.handle(NOW, new GossipEvent.Merged(ID, Optional.of(new EncodedPayload(new byte[1_001])))))
                .contains(new GossipAction.SendControl(
                        PARENT,
                        new Control.ReplyFault(
                                ID,
                                "merge: 1001 bytes (expected: at most 1000)",
                                new Completeness(0, 2, 1, 0, 0, Completeness.NONE, Faults.of(Faults.MERGE, 1)))));
    }

    @Nested
    class Rounds {

        private InMemoryNetwork.Outcome ask(InMemoryNetwork network, int rounds) {
            GossipParameters auto = network.request(3_000, 0);
            MessageId id =
                    network.first().publish(new GossipParameters(0, rounds, network.now, 30_000, 0, auto.replies()));
            network.runFor(3_001);
            return network.first().outcome(id);
        }

        /** Each device knows the next two only. */
        private static InMemoryNetwork chain(int devices) {
            InMemoryNetwork network = new InMemoryNetwork(1, GossipConfig.defaults());
            for (int i = 0; i < devices; i++) {
                network.add("n" + i, "s");
            }
            for (int i = 0; i < devices; i++) {
                for (int j = Math.max(0, i - 2); j <= Math.min(devices - 1, i + 2); j++) {
                    if (i != j) {
                        network.node("n" + i).view.join(S, new PeerAddress("n" + j));
                    }
                }
            }
            return network;
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 4})
        void thatRunOutAreToldAsTruncated(int rounds) {
            InMemoryNetwork.Outcome outcome = ask(chain(20), rounds);

            assertThat(outcome.contributors()).hasSize(1 + 2 * rounds);
            assertThat(outcome.completeness().truncated()).isPositive();
            assertThat(outcome.completeness().isWhole()).isFalse();
        }

        /** Twenty devices, of which each view has four: what the rule for messages would allow is far too little. */
        @Test
        void areAllThatADeviceAllowsUnderAuto() {
            InMemoryNetwork.Outcome outcome = ask(chain(20), GossipParameters.AUTO);

            assertThat(outcome.contributors()).hasSize(20);
            assertThat(outcome.completeness().isWhole()).isTrue();
        }

        @Test
        void thatWereEnoughAreNotTold() {
            InMemoryNetwork network = chain(2);

            assertThat(ask(network, 1).completeness().isWhole()).isTrue();
        }
    }
}
