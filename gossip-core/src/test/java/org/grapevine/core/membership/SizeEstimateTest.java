package org.grapevine.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.grapevine.core.message.PeerAddress;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** One device, whose partners are played by the test. */
class SizeEstimateTest {

    private static final MembershipConfig.Estimate CONFIG = new MembershipConfig.Estimate(2_000, 30, 5);
    private static final long EPOCH = 1_000;
    private static final long START = EPOCH * 60_000;
    private static final PeerAddress SELF = new PeerAddress("self");
    private static final PeerAddress A = new PeerAddress("a");
    private static final PeerAddress B = new PeerAddress("b");

    private final FixedOverlay overlay = new FixedOverlay();
    private final Tally tally = new Tally();
    private final List<MembershipAction> last = new ArrayList<>();
    private SizeEstimate estimate = new SizeEstimate(CONFIG, SELF, overlay, new Random(1), tally);

    @BeforeEach
    void aDeviceWithOneLinkFromTheBeginningOfAnEpoch() {
        overlay.link(A);
        estimate.onStarted(START, new ArrayList<>());
    }

    private List<MembershipAction> average(long now) {
        last.clear();
        estimate.onTimer(now, new MembershipTimer.Average(), last);
        return last;
    }

    private PeerMessage.Average asked(long now) {
        return average(now).stream()
                .filter(action -> action instanceof MembershipAction.Send)
                .map(action -> (PeerMessage.Average) ((MembershipAction.Send) action).message())
                .findFirst()
                .orElseThrow();
    }

    private List<MembershipAction> receive(long now, PeerAddress from, PeerMessage.OfSize message) {
        last.clear();
        estimate.onMessage(now, from, message, last);
        return last;
    }

    private PeerMessage.AverageAnswer answer(long now, PeerAddress from, PeerMessage.Average request) {
        return (PeerMessage.AverageAnswer)
                ((MembershipAction.Send) receive(now, from, request).get(0)).message();
    }

    private static PeerMessage.Share share(String starter, double part) {
        return new PeerMessage.Share(new PeerAddress(starter), part);
    }

    private static PeerMessage.Average request(long epoch, long number, PeerMessage.Share... shares) {
        return new PeerMessage.Average(epoch, number, 0, List.of(shares));
    }

    private static double part(PeerMessage.AverageAnswer answer, String starter) {
        return answer.shares().stream()
                .filter(share -> share.starter().equals(new PeerAddress(starter)))
                .mapToDouble(PeerMessage.Share::part)
                .findFirst()
                .orElse(0);
    }

    private long drops(MembershipDrop reason) {
        return tally.dropped().getOrDefault(reason, 0L);
    }

    @Nested
    class AnExchange {

        @Test
        void beginsWithAllOfTheOwnCount() {
            assertThat(asked(START + 2_500).shares()).containsExactly(share("self", 1));
        }

        @Test
        void leavesBothWithHalfOfWhatTheyHaveTogether() {
            PeerMessage.AverageAnswer first = answer(START + 100, A, request(EPOCH, 1, share("a", 1)));
            assertThat(first.accepted()).isTrue();
            assertThat(first.shares()).containsExactly(share("self", 1));
            PeerMessage.AverageAnswer second = answer(START + 200, B, request(EPOCH, 2, share("b", 1)));

            assertThat(part(second, "self")).isEqualTo(0.5);
            assertThat(part(second, "a")).isEqualTo(0.5);
        }

        @Test
        void thatIsRepeatedGetsTheSameAnswerAndCountsOnce() {
            PeerMessage.Average request = request(EPOCH, 1, share("a", 1));
            PeerMessage.AverageAnswer first = answer(START + 100, A, request);
            assertThat(answer(START + 400, A, request)).isEqualTo(first);

            assertThat(part(answer(START + 500, B, request(EPOCH, 1, share("b", 1))), "self"))
                    .isEqualTo(0.5);
        }

        @Test
        void isDeclinedByADeviceThatIsInOneOfItsOwn() {
            PeerMessage.Average own = asked(START + 2_500);
            assertThat(answer(START + 2_510, B, request(EPOCH, 1, share("b", 1)))
                            .accepted())
                    .isFalse();
            receive(
                    START + 2_520,
                    A,
                    new PeerMessage.AverageAnswer(EPOCH, own.number(), true, 0, List.of(share("a", 1))));

            assertThat(answer(START + 2_530, B, request(EPOCH, 2, share("b", 1)))
                            .accepted())
                    .isTrue();
        }

        @Test
        void thatWasDeclinedIsNotAcceptedWhenItComesAgain() {
            PeerMessage.Average own = asked(START + 2_500);
            PeerMessage.Average request = request(EPOCH, 1, share("b", 1));
            assertThat(answer(START + 2_510, B, request).accepted()).isFalse();
            receive(START + 2_520, A, new PeerMessage.AverageAnswer(EPOCH, own.number(), false, 0, List.of()));

            assertThat(answer(START + 2_530, B, request).accepted()).isFalse();
        }

        @Test
        void isRepeatedWithoutAnAnswerAndGivenUp() {
            PeerMessage.Average own = asked(START + 2_500);
            for (int i = 1; i < SizeEstimate.TRIES; i++) {
                last.clear();
                estimate.onTimer(START + 2_500 + 250L * i, new MembershipTimer.AverageDue(own.number()), last);
                assertThat(last).first().isEqualTo(new MembershipAction.Send(A, own));
            }
            last.clear();
            estimate.onTimer(START + 3_600, new MembershipTimer.AverageDue(own.number()), last);
            assertThat(last).isEmpty();
            receive(
                    START + 3_700,
                    A,
                    new PeerMessage.AverageAnswer(EPOCH, own.number(), true, 0, List.of(share("a", 1))));

            assertThat(drops(MembershipDrop.UNASKED)).isEqualTo(1);
            assertThat(answer(START + 3_800, B, request(EPOCH, 1, share("b", 1)))
                            .accepted())
                    .isTrue();
        }

        @Test
        void thatWasDeclinedGoesToAnother() {
            overlay.link(B);
            average(START + 2_500);
            MembershipAction.Send first = (MembershipAction.Send) last.get(1);
            PeerMessage.Average request = (PeerMessage.Average) first.message();
            receive(
                    START + 2_520,
                    first.to(),
                    new PeerMessage.AverageAnswer(EPOCH, request.number(), false, 0, List.of()));

            assertThat(last).first().isInstanceOfSatisfying(MembershipAction.Send.class, send -> assertThat(send.to())
                    .isEqualTo(first.to().equals(A) ? B : A));
        }

        @Test
        void keepsTheCountsThatComeFirstInTheEpoch() {
            Counts counts = new Counts(SELF, 7, 5);
            Set<PeerAddress> starters = new HashSet<>(Set.of(SELF));
            for (int i = 0; i < 100; i++) {
                starters.add(new PeerAddress("starter" + i));
                counts.average(List.of(share("starter" + i, 1)));
            }
            List<PeerAddress> first = starters.stream()
                    .sorted((x, y) -> Long.compare(Counts.place(x, 7), Counts.place(y, 7)))
                    .limit(5)
                    .toList();

            assertThat(counts.shares()).extracting(PeerMessage.Share::starter).containsExactlyElementsOf(first);
        }

        /** Other programs have to come to the same order. */
        @Test
        void theOrderOfTheEpochsIsFixed() {
            assertThat(Counts.place(new PeerAddress("soap.udp://192.0.2.1:4000/gossip"), 28_333_334L))
                    .isEqualTo(6560980926922385844L);
        }
    }

    @Nested
    class Epochs {

        @Test
        void anExchangeWithAnotherEpochIsRefused() {
            for (long epoch : new long[] {EPOCH - 1, EPOCH + 1, Long.MAX_VALUE, Long.MIN_VALUE}) {
                assertThat(answer(START + 100, A, request(epoch, 1, share("a", 1)))
                                .accepted())
                        .isFalse();
            }
            assertThat(drops(MembershipDrop.WRONG_TIME)).isEqualTo(4);
            assertThat(asked(START + 2_500).shares()).containsExactly(share("self", 1));
        }

        @Test
        void theClockAloneBeginsANewOne() {
            answer(START + 100, A, request(EPOCH, 1, share("a", 1)));

            PeerMessage.Average request = asked(START + 60_500);
            assertThat(request.epoch()).isEqualTo(EPOCH + 1);
            assertThat(request.shares()).containsExactly(share("self", 1));
        }

        @Test
        void aNewcomerInTheMiddleTakesPartFromTheNextOneOn() {
            estimate = new SizeEstimate(CONFIG, SELF, overlay, new Random(1), tally);
            estimate.onStarted(START + 10_000, new ArrayList<>());

            assertThat(answer(START + 12_000, A, request(EPOCH, 1, share("a", 1)))
                            .accepted())
                    .isFalse();
            assertThat(asked(START + 13_000).shares()).isEmpty();
            assertThat(asked(START + 61_000).shares()).containsExactly(share("self", 1));
        }

        @Test
        void aNewcomerTakesOverTheMedianOfWhatThreeSay() {
            overlay.link(B).link(new PeerAddress("c")).link(new PeerAddress("d"));
            estimate = new SizeEstimate(CONFIG, SELF, overlay, new Random(1), tally);
            estimate.onStarted(START + 10_000, new ArrayList<>());
            int[] said = {100, SizeEstimate.MOST_DEVICES, 120, 110, 90, 100, 100, 100};
            Set<PeerAddress> heard = new HashSet<>();
            long now = START + 12_000;
            while (estimate.size() == 0 && now < START + 50_000) {
                average(now);
                MembershipAction.Send send = (MembershipAction.Send) last.get(1);
                PeerMessage.Average request = (PeerMessage.Average) send.message();
                heard.add(send.to());
                receive(
                        now + 10,
                        send.to(),
                        new PeerMessage.AverageAnswer(
                                EPOCH,
                                request.number(),
                                false,
                                said[send.to().value().charAt(0) - 'a'],
                                List.of()));
                now += 2_000;
            }

            assertThat(heard).hasSizeGreaterThanOrEqualTo(3);
            assertThat(estimate.size()).isBetween(100, 120);
            assertThat(last).contains(new MembershipAction.Sized(estimate.size()));
        }

        @Test
        void whoSleptThroughTheBeginningTakesNoPart() {
            assertThat(answer(START + 70_000, A, request(EPOCH + 1, 1, share("a", 1)))
                            .accepted())
                    .isFalse();
        }

        @Test
        void withoutExchangesThereIsNoEstimate() {
            average(START + 30_000);
            average(START + 60_500);

            assertThat(estimate.size()).isZero();
        }

        @Test
        void withoutAPeriodNothingIsCounted() {
            estimate = new SizeEstimate(new MembershipConfig.Estimate(0, 30, 5), SELF, overlay, new Random(1), tally);
            List<MembershipAction> out = new ArrayList<>();
            estimate.onStarted(START, out);
            estimate.onTimer(START, new MembershipTimer.Average(), out);
            estimate.onMessage(START, A, request(EPOCH, 1, share("a", 1)), out);

            assertThat(out).isEmpty();
        }
    }

    @Nested
    class BadInput {

        private void isImpossible(PeerMessage.Average request) {
            long before = drops(MembershipDrop.IMPOSSIBLE_VALUE);
            assertThat(answer(START + 100, A, request).accepted()).isFalse();
            assertThat(drops(MembershipDrop.IMPOSSIBLE_VALUE)).isEqualTo(before + 1);
            assertThat(asked(START + 2_500).shares()).containsExactly(share("self", 1));
        }

        @Test
        void moreSharesThanThereAreCountsAreRefused() {
            isImpossible(request(
                    EPOCH,
                    1,
                    share("a", 1),
                    share("b", 1),
                    share("c", 1),
                    share("d", 1),
                    share("e", 1),
                    share("f", 1)));
        }

        @Test
        void theSameCountTwiceIsRefused() {
            isImpossible(request(EPOCH, 1, share("a", 1), share("a", 1)));
        }

        @Test
        void aSizeBelowNothingIsRefused() {
            isImpossible(new PeerMessage.Average(EPOCH, 1, -1, List.of(share("a", 1))));
        }

        @Test
        void aSizeBeyondAllMeasureIsRefused() {
            isImpossible(new PeerMessage.Average(EPOCH, 1, SizeEstimate.MOST_DEVICES + 1, List.of(share("a", 1))));
        }

        @Test
        void anAnswerFromSomebodyElseIsRefused() {
            PeerMessage.Average own = asked(START + 2_500);
            receive(
                    START + 2_510,
                    B,
                    new PeerMessage.AverageAnswer(EPOCH, own.number(), true, 0, List.of(share("b", 1))));

            assertThat(drops(MembershipDrop.UNASKED)).isEqualTo(1);
        }

        @Test
        void onePeerCannotExchangeAsOftenAsItLikes() {
            int accepted = 0;
            for (int i = 0; i < 1_000; i++) {
                accepted +=
                        answer(START + 100, A, request(EPOCH, i, share("a", 1))).accepted() ? 1 : 0;
            }

            assertThat(accepted).isEqualTo(SizeEstimate.OF_ONE);
            assertThat(drops(MembershipDrop.TOO_OFTEN)).isEqualTo(1_000 - SizeEstimate.OF_ONE);
        }

        @Test
        void norCanManyTogether() {
            int accepted = 0;
            for (int i = 0; i < 1_000; i++) {
                accepted += answer(START + 100, new PeerAddress("p" + i), request(EPOCH, i, share("a", 0.5)))
                                .accepted()
                        ? 1
                        : 0;
            }

            assertThat(accepted).isEqualTo(SizeEstimate.ANSWERS);
            assertThat(drops(MembershipDrop.TABLE_FULL)).isEqualTo(1_000 - SizeEstimate.ANSWERS);
        }

        /** After twenty cycles honest parts are nearly equal. */
        @Test
        void aPartThatIsFarFromTheOwnOneIsRefusedLateInTheEpoch() {
            assertThat(answer(START + 39_000, A, request(EPOCH, 1, share("self", 0)))
                            .accepted())
                    .isTrue();
            assertThat(answer(START + 40_500, A, request(EPOCH, 2, share("self", 0.01)))
                            .accepted())
                    .isFalse();
            assertThat(answer(START + 40_500, A, request(EPOCH, 3, share("self", 0.4)))
                            .accepted())
                    .isTrue();
        }

        @Test
        void oneEpochChangesTheEstimateByABoundedFactor() {
            overlay.remove(A);
            int size = 0;
            for (int epoch = 0; epoch < 3; epoch++) {
                long start = START + 60_000L * epoch;
                for (int cycle = 0; cycle < 12; cycle++) {
                    double part = epoch == 0 ? 0.01 : 1e-9;
                    estimateAfter(start + 2_000L * cycle + 2_000, EPOCH + epoch, cycle, part);
                }
                average(start + 60_000);
                if (epoch > 0) {
                    assertThat(estimate.size()).isEqualTo((int) (SizeEstimate.CHANGE * size));
                }
                size = estimate.size();
            }
        }

        private void estimateAfter(long now, long epoch, int number, double part) {
            List<PeerMessage.Share> shares = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                shares.add(share("fake" + i, part));
            }
            receive(now, new PeerAddress("p" + number), new PeerMessage.Average(epoch, number, 0, shares));
        }
    }

    @Nested
    class TheMedian {

        @Test
        void isThatOfTheCountsThatAreHeld() {
            Counts counts = new Counts(SELF, 1, 5);
            counts.average(List.of(share("a", 0.02), share("b", 0.002), share("c", 0.02)));

            assertThat(counts.devices()).isCloseTo(100, Offset.offset(1e-9));
        }

        @Test
        void leavesOutACountOfWhichNothingIsLeft() {
            Counts counts = new Counts(SELF, 1, 5);
            counts.average(List.of(share("a", 0)));

            assertThat(counts.devices()).isEqualTo(2);
        }
    }
}
