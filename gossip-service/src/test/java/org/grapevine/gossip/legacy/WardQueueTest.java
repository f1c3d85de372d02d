package org.grapevine.gossip.legacy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.grapevine.gossip.legacy.Messages.held;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.grapevine.gossip.legacy.WardQueue.End;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What waits for one service, in virtual time. */
class WardQueueTest {

    private static final LegacyOptions OPTIONS =
            LegacyOptions.defaults().withLimits(8, 8, 3, 4).withTimes(100, 1_000, 500, 1_000, 1_000);

    private final WardQueue.Counts counts = new WardQueue.Counts();
    private final WardQueue queue = new WardQueue(OPTIONS, counts);

    private void add(long now, String id, long expiresAt) {
        queue.add(now, held(id, now, expiresAt));
    }

    private Optional<String> begin(long now) {
        return queue.begin(now).map(Held::id);
    }

    @Test
    void sendsOneAtATimeInTheOrderInWhichTheyCame() {
        add(0, "urn:a", 10_000);
        add(0, "urn:b", 10_000);

        assertThat(begin(0)).contains("urn:a");
        assertThat(begin(0)).isEmpty();
        assertThat(queue.ended(10, End.ACCEPTED)).isZero();
        assertThat(begin(10)).contains("urn:b");
        assertThat(queue.ended(20, End.REFUSED)).isZero();
        assertThat(begin(20)).isEmpty();
        assertThat(counts.delivered.sum()).isEqualTo(1);
        assertThat(counts.refused.sum()).isEqualTo(1);
        assertThat(counts.retried.sum()).isZero();
    }

    @Test
    void takesAMessageOnceWhateverBecameOfIt() {
        add(0, "urn:a", 10_000);
        add(0, "urn:a", 10_000);
        assertThat(begin(0)).contains("urn:a");
        queue.ended(10, End.ACCEPTED);
        add(20, "urn:a", 10_000);

        assertThat(begin(20)).isEmpty();
    }

    @Nested
    class AfterAFailure {

        @Test
        void triesAgainWithPausesThatDoubleUpToTheLongest() {
            add(0, "urn:a", 60_000);
            List<Long> attempts = new ArrayList<>();
            List<Long> pauses = new ArrayList<>();
            long now = 0;
            for (int i = 0; i < 7; i++) {
                assertThat(begin(now)).contains("urn:a");
                attempts.add(now);
                long pause = queue.ended(now, End.FAILED);
                pauses.add(pause);
                assertThat(begin(now + pause - 1)).isEmpty();
                now += pause;
            }

            assertThat(pauses).containsExactly(100L, 200L, 400L, 800L, 1_000L, 1_000L, 1_000L);
            assertThat(attempts).containsExactly(0L, 100L, 300L, 700L, 1_500L, 2_500L, 3_500L);
            assertThat(counts.retried.sum()).isEqualTo(6);
        }

        @Test
        void keepsTheOrder() {
            add(0, "urn:a", 60_000);
            add(0, "urn:b", 60_000);
            begin(0);
            queue.ended(0, End.FAILED);
            add(50, "urn:c", 60_000);

            for (String id : List.of("urn:a", "urn:b", "urn:c")) {
                assertThat(begin(100)).contains(id);
                queue.ended(100, End.ACCEPTED);
            }
            assertThat(counts.delivered.sum()).isEqualTo(3);
            assertThat(counts.retried.sum()).isEqualTo(1);
        }

        @Test
        void beginsWithTheShortestPauseAgainOnceOneWasTaken() {
            add(0, "urn:a", 60_000);
            add(0, "urn:b", 60_000);
            begin(0);
            assertThat(queue.ended(0, End.FAILED)).isEqualTo(100);
            begin(100);
            assertThat(queue.ended(100, End.FAILED)).isEqualTo(200);
            begin(300);
            queue.ended(300, End.REFUSED);
            begin(300);

            assertThat(queue.ended(300, End.FAILED)).isEqualTo(100);
        }

        @Test
        void waitsLongForTheNextMessageIfTheOneBeforeHasExpired() {
            add(0, "urn:a", 150);
            begin(0);
            queue.ended(0, End.FAILED);
            begin(100);
            assertThat(queue.ended(140, End.FAILED)).isEqualTo(200);
            add(200, "urn:b", 60_000);

            assertThat(begin(339)).isEmpty();
            assertThat(begin(340)).contains("urn:b");
            assertThat(counts.expired.sum()).isEqualTo(1);
            assertThat(counts.retried.sum()).isEqualTo(1);
        }
    }

    @Nested
    class WhenALifetimeIsOver {

        @Test
        void theMessageIsNotTriedAgainAndCounted() {
            add(0, "urn:a", 250);
            assertThat(begin(0)).contains("urn:a");
            queue.ended(0, End.FAILED);
            assertThat(begin(100)).contains("urn:a");
            queue.ended(100, End.FAILED);

            assertThat(begin(300)).isEmpty();
            assertThat(counts.expired.sum()).isEqualTo(1);
            assertThat(counts.retried.sum()).isEqualTo(1);
            assertThat(queue.size()).isZero();
        }

        @Test
        void whileItIsUnderWayItCountsAsExpiredOrAsDeliveredNotBoth() {
            add(0, "urn:a", 400);
            add(0, "urn:b", 900);
            begin(0);
            queue.ended(400, End.FAILED);
            assertThat(counts.expired.sum()).isEqualTo(1);

            assertThat(begin(500)).contains("urn:b");
            queue.ended(1_000, End.ACCEPTED);

            assertThat(counts.expired.sum()).isEqualTo(1);
            assertThat(counts.delivered.sum()).isEqualTo(1);
            assertThat(counts.retried.sum()).isZero();
        }

        @Test
        void theMessageIsNotTakenAtAll() {
            add(100, "urn:a", 100);

            assertThat(begin(100)).isEmpty();
            assertThat(counts.expired.sum()).isZero();
        }

        @Test
        void anAttemptEndsWithIt() {
            assertThat(queue.patience(0, held("urn:a", 0, 10_000))).isEqualTo(500);
            assertThat(queue.patience(9_900, held("urn:a", 0, 10_000))).isEqualTo(100);
            assertThat(queue.patience(10_001, held("urn:a", 0, 10_000))).isEqualTo(1);
        }
    }

    @Nested
    class WhenFull {

        @Test
        void theOldestThatWaitsMakesRoomAndIsCounted() {
            add(0, "urn:under-way", 60_000);
            begin(0);
            for (String id : List.of("urn:a", "urn:b", "urn:c", "urn:d")) {
                add(0, id, 60_000);
            }
            assertThat(queue.size()).isEqualTo(3);
            assertThat(counts.overflowed.sum()).isEqualTo(1);

            queue.ended(10, End.ACCEPTED);
            assertThat(begin(10)).contains("urn:b");
            assertThat(counts.delivered.sum()).isEqualTo(1);
        }

        @Test
        void whatFailsIsTheOldestAndGoes() {
            add(0, "urn:under-way", 60_000);
            begin(0);
            for (String id : List.of("urn:a", "urn:b", "urn:c")) {
                add(0, id, 60_000);
            }
            queue.ended(0, End.FAILED);

            assertThat(begin(100)).contains("urn:a");
            assertThat(counts.overflowed.sum()).isEqualTo(1);
            assertThat(counts.retried.sum()).isZero();
        }

        @Test
        void whatHasExpiredGoesFirstAndCountsAsThat() {
            add(0, "urn:a", 60_000);
            add(0, "urn:b", 50);
            add(0, "urn:c", 60_000);
            add(60, "urn:d", 60_000);

            assertThat(counts.expired.sum()).isEqualTo(1);
            assertThat(counts.overflowed.sum()).isZero();
            assertThat(begin(60)).contains("urn:a");
        }

        @Test
        void everyMessageIsCountedOnce() {
            List<End> ends = List.of(End.ACCEPTED, End.REFUSED, End.FAILED);
            for (int i = 0; i < 1_000; i++) {
                add(i, "urn:" + i, i + 500);
                if (i % 7 == 0) {
                    queue.begin(i);
                }
                if (i % 11 == 0) {
                    queue.ended(i, ends.get(i % 3));
                }
                assertThat(queue.size()).isLessThanOrEqualTo(3);
            }
            queue.ended(1_000, End.ACCEPTED);
            queue.handOver();

            assertThat(counts.delivered.sum()
                            + counts.refused.sum()
                            + counts.expired.sum()
                            + counts.overflowed.sum()
                            + counts.handedOver.sum())
                    .isEqualTo(1_000);
            assertThat(counts.delivered.sum()).isPositive();
            assertThat(counts.overflowed.sum()).isPositive();
        }
    }

    @Nested
    class WhenSomebodyElseTakesOver {

        @Test
        void whatWaitsIsDroppedAndCounted() {
            add(0, "urn:a", 60_000);
            add(0, "urn:b", 60_000);
            queue.handOver();

            assertThat(begin(0)).isEmpty();
            assertThat(counts.handedOver.sum()).isEqualTo(2);
        }

        @Test
        void whatIsUnderWayCountsAsWhatBecomesOfIt() {
            add(0, "urn:a", 60_000);
            begin(0);
            queue.handOver();
            queue.ended(10, End.ACCEPTED);
            assertThat(counts.delivered.sum()).isEqualTo(1);
            assertThat(counts.handedOver.sum()).isZero();

            add(20, "urn:b", 60_000);
            begin(20);
            queue.handOver();
            queue.ended(30, End.FAILED);

            assertThat(begin(1_000)).isEmpty();
            assertThat(counts.handedOver.sum()).isEqualTo(1);
        }
    }
}
