package org.grapevine.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.grapevine.core.message.PeerAddress;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** One device, whose peers are played by the test. */
class FailureDetectorTest {

    private static final long START = 1_700_000_000_000L;
    private static final PeerAddress SELF = new PeerAddress("self");
    private static final PeerAddress A = new PeerAddress("a");
    private static final PeerAddress B = new PeerAddress("b");
    private static final PeerAddress C = new PeerAddress("c");
    private static final PeerAddress D = new PeerAddress("d");
    private static final PeerAddress STRANGER = new PeerAddress("stranger");
    private static final MembershipConfig CONFIG = MembershipConfig.hyParView(4);

    private final FixedOverlay overlay = new FixedOverlay();
    private final Tally tally = new Tally();
    private final List<PeerAddress> dead = new ArrayList<>();
    private final Map<Long, List<MembershipTimer.OfHealth>> timers = new LinkedHashMap<>();
    private final List<MembershipAction.Send> sent = new ArrayList<>();
    private final List<MembershipAction> others = new ArrayList<>();
    private FailureDetector detector = detector(CONFIG);
    private long now = START;

    private FailureDetector detector(MembershipConfig config) {
        return new FailureDetector(config, SELF, overlay, () -> 100, this::failed, new Random(1), tally);
    }

    private void failed(long at, PeerAddress peer, List<MembershipAction> out) {
        dead.add(peer);
        overlay.remove(peer);
        detector.onGone(peer, out);
    }

    private List<MembershipAction.Send> perform(List<MembershipAction> actions) {
        List<MembershipAction.Send> sends = new ArrayList<>();
        for (MembershipAction action : actions) {
            if (action instanceof MembershipAction.Send send) {
                sends.add(send);
            } else if (action instanceof MembershipAction.Schedule schedule) {
                timers.computeIfAbsent(now + schedule.delayMillis(), at -> new ArrayList<>())
                        .add((MembershipTimer.OfHealth) schedule.timer());
            } else {
                others.add(action);
            }
        }
        sent.addAll(sends);
        return sends;
    }

    private void start() {
        List<MembershipAction> out = new ArrayList<>();
        detector.onStarted(now, out);
        perform(out);
    }

    private List<MembershipAction.Send> receive(PeerAddress from, PeerMessage.OfHealth message) {
        List<MembershipAction> out = new ArrayList<>();
        detector.onMessage(now, from, message, out);
        return perform(out);
    }

    private List<MembershipAction.Send> check(PeerAddress peer) {
        List<MembershipAction> out = new ArrayList<>();
        detector.onCheck(now, peer, out);
        return perform(out);
    }

    /** Fires what is due in that time; whoever is among the peers that answer does so at once, and knows of no other. */
    private List<MembershipAction.Send> pass(long millis, PeerAddress... answering) {
        List<MembershipAction.Send> all = new ArrayList<>();
        long end = now + millis;
        while (true) {
            long next =
                    timers.keySet().stream().mapToLong(Long::longValue).min().orElse(Long.MAX_VALUE);
            if (next > end) {
                break;
            }
            now = next;
            for (MembershipTimer.OfHealth timer : timers.remove(next)) {
                List<MembershipAction> out = new ArrayList<>();
                detector.onTimer(now, timer, out);
                List<MembershipAction.Send> sends = perform(out);
                all.addAll(sends);
                for (MembershipAction.Send send : sends) {
                    if (!List.of(answering).contains(send.to())) {
                        continue;
                    }
                    if (send.message() instanceof PeerMessage.Ping ping) {
                        receive(send.to(), new PeerMessage.Ack(ping.number(), true, List.of()));
                    } else if (send.message() instanceof PeerMessage.PingRequest request) {
                        receive(send.to(), new PeerMessage.Nack(request.number()));
                    }
                }
            }
        }
        now = end;
        return all;
    }

    private static List<PeerAddress> pinged(List<MembershipAction.Send> sends) {
        return sends.stream()
                .filter(send -> send.message() instanceof PeerMessage.Ping)
                .map(MembershipAction.Send::to)
                .toList();
    }

    private static PeerMessage.Ping ping(List<MembershipAction.Send> sends, PeerAddress to) {
        return sends.stream()
                .filter(send -> send.to().equals(to) && send.message() instanceof PeerMessage.Ping)
                .map(send -> (PeerMessage.Ping) send.message())
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    private List<PeerMessage.PingRequest> requests() {
        return sent.stream()
                .filter(send -> send.message() instanceof PeerMessage.PingRequest)
                .map(send -> (PeerMessage.PingRequest) send.message())
                .toList();
    }

    private static Rumour suspect(PeerAddress about, long incarnation, PeerAddress from) {
        return new Rumour(about, Rumour.State.SUSPECT, incarnation, from);
    }

    private static Rumour alive(PeerAddress about, long incarnation) {
        return new Rumour(about, Rumour.State.ALIVE, incarnation, about);
    }

    private static Rumour died(PeerAddress about, long incarnation, PeerAddress from) {
        return new Rumour(about, Rumour.State.DEAD, incarnation, from);
    }

    private void hear(PeerAddress from, Rumour... rumours) {
        receive(from, new PeerMessage.Ping(1, true, List.of(rumours)));
    }

    private long drops(MembershipDrop reason) {
        return tally.dropped().getOrDefault(reason, 0L);
    }

    @Nested
    class Turns {

        @Test
        void everyLinkIsPingedOnceInEachRound() {
            overlay.link(A).link(B).link(C).link(D);
            start();
            for (int round = 0; round < 20; round++) {
                assertThat(pinged(pass(4_000, A, B, C, D))).containsExactlyInAnyOrder(A, B, C, D);
            }
        }

        @Test
        void noLinkWaitsLongerThanTwoRoundsLessOne() {
            int links = 7;
            PeerAddress[] peers = new PeerAddress[links];
            for (int i = 0; i < links; i++) {
                peers[i] = new PeerAddress("link" + i);
                overlay.link(peers[i]);
            }
            start();
            Map<PeerAddress, Integer> last = new HashMap<>();
            int longest = 0;
            for (int period = 0; period < 2_000; period++) {
                PeerAddress peer = pinged(pass(1_000, peers)).get(0);
                longest = Math.max(longest, period - last.getOrDefault(peer, 0));
                last.put(peer, period);
            }

            assertThat(longest).isLessThanOrEqualTo(2 * links - 1).isGreaterThan(links);
        }

        @Test
        void everyOtherEntryIsPingedOnceInFourShuffles() {
            overlay.link(A);
            for (int i = 0; i < 30; i++) {
                overlay.entry(new PeerAddress("entry" + i));
            }
            PeerAddress[] all =
                    overlay.entries().stream().map(PeerEntry::address).toArray(PeerAddress[]::new);
            start();
            pass(41_000, all);

            for (int round = 0; round < 5; round++) {
                assertThat(pinged(pass(41_000, all))).contains(all).hasSizeBetween(70, 73);
            }
        }

        @Test
        void aDeadEntryIsDroppedAtOnceAndWithoutRumour() {
            overlay.link(A).entry(B);
            start();
            pass(45_000, A);

            assertThat(dead).containsExactly(B);
            assertThat(sent)
                    .noneMatch(send -> send.message() instanceof PeerMessage.Ping ping
                            && ping.rumours().stream()
                                    .anyMatch(rumour -> rumour.about().equals(B)));
        }

        @Test
        void whereOneEntryIsDeadTheOthersArePingedSooner() {
            overlay.link(A).link(C).link(D);
            for (int i = 0; i < 30; i++) {
                overlay.entry(new PeerAddress("entry" + i));
            }
            start();
            long from = now;
            while (overlay.entries().size() > 3 && now < from + 60_000) {
                pass(100, A, C, D);
            }

            assertThat(overlay.entries()).hasSize(3);
            assertThat(now - from).isLessThan(20_000);
        }

        @Test
        void anEntryIsNotDroppedByADeviceThatHearsNobody() {
            overlay.link(A).link(C).entry(B);
            start();
            pass(10_000);

            assertThat(dead).isEmpty();
        }

        @Test
        void withoutAPeriodNothingIsPinged() {
            detector = detector(CONFIG.withDetection(new MembershipConfig.Detection(0, 500, 3, 4, 6, 8, 6, 64)));
            overlay.link(A);
            start();

            assertThat(timers).isEmpty();
            assertThat(check(STRANGER)).isEmpty();
            assertThat(receive(A, new PeerMessage.PingRequest(1, B, List.of()))).isEmpty();
            assertThat(receive(A, new PeerMessage.Ping(5, true, List.of())))
                    .singleElement()
                    .matches(send -> send.message() instanceof PeerMessage.Ack ack && ack.number() == 5);
        }
    }

    @Nested
    class AProbe {

        @Test
        void withoutADirectAnswerThreeOthersAreAsked() {
            overlay.link(A).link(B).link(C).link(D).link(new PeerAddress("e"));
            start();
            pass(1_000);
            PeerAddress target = pinged(sent).get(0);
            pass(500);

            assertThat(requests()).hasSize(3).allMatch(request -> request.target()
                    .equals(target));
            assertThat(sent.stream()
                            .filter(send -> send.message() instanceof PeerMessage.PingRequest)
                            .map(MembershipAction.Send::to))
                    .doesNotContain(target)
                    .doesNotHaveDuplicates();
        }

        @Test
        void theWordOfAHelperCounts() {
            overlay.link(A).link(B);
            start();
            pass(1_000);
            PeerAddress target = pinged(sent).get(0);
            pass(500);
            receive(
                    target.equals(A) ? B : A,
                    new PeerMessage.Ack(requests().get(0).number(), false, List.of()));
            pass(499, A, B);

            assertThat(detector.suspects()).isZero();
        }

        @Test
        void theWordOfHelpersDoesNotCountForEver() {
            overlay.link(A).link(B);
            start();
            for (int i = 0; i < 60 && detector.suspects() == 0; i++) {
                for (MembershipAction.Send send : pass(500, B)) {
                    if (send.message() instanceof PeerMessage.PingRequest request) {
                        receive(send.to(), new PeerMessage.Ack(request.number(), false, List.of()));
                    }
                }
            }

            assertThat(detector.isSuspect(A)).isTrue();
            assertThat(now - START).isGreaterThan(Suspects.WORD_OF_OTHERS * 1_000);
        }

        @Test
        void anAnswerFromSomebodyElseOrWithAnotherNumberIsUnasked() {
            overlay.link(A);
            start();
            pass(1_000);
            long number = ping(sent, A).number();
            receive(STRANGER, new PeerMessage.Ack(number, true, List.of()));
            receive(A, new PeerMessage.Ack(number + 1, true, List.of()));
            receive(STRANGER, new PeerMessage.Nack(number));
            pass(1_000);

            assertThat(drops(MembershipDrop.UNASKED)).isEqualTo(3);
            assertThat(detector.isSuspect(A)).isTrue();
        }

        @Test
        void whatAnUnaskedAnswerSaysIsNotListenedTo() {
            overlay.link(A).link(B);
            start();
            receive(STRANGER, new PeerMessage.Ack(1, true, List.of(suspect(B, START, STRANGER))));

            assertThat(detector.suspects()).isZero();
        }

        @Test
        void withoutSuspicionTheFirstFailureCounts() {
            detector = detector(CONFIG.withDetection(new MembershipConfig.Detection(1_000, 500, 3, 0, 6, 1, 6, 64)));
            overlay.link(A);
            start();
            pass(2_000);

            assertThat(dead).containsExactly(A);
        }

        @Test
        void aPingCarriesTheSuspicionToTheSuspect() {
            overlay.link(A).link(B);
            start();
            hear(B, suspect(A, 7, C));
            PeerMessage.Ping ping = ping(pass(1_000), A);

            assertThat(ping.rumours()).first().isEqualTo(suspect(A, 7, SELF));
        }

        @Test
        void aSuspectIsPingedInEveryPeriod() {
            for (int i = 0; i < 10; i++) {
                overlay.link(new PeerAddress("link" + i));
            }
            overlay.link(A);
            PeerAddress[] links = overlay.links().stream()
                    .map(PeerEntry::address)
                    .filter(peer -> !peer.equals(A))
                    .toArray(PeerAddress[]::new);
            start();
            hear(B, suspect(A, 7, C));
            pass(1_000, links);

            assertThat(pinged(pass(5_000, links)).stream().filter(A::equals)).hasSizeGreaterThanOrEqualTo(4);
        }

        @Test
        void timersThatWereLateAreNoProof() {
            overlay.link(A);
            start();
            pass(1_000);
            long number = ping(sent, A).number();
            timers.clear();
            now += 30_000;
            List<MembershipAction> out = new ArrayList<>();
            detector.onTimer(now, new MembershipTimer.ProbeDue(number), out);

            assertThat(pinged(perform(out))).containsExactly(A);
            assertThat(detector.suspects()).isZero();
            assertThat(tally.unanswered).isZero();
        }
    }

    @Nested
    class LocalHealthOfThisDevice {

        @Test
        void whoeverHearsNobodyWaitsLonger() {
            overlay.link(A).link(B);
            start();
            pass(1_000);
            int firstMinute = pinged(pass(8_000)).size();
            int later = pinged(pass(8_000)).size();

            assertThat(later).isLessThan(firstMinute);
        }

        @Test
        void itGoesUpToItsLimitAndBack() {
            LocalHealth health = new LocalHealth(8);
            for (int i = 0; i < 20; i++) {
                health.worse();
            }
            assertThat(health.multiplier()).isEqualTo(8);
            for (int i = 0; i < 20; i++) {
                health.better();
            }
            assertThat(health.multiplier()).isEqualTo(1);
        }

        @Test
        void nacksShowThatThisDeviceHears() {
            overlay.link(A).link(B).link(C);
            start();
            pass(4_000, B, C);

            assertThat(detector.isSuspect(A)).isTrue();
            assertThat(pinged(pass(3_000, B, C))).hasSizeGreaterThanOrEqualTo(3);
        }

        @Test
        void aLiarCannotSlowItDown() {
            overlay.link(A).link(B);
            start();
            for (int i = 0; i < 100; i++) {
                hear(B, suspect(SELF, now + 1_000, B));
                pass(500, A, B);
            }

            assertThat(pinged(pass(10_000, A, B))).hasSizeGreaterThanOrEqualTo(9);
        }
    }

    @Nested
    class WhenOthersTalk {

        @Test
        void aSuspicionMakesTheDeviceLookAndIsPassedOn() {
            overlay.link(A).link(B);
            start();
            hear(B, suspect(A, START, C));

            assertThat(detector.isSuspect(A)).isTrue();
            assertThat(pinged(pass(1_000))).contains(A);
            assertThat(sent)
                    .anyMatch(send -> send.to().equals(B)
                            && send.message() instanceof PeerMessage.Ping ping
                            && ping.rumours().contains(suspect(A, START, C)));
        }

        @Test
        void whoDoesNotKnowTheIncarnationMeansThePresentOne() {
            overlay.link(A).link(B);
            start();
            hear(A, alive(A, START));
            hear(B, suspect(A, START - 1, C));
            assertThat(detector.isSuspect(A)).isFalse();
            hear(B, suspect(A, 0, C));

            assertThat(detector.isSuspect(A)).isTrue();
        }

        @Test
        void anAnswerOfThePeerItselfEndsIt() {
            overlay.link(A).link(B);
            start();
            hear(B, suspect(A, START, C), died(A, START, B));
            pass(1_000, A, B);

            assertThat(detector.suspects()).isZero();
            assertThat(tally.contradicted).isEqualTo(1);
            assertThat(dead).isEmpty();
        }

        @Test
        void theSameRumourBeginsNoSecondSuspicion() {
            overlay.link(A).link(B);
            start();
            hear(B, suspect(A, START, C));
            pass(1_000, A, B);
            hear(B, suspect(A, START, C));

            assertThat(detector.suspects()).isZero();
        }

        @Test
        void aHigherIncarnationContradictsAndIsPassedOn() {
            overlay.link(A).link(B);
            start();
            hear(B, suspect(A, START, C));
            hear(B, alive(A, START + 1));

            assertThat(detector.suspects()).isZero();
            assertThat(ping(pass(2_000, A, B), B).rumours()).contains(alive(A, START + 1));
        }

        @Test
        void anIncarnationThatIsNotHigherDoesNot() {
            overlay.link(A).link(B);
            start();
            hear(B, suspect(A, START, C));
            hear(B, alive(A, START));

            assertThat(detector.isSuspect(A)).isTrue();
        }

        /** Else a liar could keep the dead alive for ever. */
        @Test
        void othersCanContradictForAPeerAFewTimesOnly() {
            overlay.link(A).link(B);
            start();
            for (int i = 0; i < 120 && dead.isEmpty(); i++) {
                hear(B, alive(A, now));
                pass(1_000, B);
            }

            assertThat(dead).containsExactly(A);
        }

        @Test
        void deadDoesNotTakeALivePeerOut() {
            overlay.link(A).link(B);
            start();
            for (int i = 0; i < 200; i++) {
                hear(B, died(A, now, B));
                pass(500, A, B);
            }

            assertThat(dead).isEmpty();
            assertThat(overlay.isLinked(A)).isTrue();
        }

        @Test
        void deadIsEnoughForAPeerThatDoesNotAnswerThisDeviceEither() {
            overlay.link(A).link(B).link(C).link(D);
            start();
            for (int i = 0; i < 300 && dead.isEmpty(); i++) {
                pass(100, B, C, D);
                if (now - START > 4_000) {
                    hear(B, died(A, START, B));
                }
            }

            assertThat(dead).containsExactly(A);
            assertThat(now - START).isLessThan(9_000);
        }

        @Test
        void whatIsSaidOfAnEntryMakesTheDeviceLookOnly() {
            overlay.link(A).entry(B);
            start();
            hear(A, died(B, START, A), suspect(B, START, A));

            assertThat(dead).isEmpty();
            assertThat(detector.suspects()).isZero();
        }

        @Test
        void rumoursAboutStrangersGoNoFurther() {
            overlay.link(A).link(B);
            start();
            for (int i = 0; i < 100; i++) {
                hear(A, suspect(new PeerAddress("somebody" + i), START, A), alive(new PeerAddress("else" + i), START));
            }
            pass(20_000, A, B);

            assertThat(sent)
                    .noneMatch(send -> send.message() instanceof PeerMessage.Ping ping
                            && ping.rumours().stream()
                                    .anyMatch(rumour -> !rumour.about().equals(SELF)));
        }

        @Test
        void rumoursFromTheFutureAreRefused() {
            overlay.link(A).link(B);
            start();
            hear(B, suspect(A, now + Suspects.FUTURE_MILLIS + 1, C));
            hear(B, alive(A, now + 2 * Suspects.FUTURE_MILLIS + 1));
            hear(B, suspect(SELF, Long.MAX_VALUE, C));

            assertThat(drops(MembershipDrop.WRONG_TIME)).isEqualTo(3);
            assertThat(detector.suspects()).isZero();
        }

        @Test
        void tooManyRumoursAreNotListenedToAtAll() {
            overlay.link(A).link(B);
            start();
            List<Rumour> many = new ArrayList<>();
            for (int i = 0; i <= Suspects.RUMOURS; i++) {
                many.add(suspect(A, START, C));
            }
            receive(B, new PeerMessage.Ping(1, true, many));

            assertThat(drops(MembershipDrop.TOO_MANY_ENTRIES)).isEqualTo(1);
            assertThat(detector.suspects()).isZero();
        }

        @Test
        void nobodyAccusesInThisDevicesNameOrItself() {
            overlay.link(A).link(B);
            start();
            hear(B, suspect(A, START, SELF), suspect(A, START, A));

            assertThat(detector.suspects()).isZero();
        }

        @Test
        void moreDoubtsThanThereIsRoomForAreCounted() {
            for (int i = 0; i < ProbeOrder.DOUBTED + 5; i++) {
                overlay.link(new PeerAddress("link" + i));
            }
            start();
            for (PeerEntry link : overlay.links()) {
                check(link.address());
            }

            assertThat(drops(MembershipDrop.TABLE_FULL)).isEqualTo(5);
        }
    }

    @Nested
    class WhenThisDeviceIsAccused {

        private List<Rumour> answer(Rumour... rumours) {
            return ((PeerMessage.Ack) receive(B, new PeerMessage.Ping(1, true, List.of(rumours)))
                            .get(0)
                            .message())
                    .rumours();
        }

        @Test
        void itContradictsInItsAnswer() {
            overlay.link(B);
            start();
            now += 5_000;

            assertThat(answer(suspect(SELF, START, B))).first().isEqualTo(alive(SELF, START + 5_000));
        }

        @Test
        void itContradictsAnIncarnationAheadOfItsClock() {
            overlay.link(B);
            start();

            assertThat(answer(suspect(SELF, START + 1_000_000, B))).first().isEqualTo(alive(SELF, START + 1_000_001));
        }

        @Test
        void itRepeatsWhatIsHigherAlready() {
            overlay.link(B);
            start();

            assertThat(answer(suspect(SELF, 0, B))).first().isEqualTo(alive(SELF, START));
        }

        @Test
        void itContradictsThatItIsDead() {
            overlay.link(B);
            start();

            assertThat(answer(died(SELF, START, B))).first().isEqualTo(alive(SELF, START + 1));
        }
    }

    @Nested
    class AskedByStrangers {

        @Test
        void theyAreAnsweredWithNoMoreThanTheyHaveSent() {
            overlay.link(A).link(B);
            start();
            hear(B, suspect(A, START, C));
            List<Rumour> nothing = List.of();
            List<Rumour> one = List.of(alive(A, 1));

            for (List<Rumour> brought : List.of(nothing, one)) {
                List<MembershipAction.Send> answers = receive(STRANGER, new PeerMessage.Ping(9, false, brought));
                assertThat(answers).hasSize(1);
                PeerMessage.Ack ack = (PeerMessage.Ack) answers.get(0).message();
                assertThat(ack.number()).isEqualTo(9);
                assertThat(ack.linked()).isFalse();
                assertThat(ack.rumours()).hasSameSizeAs(brought);
            }
        }

        @Test
        void aTargetGetsOnePingHoweverManyAskForIt() {
            overlay.link(A);
            start();
            for (int i = 0; i < 1_000; i++) {
                receive(new PeerAddress("asking" + i), new PeerMessage.PingRequest(i, STRANGER, List.of()));
            }

            assertThat(pinged(sent)).containsExactly(STRANGER);
            assertThat(drops(MembershipDrop.TABLE_FULL)).isEqualTo(1_000 - PingRelay.WAITING);
        }

        @Test
        void aPingForOthersCarriesNothingButTheAccusation() {
            start();
            Rumour accusation = suspect(STRANGER, 3, A);
            receive(A, new PeerMessage.PingRequest(1, STRANGER, List.of(alive(C, 1), accusation, suspect(C, 2, A))));

            assertThat(ping(sent, STRANGER).rumours()).containsExactly(accusation);
        }

        @Test
        void itsAnswerIsPassedOnToAllOfThemAndSoIsItsContradiction() {
            start();
            receive(A, new PeerMessage.PingRequest(11, C, List.of()));
            receive(B, new PeerMessage.PingRequest(12, C, List.of()));
            List<MembershipAction.Send> answers =
                    receive(C, new PeerMessage.Ack(ping(sent, C).number(), false, List.of(alive(B, 1), alive(C, 5))));

            assertThat(answers)
                    .containsExactly(
                            new MembershipAction.Send(A, new PeerMessage.Ack(11, false, List.of(alive(C, 5)))),
                            new MembershipAction.Send(B, new PeerMessage.Ack(12, false, List.of(alive(C, 5)))));
            assertThat(receive(D, new PeerMessage.PingRequest(13, C, List.of())))
                    .containsExactly(
                            new MembershipAction.Send(D, new PeerMessage.Ack(13, false, List.of(alive(C, 5)))));
        }

        /** Else the device that asked would take the link to its helper for one that is no more. */
        @Test
        void whoeverAskedIsToldTruthfullyWhetherItIsALink() {
            overlay.link(A);
            start();
            receive(A, new PeerMessage.PingRequest(11, C, List.of()));
            receive(B, new PeerMessage.PingRequest(12, C, List.of()));

            assertThat(receive(C, new PeerMessage.Ack(ping(sent, C).number(), false, List.of())))
                    .containsExactly(
                            new MembershipAction.Send(A, new PeerMessage.Ack(11, true, List.of())),
                            new MembershipAction.Send(B, new PeerMessage.Ack(12, false, List.of())));
        }

        @Test
        void withoutAnAnswerTheyAreToldSoInTime() {
            start();
            receive(A, new PeerMessage.PingRequest(11, C, List.of()));
            timers.values().forEach(due -> due.removeIf(MembershipTimer.Probe.class::isInstance));

            assertThat(pass(399)).isEmpty();
            assertThat(pass(1)).containsExactly(new MembershipAction.Send(A, new PeerMessage.Nack(11)));
        }

        @Test
        void oneThatAsksForManyTargetsIsRefused() {
            start();
            for (int i = 0; i < 100; i++) {
                receive(A, new PeerMessage.PingRequest(i, new PeerAddress("target" + i), List.of()));
            }

            assertThat(pinged(sent)).hasSize(PingRelay.TARGETS_OF_ONE);
            assertThat(drops(MembershipDrop.TOO_OFTEN)).isEqualTo(100 - PingRelay.TARGETS_OF_ONE);
        }

        @Test
        void manyThatAskForManyTargetsAreRefused() {
            start();
            for (int i = 0; i < 100; i++) {
                receive(
                        new PeerAddress("asking" + i),
                        new PeerMessage.PingRequest(i, new PeerAddress("target" + i), List.of()));
            }

            assertThat(pinged(sent)).hasSize(PingRelay.TARGETS);
            assertThat(drops(MembershipDrop.TABLE_FULL)).isEqualTo(100 - PingRelay.TARGETS);
        }

        @Test
        void aPingToItselfOrToWhoAsksIsRefused() {
            start();
            receive(A, new PeerMessage.PingRequest(1, SELF, List.of()));
            receive(A, new PeerMessage.PingRequest(1, A, List.of()));

            assertThat(pinged(sent)).isEmpty();
            assertThat(drops(MembershipDrop.IMPOSSIBLE_VALUE)).isEqualTo(2);
        }
    }

    @Nested
    class Checks {

        @Test
        void aLinkIsPingedNext() {
            for (int i = 0; i < 20; i++) {
                overlay.link(new PeerAddress("link" + i));
            }
            overlay.link(A);
            start();
            check(A);

            assertThat(pinged(pass(1_000))).contains(A);
        }

        @Test
        void aStrangerIsPingedNowAndMetOnceItAnswers() {
            start();
            PeerMessage.Ping ping = ping(check(STRANGER), STRANGER);
            assertThat(ping.rumours()).isEmpty();
            assertThat(ping.linked()).isFalse();
            receive(STRANGER, new PeerMessage.Ack(ping.number(), false, List.of()));

            assertThat(others).containsExactly(new MembershipAction.Met(STRANGER));
        }

        @Test
        void soIsAnEntryThatIsNoLink() {
            overlay.entry(B);
            start();
            receive(B, new PeerMessage.Ack(ping(check(B), B).number(), false, List.of()));

            assertThat(others).containsExactly(new MembershipAction.Met(B));
        }

        @Test
        void itIsForgottenAfterAMinute() {
            start();
            receive(
                    STRANGER,
                    new PeerMessage.Ack(ping(check(STRANGER), STRANGER).number(), false, List.of()));
            pass(Acquaintances.MET_MILLIS - 1_000);
            assertThat(others).hasSize(1);
            pass(2_000);

            assertThat(others).last().isEqualTo(new MembershipAction.Forgot(STRANGER));
        }

        @Test
        void itIsForgottenWhenItIsGone() {
            start();
            receive(
                    STRANGER,
                    new PeerMessage.Ack(ping(check(STRANGER), STRANGER).number(), false, List.of()));
            List<MembershipAction> out = new ArrayList<>();
            detector.onGone(STRANGER, out);

            assertThat(out).containsExactly(new MembershipAction.Forgot(STRANGER));
        }

        @Test
        void itIsPingedOnceInAFewSeconds() {
            start();
            assertThat(check(STRANGER)).hasSize(1);
            pass(Acquaintances.AGAIN_MILLIS - 1);
            assertThat(check(STRANGER)).isEmpty();
            pass(1);
            assertThat(check(STRANGER)).hasSize(1);
        }

        @Test
        void aStrangerThatDoesNotAnswerCostsOnePing() {
            overlay.link(A).link(B);
            start();
            check(STRANGER);
            pass(10_000, A, B);

            assertThat(pinged(sent).stream().filter(STRANGER::equals)).hasSize(1);
            assertThat(requests()).isEmpty();
            assertThat(tally.unanswered).isZero();
            assertThat(dead).isEmpty();
        }

        @Test
        void aFloodOfStrangersLeadsToABoundedNumberOfPings() {
            start();
            for (int i = 0; i < 1_000; i++) {
                check(new PeerAddress("stranger" + i));
            }

            assertThat(pinged(sent)).hasSize(Acquaintances.ASKED);
            assertThat(drops(MembershipDrop.TABLE_FULL)).isEqualTo(1_000 - Acquaintances.ASKED);
        }

        @Test
        void noMoreAreMetThanThereIsRoomFor() {
            start();
            for (int i = 0; i < 100; i++) {
                PeerAddress peer = new PeerAddress("stranger" + i);
                receive(peer, new PeerMessage.Ack(ping(check(peer), peer).number(), false, List.of()));
                pass(500);
            }

            assertThat(others.stream().filter(MembershipAction.Met.class::isInstance))
                    .hasSize(Acquaintances.MET);
            assertThat(drops(MembershipDrop.TABLE_FULL)).isEqualTo(100 - Acquaintances.MET);
        }

        @Test
        void itselfIsNobodyToCheck() {
            start();

            assertThat(check(SELF)).isEmpty();
        }
    }
}
