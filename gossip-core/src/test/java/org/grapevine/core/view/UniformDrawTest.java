package org.grapevine.core.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UniformDrawTest {

    /**
     * Each of the 45 pairs of ten comes as often: chi-square with 44 degrees of freedom is above 78.7 in one run of a thousand,
     * and the seed is fixed.
     */
    @Test
    void takesEachSubsetAsOften() {
        List<Integer> all = IntStream.range(0, 10).boxed().toList();
        Random random = new Random(42);
        Map<Set<Integer>, Integer> pairs = new LinkedHashMap<>();
        int draws = 45_000;
        for (int i = 0; i < draws; i++) {
            List<Integer> pair = UniformDraw.of(all, 2, random);
            pairs.merge(new LinkedHashSet<>(pair), 1, Integer::sum);
        }
        double chiSquare = pairs.values().stream()
                .mapToDouble(times -> (times - 1_000.0) * (times - 1_000.0) / 1_000.0)
                .sum();
        assertThat(pairs).hasSize(45);
        assertThat(chiSquare).isLessThan(78.7);
    }

    @Test
    void hasNobodyTwiceAndNoMoreThanThereAre() {
        Random random = new Random(5);
        for (int size = 0; size < 20; size++) {
            List<Integer> all = IntStream.range(0, size).boxed().toList();
            for (int count = 1; count < 25; count++) {
                assertThat(UniformDraw.of(all, count, random))
                        .hasSize(Math.min(size, count))
                        .doesNotHaveDuplicates()
                        .isSubsetOf(all);
            }
        }
    }
}
