package org.grapevine.core.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.assertj.core.data.Offset;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.junit.jupiter.api.Test;

class SegmentPeersTest {

    private static final Segment S = new Segment("s");
    private static final Segment FOREIGN = new Segment("foreign");
    private static final PeerAddress SELF = new PeerAddress("self");

    private final SegmentPeers view = new SegmentPeers(SELF, List.of(S), 20);

    private void fill(int count) {
        for (int i = 0; i < count; i++) {
            view.join(S, new PeerAddress("p" + i));
        }
    }

    @Test
    void neverContainsItsOwnerNorASegmentThatItIsNotIn() {
        assertThat(view.join(S, SELF)).isFalse();
        assertThat(view.join(FOREIGN, new PeerAddress("p"))).isFalse();
        assertThat(view.size(S)).isEqualTo(1);
        assertThat(view.draw(FOREIGN, 5, Set.of(), new Random(1))).isEmpty();
    }

    @Test
    void aPeerStandsInItOnce() {
        assertThat(view.join(S, new PeerAddress("p"))).isTrue();
        assertThat(view.join(S, new PeerAddress("p"))).isTrue();
        assertThat(view.size(S)).isEqualTo(2);
        assertThat(view.knows(new PeerAddress("p"))).isTrue();
        view.leave(S, new PeerAddress("p"));
        assertThat(view.knows(new PeerAddress("p"))).isFalse();
    }

    @Test
    void refusesAndCountsWhoFindsItFull() {
        fill(25);

        assertThat(view.size(S)).isEqualTo(21);
        assertThat(view.refused()).isEqualTo(5);
    }

    @Test
    void drawsWithoutReplacementAndWithoutTheExcluded() {
        fill(10);
        Set<PeerAddress> excluded = Set.of(new PeerAddress("p3"), new PeerAddress("p4"));

        for (int seed = 0; seed < 200; seed++) {
            assertThat(view.draw(S, 8, excluded, new Random(seed)))
                    .hasSize(8)
                    .doesNotHaveDuplicates()
                    .doesNotContainAnyElementsOf(excluded);
            assertThat(view.draw(S, 99, excluded, new Random(seed))).hasSize(8);
        }
    }

    /** Each of 10 peers in 3 of 10 draws: 3,000 of 10,000 with a standard deviation of 46. */
    @Test
    void drawsUniformly() {
        fill(10);
        Random random = new Random(7);
        Map<PeerAddress, Integer> drawn = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            view.draw(S, 3, Set.of(), random).forEach(peer -> drawn.merge(peer, 1, Integer::sum));
        }

        assertThat(drawn).hasSize(10);
        assertThat(drawn.values()).allSatisfy(count -> assertThat(count).isCloseTo(3_000, Offset.offset(200)));
    }

    @Test
    void aBoundBelowOneIsRefused() {
        assertThatThrownBy(() -> new SegmentPeers(SELF, List.of(S), 0)).hasMessageContaining("limitPerSegment: 0");
    }

    @Test
    void knowsWhichSegmentsAreOneLan() {
        Segment home = new Segment("grid:han");
        Segment wide = new Segment("grid:wan");
        SegmentPeers view = new SegmentPeers(new PeerAddress("self"), List.of(home, wide), Set.of(home), 10);

        assertThat(view.isLan(home)).isTrue();
        assertThat(view.isLan(wide)).isFalse();
        assertThat(new SegmentPeers(new PeerAddress("self"), List.of(home), 10).isLan(home))
                .isFalse();
    }
}
