package org.grapevine.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.grapevine.core.message.PeerAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RumoursTest {

    private final Tally tally = new Tally();
    private final Rumours rumours = new Rumours(8, tally);

    private static Rumour rumour(String about, Rumour.State state, long incarnation) {
        return new Rumour(new PeerAddress(about), state, incarnation, new PeerAddress("somebody"));
    }

    private static Rumour alive(String about) {
        return rumour(about, Rumour.State.ALIVE, 1);
    }

    @ParameterizedTest
    @CsvSource({"1, 4", "9, 4", "10, 8", "99, 8", "100, 12", "10000, 20"})
    void aRumourIsToldFourTimesForEachPowerOfTen(int devices, int times) {
        rumours.tell(alive("a"));
        int told = 0;
        for (int i = 0; i < 100; i++) {
            told += rumours.forMessage(null, 6, () -> devices).size();
        }

        assertThat(told).isEqualTo(times);
        assertThat(rumours.telling()).isZero();
    }

    @Test
    void thoseThatWereToldLeastComeFirst() {
        rumours.tell(alive("a"));
        rumours.tell(alive("b"));
        rumours.forMessage(null, 2, () -> 10);
        rumours.tell(alive("c"));

        assertThat(rumours.forMessage(null, 2, () -> 10)).containsExactly(alive("c"), alive("a"));
    }

    @Test
    void oneThatMustBeAmongThemComesFirstAndOnce() {
        Rumour first = rumour("a", Rumour.State.SUSPECT, 1);
        rumours.tell(alive("a"));
        rumours.tell(alive("b"));

        assertThat(rumours.forMessage(first, 3, () -> 10)).containsExactly(first, alive("b"));
        assertThat(rumours.forMessage(first, 1, () -> 10)).containsExactly(first);
        assertThat(rumours.forMessage(first, 0, () -> 10)).isEmpty();
    }

    @Test
    void ofTwoAboutTheSamePeerTheLaterOneIsTold() {
        rumours.tell(alive("a"));
        rumours.tell(rumour("a", Rumour.State.DEAD, 1));

        assertThat(rumours.forMessage(null, 6, () -> 10)).containsExactly(rumour("a", Rumour.State.DEAD, 1));
    }

    @Test
    void theHigherIncarnationHoldsAndThenTheWorseState() {
        List<Rumour> rising = List.of(
                rumour("a", Rumour.State.ALIVE, 1),
                rumour("a", Rumour.State.SUSPECT, 1),
                rumour("a", Rumour.State.DEAD, 1),
                rumour("a", Rumour.State.ALIVE, 2),
                rumour("a", Rumour.State.SUSPECT, 2));
        List<Rumour> heard = new ArrayList<>();
        for (Rumour each : rising) {
            assertThat(rumours.isNew(each)).isTrue();
            rumours.learn(each);
            heard.add(each);
            assertThat(heard).noneMatch(rumours::isNew);
        }
    }

    @Test
    void bothTablesAreBoundedAndWhatIsDroppedIsCounted() {
        for (int i = 0; i < 1_000; i++) {
            rumours.tell(alive("peer" + i));
            rumours.learn(alive("peer" + i));
            assertThat(rumours.telling()).isLessThanOrEqualTo(8);
            assertThat(rumours.known()).isLessThanOrEqualTo(8);
        }

        assertThat(tally.dropped()).containsEntry(MembershipDrop.TABLE_FULL, 2L * (1_000 - 8));
        assertThat(rumours.known(new PeerAddress("peer999"))).isNotNull();
    }
}
