package org.grapevine.simulation.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.ReplyMode;
import org.grapevine.core.message.Sample;
import org.grapevine.core.message.Segment;
import org.grapevine.core.reply.Partial;
import org.grapevine.simulation.scenario.Fault;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.Source;
import org.grapevine.simulation.scenario.Who;
import org.grapevine.simulation.scenario.Workload;
import org.grapevine.simulation.world.CountedDevices;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.Forged;
import org.grapevine.simulation.world.Loss;
import org.grapevine.simulation.world.Transit;
import org.grapevine.simulation.world.World;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What keeps the promises passes in silence, and each promise broken is found, under its name. */
class CheckersTest {

    private static final Scenario PUSH = Networks.lan(5, Networks.push());
    private static final Scenario REPAIRED_PUSH = Networks.lan(5, Networks.push(2, 3, 60_000, 500));
    private static final Scenario REQUEST = Networks.lan(5, Networks.request());
    private static final Segment LAN = new Segment("lan");

    private static void assertFound(String checker, Interference interference, Scenario scenario) {
        assertThat(interference.in(scenario))
                .as("found")
                .isNotEmpty()
                .extracting(Violation::checker)
                .contains(checker);
    }

    private static CountedDevices devices(int... who) {
        BitSet inside = new BitSet();
        long sum = 0;
        for (int each : who) {
            inside.set(each);
            sum += CountedDevices.valueOf(each);
        }
        return new CountedDevices(inside, sum, 10);
    }

    @Nested
    class AWorldLeftAlone {

        @Test
        void keepsAllPromises() {
            assertThat(new Interference().in(PUSH)).isEmpty();
            assertThat(new Interference().in(REPAIRED_PUSH)).isEmpty();
            assertThat(new Interference().in(REQUEST)).isEmpty();
            assertThat(new Interference().in(Networks.twoSegments(Networks.push(), Networks.request())))
                    .isEmpty();
        }

        @Test
        void keepsThemWhenDevicesCrashAndRestart() {
            List<Fault> faults = List.of(
                    new Fault.Crash(10_500, Who.share(null, 0.5)),
                    new Fault.Restart(200_000, Who.share(null, 1)),
                    new Fault.Leave(300_000, Who.count(null, 1)));

            assertThat(new Interference().in(REPAIRED_PUSH.withFaults(faults))).isEmpty();
            assertThat(new Interference().in(REQUEST.withFaults(faults))).isEmpty();
        }
    }

    @Nested
    class AtMostOncePromise {

        @Test
        void isBrokenByASecondDelivery() {
            assertFound(
                    AtMostOnce.NAME,
                    new Interference() {
                        @Override
                        public void delivered(long now, Device device, GossipMessage message) {
                            super.delivered(now, device, message);
                            super.delivered(now, device, message);
                        }
                    },
                    PUSH);
        }

        @Test
        void holdsForRequestsToo() {
            assertFound(
                    AtMostOnce.NAME,
                    new Interference() {
                        @Override
                        public void delivered(long now, Device device, GossipMessage message) {
                            super.delivered(now, device, message);
                            super.delivered(now, device, message);
                        }
                    },
                    REQUEST);
        }
    }

    @Nested
    class FetchesPromise {

        private final Scenario lazy = Networks.lan(5, Networks.pushes(GossipVariant.LAZY_PUSH, false));

        @Test
        void isKeptByEveryVariant() {
            for (GossipVariant variant : GossipVariant.values()) {
                assertThat(new Interference().in(Networks.lan(5, Networks.pushes(variant, false))))
                        .as(variant.toString())
                        .isEmpty();
            }
        }

        @Test
        void isBrokenByAnAdvertisementOfWhatWasNotSeen() {
            assertFound(
                    Fetches.NAME,
                    new Interference() {
                        @Override
                        public void sent(long now, Transit transit) {
                            super.sent(now, transit);
                            if (transit instanceof Transit.Order order
                                    && order.control() instanceof Control.IHave iHave) {
                                super.sent(now, Forged.order(order.to(), order.from(), iHave));
                            }
                        }
                    },
                    lazy);
        }

        @Test
        void isBrokenByAWantForWhatIsThere() {
            assertFound(
                    Fetches.NAME,
                    new Interference() {
                        @Override
                        public void delivered(long now, Device device, GossipMessage message) {
                            super.delivered(now, device, message);
                            Device other = device(device.index() == 0 ? 1 : 0);
                            Control again = new Control.IWant(device.segments().get(0), List.of(message.id()), false);
                            super.sent(now, Forged.order(device, other, again));
                        }
                    },
                    lazy);
        }

        @Test
        void isBrokenByAPruneForTheFirstMessage() {
            assertFound(
                    Fetches.NAME,
                    new Interference() {
                        private @Nullable Transit last;

                        @Override
                        public void arrived(long now, Transit transit) {
                            last = transit;
                            super.arrived(now, transit);
                        }

                        @Override
                        public void delivered(long now, Device device, GossipMessage message) {
                            super.delivered(now, device, message);
                            Transit brought = last;
                            if (brought != null && brought.to() == device) {
                                Control prune =
                                        new Control.Prune(device.segments().get(0));
                                super.sent(now, Forged.order(device, brought.from(), prune));
                            }
                        }
                    },
                    Networks.lan(5, Networks.pushes(GossipVariant.TREE, false)));
        }

        @Test
        void ofALazyPushIsBrokenByAPayloadThatNobodyAskedFor() {
            assertFound(
                    Rounds.NAME,
                    new Interference() {
                        private @Nullable GossipMessage published;

                        @Override
                        public void published(long now, Device at, GossipMessage message) {
                            published = message;
                            super.published(now, at, message);
                        }

                        @Override
                        public void sent(long now, Transit transit) {
                            GossipMessage message = published;
                            if (message != null
                                    && transit instanceof Transit.Order order
                                    && order.control() instanceof Control.IHave iHave
                                    && order.from().index() == 0) {
                                super.sent(
                                        now,
                                        Forged.copy(
                                                order.from(), order.to(), new Hop(iHave.segment(), 0, 1, 0), message));
                            } else {
                                super.sent(now, transit);
                            }
                        }
                    },
                    lazy);
        }
    }

    @Nested
    class OrderPromise {

        @Test
        void isBrokenByAMessageThatComesAfterItsSuccessor() {
            assertFound(
                    Order.NAME,
                    new Interference() {
                        private final Map<Integer, GossipMessage> heldBack = new HashMap<>();

                        @Override
                        public void delivered(long now, Device device, GossipMessage message) {
                            GossipMessage first = heldBack.putIfAbsent(device.index(), message);
                            if (first != null) {
                                super.delivered(now, device, message);
                                super.delivered(now, device, first);
                            }
                        }
                    },
                    Networks.lan(5, Networks.pushes(GossipVariant.EAGER_PUSH, true)));
        }

        @Test
        void isNotGivenWithoutAnOrder() {
            Scenario latest = Networks.lan(5, Networks.pushes(GossipVariant.EAGER_PUSH, false));

            assertThat(new Interference().in(latest)).isEmpty();
        }
    }

    @Nested
    class WithinLifetimePromise {

        @Test
        void isBrokenByADeliveryPastTheLifetimeAndTheAllowedClockError() {
            assertFound(
                    WithinLifetime.NAME,
                    new Interference() {
                        @Override
                        public void delivered(long now, Device device, GossipMessage message) {
                            super.delivered(now + 30_100_000, device, message);
                        }
                    },
                    PUSH);
        }
    }

    @Nested
    class NeverToSelfPromise {

        private Interference whichSendsTo(int receiver) {
            return new Interference() {
                @Override
                public void delivered(long now, Device device, GossipMessage message) {
                    super.delivered(now, device, message);
                    if (device.index() != 0) {
                        super.sent(now, Forged.copy(device, device(receiver), new Hop(LAN, 0, 2, 0), message));
                    }
                }
            };
        }

        @Test
        void isBrokenByACopyToTheOrigin() {
            assertFound(NeverToSelf.NAME, whichSendsTo(0), PUSH);
        }

        @Test
        void isBrokenByACopyToOneself() {
            assertFound(NeverToSelf.NAME, whichSendsTo(1), PUSH);
        }

        @Test
        void isBrokenByACopyBackToItsSender() {
            assertFound(
                    NeverToSelf.NAME,
                    new Interference() {
                        @Override
                        public void arrived(long now, Transit transit) {
                            super.arrived(now, transit);
                            if (transit instanceof Transit.Copy copy
                                    && transit.from().index() != 0) {
                                super.sent(
                                        now,
                                        Forged.copy(
                                                transit.to(), transit.from(), new Hop(LAN, 0, 3, 0), copy.message()));
                            }
                        }
                    },
                    PUSH);
        }

        @Test
        void isBrokenByACopyThroughASegmentThatNotBothAreIn() {
            assertFound(
                    NeverToSelf.NAME,
                    new Interference() {
                        @Override
                        public void published(long now, Device at, GossipMessage message) {
                            super.published(now, at, message);
                            super.sent(now, Forged.copy(at, device(3), new Hop(new Segment("left"), 2, 1, 0), message));
                        }
                    },
                    Networks.twoSegments(Networks.push()));
        }
    }

    @Nested
    class RoundsPromise {

        /** Sends one more copy from the origin when it publishes. */
        private Interference withACopyFromTheOrigin(Hop hop, int copies) {
            return new Interference() {
                @Override
                public void published(long now, Device at, GossipMessage message) {
                    super.published(now, at, message);
                    for (int i = 0; i < copies; i++) {
                        super.sent(now, Forged.copy(at, device(1), hop, message));
                    }
                }
            };
        }

        @Test
        void isBrokenByMoreHopsLeftThanRoundsAllow() {
            assertFound(Rounds.NAME, withACopyFromTheOrigin(new Hop(LAN, 3, 1, 0), 1), PUSH);
        }

        @Test
        void isBrokenByAHopNotCounted() {
            assertFound(Rounds.NAME, withACopyFromTheOrigin(new Hop(LAN, 2, 0, 0), 1), PUSH);
        }

        @Test
        void isBrokenByMorePeersThanTheFanout() {
            assertFound(Rounds.NAME, withACopyFromTheOrigin(new Hop(LAN, 2, 1, 0), 1), PUSH);
        }

        @Test
        void isBrokenByForwardingWithNoHopLeft() {
            assertFound(
                    Rounds.NAME,
                    new Interference() {
                        @Override
                        public void delivered(long now, Device device, GossipMessage message) {
                            super.delivered(now, device, message);
                            if (device.index() != 0) {
                                super.sent(now, Forged.copy(device, device(4), new Hop(LAN, 0, 2, 0), message));
                            }
                        }
                    },
                    Networks.lan(5, Networks.push(1, 1, 20_000, 0)));
        }

        @Test
        void isBrokenByForwardingASecondTime() {
            assertFound(
                    Rounds.NAME,
                    new Interference() {
                        @Override
                        public void arrived(long now, Transit transit) {
                            super.arrived(now, transit);
                            if (transit instanceof Transit.Copy copy) {
                                Device other = device(1 + transit.to().index() % 4);
                                super.sent(
                                        now + 1,
                                        Forged.copy(transit.to(), other, new Hop(LAN, 0, 2, 0), copy.message()));
                            }
                        }
                    },
                    PUSH);
        }

        @Test
        void isBrokenByACopyOfWhatTheDeviceHasNotSeen() {
            assertFound(
                    Rounds.NAME,
                    new Interference() {
                        @Override
                        public void published(long now, Device at, GossipMessage message) {
                            super.published(now, at, message);
                            super.sent(now, Forged.copy(device(1), device(2), new Hop(LAN, 1, 2, 0), message));
                        }
                    },
                    PUSH);
        }
    }

    @Nested
    class BudgetPromise {

        private Interference withABudgetOf(long millis) {
            return new Interference() {
                @Override
                public void published(long now, Device at, GossipMessage message) {
                    super.published(now, at, message);
                    super.sent(now, Forged.copy(at, device(1), new Hop(LAN, 2, 1, millis), message));
                }
            };
        }

        @Test
        void isBrokenByPassingOnWhatTheMarginShouldHaveKept() {
            assertFound(Budget.NAME, withABudgetOf(29_001), REQUEST);
        }

        @Test
        void isKeptByPassingOnTheRest() {
            assertThat(withABudgetOf(29_000).in(REQUEST))
                    .extracting(Violation::checker)
                    .doesNotContain(Budget.NAME);
        }

        @Test
        void isBrokenByABudgetOfAOneWayMessage() {
            assertFound(Budget.NAME, withABudgetOf(1), PUSH);
        }
    }

    @Nested
    class AnswersPromise {

        /** Hides control messages of a kind from the checkers. */
        private Interference without(Class<? extends Control> kind) {
            return new Interference() {
                @Override
                public void sent(long now, Transit transit) {
                    if (!(transit instanceof Transit.Order order && kind.isInstance(order.control()))) {
                        super.sent(now, transit);
                    }
                }
            };
        }

        @Test
        void isBrokenByARequestThatIsNotAccepted() {
            assertFound(Answers.NAME, without(Control.Accept.class), REQUEST);
        }

        @Test
        void isBrokenByASecondRequestThatIsNotDeclined() {
            assertFound(Answers.NAME, without(Control.Decline.class), REQUEST);
        }

        @Test
        void isBrokenByAReplyThatIsNotAcknowledged() {
            assertFound(Answers.NAME, without(Control.ReplyAck.class), REQUEST);
        }

        @Test
        void isBrokenByAReplyToSomebodyElseThanTheParent() {
            assertFound(
                    Answers.NAME,
                    new Interference() {
                        @Override
                        public void sent(long now, Transit transit) {
                            super.sent(now, transit);
                            if (transit instanceof Transit.Order order && order.control() instanceof Control.Reply) {
                                Device other = device(transit.from().index() == 4 ? 3 : 4);
                                super.sent(now, Forged.order(transit.from(), other, order.control()));
                            }
                        }
                    },
                    REQUEST);
        }

        @Test
        void isBrokenByACompleteDigestThatIsNotAnsweredWithWhatItLacks() {
            assertFound(
                    Answers.NAME,
                    new Interference() {
                        @Override
                        public void delivered(long now, Device device, GossipMessage message) {
                            super.delivered(now, device, message);
                            Control empty = new Control.Digest(LAN, List.of(), Control.Slice.WHOLE);
                            super.arrived(now, Forged.order(device(device.index() == 1 ? 2 : 1), device, empty));
                        }
                    },
                    REPAIRED_PUSH);
        }

        @Test
        void isBrokenByIWantThatIsNotAnsweredWithTheMessage() {
            assertFound(
                    Answers.NAME,
                    new Interference() {
                        @Override
                        public void delivered(long now, Device device, GossipMessage message) {
                            super.delivered(now, device, message);
                            Control want = new Control.IWant(LAN, List.of(message.id()), false);
                            super.arrived(now, Forged.order(device(device.index() == 1 ? 2 : 1), device, want));
                        }
                    },
                    REPAIRED_PUSH);
        }
    }

    @Nested
    class CountedOncePromise {

        private Interference whichMerges(Optional<CountedDevices> own, Partial... partials) {
            return new Interference() {
                @Override
                public void merging(long now, Device device, GossipAction.Merge merge) {
                    super.merging(
                            now,
                            device,
                            new GossipAction.Merge(
                                    merge.request(),
                                    merge.aggregation(),
                                    own.map(each -> each),
                                    List.of(partials),
                                    merge.finish()));
                }
            };
        }

        @Test
        void isBrokenByPartialsWithADeviceInCommon() {
            assertFound(
                    CountedOnce.NAME,
                    whichMerges(Optional.of(devices(0)), new Partial(devices(1, 2), 2), new Partial(devices(2, 3), 2)),
                    REQUEST);
        }

        @Test
        void isBrokenByAPartialThatHoldsTheDevicesOwnAnswer() {
            assertFound(CountedOnce.NAME, whichMerges(Optional.of(devices(0)), new Partial(devices(0, 1), 2)), REQUEST);
        }

        @Test
        void isBrokenByAWrongNumberOfContributors() {
            assertFound(CountedOnce.NAME, whichMerges(Optional.empty(), new Partial(devices(1, 2), 3)), REQUEST);
        }

        @Test
        void isKeptByPartialsApart() {
            assertThat(whichMerges(Optional.of(devices(0)), new Partial(devices(1, 2), 2), new Partial(devices(3), 1))
                            .in(REQUEST))
                    .isEmpty();
        }

        @Test
        void isBrokenByAnAnswerThatCountsMoreThanItHolds() {
            assertFound(
                    CountedOnce.NAME,
                    new Interference() {
                        @Override
                        public void completed(long now, Device initiator, GossipAction.Complete outcome) {
                            super.completed(
                                    now,
                                    initiator,
                                    new GossipAction.Complete(
                                            outcome.request(), Optional.of(devices(0, 1)), outcome.completeness()));
                        }
                    },
                    REQUEST);
        }
    }

    /** Says that the answer is something else. */
    private static Interference answering(CountedDevices value, Completeness completeness) {
        return new Interference() {
            @Override
            public void completed(long now, Device initiator, GossipAction.Complete outcome) {
                super.completed(
                        now, initiator, new GossipAction.Complete(outcome.request(), Optional.of(value), completeness));
            }
        };
    }

    @Nested
    class CountedOncePromiseOnSums {

        @Test
        void isBrokenByASumInWhichOneIsTwice() {
            BitSet all = devices(0, 1, 2, 3, 4).who();
            long sum = devices(0, 1, 2, 3, 4).sum() + CountedDevices.valueOf(3);

            assertFound(
                    CountedOnce.NAME,
                    answering(new CountedDevices(all, sum, 10), new Completeness(5, 9, 0, 0, 0, 1)),
                    REQUEST);
        }
    }

    @Nested
    class CollectedOncePromise {

        private final Scenario collect =
                Networks.lan(5, Networks.request(new Workload.Replies(ReplyMode.COLLECT, 1, 0, false, 30_000, 1_000)));

        private GossipAction.Collected samples(GossipMessage request, CountedDevices... values) {
            List<Sample> samples = new ArrayList<>();
            for (CountedDevices value : values) {
                samples.add(new Sample(new PeerAddress("sim:" + value.who().nextSetBit(0)), 1, value));
            }
            return new GossipAction.Collected(request.id(), samples);
        }

        /** In place of what the engines collect. */
        private Interference collecting(int counted, CountedDevices... values) {
            return new Interference() {
                @Override
                public void published(long now, Device at, GossipMessage message) {
                    super.published(now, at, message);
                    super.collected(now, at, samples(message, values));
                }

                @Override
                public void collected(long now, Device initiator, GossipAction.Collected collected) {}

                @Override
                public void completed(long now, Device initiator, GossipAction.Complete outcome) {
                    Completeness completeness = new Completeness(counted, 9, 0, 1, 0, 1);
                    super.completed(
                            now,
                            initiator,
                            new GossipAction.Complete(outcome.request(), Optional.empty(), completeness));
                }
            };
        }

        private List<String> foundIn(Interference interference) {
            return interference.in(collect).stream().map(Violation::checker).toList();
        }

        @Test
        void isKeptByWhatIsCollectedOnceAndCounted() {
            assertThat(foundIn(collecting(3, devices(0), devices(2), devices(4))))
                    .doesNotContain(CollectedOnce.NAME);
        }

        @Test
        void isBrokenByADeviceThatIsCollectedTwice() {
            assertFound(CollectedOnce.NAME, collecting(2, devices(0), devices(2), devices(2)), collect);
        }

        @Test
        void isBrokenByAValueThatIsNotTheDevicesOwn() {
            CountedDevices wrong = new CountedDevices(devices(2).who(), 7, 10);

            assertFound(CollectedOnce.NAME, collecting(2, devices(0), wrong), collect);
            assertFound(CollectedOnce.NAME, collecting(2, devices(0), devices(2, 3)), collect);
        }

        @Test
        void isBrokenByACountThatIsNotWhatHasCome() {
            assertFound(CollectedOnce.NAME, collecting(3, devices(0), devices(2)), collect);
        }

        @Test
        void isBrokenByWhatComesAfterTheEnd() {
            assertFound(
                    CollectedOnce.NAME,
                    new Interference() {
                        @Override
                        public void completed(long now, Device initiator, GossipAction.Complete outcome) {
                            super.completed(now, initiator, outcome);
                            super.collected(
                                    now,
                                    initiator,
                                    new GossipAction.Collected(
                                            outcome.request(),
                                            List.of(new Sample(new PeerAddress("sim:3"), 1, devices(3)))));
                        }
                    },
                    collect);
        }

        @Test
        void isBrokenWhereNothingIsToBeCollected() {
            assertFound(
                    CollectedOnce.NAME,
                    new Interference() {
                        @Override
                        public void published(long now, Device at, GossipMessage message) {
                            super.published(now, at, message);
                            super.collected(now, at, samples(message, devices(0)));
                        }
                    },
                    REQUEST);
        }
    }

    @Nested
    class HonestAnswersPromise {

        @Test
        void isBrokenByAPulledAnswerThatSaysItIsWhole() {
            Workload pulled = new Workload.Request(
                    10_000,
                    Source.first("node"),
                    Workload.Repetition.once(),
                    100,
                    10,
                    Workload.Spread.of(GossipVariant.PULL),
                    5_000,
                    Workload.Replies.merged(5_000));

            assertFound(
                    HonestAnswers.NAME,
                    answering(devices(0, 1, 2, 3, 4), new Completeness(5, 9, 0, 0, 0, 1)),
                    Networks.lan(5, pulled));
        }

        @Test
        void isBrokenByAWholeAnswerThatLacksADevice() {
            assertFound(
                    HonestAnswers.NAME, answering(devices(0, 1, 2, 3), new Completeness(4, 9, 0, 0, 0, 1)), REQUEST);
        }

        @Test
        void isKeptByAnAnswerThatSaysSo() {
            assertThat(answering(devices(0, 1, 2, 3), new Completeness(4, 9, 0, 1, 0, 1))
                            .in(REQUEST))
                    .extracting(Violation::checker)
                    .doesNotContain(HonestAnswers.NAME);
        }

        @Test
        void isNotGivenWhereNotEverybodyCanBeAsked() {
            Workload toTwoPeers = new Workload.Request(
                    10_000,
                    Source.first("node"),
                    Workload.Repetition.once(),
                    100,
                    10,
                    Workload.Spread.eager(2, 1),
                    20_000,
                    Workload.Replies.merged(30_000).withMargin(1_000));

            assertThat(new Interference().in(Networks.lan(5, toTwoPeers))).isEmpty();
        }
    }

    @Nested
    class QuietAnswersPromise {

        @Test
        void isBrokenByATimeoutWhereNothingIsWrong() {
            assertFound(QuietAnswers.NAME, answering(devices(0, 1, 2, 3), new Completeness(4, 9, 0, 3, 0, 1)), REQUEST);
        }

        @Test
        void saysNothingWhileAFaultIsUnderWay() {
            Fault cut = new Fault.Partition(5_000, 60_000_000, Who.count(null, 1));

            assertThat(new Interference().in(REQUEST.withFaults(List.of(cut)))).isEmpty();
        }
    }

    @Nested
    class RequestsEndPromise {

        @Test
        void isBrokenByARequestThatNeverEnds() {
            assertFound(
                    RequestsEnd.NAME,
                    new Interference() {
                        @Override
                        public void completed(long now, Device initiator, GossipAction.Complete outcome) {}
                    },
                    REQUEST);
        }

        @Test
        void isBrokenByARequestThatEndsTwice() {
            assertFound(
                    RequestsEnd.NAME,
                    new Interference() {
                        @Override
                        public void completed(long now, Device initiator, GossipAction.Complete outcome) {
                            super.completed(now, initiator, outcome);
                            super.failed(
                                    now,
                                    initiator,
                                    new GossipAction.Fail(outcome.request(), "once more", outcome.completeness()));
                        }
                    },
                    REQUEST);
        }

        @Test
        void isBrokenByARequestThatEndsAfterItsTimeout() {
            assertFound(
                    RequestsEnd.NAME,
                    new Interference() {
                        @Override
                        public void completed(long now, Device initiator, GossipAction.Complete outcome) {
                            super.completed(now + 30_000_000, initiator, outcome);
                        }
                    },
                    REQUEST);
        }

        @Test
        void isKeptByAnAnswerWithTooFewRepliesThatWasAskedForToo() {
            assertThat(answering(devices(0, 1), new Completeness(2, 9, 0, 1, 0, 1))
                            .in(Networks.lan(
                                    5,
                                    Networks.request(
                                            Workload.Replies.merged(30_000).withMinReplies(3, true)))))
                    .extracting(Violation::checker)
                    .doesNotContain(RequestsEnd.NAME);
        }

        @Test
        void isBrokenByAFailureThatHasEnoughReplies() {
            assertFound(
                    RequestsEnd.NAME,
                    new Interference() {
                        @Override
                        public void completed(long now, Device initiator, GossipAction.Complete outcome) {
                            super.failed(
                                    now,
                                    initiator,
                                    new GossipAction.Fail(outcome.request(), "too few", outcome.completeness()));
                        }
                    },
                    Networks.lan(5, Networks.request(3)));
        }

        @Test
        void isBrokenByAnAnswerWithTooFewReplies() {
            assertFound(
                    RequestsEnd.NAME,
                    answering(devices(0, 1), new Completeness(2, 9, 0, 0, 0, 1)),
                    Networks.lan(5, Networks.request(3)));
        }
    }

    @Nested
    class DeliveredPromise {

        private final Interference deviceThreeGetsNothing = new Interference() {
            @Override
            public void delivered(long now, Device device, GossipMessage message) {
                if (device.index() != 3) {
                    super.delivered(now, device, message);
                }
            }
        };

        @Test
        void isBrokenByADeviceThatNeverGetsARepairedMessage() {
            assertFound(Delivered.NAME, deviceThreeGetsNothing, REPAIRED_PUSH);
        }

        @Test
        void isNotGivenWithoutRepair() {
            assertThat(deviceThreeGetsNothing.in(PUSH))
                    .extracting(Violation::checker)
                    .doesNotContain(Delivered.NAME);
        }

        @Test
        void isNotGivenForALifetimeTooShortForRepair() {
            assertThat(deviceThreeGetsNothing.in(Networks.lan(5, Networks.push(2, 3, 10_000, 500))))
                    .extracting(Violation::checker)
                    .doesNotContain(Delivered.NAME);
        }
    }

    @Nested
    class BoundedTablesPromise {

        @Test
        void isBrokenByWhatIsStillHeldAfterTheLastEvent() {
            assertFound(
                    BoundedTables.NAME,
                    new Interference() {
                        @Override
                        public void delivered(long now, Device device, GossipMessage message) {
                            super.delivered(now, device, message);
                            super.ended(now, world());
                        }
                    },
                    PUSH);
        }
    }

    @Nested
    class ViewsPromise {

        @Test
        void isBrokenByAViewThatIsEmptyWhileAnotherDeviceIsUp() {
            assertFound(
                    Views.NAME,
                    new Interference() {
                        @Override
                        public void ended(long now, World current) {
                            Forged.hide(device(1));
                            super.ended(now, current);
                        }
                    },
                    Networks.lan(2, Networks.push()));
        }
    }

    @Nested
    class ConservationPromise {

        @Test
        void isBrokenByWhatVanishes() {
            assertFound(
                    Conservation.NAME,
                    new Interference() {
                        @Override
                        public void lost(long now, Transit transit, Loss why) {}
                    },
                    PUSH.withLinks(List.of(PUSH.link("link").withLoss(0.5))));
        }

        @Test
        void isBrokenByAnArrivalOfWhatWasNeverSent() {
            assertFound(
                    Conservation.NAME,
                    new Interference() {
                        @Override
                        public void published(long now, Device at, GossipMessage message) {
                            super.published(now, at, message);
                            super.arrived(now, Forged.copy(at, device(1), new Hop(LAN, 2, 1, 0), message));
                        }
                    },
                    PUSH);
        }

        @Test
        void isBrokenByAnArrivalElsewhere() {
            assertFound(
                    Conservation.NAME,
                    new Interference() {
                        @Override
                        public void sent(long now, Transit transit) {
                            if (transit instanceof Transit.Copy copy) {
                                Device other = device(transit.to().index() == 4 ? 3 : 4);
                                super.sent(now, Forged.copy(transit.from(), other, copy.hop(), copy.message()));
                            } else {
                                super.sent(now, transit);
                            }
                        }
                    },
                    PUSH);
        }
    }

    @Nested
    class TimePromise {

        @Test
        void isBrokenByAStepBack() {
            assertFound(
                    Time.NAME,
                    new Interference() {
                        @Override
                        public void arrived(long now, Transit transit) {
                            super.arrived(now - 2_000, transit);
                        }
                    },
                    PUSH);
        }

        @Test
        void isBrokenByADeviceThatIsDownAndReceives() {
            assertFound(
                    Time.NAME,
                    new Interference() {
                        @Override
                        public void lost(long now, Transit transit, Loss why) {
                            super.arrived(now, transit);
                        }
                    },
                    PUSH.withFaults(List.of(new Fault.Crash(10_500, Who.share(null, 1)))));
        }
    }
}
