package org.grapevine.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipEvent;
import org.grapevine.core.contract.GossipTimer;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.core.message.Sample;
import org.grapevine.core.message.Segment;
import org.grapevine.core.view.SegmentPeers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a child that says nothing any more, and of its children; rules of docs/protocols/reply-tree.md. */
class SilentChildrenTest {

    private static final long NOW = 1_000_000;
    private static final Segment S = new Segment("s");
    private static final PeerAddress PARENT = new PeerAddress("parent");
    private static final PeerAddress CHILD = new PeerAddress("child");
    private static final PeerAddress GRANDCHILD = new PeerAddress("grandchild");
    private static final PeerAddress ORIGIN = new PeerAddress("origin");
    private static final MessageId ID = new MessageId("urn:q");
    private static final EncodedPayload VALUE = new EncodedPayload(new byte[] {1});

    /** One device with a parent and a child, told the time by the test; it wakes by itself. */
    private static final class Device {
        private final GossipEngine engine;
        private final GossipMessage request;
        private final List<Long> wakes = new ArrayList<>();
        private long now = NOW;

        Device(ReplyTerms terms) {
            SegmentPeers view = new SegmentPeers(new PeerAddress("self"), List.of(S), 10);
            view.join(S, PARENT);
            view.join(S, CHILD);
            this.engine = new GossipEngine(GossipConfig.defaults(), view, new Random(1));
            this.request = new GossipMessage(ID, ORIGIN, new GossipParameters(0, 0, NOW, 30_000, 0, terms), VALUE);
        }

        static Device gathering(long budget) {
            Device device = new Device(ReplyTerms.of("urn:f", 0, budget));
            device.receive(PARENT, null, budget);
            return device;
        }

        List<GossipAction> handle(GossipEvent event) {
            List<GossipAction> actions = engine.handle(now, event);
            for (GossipAction action : actions) {
                if (action instanceof GossipAction.Schedule schedule
                        && schedule.timer() instanceof GossipTimer.RepeatRequests) {
                    wakes.add(now + schedule.delayMillis());
                }
            }
            return actions;
        }

        List<GossipAction> receive(PeerAddress from, @Nullable PeerAddress insteadOf, long budget) {
            return handle(new GossipEvent.Received(from, new Hop(S, 3, 2, budget, insteadOf), request));
        }

        List<GossipAction> control(PeerAddress from, Control control) {
            return handle(new GossipEvent.ControlReceived(from, control));
        }

        List<GossipAction> accept(PeerAddress from, PeerAddress... children) {
            return control(from, new Control.Accept(ID, List.of(children)));
        }

        List<GossipAction> answer() {
            return handle(new GossipEvent.Answered(ID, Optional.of(VALUE)));
        }

        /** Lets time pass; what is sent meanwhile, with the time after the start. */
        List<String> pass(long until) {
            List<String> sent = new ArrayList<>();
            while (true) {
                long next = wakes.stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
                if (next > NOW + until) {
                    now = NOW + until;
                    return sent;
                }
                wakes.remove(next);
                now = Math.max(now, next);
                for (GossipAction action : handle(new GossipEvent.TimerFired(new GossipTimer.RepeatRequests(ID)))) {
                    if (action instanceof GossipAction.Send send) {
                        PeerAddress lost = send.hop().insteadOf();
                        sent.add((now - NOW) + " " + send.to() + (lost == null ? "" : " instead of " + lost));
                    } else if (action instanceof GossipAction.Merge) {
                        sent.add((now - NOW) + " merge");
                    }
                }
            }
        }

        Completeness said() {
            return handle(new GossipEvent.Merged(ID, Optional.of(VALUE))).stream()
                    .filter(action ->
                            action instanceof GossipAction.SendControl send && send.control() instanceof Control.Reply)
                    .map(action -> ((Control.Reply) ((GossipAction.SendControl) action).control()).completeness())
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static GossipAction to(PeerAddress peer, Control control) {
        return new GossipAction.SendControl(peer, control);
    }

    private static Control reply(int counted) {
        return new Control.Reply(ID, VALUE, new Completeness(counted, 0, 0, 0, 0, 5));
    }

    @Nested
    class AChildThatNeverSaidAnything {

        @Test
        void isAskedFourTimesAndThenDoneWithout() {
            Device device = Device.gathering(2_000);
            device.answer();

            assertThat(device.pass(2_000)).containsExactly("100 child", "300 child", "700 child", "800 merge");
            assertThat(device.said()).isEqualTo(new Completeness(1, 0, 0, 1, 0, NOW));
            assertThat(device.engine.stats().dropped(DropReason.SILENT_CHILD)).isEqualTo(1);
        }

        @Test
        void isWaitedForLongerIfThereIsTime() {
            Device device = Device.gathering(60_000);
            device.answer();

            assertThat(device.pass(60_000)).hasSize(14).last().isEqualTo("4800 merge");
        }

        @Test
        void isStillTakenWhileOthersAreWaitedFor() {
            Device device = Device.gathering(2_000);
            device.pass(1_000);
            assertThat(device.engine.stats().dropped(DropReason.SILENT_CHILD)).isEqualTo(1);

            device.control(CHILD, reply(3));
            assertThat(device.answer()).anyMatch(GossipAction.Merge.class::isInstance);
            assertThat(device.said()).isEqualTo(new Completeness(4, 0, 0, 0, 0, 5));
        }

        @Test
        void isWaitedForAgainOnceItAccepts() {
            Device device = Device.gathering(2_000);
            device.pass(1_000);
            device.accept(CHILD);

            assertThat(device.answer()).isEmpty();
        }
    }

    @Nested
    class AChildThatAccepted {

        @Test
        void isNotAskedAgainWithinTwoHundredMillis() {
            Device device = Device.gathering(2_000);
            device.pass(20);
            device.accept(CHILD, GRANDCHILD);

            assertThat(device.pass(219)).isEmpty();
        }

        @Test
        void isAskedWhetherItIsStillThereAndThenItsChildrenAre() {
            Device device = Device.gathering(2_000);
            device.pass(20);
            device.accept(CHILD, GRANDCHILD);

            assertThat(device.pass(1_100))
                    .containsExactly(
                            "220 child", "320 child", "520 child", "920 child", "1020 grandchild instead of child");
        }

        @Test
        void isLeftInPeaceForAnotherWhileOnceItSaysThatItIsThere() {
            Device device = Device.gathering(2_000);
            device.pass(20);
            device.accept(CHILD, GRANDCHILD);
            device.pass(230);
            device.accept(CHILD, GRANDCHILD);

            assertThat(device.pass(600)).containsExactly("430 child", "530 child");
        }

        @ParameterizedTest(name = "budget {0} ms")
        @ValueSource(longs = {300, 500, 1_000, 2_000, 10_000, 60_000, 600_000})
        void isLostEarlyEnoughForItsChildrenToAnswer(long budget) {
            Device device = Device.gathering(budget);
            device.pass(10);
            device.accept(CHILD, GRANDCHILD);
            long gatherUntil = budget - ReplyTerms.defaultMargin(budget);

            List<String> sent = device.pass(gatherUntil);

            String first = sent.stream()
                    .filter(line -> line.endsWith("instead of child"))
                    .findFirst()
                    .orElseThrow();
            assertThat(Long.parseLong(first.substring(0, first.indexOf(' '))))
                    .isLessThanOrEqualTo(gatherUntil - ReplyTerms.defaultMargin(budget));
            assertThat(sent.stream().filter(line -> line.endsWith(" child")).count())
                    .isGreaterThanOrEqualTo(2);
        }

        @Test
        void isNotCountedOnceItsChildrenHaveBeenAsked() {
            Device device = Device.gathering(2_000);
            device.accept(CHILD, GRANDCHILD);
            device.pass(1_100);

            assertThat(device.control(CHILD, reply(2))).containsExactly(to(CHILD, new Control.ReplyAck(ID)));
            assertThat(device.engine.stats().dropped(DropReason.LATE_REPLY)).isEqualTo(1);
            device.answer();
            assertThat(device.control(GRANDCHILD, reply(1))).anyMatch(GossipAction.Merge.class::isInstance);
            assertThat(device.said()).isEqualTo(new Completeness(2, 0, 0, 1, 0, 5));
        }

        @Test
        void mayStillAnswerIfItHasNoChildren() {
            Device device = Device.gathering(2_000);
            device.accept(CHILD);
            device.pass(1_100);

            assertThat(device.engine.stats().dropped(DropReason.SILENT_CHILD)).isEqualTo(1);
            device.control(CHILD, reply(1));
            device.answer();
            assertThat(device.said()).isEqualTo(new Completeness(2, 0, 0, 0, 0, 5));
        }

        @Test
        void doesNotMakeThoseWhoAreAboveItBeAsked() {
            Device device = Device.gathering(2_000);
            device.accept(CHILD, PARENT, ORIGIN, new PeerAddress("self"));

            assertThat(device.pass(1_800)).noneMatch(line -> line.contains("instead"));
        }

        @Test
        void cannotMakeStrangersBeAskedMoreThanAFewTimes() {
            Device device = Device.gathering(600_000);
            PeerAddress[] strangers = new PeerAddress[Control.Accept.MOST_CHILDREN];
            for (int i = 0; i < strangers.length; i++) {
                strangers[i] = new PeerAddress("stranger" + i);
            }
            device.accept(CHILD, strangers);

            assertThat(device.pass(600_000).stream().filter(line -> line.contains("instead")))
                    .hasSize(strangers.length * Asks.MOST_ASKS_IN_PLACE);
        }

        @Test
        void thatDeclinedBeforeIsAskedAgainInThePlaceOfALostOne() {
            Device device = new Device(ReplyTerms.of("urn:f", 0, 2_000));
            device.receive(ORIGIN, null, 2_000);
            device.control(PARENT, new Control.Decline(ID));
            device.pass(100);
            device.accept(CHILD, PARENT);

            assertThat(device.pass(1_700)).last().asString().endsWith(" parent instead of child");
            device.answer();
            assertThat(device.control(PARENT, reply(1))).anyMatch(GossipAction.Merge.class::isInstance);
            assertThat(device.said()).isEqualTo(new Completeness(2, 0, 0, 1, 0, 5));
        }
    }

    @Nested
    class ADeviceWhoseParentIsLost {

        private static final PeerAddress NEW = new PeerAddress("new");
        private static final PeerAddress THIRD = new PeerAddress("third");

        private final Device device = Device.gathering(1_000);

        @Test
        void changesOverAndNamesItsChildren() {
            assertThat(device.receive(NEW, PARENT, 900)).contains(to(NEW, new Control.Accept(ID, List.of(CHILD))));
            assertThat(device.receive(NEW, PARENT, 800))
                    .containsExactly(to(NEW, new Control.Accept(ID, List.of(CHILD))));
            assertThat(device.receive(PARENT, null, 800)).containsExactly(to(PARENT, new Control.Decline(ID)));
        }

        @Test
        void answersTheNewParent() {
            device.receive(NEW, PARENT, 900);
            device.control(CHILD, new Control.Decline(ID));
            device.answer();

            assertThat(device.handle(new GossipEvent.Merged(ID, Optional.of(VALUE))))
                    .contains(to(NEW, new Control.Reply(ID, VALUE, new Completeness(1, 1, 0, 0, 0, NOW))));
        }

        @Test
        void saysAgainWhatItHasAnsweredEvenIfThatWasAcknowledged() {
            device.control(CHILD, new Control.Decline(ID));
            device.answer();
            device.handle(new GossipEvent.Merged(ID, Optional.of(VALUE)));
            device.control(PARENT, new Control.ReplyAck(ID));

            Control reply = new Control.Reply(ID, VALUE, new Completeness(1, 1, 0, 0, 0, NOW));
            assertThat(device.receive(NEW, PARENT, 900)).contains(to(NEW, reply));
            assertThat(device.handle(new GossipEvent.TimerFired(new GossipTimer.RepeatReply(ID))))
                    .contains(to(NEW, reply));
            device.control(NEW, new Control.ReplyAck(ID));
            assertThat(device.handle(new GossipEvent.TimerFired(new GossipTimer.RepeatReply(ID))))
                    .isEmpty();
        }

        @Test
        void declinesWhoeverAsksInThePlaceOfAnother() {
            assertThat(device.receive(NEW, THIRD, 900)).containsExactly(to(NEW, new Control.Decline(ID)));
        }

        /** Its first parent may be alive, and have it inside; see {@link SilentChildren}. */
        @Test
        void changesOverOnceOnly() {
            device.receive(NEW, PARENT, 900);

            assertThat(device.receive(THIRD, NEW, 800)).containsExactly(to(THIRD, new Control.Decline(ID)));
        }

        @Test
        void takesTheRequestAsNewIfItDidNotKnowIt() {
            Device other = new Device(ReplyTerms.of("urn:f", 0, 2_000));

            assertThat(other.receive(NEW, PARENT, 900))
                    .contains(new GossipAction.Deliver(other.request))
                    .anyMatch(action -> action instanceof GossipAction.SendControl send
                            && send.to().equals(NEW)
                            && send.control() instanceof Control.Accept);
        }

        @Test
        void keepsItsAnswerForAWhileOnly() {
            device.control(CHILD, new Control.Decline(ID));
            device.answer();
            device.handle(new GossipEvent.Merged(ID, Optional.of(VALUE)));
            device.now = NOW + 1_000 + 2 * ReplyTerms.defaultMargin(1_000);
            device.handle(new GossipEvent.TimerFired(new GossipTimer.AnswerDue(ID)));

            assertThat(device.receive(NEW, PARENT, 900)).containsExactly(to(NEW, new Control.Decline(ID)));
        }

        @Test
        void sendsItsSamplesFromTheFirstOnAgain() {
            Device collecting = new Device(ReplyTerms.collect(0, 2_000));
            collecting.receive(PARENT, null, 1_000);
            collecting.control(CHILD, new Control.Decline(ID));
            collecting.answer();
            collecting.control(PARENT, new Control.SamplesAck(ID, 0));

            Control samples = new Control.Samples(ID, 0, List.of(new Sample(new PeerAddress("self"), NOW, VALUE)));
            assertThat(collecting.receive(NEW, PARENT, 900)).contains(to(NEW, samples));
            assertThat(collecting.control(NEW, new Control.SamplesAck(ID, 0)))
                    .contains(to(NEW, new Control.Reply(ID, null, new Completeness(1, 1, 0, 0, 0, Completeness.NONE))));
        }
    }

    @Nested
    class Networks {

        /**
         * Devices that crash after they accepted cost themselves only, but for those whose parent and its parent crashed both: their
         * names have died with them.
         */
        @ParameterizedTest(name = "{0} of 200 crash at {1} ms")
        @CsvSource({"2, 30, 0.999", "10, 30, 0.995", "20, 30, 0.98", "20, 60, 0.98"})
        void ofWhichSomeCrashWhileTheyGather(int crashes, long at, double expected) {
            long counted = 0;
            long live = 0;
            for (int seed = 0; seed < 10; seed++) {
                InMemoryNetwork network = InMemoryNetwork.ofOneSegment(seed, 200);
                network.minDelayMillis = 5;
                network.maxDelayMillis = 20;
                network.nodes.values().forEach(node -> node.answerDelayMillis = 100);
                Random victims = new Random(seed);
                List<InMemoryNetwork.Node> nodes = List.copyOf(network.nodes.values());
                for (int i = 0; i < crashes; i++) {
                    network.after(at, nodes.get(1 + victims.nextInt(199))::crash);
                }
                MessageId id = network.first().publish(network.request(3_000, 0));
                network.runFor(3_001);

                InMemoryNetwork.Outcome outcome = network.first().outcome(id);
                counted += outcome.contributors().size();
                live += network.live().size();
                assertThat(outcome.completeness().isWhole()).isFalse();
            }
            assertThat((double) counted / live).isGreaterThan(expected);
        }
    }
}
