package org.grapevine.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipEvent;
import org.grapevine.core.contract.GossipTimer;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.core.view.SegmentPeers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class EagerPushTest {

    private static final long NOW = 1_000_000;
    private static final Segment SEGMENT = new Segment("grid:fan/1");
    private static final Segment OTHER = new Segment("grid:han/1");
    private static final PeerAddress SELF = new PeerAddress("self");
    private static final PeerAddress ORIGIN = new PeerAddress("origin");
    private static final PeerAddress SENDER = new PeerAddress("sender");

    private SegmentPeers view;
    private GossipEngine engine;

    @BeforeEach
    void aDeviceWithTenPeersInOneSegmentAndThreeInAnother() {
        view = new SegmentPeers(SELF, List.of(SEGMENT, OTHER), 100);
        view.join(SEGMENT, ORIGIN);
        view.join(SEGMENT, SENDER);
        for (int i = 0; i < 8; i++) {
            view.join(SEGMENT, new PeerAddress("peer" + i));
        }
        for (int i = 0; i < 3; i++) {
            view.join(OTHER, new PeerAddress("home" + i));
        }
        engine = new GossipEngine(GossipConfig.defaults(), view, new Random(1));
    }

    private static GossipMessage message(String id, int fanout, int rounds) {
        return new GossipMessage(
                new MessageId(id),
                ORIGIN,
                new GossipParameters(fanout, rounds, NOW, 30_000, 0, null),
                new EncodedPayload(new byte[10]));
    }

    private List<GossipAction> receive(GossipMessage message, int left) {
        return receive(NOW, message, left);
    }

    private List<GossipAction> receive(long now, GossipMessage message, int left) {
        return engine.handle(now, new GossipEvent.Received(SENDER, new Hop(SEGMENT, left, 2, 0), message));
    }

    private static List<GossipAction.Send> sends(List<GossipAction> actions, Segment segment) {
        return actions.stream()
                .filter(GossipAction.Send.class::isInstance)
                .map(GossipAction.Send.class::cast)
                .filter(send -> send.hop().segment().equals(segment))
                .toList();
    }

    @Nested
    class WhenAMessageIsNew {

        @Test
        void itIsDeliveredBeforeItIsForwarded() {
            GossipMessage message = message("a", 4, 6);

            assertThat(receive(message, 3).get(0)).isEqualTo(new GossipAction.Deliver(message));
        }

        @Test
        void itGoesToFanoutDistinctPeersWithOneHopLess() {
            List<GossipAction.Send> sends = sends(receive(message("a", 4, 6), 3), SEGMENT);

            assertThat(sends).hasSize(4);
            assertThat(sends).extracting(GossipAction.Send::to).doesNotHaveDuplicates();
            assertThat(sends).extracting(GossipAction.Send::hop).containsOnly(new Hop(SEGMENT, 2, 3, 0));
        }

        @Test
        void itNeverGoesToItsSenderNorToItsOriginNorToOneself() {
            List<GossipAction.Send> sends = sends(receive(message("a", 64, 6), 3), SEGMENT);

            assertThat(sends).hasSize(8).extracting(GossipAction.Send::to).doesNotContain(SENDER, ORIGIN, SELF);
        }

        @Test
        void anotherSegmentGetsItWithFullRounds() {
            assertThat(sends(receive(message("a", 2, 6), 0), OTHER))
                    .hasSize(2)
                    .extracting(send -> send.hop().left())
                    .containsOnly(5);
        }
    }

    @Nested
    class WhenNoHopIsLeft {

        @Test
        void itIsDeliveredButNotForwardedInsideItsSegment() {
            GossipMessage message = message("a", 4, 6);

            List<GossipAction> actions = receive(message, 0);

            assertThat(actions).contains(new GossipAction.Deliver(message));
            assertThat(sends(actions, SEGMENT)).isEmpty();
        }
    }

    @Nested
    class WhenItWasSeen {

        @Test
        void nothingHappensAndItIsCounted() {
            GossipMessage message = message("a", 4, 6);
            receive(message, 3);

            assertThat(receive(message, 3)).isEmpty();
            assertThat(engine.stats().dropped(DropReason.DUPLICATE)).isEqualTo(1);
        }

        @Test
        void untilTheMomentFromWhichItIsRefusedAsExpired() {
            GossipMessage message = message("a", 4, 6);
            long refusedFrom = NOW + 30_000 + GossipConfig.defaults().allowedClockErrorMillis();
            receive(message, 3);

            assertThat(receive(refusedFrom - 1, message, 3)).isEmpty();
            assertThat(engine.stats().dropped(DropReason.DUPLICATE)).isEqualTo(1);
            assertThat(receive(refusedFrom, message, 3)).isEmpty();
            assertThat(engine.stats().dropped(DropReason.EXPIRED)).isEqualTo(1);
        }
    }

    @Nested
    class WhenItMustNotBeBelieved {

        @Test
        void aMessageFromTheFutureIsRefused() {
            assertThat(receive(NOW - 10_001, message("a", 4, 6), 3)).isEmpty();
            assertThat(engine.stats().dropped(DropReason.FROM_THE_FUTURE)).isEqualTo(1);
        }

        @Test
        void moreHopsLeftThanTheOriginAllowedAreRefused() {
            assertThat(receive(message("a", 4, 3), 3)).isEmpty();
            assertThat(engine.stats().dropped(DropReason.LEFT_ABOVE_ROUNDS)).isEqualTo(1);
            assertThat(receive(message("a", 4, 3), 2)).isNotEmpty();
        }

        @Test
        void underAutoRoundsALeftAboveTheOwnValueIsLowered() {
            // 11 devices, fanout 10: 2 (ceil(ln 11 / ln 10) + 2) = 8 rounds.
            assertThat(sends(receive(message("a", 10, GossipParameters.AUTO), 200), SEGMENT))
                    .extracting(send -> send.hop().left())
                    .containsOnly(7);
        }
    }

    @Nested
    class AtTheOrigin {

        @Test
        void oneRoundMeansDirectNeighboursOnly() {
            GossipMessage message = new GossipMessage(
                    new MessageId("a"),
                    SELF,
                    new GossipParameters(3, 1, NOW, 30_000, 0, null),
                    new EncodedPayload(new byte[1]));

            List<GossipAction> actions = engine.handle(NOW, new GossipEvent.Published(message));

            assertThat(sends(actions, SEGMENT))
                    .hasSize(3)
                    .extracting(GossipAction.Send::hop)
                    .containsOnly(new Hop(SEGMENT, 0, 1, 0));
            assertThat(actions).contains(new GossipAction.Deliver(message));
        }
    }

    @Nested
    class WhenTheApplicationCannotTakeIt {

        @Test
        void itIsOfferedAgainUntilItIsTaken() {
            InMemoryNetwork network = InMemoryNetwork.ofOneSegment(1, 5);
            InMemoryNetwork.Node slow = network.node("n3");
            slow.applicationFull = true;

            MessageId id = network.node("n0").publish(network.oneWay());
            network.runFor(5_000);
            assertThat(slow.delivered).doesNotContainKey(id);
            slow.applicationFull = false;
            network.runFor(1_000);

            assertThat(slow.delivered).containsEntry(id, 1);
        }

        @Test
        void itIsGivenUpAndCountedWhenItsLifetimeEnds() {
            InMemoryNetwork network = InMemoryNetwork.ofOneSegment(1, 5);
            InMemoryNetwork.Node slow = network.node("n3");
            slow.applicationFull = true;

            network.node("n0").publish(network.oneWay());
            network.runOut();

            assertThat(slow.engine.stats().dropped(DropReason.UNDELIVERED)).isEqualTo(1);
            assertThat(slow.engine.stats().delivered()).isZero();
        }

        @Test
        void beyondTheBoundRepairBringsItAgainAndItIsNotPassedOnAgain() {
            InMemoryNetwork network =
                    new InMemoryNetwork(1, GossipConfig.defaults().withLimits(1_000, 100, 1 << 20, 0, 10));
            for (int i = 0; i < 5; i++) {
                network.add("n" + i, "s");
            }
            network.introduce();
            InMemoryNetwork.Node slow = network.node("n3");
            slow.applicationFull = true;

            MessageId id = network.node("n0").publish(network.oneWay());
            network.runFor(3_000);
            slow.applicationFull = false;
            network.runFor(10_000);

            assertThat(slow.engine.stats().dropped(DropReason.UNDELIVERED)).isGreaterThan(1);
            assertThat(slow.delivered).containsEntry(id, 1);
            // Its peers but the origin and the sender, once; what it answers to wants comes on top, and nobody wants
            // anything here.
            assertThat(slow.engine.stats().forwarded()).isEqualTo(3);
        }
    }

    @Test
    void everyEventHasItsHandler() {
        GossipMessage message = message("a", 4, 6);
        List<GossipEvent> events = List.of(
                new GossipEvent.Started(),
                new GossipEvent.Published(message),
                new GossipEvent.Received(SENDER, new Hop(SEGMENT, 1, 1, 0), message),
                new GossipEvent.ControlReceived(SENDER, new Control.Accept(message.id(), List.of())),
                new GossipEvent.NotDelivered(message),
                new GossipEvent.Answered(message.id(), Optional.empty()),
                new GossipEvent.AnswerFailed(message.id(), "Refused", "why"),
                new GossipEvent.Merged(message.id(), Optional.empty()),
                new GossipEvent.MergeFailed(message.id(), "why"),
                new GossipEvent.TimerFired(new GossipTimer.Repair()));

        assertThat(events)
                .extracting(Object::getClass)
                .containsExactlyInAnyOrder(GossipEvent.class.getPermittedSubclasses());
        events.forEach(event -> assertThat(engine.handle(NOW, event)).isNotNull());
    }
}
