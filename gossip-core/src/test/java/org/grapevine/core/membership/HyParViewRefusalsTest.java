package org.grapevine.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.grapevine.core.message.PeerAddress;
import org.junit.jupiter.api.Test;

/** One device, and what others can make it do. */
class HyParViewRefusalsTest {

    private static final MembershipConfig CONFIG = MembershipConfig.hyParView(4);
    private static final int LINKS = CONFIG.view().links();
    private static final int ENTRIES = CONFIG.view().entries();

    private final Tally tally = new Tally();
    private final List<MembershipAction> out = new ArrayList<>();
    private final HyParView view = new HyParView(
            CONFIG.view(),
            MembershipNetwork.entry(0),
            new SplittableRandom(1),
            new EntryCheck(CONFIG, MembershipNetwork.address(0), MembershipNetwork::isReal, 1, tally),
            tally);

    private void receive(long now, int from, PeerMessage.OfView message) {
        view.onMessage(now, MembershipNetwork.address(from), message, out);
    }

    private void neighbour(long now, int from, boolean urgent) {
        receive(now, from, new PeerMessage.Neighbour(MembershipNetwork.entry(from), urgent));
    }

    private List<PeerMessage> sentTo(int device) {
        return out.stream()
                .filter(MembershipAction.Send.class::isInstance)
                .map(MembershipAction.Send.class::cast)
                .filter(send -> send.to().equals(MembershipNetwork.address(device)))
                .map(MembershipAction.Send::message)
                .toList();
    }

    private long sends() {
        return out.stream().filter(MembershipAction.Send.class::isInstance).count();
    }

    private void fill() {
        for (int i = 1; i <= LINKS; i++) {
            neighbour(0, i, false);
        }
        assertThat(view.links()).hasSize(LINKS);
        out.clear();
    }

    private static PeerMessage.NeighbourAnswer answer(boolean accepted) {
        return new PeerMessage.NeighbourAnswer(MembershipNetwork.entry(0), accepted);
    }

    private static List<PeerEntry> entries(int first, int count) {
        return IntStream.range(first, first + count)
                .mapToObj(MembershipNetwork::entry)
                .toList();
    }

    @Test
    void oneWhoAsksIsLinkedIfThereIsRoom() {
        neighbour(0, 1, false);

        assertThat(out).contains(new MembershipAction.Linked(MembershipNetwork.entry(1)));
        assertThat(sentTo(1)).containsExactly(answer(true));
    }

    @Test
    void oneWhoAsksAgainIsAnsweredAgainAndIsNotLinkedTwice() {
        neighbour(0, 1, false);
        neighbour(10, 1, false);

        assertThat(sentTo(1)).containsExactly(answer(true), answer(true));
        assertThat(view.links()).hasSize(1);
    }

    @Test
    void oneWhoAsksInVainIsRemembered() {
        fill();
        neighbour(1, 77, false);

        assertThat(sentTo(77)).containsExactly(answer(false));
        assertThat(view.knows(MembershipNetwork.address(77))).isTrue();
        assertThat(view.isLinked(MembershipNetwork.address(77))).isFalse();
    }

    @Test
    void urgentOnesTakeThePlaceOfOneLinkInEachPeriodNotMore() {
        fill();
        for (int i = 100; i < 150; i++) {
            neighbour(1, i, true);
        }

        assertThat(view.links()).hasSize(LINKS);
        assertThat(view.links().stream()
                        .filter(link -> Integer.parseInt(link.address().value().substring(1)) >= 100))
                .hasSize(1);
    }

    @Test
    void linksThatTheDeviceChoseItselfAreNotDrivenOut() {
        view.onContacts(0, entries(1, LINKS - 1), out);
        view.onTimer(1, new MembershipTimer.Tend(), out);
        for (int i = 1; i < LINKS; i++) {
            receive(10, i, new PeerMessage.NeighbourAnswer(MembershipNetwork.entry(i), true));
        }
        neighbour(20, 50, false);
        assertThat(view.links()).hasSize(LINKS);
        for (int i = 100; i < 150; i++) {
            neighbour(i * CONFIG.view().tendMillis(), i, true);
        }

        for (int i = 1; i < LINKS; i++) {
            assertThat(view.isLinked(MembershipNetwork.address(i))).isTrue();
        }
    }

    @Test
    void oneWhoAsksTooOftenGetsNoAnswer() {
        for (int i = 0; i < 20; i++) {
            neighbour(i, 1, true);
            receive(i, 2, new PeerMessage.Join(MembershipNetwork.entry(2)));
            receive(i, 3, new PeerMessage.Shuffle(MembershipNetwork.entry(3), 0, List.of()));
        }

        assertThat(sentTo(1).stream().filter(PeerMessage.NeighbourAnswer.class::isInstance))
                .hasSize(RequestRate.REQUESTS);
        assertThat(sentTo(2).stream().filter(PeerMessage.ShuffleAnswer.class::isInstance))
                .hasSize(RequestRate.REQUESTS);
        assertThat(sentTo(3)).hasSize(RequestRate.REQUESTS);
        assertThat(tally.dropped()).containsEntry(MembershipDrop.TOO_OFTEN, 3 * (20L - RequestRate.REQUESTS));
    }

    @Test
    void whatManyAskIsLimitedToo() {
        fill();
        for (int i = 100; i < 1_100; i++) {
            receive(1, i, new PeerMessage.Join(MembershipNetwork.entry(i)));
        }

        // Each gets its two answers; walks are limited.
        assertThat(sends()).isLessThanOrEqualTo(2 * 1_000 + RequestRate.WALKS + 1);
        assertThat(tally.dropped()).containsKey(MembershipDrop.TOO_OFTEN);
    }

    @Test
    void walksOfStrangersGoNoFurther() {
        fill();
        receive(1, 77, new PeerMessage.ForwardJoin(MembershipNetwork.entry(78), 6));
        receive(1, 77, new PeerMessage.Shuffle(MembershipNetwork.entry(78), 6, List.of()));
        assertThat(sends()).isZero();
        assertThat(tally.dropped()).containsEntry(MembershipDrop.UNASKED, 2L);

        receive(1, 77, new PeerMessage.Shuffle(MembershipNetwork.entry(77), 6, List.of()));
        assertThat(sends()).isOne();
        assertThat(sentTo(77)).hasSize(1).allMatch(PeerMessage.ShuffleAnswer.class::isInstance);
    }

    @Test
    void aLinkOnlyOneOfTwoWalksEndsHereWithAnOfferToTheNewcomer() {
        neighbour(0, 1, false);
        out.clear();
        receive(1, 1, new PeerMessage.ForwardJoin(MembershipNetwork.entry(9), 6));

        assertThat(sentTo(9)).containsExactly(new PeerMessage.Neighbour(MembershipNetwork.entry(0), false));
    }

    @Test
    void offersToWhomOthersNameAreLimited() {
        neighbour(0, 1, false);
        out.clear();
        for (int i = 100; i < 200; i++) {
            receive(1, 1, new PeerMessage.ForwardJoin(MembershipNetwork.entry(i), 0));
        }

        assertThat(sends()).isEqualTo(2L * LINKS);
        assertThat(tally.dropped()).containsEntry(MembershipDrop.TABLE_FULL, 100L - 2L * LINKS);
    }

    @Test
    void answersThatWereNotAskedForAreRefused() {
        receive(0, 1, new PeerMessage.ShuffleAnswer(entries(10, 5)));
        receive(0, 1, new PeerMessage.NeighbourAnswer(MembershipNetwork.entry(1), false));
        receive(0, 1, new PeerMessage.Exchange(entries(1, 1)));
        receive(0, 1, new PeerMessage.ExchangeAnswer(entries(2, 1)));

        assertThat(view.entries()).isEmpty();
        assertThat(tally.dropped()).containsEntry(MembershipDrop.UNASKED, 4L);
        assertThat(sends()).isZero();
    }

    @Test
    void oneWhoThinksThereIsALinkIsToldThatThereIsNone() {
        receive(0, 1, new PeerMessage.NeighbourAnswer(MembershipNetwork.entry(1), true));
        view.onLinkTold(0, MembershipNetwork.address(2), true, out);

        assertThat(sentTo(1)).containsExactly(new PeerMessage.Disconnect());
        assertThat(sentTo(2)).containsExactly(new PeerMessage.Disconnect());
        assertThat(view.links()).isEmpty();
    }

    @Test
    void aLinkThatTheOtherSideDoesNotHoldEndsUnlessItIsYoung() {
        neighbour(0, 1, false);
        PeerAddress peer = MembershipNetwork.address(1);
        long old = HyParView.YOUNG_TENDS * CONFIG.view().tendMillis();
        view.onLinkTold(old - 1, peer, false, out);
        assertThat(view.isLinked(peer)).isTrue();

        view.onLinkTold(old, peer, false, out);
        assertThat(view.isLinked(peer)).isFalse();
        assertThat(view.knows(peer)).isTrue();
        assertThat(out).contains(new MembershipAction.Unlinked(peer));
    }

    @Test
    void oneSourceFillsNoMoreThanItsShareOfTheSample() {
        neighbour(0, 1, false);
        for (int i = 0; i < 200; i++) {
            receive(
                    i * CONFIG.view().tendMillis(),
                    1,
                    new PeerMessage.Shuffle(MembershipNetwork.entry(1), 0, entries(1_000 + 7 * i, 7)));
        }

        assertThat(view.entries().size() - view.links().size()).isEqualTo(ENTRIES / 5);
        assertThat(tally.dropped()).containsKey(MembershipDrop.SOURCE_EXHAUSTED);
    }

    @Test
    void moreThanAnHonestDeviceGivesIsNotTaken() {
        neighbour(0, 1, false);
        receive(1, 1, new PeerMessage.Shuffle(MembershipNetwork.entry(1), 0, entries(100, 30)));

        assertThat(tally.dropped().getOrDefault(MembershipDrop.SOURCE_EXHAUSTED, 0L))
                .isGreaterThanOrEqualTo(23);
    }

    @Test
    void theViewNeverHasMoreThanItsPlaces() {
        view.onContacts(0, entries(1, 10_000), out);

        assertThat(view.entries()).hasSize(ENTRIES);
    }

    @Test
    void peersThatWereLostAreRememberedUpToTheLimitAndTriedOneAtATime() {
        for (int i = 1; i <= 100; i++) {
            neighbour(i, i, false);
            view.onGone(i, MembershipNetwork.address(i), false, out);
        }
        assertThat(view.contacts()).isEqualTo(CONFIG.view().contacts());
        out.clear();

        long later = 100 + 2 * CONFIG.view().contactMillis();
        view.onTimer(later, new MembershipTimer.Tend(), out);
        assertThat(sends()).isOne();
    }

    @Test
    void namesThatNobodyAnsweredAtAreNoOldContacts() {
        neighbour(0, 1, false);
        receive(1, 1, new PeerMessage.Shuffle(MembershipNetwork.entry(1), 0, entries(10, 3)));
        for (int i = 10; i < 13; i++) {
            view.onGone(2, MembershipNetwork.address(i), false, out);
        }

        assertThat(view.contacts()).isZero();
    }
}
