package org.grapevine.core.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.grapevine.core.message.PeerAddress;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a device at {@code d0} refuses. */
class EntryCheckTest {

    private static final MembershipConfig CONFIG = MembershipConfig.hyParView(4);
    private static final int MOST = CONFIG.view().entriesPerMessage();
    private static final PeerAddress SELF = MembershipNetwork.address(0);
    private static final PeerAddress FROM = MembershipNetwork.address(1);
    private static final PeerEntry SENDER = MembershipNetwork.entry(1);
    private static final PeerEntry OTHER = MembershipNetwork.entry(2).aged(5);
    private static final PeerEntry NOBODY = new PeerEntry(new PeerAddress("soap.udp://239.255.255.250:3702"), 0, 0);

    private final Tally tally = new Tally();
    private final EntryCheck check = new EntryCheck(CONFIG, SELF, MembershipNetwork::isReal, 1, tally);

    private static PeerMessage.ShuffleAnswer answer(PeerEntry... entries) {
        return new PeerMessage.ShuffleAnswer(List.of(entries));
    }

    private void assertRefused(PeerMessage message, MembershipDrop reason) {
        assertThat(check.message(0, FROM, message)).isNull();
        assertThat(tally.dropped()).containsOnlyKeys(reason);
    }

    private void assertLeft(PeerMessage message, PeerMessage expected, MembershipDrop reason) {
        assertThat(check.message(0, FROM, message)).isEqualTo(expected);
        assertThat(tally.dropped()).containsOnlyKeys(reason);
    }

    @Test
    void honestMessagesPassUnchanged() {
        Rumour rumour = new Rumour(SELF, Rumour.State.SUSPECT, 7, OTHER.address());
        for (PeerMessage message : List.of(
                new PeerMessage.Join(SENDER),
                new PeerMessage.ForwardJoin(OTHER, 6),
                new PeerMessage.Neighbour(SENDER, true),
                new PeerMessage.NeighbourAnswer(SENDER, false),
                new PeerMessage.Disconnect(),
                new PeerMessage.Shuffle(OTHER.aged(0), 6, List.of(SENDER)),
                answer(SENDER, OTHER),
                new PeerMessage.Exchange(List.of(SENDER, OTHER)),
                new PeerMessage.ExchangeAnswer(List.of(OTHER)),
                new PeerMessage.Leave(),
                new PeerMessage.Ping(1, true, List.of(rumour)),
                new PeerMessage.Ack(1, false, List.of(rumour)),
                new PeerMessage.PingRequest(1, OTHER.address(), List.of(rumour)),
                new PeerMessage.Nack(1),
                new PeerMessage.Average(1, 1, 0, List.of(new PeerMessage.Share(SELF, 0.5))),
                new PeerMessage.AverageAnswer(1, 1, true, 9, List.of(new PeerMessage.Share(FROM, 0.5))))) {
            assertThat(check.message(0, FROM, message)).isEqualTo(message);
        }
        assertThat(tally.dropped()).isEmpty();
    }

    @Nested
    class Senders {

        @Test
        void oneThatClaimsToBeThisDevice() {
            assertThat(check.message(0, SELF, new PeerMessage.Disconnect())).isNull();
            assertThat(tally.dropped()).containsOnlyKeys(MembershipDrop.OWN_MESSAGE);
        }

        @Test
        void oneAtAnAddressThatIsNobodys() {
            assertThat(check.message(0, NOBODY.address(), new PeerMessage.Leave()))
                    .isNull();
            assertThat(tally.dropped()).containsOnlyKeys(MembershipDrop.IMPOSSIBLE_ADDRESS);
        }

        @Test
        void oneThatSpeaksOfItselfByAnotherAddress() {
            assertRefused(new PeerMessage.Join(OTHER.aged(0)), MembershipDrop.FORGED_SENDER);
            assertRefused(new PeerMessage.Neighbour(OTHER.aged(0), true), MembershipDrop.FORGED_SENDER);
            assertRefused(new PeerMessage.NeighbourAnswer(OTHER.aged(0), true), MembershipDrop.FORGED_SENDER);
        }

        @Test
        void oneThatMakesItselfOlderThanItIs() {
            assertRefused(new PeerMessage.Join(SENDER.aged(1)), MembershipDrop.FORGED_SENDER);
            assertRefused(new PeerMessage.Shuffle(SENDER.aged(1), 3, List.of()), MembershipDrop.FORGED_SENDER);
            assertLeft(answer(SENDER.aged(1), OTHER), answer(OTHER), MembershipDrop.FORGED_SENDER);
        }

        @Test
        void anExchangeThatDoesNotBeginWithItsSender() {
            assertRefused(new PeerMessage.Exchange(List.of()), MembershipDrop.FORGED_SENDER);
            assertRefused(new PeerMessage.Exchange(List.of(OTHER)), MembershipDrop.FORGED_SENDER);
            assertRefused(new PeerMessage.Exchange(List.of(SENDER.aged(2))), MembershipDrop.FORGED_SENDER);
        }
    }

    @Nested
    class Entries {

        @Test
        void ofThisDevice() {
            assertLeft(answer(OTHER, MembershipNetwork.entry(0)), answer(OTHER), MembershipDrop.OWN_ENTRY);
            assertRefused(new PeerMessage.ForwardJoin(MembershipNetwork.entry(0), 2), MembershipDrop.OWN_ENTRY);
            assertRefused(new PeerMessage.Shuffle(MembershipNetwork.entry(0), 2, List.of()), MembershipDrop.OWN_ENTRY);
        }

        @Test
        void atAddressesThatAreNobodys() {
            assertLeft(answer(NOBODY, OTHER), answer(OTHER), MembershipDrop.IMPOSSIBLE_ADDRESS);
            assertRefused(new PeerMessage.ForwardJoin(NOBODY, 2), MembershipDrop.IMPOSSIBLE_ADDRESS);
            assertRefused(new PeerMessage.Shuffle(NOBODY, 2, List.of()), MembershipDrop.IMPOSSIBLE_ADDRESS);
        }

        @Test
        void thatAreRepeated() {
            assertLeft(answer(OTHER, SENDER, OTHER.aged(0)), answer(OTHER, SENDER), MembershipDrop.REPEATED_ENTRY);
        }

        @Test
        void tenThousandInOneMessage() {
            List<PeerEntry> many = IntStream.range(2, 10_002)
                    .mapToObj(MembershipNetwork::entry)
                    .toList();
            assertRefused(new PeerMessage.ShuffleAnswer(many), MembershipDrop.TOO_MANY_ENTRIES);
            assertRefused(new PeerMessage.Shuffle(SENDER, 3, many), MembershipDrop.TOO_MANY_ENTRIES);
            assertRefused(new PeerMessage.ExchangeAnswer(many), MembershipDrop.TOO_MANY_ENTRIES);
        }

        @Test
        void asManyAsAMessageMayHaveAreTaken() {
            List<PeerEntry> most = IntStream.range(2, 2 + MOST)
                    .mapToObj(MembershipNetwork::entry)
                    .toList();
            PeerMessage message = new PeerMessage.ShuffleAnswer(most);
            assertThat(check.message(0, FROM, message)).isEqualTo(message);

            assertRefused(new PeerMessage.Shuffle(SENDER, 3, most), MembershipDrop.TOO_MANY_ENTRIES);
        }

        @ParameterizedTest
        @ValueSource(ints = {-1, PeerEntry.MAX_AGE + 1})
        void ofAgesThatNoEntryHasAreNoEntries(int age) {
            assertThatThrownBy(() -> new PeerEntry(FROM, 80, age))
                    .hasMessage("age: " + age + " (expected: 0.." + PeerEntry.MAX_AGE + ")");
        }
    }

    @Nested
    class TheDeparted {

        private static final long HOLD =
                EntryCheck.DEPARTED_SHUFFLES * CONFIG.view().shuffleMillis();

        @Test
        void areNotBelievedToBeThereSinceOthersSaySo() {
            check.gone(0, OTHER.address());

            assertLeft(answer(OTHER, SENDER), answer(SENDER), MembershipDrop.STALE_ENTRY);
            assertRefused(new PeerMessage.ForwardJoin(OTHER, 2), MembershipDrop.STALE_ENTRY);
            assertRefused(new PeerMessage.Shuffle(OTHER.aged(0), 2, List.of()), MembershipDrop.STALE_ENTRY);
        }

        @Test
        void areBackWhenTheySpeak() {
            check.gone(0, FROM);
            check.gone(0, OTHER.address());
            PeerMessage join = new PeerMessage.Join(SENDER);

            assertThat(check.message(1, FROM, join)).isEqualTo(join);
            assertThat(check.message(2, OTHER.address(), answer(SENDER))).isEqualTo(answer(SENDER));
        }

        @Test
        void areNotBackWhenTheySpeakNonsense() {
            check.gone(0, FROM);
            check.message(1, FROM, new PeerMessage.Join(OTHER));

            assertThat(check.message(2, OTHER.address(), answer(SENDER))).isEqualTo(answer());
        }

        @Test
        void areBackWhenSomebodyOutsideNamesThem() {
            check.gone(0, OTHER.address());
            check.contacts(List.of(OTHER));

            assertThat(check.message(1, FROM, answer(OTHER))).isEqualTo(answer(OTHER));
        }

        @Test
        void areForgottenAfterAWhile() {
            check.gone(0, OTHER.address());

            assertThat(check.message(HOLD - 1, FROM, answer(OTHER))).isEqualTo(answer());
            assertThat(check.message(HOLD, FROM, answer(OTHER))).isEqualTo(answer(OTHER));
        }

        @Test
        void areNotMoreThanTheLimit() {
            Departed departed = new Departed(1, 1_000);
            for (int i = 0; i < 1_000; i++) {
                departed.add(i, MembershipNetwork.address(i));
            }

            assertThat(departed.size()).isEqualTo(Departed.LIMIT);
            assertThat(departed.contains(999, MembershipNetwork.address(999))).isTrue();
            assertThat(departed.contains(999, MembershipNetwork.address(999 - Departed.LIMIT)))
                    .isFalse();
        }

        @Test
        void areNeverThisDevice() {
            check.gone(0, SELF);

            assertThat(check.message(0, FROM, new PeerMessage.Join(SENDER))).isNotNull();
        }
    }

    @Nested
    class Walks {

        @Test
        void thatAreTooLongAreMadeShorter() {
            assertLeft(
                    new PeerMessage.ForwardJoin(OTHER, Integer.MAX_VALUE),
                    new PeerMessage.ForwardJoin(OTHER, MembershipConfig.MAX_WALK),
                    MembershipDrop.IMPOSSIBLE_VALUE);
            assertLeft(
                    new PeerMessage.Shuffle(SENDER, 17, List.of()),
                    new PeerMessage.Shuffle(SENDER, MembershipConfig.MAX_WALK, List.of()),
                    MembershipDrop.IMPOSSIBLE_VALUE);
        }

        @Test
        void thatAreNegativeAreNone() {
            assertRefused(new PeerMessage.ForwardJoin(OTHER, -1), MembershipDrop.IMPOSSIBLE_VALUE);
            assertRefused(new PeerMessage.Shuffle(SENDER, -1, List.of()), MembershipDrop.IMPOSSIBLE_VALUE);
        }
    }

    @Nested
    class HealthAndSize {

        private static final Rumour RUMOUR = new Rumour(OTHER.address(), Rumour.State.DEAD, 1, FROM);

        @Test
        void tooManyRumours() {
            List<Rumour> many = IntStream.range(0, EntryCheck.MOST_RUMOURS + 1)
                    .mapToObj(i -> new Rumour(MembershipNetwork.address(i), Rumour.State.DEAD, 1, FROM))
                    .toList();
            assertRefused(new PeerMessage.Ping(1, false, many), MembershipDrop.TOO_MANY_ENTRIES);
            assertRefused(new PeerMessage.Ack(1, false, many), MembershipDrop.TOO_MANY_ENTRIES);
            assertRefused(new PeerMessage.PingRequest(1, OTHER.address(), many), MembershipDrop.TOO_MANY_ENTRIES);
        }

        @Test
        void rumoursThatAreRepeatedOrAboutNobody() {
            Rumour aboutNobody = new Rumour(NOBODY.address(), Rumour.State.DEAD, 1, FROM);
            Rumour fromNobody = new Rumour(FROM, Rumour.State.DEAD, 1, NOBODY.address());
            assertLeft(
                    new PeerMessage.Ping(1, false, List.of(aboutNobody, RUMOUR, fromNobody)),
                    new PeerMessage.Ping(1, false, List.of(RUMOUR)),
                    MembershipDrop.IMPOSSIBLE_ADDRESS);
            assertThat(check.message(0, FROM, new PeerMessage.Ack(1, false, Collections.nCopies(3, RUMOUR))))
                    .isEqualTo(new PeerMessage.Ack(1, false, List.of(RUMOUR)));
            assertThat(tally.dropped()).containsEntry(MembershipDrop.REPEATED_ENTRY, 2L);
        }

        @Test
        void questionsAboutNobodyOrAboutThisDevice() {
            assertRefused(
                    new PeerMessage.PingRequest(1, NOBODY.address(), List.of()), MembershipDrop.IMPOSSIBLE_ADDRESS);
            assertThat(check.message(0, FROM, new PeerMessage.PingRequest(1, SELF, List.of())))
                    .isNull();
            assertThat(tally.dropped()).containsEntry(MembershipDrop.OWN_ENTRY, 1L);
        }

        @Test
        void countsThatNoDeviceMakes() {
            List<PeerMessage.Share> many = IntStream.range(0, EntryCheck.MOST_SHARES + 1)
                    .mapToObj(i -> new PeerMessage.Share(MembershipNetwork.address(i), 0))
                    .toList();
            PeerMessage.Share share = new PeerMessage.Share(FROM, 1);
            assertRefused(new PeerMessage.Average(1, 1, 0, many), MembershipDrop.TOO_MANY_ENTRIES);
            tally.dropped().clear();
            assertRefused(new PeerMessage.Average(1, 1, -1, List.of()), MembershipDrop.IMPOSSIBLE_VALUE);
            tally.dropped().clear();
            assertRefused(
                    new PeerMessage.AverageAnswer(1, 1, true, 0, List.of(share, share)), MembershipDrop.REPEATED_ENTRY);
            tally.dropped().clear();
            assertRefused(
                    new PeerMessage.Average(1, 1, 0, List.of(new PeerMessage.Share(NOBODY.address(), 1))),
                    MembershipDrop.IMPOSSIBLE_ADDRESS);
        }
    }

    @Test
    void contactsAreCheckedToo() {
        assertThat(check.contacts(List.of(OTHER, MembershipNetwork.entry(0), NOBODY, OTHER, SENDER)))
                .containsExactly(OTHER, SENDER);
        assertThat(tally.dropped())
                .containsOnlyKeys(
                        MembershipDrop.OWN_ENTRY, MembershipDrop.IMPOSSIBLE_ADDRESS, MembershipDrop.REPEATED_ENTRY);
    }
}
