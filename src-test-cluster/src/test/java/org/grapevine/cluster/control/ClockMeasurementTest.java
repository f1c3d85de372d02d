package org.grapevine.cluster.control;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClockMeasurementTest {

    private final ClockMeasurement clock = new ClockMeasurement();

    private void roundTrip(long aheadMicros, long tookMicros) {
        ControlMessage.Ping ping = clock.ask();
        long asked = System.nanoTime();
        long theirs = Clocks.epochMicros() + aheadMicros + tookMicros / 2;
        clock.take(new ControlMessage.Pong(ping.nonce(), theirs), asked + tookMicros * 1_000);
    }

    @Test
    void theFastestRoundTripIsBelieved() {
        roundTrip(9_000_000, 40_000_000);
        roundTrip(3_000_000, 10_000);
        roundTrip(1_000_000, 40_000_000);
        assertThat(clock.offsetMicros()).isBetween(2_900_000L, 3_100_000L);
        assertThat(clock.errorMicros()).isBetween(5_000L, 1_000_000L);
    }

    @Test
    void aClockThatIsBehindHasANegativeOffset() {
        roundTrip(-5_000_000, 10_000);
        assertThat(clock.offsetMicros()).isBetween(-5_100_000L, -4_900_000L);
    }

    @Test
    void anAnswerCountsOnce() {
        ControlMessage.Ping ping = clock.ask();
        ControlMessage.Pong pong = new ControlMessage.Pong(ping.nonce(), 0);
        assertThat(clock.take(new ControlMessage.Pong(ping.nonce() + 1, 0), System.nanoTime()))
                .isFalse();
        assertThat(clock.take(pong, System.nanoTime())).isTrue();
        assertThat(clock.take(pong, System.nanoTime())).isFalse();
    }

    @Test
    void someRoundTripsAreEnough() {
        for (int i = 0; i < ClockMeasurement.ROUND_TRIPS; i++) {
            assertThat(clock.isDone()).isFalse();
            roundTrip(0, 10);
        }
        assertThat(clock.isDone()).isTrue();
    }
}
