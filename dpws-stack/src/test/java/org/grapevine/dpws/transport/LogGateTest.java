package org.grapevine.dpws.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LogGateTest {

    private final LogGate gate = new LogGate();

    @Test
    void letsOneLineOfAKindThroughPerMinute() {
        long minute = TimeUnit.MINUTES.toNanos(1);

        assertThat(gate.permits("a", 5)).isTrue();
        assertThat(gate.permits("a", 5 + minute - 1)).isFalse();
        assertThat(gate.permits("b", 6)).isTrue();
        assertThat(gate.permits("a", 5 + minute)).isTrue();
    }

    @Test
    void forgetsTheEldestOfTooManyKinds() {
        assertThat(gate.permits("first", 0)).isTrue();
        for (int i = 0; i < 64; i++) {
            assertThat(gate.permits("kind " + i, 0)).isTrue();
        }

        assertThat(gate.permits("first", 0)).isTrue();
        assertThat(gate.permits("kind 63", 0)).isFalse();
    }
}
