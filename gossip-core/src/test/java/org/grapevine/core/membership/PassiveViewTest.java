package org.grapevine.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PassiveViewTest {

    private static int numberOf(PeerEntry entry) {
        return Integer.parseInt(entry.address().value().substring(1));
    }

    @Test
    void isAUniformSampleHoweverOftenSomeAreNamed() {
        SplittableRandom random = new SplittableRandom(1);
        int views = 400;
        int loud = 0;
        for (int i = 0; i < views; i++) {
            PassiveView view = new PassiveView(10, random.nextLong(), new Tally());
            for (int round = 0; round < 50; round++) {
                for (int peer = 0; peer < 10; peer++) {
                    view.offer(MembershipNetwork.entry(peer), PassiveView.OUTSIDE);
                }
            }
            for (int peer = 10; peer < 100; peer++) {
                view.offer(MembershipNetwork.entry(peer), PassiveView.OUTSIDE);
            }
            for (int place = 0; place < view.size(); place++) {
                loud += numberOf(view.get(place)) < 10 ? 1 : 0;
            }
        }

        // A tenth of the places for a tenth of the peers; 400 * 10 draws, standard deviation 0.5 % of them.
        assertThat(loud / (10.0 * views)).isBetween(0.08, 0.12);
    }

    @Test
    void anotherKeyIsAnotherSample() {
        SplittableRandom random = new SplittableRandom(1);
        PassiveView view = new PassiveView(10, 1, new Tally());
        for (int peer = 0; peer < 1_000; peer++) {
            view.offer(MembershipNetwork.entry(peer), PassiveView.OUTSIDE);
        }
        PeerEntry before = view.get(0);
        view.reseed(random);
        assertThat(view.find(before.address())).isEqualTo(before);
        for (int peer = 0; peer < 1_000; peer++) {
            view.offer(MembershipNetwork.entry(peer), PassiveView.OUTSIDE);
        }

        assertThat(view.size()).isEqualTo(10);
        assertThat(view.find(before.address())).isNull();
    }

    @Test
    void aPeerThatSpokeNoLongerCountsForItsSource() {
        Tally tally = new Tally();
        PassiveView view = new PassiveView(10, 1, tally);
        int source = view.sourceOf(MembershipNetwork.address(99));
        for (int peer = 0; peer < 10; peer++) {
            view.offer(MembershipNetwork.entry(peer), source);
        }
        assertThat(view.size()).isEqualTo(2);
        assertThat(tally.dropped()).containsEntry(MembershipDrop.SOURCE_EXHAUSTED, 8L);

        view.heard(view.get(0).address());
        view.heard(view.get(1).address());
        for (int peer = 10; peer < 20; peer++) {
            view.offer(MembershipNetwork.entry(peer), source);
        }
        assertThat(view.size()).isEqualTo(4);
    }

    @Test
    void theYoungerOfTwoEntriesCounts() {
        PassiveView view = new PassiveView(10, 1, new Tally());
        view.offer(MembershipNetwork.entry(1).aged(5), PassiveView.OUTSIDE);
        view.offer(MembershipNetwork.entry(1).aged(3), view.sourceOf(MembershipNetwork.address(2)));
        view.offer(MembershipNetwork.entry(1).aged(8), view.sourceOf(MembershipNetwork.address(2)));
        assertThat(view.get(0).age()).isEqualTo(3);

        view.age();
        assertThat(view.get(0).age()).isEqualTo(4);
        view.heard(MembershipNetwork.address(1));
        assertThat(view.get(0).age()).isZero();
    }

    @Test
    void aViewWithoutPlacesTakesNobody() {
        PassiveView view = new PassiveView(0, 1, new Tally());

        assertThat(view.offer(MembershipNetwork.entry(1), PassiveView.SPOKE)).isFalse();
        assertThat(view.size()).isZero();
    }
}
