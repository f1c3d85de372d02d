package org.grapevine.simulation.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SeededRandomTest {

    /** The first outputs for seed 1234567, as other implementations of SplitMix64 print them. */
    @Test
    void isSplitMix64() {
        SeededRandom random = new SeededRandom(1_234_567);

        assertThat(Long.toUnsignedString(random.nextLong())).isEqualTo("6457827717110365317");
        assertThat(Long.toUnsignedString(random.nextLong())).isEqualTo("3203168211198807973");
    }

    @Test
    void streamsOfDifferentPathsDiffer() {
        assertThat(SeededRandom.of(1, 2, 3).nextLong())
                .isEqualTo(SeededRandom.of(1, 2, 3).nextLong());
        assertThat(SeededRandom.of(1, 2, 3).nextLong())
                .isNotEqualTo(SeededRandom.of(1, 3, 2).nextLong())
                .isNotEqualTo(SeededRandom.of(2, 2, 3).nextLong())
                .isNotEqualTo(SeededRandom.of(1, 2).nextLong());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 10, 1_000})
    void boundedDrawsAreEven(int bound) {
        SeededRandom random = new SeededRandom(bound);
        int draws = 20 * bound + 20_000;
        int[] counts = new int[bound];
        for (int i = 0; i < draws; i++) {
            counts[random.nextInt(bound)]++;
        }
        double expected = (double) draws / bound;
        double chiSquare = Arrays.stream(counts)
                .mapToDouble(count -> (count - expected) * (count - expected) / expected)
                .sum();
        // Mean of the distribution plus five of its standard deviations.
        assertThat(chiSquare).isLessThanOrEqualTo(bound - 1 + 5 * Math.sqrt(2.0 * bound));
    }

    @Test
    void drawsStayInsideTheirBounds() {
        SeededRandom random = new SeededRandom(3);
        for (int i = 0; i < 10_000; i++) {
            assertThat(random.nextInt(-5, 6)).isBetween(-5, 5);
            assertThat(random.nextLong(1L << 40, (1L << 40) + 3)).isBetween(1L << 40, (1L << 40) + 2);
            assertThat(random.nextLong(Long.MAX_VALUE)).isNotNegative();
            assertThat(random.nextDouble()).isBetween(0.0, Math.nextDown(1.0));
            assertThat(random.nextFloat()).isBetween(0f, Math.nextDown(1f));
        }
    }

    @Test
    void gaussiansHaveMeanZeroAndDeviationOne() {
        SeededRandom random = new SeededRandom(4);
        double sum = 0;
        double squares = 0;
        int draws = 100_000;
        for (int i = 0; i < draws; i++) {
            double drawn = random.nextGaussian();
            sum += drawn;
            squares += drawn * drawn;
        }
        assertThat(sum / draws).isCloseTo(0, Offset.offset(0.015));
        assertThat(squares / draws).isCloseTo(1, Offset.offset(0.02));
    }

    @Test
    void anEmptyRangeIsRefused() {
        assertThatThrownBy(() -> new SeededRandom(1).nextInt(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("bound: 0 (expected: above the lower bound)");
        assertThatThrownBy(() -> new SeededRandom(1).nextLong(3, 3)).isInstanceOf(IllegalArgumentException.class);
    }
}
