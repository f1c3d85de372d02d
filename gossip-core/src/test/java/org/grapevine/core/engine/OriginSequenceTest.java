package org.grapevine.core.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.grapevine.core.message.OriginOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginSequenceTest {

    private static final long NOW = 1_732_147_200_000L;

    private final OriginSequence sequence = new OriginSequence();

    @Test
    void theFirstMessageHasTheClocksNumberAndWaitsForNothing() {
        assertThat(sequence.next(NOW, 1_000)).isEqualTo(new OriginOrder(NOW, NOW, NOW));
    }

    @Test
    void theNextOneWaitsForThoseThatAreAlive() {
        sequence.next(NOW, 1_000);
        sequence.next(NOW + 10, 5_000);

        assertThat(sequence.next(NOW + 20, 1_000)).isEqualTo(new OriginOrder(NOW + 2, NOW, NOW + 5_010));
        assertThat(sequence.next(NOW + 1_000, 1_000)).isEqualTo(new OriginOrder(NOW + 3, NOW + 1, NOW + 5_010));
        assertThat(sequence.next(NOW + 5_010, 1_000)).isEqualTo(new OriginOrder(NOW + 4, NOW + 4, NOW + 5_010));
    }

    @Test
    void anOriginThatStartsAgainGoesOnAbove() {
        for (int i = 0; i < 100; i++) {
            sequence.next(NOW + i * 7L, 1_000);
        }
        OriginOrder last = sequence.next(NOW + 700, 1_000);

        assertThat(new OriginSequence().next(NOW + 701, 1_000).number()).isGreaterThan(last.number());
    }

    @Test
    void aClockThatGoesBackGivesNoNumberTwice() {
        OriginOrder first = sequence.next(NOW, 1_000);

        assertThat(sequence.next(NOW - 500, 1_000).number()).isEqualTo(first.number() + 1);
    }

    /** Against the plain definition, message by message. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void floorAndEndAreThoseOfTheLiveOnes(long seed) {
        Random random = new Random(seed);
        Map<Long, Long> ends = new TreeMap<>();
        long now = NOW;
        for (int i = 0; i < 2_000; i++) {
            now += random.nextInt(50);
            long time = now;
            ends.values().removeIf(end -> end <= time);
            long lifetime = 1L + random.nextInt(2_000);
            OriginOrder order = sequence.next(now, lifetime);

            long floor =
                    ends.isEmpty() ? order.number() : ends.keySet().iterator().next();
            assertThat(order.floor()).isEqualTo(floor);
            assertThat(order.waitUntilMillis())
                    .isEqualTo(
                            ends.values().stream().mapToLong(end -> end).max().orElse(now));
            ends.put(order.number(), now + lifetime);
        }
    }

    /** More live messages than it remembers: their floor may be too low, never too high, and their end is right. */
    @Test
    void beyondItsBoundItLetsReceiversWaitRatherThanOvertake() {
        Random random = new Random(3);
        Map<Long, Long> ends = new TreeMap<>();
        long now = NOW;
        for (int i = 0; i < 20_000; i++) {
            now += random.nextInt(2);
            long time = now;
            ends.values().removeIf(end -> end <= time);
            OriginOrder order = sequence.next(now, 5_000);
            if (!ends.isEmpty()) {
                assertThat(order.floor())
                        .isLessThanOrEqualTo(ends.keySet().iterator().next());
                assertThat(order.waitUntilMillis()).isEqualTo(ends.get(order.number() - 1));
            }
            ends.put(order.number(), now + 5_000);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0, 'lifetime: 0 (expected: 1..86400000 ms)'",
        "1, 86400001, 'lifetime: 86400001 (expected: 1..86400000 ms)'",
        "-1, 1, 'now: -1 (expected: >= 0 ms since the epoch)'"
    })
    void impossibleTimesAreRefused(long now, long lifetime, String message) {
        assertThatThrownBy(() -> sequence.next(now, lifetime)).hasMessage(message);
    }
}
