package org.grapevine.simulation.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventQueueTest {

    private record Entry(long time, int number) {}

    private final EventQueue<Entry> queue = new EventQueue<>();

    @Test
    void givesEntriesByTimeAndEqualTimesInTheOrderOfTheirAddition() {
        queue.add(5, new Entry(5, 0));
        queue.add(3, new Entry(3, 1));
        queue.add(5, new Entry(5, 2));
        queue.add(0, new Entry(0, 3));
        queue.add(3, new Entry(3, 4));

        List<Integer> order = new ArrayList<>();
        while (!queue.isEmpty()) {
            order.add(queue.take().number());
        }
        assertThat(order).containsExactly(3, 1, 4, 0, 2);
        assertThat(queue.now()).isEqualTo(5);
    }

    /** Against the JDK's heap: entries added all along, near and far, many of equal time. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void isAHeapWithMemory(long seed) {
        SeededRandom random = new SeededRandom(seed);
        PriorityQueue<Entry> model =
                new PriorityQueue<>(Comparator.comparingLong(Entry::time).thenComparingInt(Entry::number));
        long reach = seed % 2 == 0 ? 10 : 1L << (10 + 6 * seed);
        int number = 0;
        for (int step = 0; step < 20_000; step++) {
            int added = random.nextInt(4);
            for (int i = 0; i < added && step < 15_000; i++) {
                long time = queue.now() + random.nextLong(reach);
                Entry entry = new Entry(time, number++);
                queue.add(time, entry);
                model.add(entry);
            }
            if (!model.isEmpty()) {
                Entry expected = model.remove();
                assertThat(queue.take()).isEqualTo(expected);
                assertThat(queue.now()).isEqualTo(expected.time());
            }
            assertThat(queue.size()).isEqualTo(model.size());
        }
    }

    @Test
    void takesTheLongestTimes() {
        queue.add(Long.MAX_VALUE, new Entry(1, 1));
        queue.add(1, new Entry(0, 0));

        assertThat(queue.take().number()).isZero();
        assertThat(queue.take().number()).isEqualTo(1);
    }

    @Test
    void refusesThePast() {
        queue.add(7, new Entry(7, 0));
        queue.take();

        assertThatThrownBy(() -> queue.add(6, new Entry(6, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("time: 6 (expected: not before 7)");
    }

    @Test
    void saysThatItIsEmpty() {
        assertThatThrownBy(queue::take).isInstanceOf(NoSuchElementException.class);
    }
}
