package org.grapevine.dpws.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class KeyedRandomTest {

    private static List<Long> numbers(long secret) {
        KeyedRandom random = new KeyedRandom(secret);
        return LongStream.generate(random::nextLong).limit(2_000).boxed().toList();
    }

    @Test
    void drawsTheSameForTheSameSecretOnly() {
        assertThat(numbers(1)).isEqualTo(numbers(1)).doesNotContainAnyElementsOf(numbers(2));
    }

    @Test
    void neverRepeatsAndSetsEveryBitAboutHalfOfTheTime() {
        List<Long> numbers = numbers(3);
        assertThat(numbers).doesNotHaveDuplicates();
        for (int bit = 0; bit < Long.SIZE; bit++) {
            long mask = 1L << bit;
            // A standard deviation of 22.
            assertThat(numbers.stream().filter(number -> (number & mask) != 0).count())
                    .isBetween(850L, 1_150L);
        }
    }
}
