package org.grapevine.dpws.discovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** SOAP-over-UDP 1.1, 4. */
class DatagramTest {

    @Nested
    class Repetition {

        @Test
        void isOneAfterARandomGapUnlessConfigured() {
            for (int seed = 0; seed < 1_000; seed++) {
                assertThat(DatagramRepeat.ofMulticast(DiscoveryTiming.defaults(), new Random(seed)))
                        .hasSize(1)
                        .allMatch(gap -> gap >= 50 && gap <= 250);
                assertThat(DatagramRepeat.ofUnicast(DiscoveryTiming.defaults(), new Random(seed)))
                        .hasSize(1);
            }
        }

        @Test
        void doublesItsGapsUpToTheUpperDelay() {
            DiscoveryTiming timing = DiscoveryTiming.defaults();
            for (int seed = 0; seed < 1_000; seed++) {
                List<Integer> offsets = DatagramRepeat.offsetsMs(5, timing, new Random(seed));
                int gap = offsets.get(0);
                int expected = gap;
                assertThat(gap).isBetween(50, 250);
                for (int i = 1; i < 5; i++) {
                    gap = Math.min(2 * gap, 450);
                    expected += gap;
                    assertThat(offsets.get(i)).as("seed %d", seed).isEqualTo(expected);
                }
            }
        }

        @Test
        void isSwitchedOffByZero() {
            assertThat(DatagramRepeat.offsetsMs(0, DiscoveryTiming.defaults(), new Random(1)))
                    .isEmpty();
        }

        @Test
        void hasTimesThatMakeSense() {
            assertThat(DiscoveryTiming.defaults()).isEqualTo(new DiscoveryTiming(2_500, 10_000, 1, 1, 50, 250, 450));
            assertThatThrownBy(() -> new DiscoveryTiming(0, 1, 0, 0, 50, 40, 450))
                    .hasMessage("maxDelayMs: 40 (expected: 50..600000)");
            assertThatThrownBy(() -> new DiscoveryTiming(0, 1, 17, 0, 50, 250, 450))
                    .hasMessage("multicastRepeat: 17 (expected: 0..16)");
            assertThat(DiscoveryTiming.defaults().withAppMaxDelayMs(7).withMatchTimeoutMs(8))
                    .isEqualTo(new DiscoveryTiming(7, 8, 1, 1, 50, 250, 450));
        }
    }

    @Nested
    class TheDuplicateFilter {

        private final Instant start = Instant.EPOCH;
        private final DuplicateFilter filter = new DuplicateFilter(3, Duration.ofSeconds(10));

        @Test
        void letsAnIdPassOnce() {
            assertThat(filter.isNew("a", start)).isTrue();
            assertThat(filter.isNew("a", start.plusSeconds(9))).isFalse();
            assertThat(filter.isNew("b", start.plusSeconds(9))).isTrue();
            assertThat(filter.duplicates()).isEqualTo(1);
        }

        @Test
        void forgetsAfterTheRetention() {
            filter.isNew("a", start);
            assertThat(filter.isNew("b", start.plusSeconds(10))).isTrue();
            assertThat(filter.size()).isEqualTo(1);
            assertThat(filter.isNew("a", start.plusSeconds(10))).isTrue();
            assertThat(filter.evicted()).isZero();
        }

        @Test
        void dropsTheOldestWhenFullAndCountsIt() {
            for (String id : List.of("a", "b", "c", "d")) {
                assertThat(filter.isNew(id, start)).isTrue();
            }
            assertThat(filter.size()).isEqualTo(3);
            assertThat(filter.evicted()).isEqualTo(1);
            assertThat(filter.isNew("d", start)).isFalse();
            assertThat(filter.isNew("a", start)).isTrue();
        }

        @Test
        void hasABound() {
            assertThatThrownBy(() -> new DuplicateFilter(0, Duration.ofSeconds(1)))
                    .hasMessage("capacity: 0 (expected: >= 1)");
            assertThatThrownBy(() -> new DuplicateFilter(1, Duration.ZERO))
                    .hasMessage("retention: PT0S (expected: more than 0)");
        }
    }
}
