package org.grapevine.dpws.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class EventLoopTest {

    private static final int SECONDS = 10;

    private final EventLoop loop = EventLoop.start("loop-under-test", 4, 3);

    @AfterEach
    void close() {
        loop.close();
    }

    @Nested
    class TheInbox {

        @Test
        void runsTasksInOrderOnTheLoopsThread() throws Exception {
            List<String> ran = Collections.synchronizedList(new ArrayList<>());
            CountDownLatch done = new CountDownLatch(3);
            for (int i = 0; i < 3; i++) {
                String name = "task " + i;
                assertThat(loop.offer(() -> {
                            ran.add(name + " on " + Thread.currentThread().getName() + " " + loop.isCurrent());
                            done.countDown();
                        }))
                        .isTrue();
            }

            assertThat(done.await(SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(ran)
                    .containsExactly(
                            "task 0 on loop-under-test true",
                            "task 1 on loop-under-test true",
                            "task 2 on loop-under-test true");
        }

        @Test
        void refusesAndCountsWhatDoesNotFit() throws Exception {
            CountDownLatch release = block();
            for (int i = 0; i < 4; i++) {
                assertThat(loop.offer(() -> {})).isTrue();
            }

            assertThat(loop.offer(() -> {})).isFalse();
            assertThat(loop.counters().refusedTasks()).isEqualTo(1);
            assertThat(loop.counters().waitingTasks()).isEqualTo(4);
            release.countDown();
            drain();
            assertThat(loop.counters().waitingTasks()).isZero();
        }

        @Test
        void goesOnAfterATaskThatThrows() throws Exception {
            assertThat(loop.offer(() -> {
                        throw new IllegalStateException("meant to be logged");
                    }))
                    .isTrue();
            assertThat(loop.offer(() -> {
                        throw new StackOverflowError();
                    }))
                    .isTrue();
            drain();

            assertThat(loop.counters().failures()).isEqualTo(2);
        }

        @Test
        void goesOnAfterATaskThatLeavesAnInterruptBehind() throws Exception {
            assertThat(loop.offer(() -> Thread.currentThread().interrupt())).isTrue();
            drain();
            drain();
        }
    }

    @Nested
    class AStandIn {

        @Test
        void runsATaskOnItsOwnThreadWhileTheLoopIsIdle() throws Exception {
            List<String> ran = Collections.synchronizedList(new ArrayList<>());
            CountDownLatch later = new CountDownLatch(1);

            while (!loop.runHere(() -> {
                ran.add(Thread.currentThread().getName() + " " + loop.isCurrent());
                assertThat(loop.offer(() -> {
                            ran.add("then " + Thread.currentThread().getName());
                            later.countDown();
                        }))
                        .isTrue();
                assertThat(loop.runHere(() -> ran.add("never inside of another")))
                        .isFalse();
            })) {
                Thread.onSpinWait(); // Its thread has not begun to wait yet.
            }

            assertThat(later.await(SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(ran).containsExactly(Thread.currentThread().getName() + " true", "then loop-under-test");
            assertThat(loop.isCurrent()).isFalse();
        }

        @Test
        void isRefusedWhileTheLoopIsBusyOrClosed() throws Exception {
            CountDownLatch release = block();
            assertThat(loop.runHere(() -> {
                        throw new AssertionError("not while it is busy");
                    }))
                    .isFalse();
            release.countDown();
            drain();
            loop.close();
            assertThat(loop.runHere(() -> {
                        throw new AssertionError("not when it is closed");
                    }))
                    .isFalse();
        }

        @Test
        void letsATimerThatItSetsGoOff() throws Exception {
            CountDownLatch fired = new CountDownLatch(1);
            while (!loop.runHere(
                    () -> assertThat(loop.schedule(1, fired::countDown)).isPresent())) {
                Thread.onSpinWait();
            }
            assertThat(fired.await(SECONDS, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Nested
    class Timers {

        @Test
        void runInTheOrderInWhichTheyAreDueAndNeverEarly() throws Exception {
            List<String> ran = Collections.synchronizedList(new ArrayList<>());
            long start = System.nanoTime();
            CompletableFuture<Long> last = new CompletableFuture<>();
            assertThat(loop.schedule(40, () -> last.complete(System.nanoTime())))
                    .isPresent();
            assertThat(loop.schedule(20, () -> ran.add("second"))).isPresent();
            assertThat(loop.schedule(1, () -> ran.add("first"))).isPresent();

            assertThat(last.get(SECONDS, TimeUnit.SECONDS) - start)
                    .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(40));
            assertThat(ran).containsExactly("first", "second");
        }

        @Test
        void dueTogetherRunInTheOrderOfTheCalls() throws Exception {
            CountDownLatch release = block();
            List<Integer> ran = Collections.synchronizedList(new ArrayList<>());
            CountDownLatch done = new CountDownLatch(3);
            for (int i = 0; i < 3; i++) {
                int number = i;
                assertThat(loop.schedule(0, () -> {
                            ran.add(number);
                            done.countDown();
                        }))
                        .isPresent();
            }
            release.countDown();

            assertThat(done.await(SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(ran).containsExactly(0, 1, 2);
        }

        @Test
        void doNotRunOnceCancelled() throws Exception {
            CountDownLatch release = block();
            List<String> ran = Collections.synchronizedList(new ArrayList<>());
            Optional<LoopTimer> timer = loop.schedule(0, () -> ran.add("cancelled"));

            assertThat(timer.orElseThrow().cancel()).isTrue();
            assertThat(timer.orElseThrow().cancel()).isFalse();
            release.countDown();
            drain();
            assertThat(ran).isEmpty();
            assertThat(loop.counters().pendingTimers()).isZero();
        }

        @Test
        void areRefusedAndCountedBeyondTheirNumber() {
            for (int i = 0; i < 3; i++) {
                assertThat(loop.schedule(60_000, () -> {})).isPresent();
            }

            assertThat(loop.schedule(60_000, () -> {})).isEmpty();
            assertThat(loop.counters().refusedTimers()).isEqualTo(1);
            assertThat(loop.counters().pendingTimers()).isEqualTo(3);
        }

        @Test
        void withANegativeDelayAreAnError() {
            assertThatThrownBy(() -> loop.schedule(-1, () -> {}))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("delayMillis: -1 (expected: >= 0)");
        }
    }

    @Nested
    class TheClock {

        @Test
        void startsAtTheWallClockAndNeverGoesBack() {
            long before = loop.nowMillis();
            assertThat(before).isCloseTo(System.currentTimeMillis(), org.assertj.core.data.Offset.offset(60_000L));
            for (int i = 0; i < 1_000; i++) {
                long now = loop.nowMillis();
                assertThat(now).isGreaterThanOrEqualTo(before);
                before = now;
            }
        }
    }

    @Nested
    class Closing {

        @Test
        void endsTheThreadAndCountsWhatWasAbandoned() throws Exception {
            CountDownLatch started = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            CompletableFuture<Thread> thread = new CompletableFuture<>();
            assertThat(loop.offer(() -> {
                        thread.complete(Thread.currentThread());
                        started.countDown();
                        await(release);
                    }))
                    .isTrue();
            assertThat(started.await(SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(loop.offer(() -> {})).isTrue();
            assertThat(loop.schedule(60_000, () -> {})).isPresent();
            CompletableFuture<Void> closing = CompletableFuture.runAsync(loop::close);
            while (loop.counters().abandoned() == 0) {
                Thread.onSpinWait();
            }
            release.countDown();
            closing.get(SECONDS, TimeUnit.SECONDS);

            assertThat(loop.counters().abandoned()).isEqualTo(2);
            assertThat(thread.get().isAlive()).isFalse();
            assertThat(loop.offer(() -> {})).isFalse();
            assertThat(loop.schedule(1, () -> {})).isEmpty();
        }

        @Test
        void fromATaskDoesNotWaitForItself() throws Exception {
            CompletableFuture<String> closed = new CompletableFuture<>();
            assertThat(loop.offer(() -> {
                        loop.close();
                        closed.complete("closed");
                    }))
                    .isTrue();

            assertThat(closed.get(SECONDS, TimeUnit.SECONDS)).isEqualTo("closed");
        }
    }

    @Nested
    class ASetOfLoops {

        @Test
        void assignsEqualKeysToOneLoopAndSpreadsTheOthers() {
            try (EventLoops loops = EventLoops.start("set", 4, 8, 8)) {
                assertThat(loops.assign("urn:uuid:1")).isSameAs(loops.assign("urn:uuid:1"));
                long used = IntStream.range(0, 1_000)
                        .mapToObj(i -> loops.assign("urn:uuid:" + i).name())
                        .distinct()
                        .count();
                assertThat(used).isEqualTo(4);
                assertThat(loops.all()).extracting(EventLoop::name).containsExactly("set-0", "set-1", "set-2", "set-3");
            }
        }

        @Test
        void ofNoneIsAnError() {
            assertThatThrownBy(() -> EventLoops.start("set", 0, 8, 8))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("count: 0 (expected: 1..256)");
        }
    }

    private CountDownLatch block() throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        assertThat(loop.offer(() -> {
                    started.countDown();
                    await(release);
                }))
                .isTrue();
        assertThat(started.await(SECONDS, TimeUnit.SECONDS)).isTrue();
        return release;
    }

    private void drain() throws Exception {
        CompletableFuture<String> reached = new CompletableFuture<>();
        while (!loop.offer(() -> reached.complete("reached"))) {
            Thread.onSpinWait();
        }
        assertThat(reached.get(SECONDS, TimeUnit.SECONDS)).isEqualTo("reached");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
