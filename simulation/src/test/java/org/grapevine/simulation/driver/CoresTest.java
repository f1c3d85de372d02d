package org.grapevine.simulation.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CoresTest {

    private static Iterator<Integer> numbers(int count) {
        return IntStream.range(0, count).iterator();
    }

    @Test
    void handsResultsOverInTheOrderOfTheWork() throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        List<Integer> results = new ArrayList<>();

        Cores.forEach(
                2,
                numbers(100),
                number -> {
                    if (number == 0) {
                        await(second);
                    } else {
                        second.countDown();
                    }
                    return number * number;
                },
                results::add);

        assertThat(results).hasSize(100).isSorted().startsWith(0, 1, 4).endsWith(9_801);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void drawsWorkAsNeededAndNotAllAtOnce() throws Exception {
        AtomicInteger drawn = new AtomicInteger();
        AtomicInteger ahead = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        Iterator<Integer> work = IntStream.range(0, 1_000)
                .peek(number -> drawn.incrementAndGet())
                .iterator();

        Cores.forEach(2, work, number -> number, result -> {
            ahead.accumulateAndGet(drawn.get() - done.incrementAndGet(), Math::max);
        });

        assertThat(done).hasValue(1_000);
        assertThat(ahead.get()).isLessThan(20);
    }

    @Test
    void throwsWhatATaskThrows() {
        assertThatThrownBy(() -> Cores.forEach(
                        2,
                        numbers(10),
                        number -> {
                            if (number == 3) {
                                throw new IllegalStateException("three");
                            }
                            return number;
                        },
                        result -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("three");
    }

    @Test
    void endsWhenTheConsumerHasEnough() {
        AtomicInteger consumed = new AtomicInteger();

        assertThatThrownBy(() -> Cores.forEach(2, numbers(1_000_000), number -> number, result -> {
                    if (consumed.incrementAndGet() == 5) {
                        throw new IllegalArgumentException("enough");
                    }
                }))
                .hasMessage("enough");
        assertThat(consumed).hasValue(5);
    }
}
