package org.grapevine.dpws.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HeldDatagramsTest {

    private static final long HOUR_MICROS = 3_600_000_000L;

    private final BlockingQueue<String> sent = new LinkedBlockingQueue<>();
    private HeldDatagrams held = new HeldDatagrams(3, 100);

    @AfterEach
    void close() {
        held.close();
    }

    private boolean hold(String name, long delayMicros, int bytes) {
        return held.hold(delayMicros, bytes, () -> sent.add(name));
    }

    private String next() throws InterruptedException {
        String name = sent.poll(10, TimeUnit.SECONDS);
        assertThat(name).isNotNull();
        return String.valueOf(name);
    }

    @Test
    void leaveWhenTheyAreDueAndThoseOfTheSameTimeInTheirOrder() throws Exception {
        held = new HeldDatagrams();
        long start = System.nanoTime();
        hold("late", 60_000, 1);
        hold("early", 20_000, 1);
        for (int i = 0; i < 5; i++) {
            hold("same " + i, 40_000, 1);
        }
        assertThat(next()).isEqualTo("early");
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(20));
        for (int i = 0; i < 5; i++) {
            assertThat(next()).isEqualTo("same " + i);
        }
        assertThat(next()).isEqualTo("late");
        assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(60));
        assertThat(held.size()).isZero();
    }

    @Test
    void areNoMoreThanThereIsRoomFor() {
        assertThat(hold("a", HOUR_MICROS, 1)).isTrue();
        assertThat(hold("b", HOUR_MICROS, 1)).isTrue();
        assertThat(hold("c", HOUR_MICROS, 1)).isTrue();
        assertThat(hold("d", HOUR_MICROS, 1)).isFalse();
        assertThat(held.size()).isEqualTo(3);
    }

    @Test
    void areNoLargerThanThereIsRoomFor() throws Exception {
        assertThat(hold("a", HOUR_MICROS, 60)).isTrue();
        assertThat(hold("b", HOUR_MICROS, 41)).isFalse();
        assertThat(hold("c", 1, 40)).isTrue();
        assertThat(next()).isEqualTo("c");
        assertThat(hold("d", HOUR_MICROS, 40)).isTrue();
    }

    @Test
    void ofWhichOneFailsLetTheOthersGo() throws Exception {
        held.hold(1, 1, () -> {
            throw new IllegalStateException("on purpose");
        });
        hold("next", 1_000, 1);
        assertThat(next()).isEqualTo("next");
    }

    @Test
    void areLostAtTheEnd() {
        hold("never", HOUR_MICROS, 1);
        held.close();
        held.close();
        assertThat(held.size()).isZero();
        assertThat(hold("too late", 0, 1)).isFalse();
        assertThat(sent).isEmpty();
    }

    @Test
    void neverBlockWhoSends() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        held.hold(0, 1, () -> {
            blocked.countDown();
            try {
                assertThat(release.await(10, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertThat(blocked.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(hold("waits", 0, 1)).isTrue();
        assertThat(sent).isEmpty();
        release.countDown();
        assertThat(next()).isEqualTo("waits");
    }
}
