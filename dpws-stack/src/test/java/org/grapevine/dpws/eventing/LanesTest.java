package org.grapevine.dpws.eventing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LanesTest {

    private final Lanes<String> lanes = new Lanes<>(2);

    private List<String> startAll() {
        List<String> started = new ArrayList<>();
        Optional<Lanes.Next<String>> next = lanes.start();
        while (next.isPresent()) {
            started.add(next.get().waiting());
            next = lanes.start();
        }
        return started;
    }

    @Test
    void thoseOfOnePeerGoInTheirOrderAndSoManyAtOnce() {
        List.of("a", "b", "c", "d").forEach(who -> lanes.offer("peer", who));
        assertThat(startAll()).containsExactly("a", "b");
        lanes.landed("peer");
        assertThat(startAll()).containsExactly("c");
        assertThat(startAll()).isEmpty();
    }

    @Test
    void peersTakeTurns() {
        List.of("a1", "a2", "a3").forEach(who -> lanes.offer("a", who));
        List.of("b1", "b2").forEach(who -> lanes.offer("b", who));
        assertThat(startAll()).containsExactly("a1", "b1", "a2", "b2");
    }

    @Test
    void aPeerThatTakesNothingHoldsUpNobodyElse() {
        List.of("s1", "s2", "s3").forEach(who -> lanes.offer("slow", who));
        assertThat(startAll()).containsExactly("s1", "s2");
        lanes.offer("quick", "q");
        assertThat(startAll()).containsExactly("q");
    }

    @Test
    void whoLeavesTheLineIsNotStarted() {
        List.of("a", "b").forEach(who -> lanes.offer("peer", who));
        lanes.withdraw("peer", "a");
        lanes.withdraw("peer", "never there");
        lanes.withdraw("nobody", "a");
        assertThat(startAll()).containsExactly("b");
    }

    @Test
    void whoStandsInLineKeepsItsPlace() {
        List.of("a", "b", "a").forEach(who -> lanes.offer("peer", who));
        assertThat(startAll()).containsExactly("a", "b");
    }

    @Test
    void nothingIsKeptOfAPeerForWhichNobodyWaits() {
        lanes.offer("peer", "a");
        assertThat(startAll()).containsExactly("a");
        assertThat(lanes.size()).isEqualTo(1);
        lanes.landed("peer");
        assertThat(lanes.size()).isZero();
        assertThatThrownBy(() -> lanes.landed("peer"))
                .hasMessage("lane of peer: nothing under way (expected: what has landed)");
    }
}
