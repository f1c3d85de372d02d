package org.grapevine.cluster.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ArrivalsTest {

    private static Arrivals.Count count(long delivered, long again, long lost) {
        return new Arrivals.Count(delivered, again, lost);
    }

    @Test
    void eachMessageOfEachOriginCountsOnce() {
        Arrivals arrivals = new Arrivals(2, 10);
        arrivals.delivered(0, 0);
        arrivals.delivered(1, 0);
        arrivals.delivered(0, 1);
        arrivals.delivered(0, 1);
        arrivals.delivered(0, 0);
        assertThat(arrivals.count()).isEqualTo(count(3, 2, 0));
    }

    @Test
    void whatComesLateIsNotLostAsLongAsItIsWaitedFor() {
        Arrivals arrivals = new Arrivals(1, 10);
        arrivals.delivered(0, 10);
        arrivals.delivered(0, 0);
        assertThat(arrivals.count()).isEqualTo(count(2, 0, 0));
    }

    @Test
    void whatIsNotThereWhenMuchLaterOnesAreIsLostAndStaysLost() {
        Arrivals arrivals = new Arrivals(1, 10);
        arrivals.delivered(0, 1);
        arrivals.delivered(0, 11);
        assertThat(arrivals.count()).isEqualTo(count(2, 0, 1));
        arrivals.delivered(0, 0);
        assertThat(arrivals.count()).isEqualTo(count(2, 1, 1));
    }

    @Test
    void anOriginThatJumpsFarAheadCostsNoTimeAndLosesAllBetween() {
        Arrivals arrivals = new Arrivals(1, 10);
        arrivals.delivered(0, 3);
        arrivals.delivered(0, Integer.MAX_VALUE);
        assertThat(arrivals.count()).isEqualTo(count(2, 0, Integer.MAX_VALUE - 10L - 1));
    }

    @Test
    void atTheEndAllThatWasPublishedIsThereOrLost() {
        Arrivals arrivals = new Arrivals(2, 100);
        arrivals.delivered(0, 0);
        arrivals.delivered(0, 2);
        arrivals.published(0, 4);
        arrivals.published(1, 7);
        assertThat(arrivals.count()).isEqualTo(count(2, 0, 2 + 7));
    }

    @Test
    void countsAsASetDoes() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            int patience = 1 + random.nextInt(200);
            Arrivals arrivals = new Arrivals(1, patience);
            List<Integer> numbers = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                for (int copy = random.nextInt(10) == 0 ? random.nextInt(3) : 1; copy > 0; copy--) {
                    numbers.add(i);
                }
            }
            // No further from its place than is waited for.
            for (int i = 0; i + patience / 2 < numbers.size(); i += patience / 2 + 1) {
                Collections.shuffle(numbers.subList(i, i + patience / 2), random);
            }
            Set<Integer> here = new HashSet<>();
            long again = 0;
            for (int number : numbers) {
                again += here.add(number) ? 0 : 1;
                arrivals.delivered(0, number);
            }
            arrivals.published(0, 1_000);
            assertThat(arrivals.count()).as("seed %d", seed).isEqualTo(count(here.size(), again, 1_000 - here.size()));
        }
    }

    @Test
    void waitsForAtLeastOne() {
        assertThatThrownBy(() -> new Arrivals(1, 0)).hasMessage("patience: 0 (expected: 1..1000000)");
    }
}
