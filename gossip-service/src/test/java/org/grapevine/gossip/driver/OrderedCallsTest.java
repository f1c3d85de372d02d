package org.grapevine.gossip.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.OriginOrder;
import org.grapevine.policy.Priority;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Messages in the order of their origin, on their way from an engine to a service with several threads. */
@Timeout(120)
class OrderedCallsTest {

    private static final int THREADS = 8;

    private static Street.House house(Street street) throws Exception {
        Street.Block block = street.block(street.options(), settings -> settings.withApplication(THREADS, 1_000));
        return new Street.House(block, "house", Street.config());
    }

    private static GossipParameters ordered(int number, long lifetimeMillis) {
        long now = System.currentTimeMillis();
        return new GossipParameters(0, 0, now, lifetimeMillis, 0, null)
                .withOrder(new OriginOrder(1 + number, 1, now + 60_000));
    }

    private static void publish(Street.House house, int messages, Priority... priorities) {
        for (int i = 0; i < messages; i++) {
            Priority priority = priorities[i % priorities.length];
            while (!house.publish(String.valueOf(i), priority, ordered(i, 60_000))) {
                Thread.onSpinWait();
            }
        }
    }

    private static List<String> numbers(int messages) {
        return IntStream.range(0, messages).mapToObj(String::valueOf).toList();
    }

    @Test
    void neverOverlapNorOvertakeWhateverTheirPriority() throws Exception {
        try (Street street = new Street()) {
            Street.House house = house(street);
            AtomicInteger running = new AtomicInteger();
            AtomicInteger most = new AtomicInteger();
            house.serve(text -> {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                for (int i = 10_000 * (Integer.parseInt(text) % 3); i > 0; i--) {
                    Thread.onSpinWait();
                }
                running.decrementAndGet();
            });

            publish(house, 300, Priority.BULK, Priority.ALARM, Priority.NORMAL);

            Street.await(() -> house.all.size() == 300);
            assertThat(house.all).isEqualTo(numbers(300));
            assertThat(most).hasValue(1);
        }
    }

    @Test
    void leaveOtherMessagesAlone() throws Exception {
        try (Street street = new Street()) {
            Street.House house = house(street);
            CountDownLatch release = new CountDownLatch(1);
            CountDownLatch stuck = new CountDownLatch(1);
            house.serve(text -> {
                if (text.equals("0")) {
                    stuck.countDown();
                    await(release);
                }
            });
            publish(house, 3, Priority.NORMAL);
            await(stuck);

            assertThat(house.publish("of no order")).isTrue();

            assertThat(house.next()).isEqualTo("of no order");
            release.countDown();
            Street.await(() -> house.all.size() == 4);
            assertThat(house.all).containsExactly("of no order", "0", "1", "2");
        }
    }

    @Test
    void waitForOneThatTheServiceDoesNotTakeNow() throws Exception {
        try (Street street = new Street()) {
            Street.House house = house(street);
            AtomicInteger tries = new AtomicInteger();
            house.serve(text -> {
                if (text.equals("3") && tries.incrementAndGet() < 4) {
                    throw new RejectedExecutionException("busy");
                }
            });

            publish(house, 10, Priority.NORMAL);

            Street.await(() -> house.all.size() == 10);
            assertThat(house.all).isEqualTo(numbers(10));
            assertThat(tries).hasValue(4);
        }
    }

    @Test
    void waitNoLongerThanItsLifeForOneThatIsNeverTaken() throws Exception {
        try (Street street = new Street()) {
            Street.House house = house(street);
            house.serve(text -> {
                if (text.equals("0")) {
                    throw new RejectedExecutionException("busy");
                }
            });

            assertThat(house.publish("0", Priority.CONTROL, ordered(0, 300))).isTrue();
            assertThat(house.publish("1", Priority.NORMAL, ordered(1, 60_000))).isTrue();

            assertThat(house.next()).isEqualTo("1");
            assertThat(house.driver.dropped().applicationFull()).isEqualTo(Map.of(Lane.CONTROL, 1L));
        }
    }

    @Test
    void goOnAfterOneInWhichTheServiceFails() throws Exception {
        try (Street street = new Street()) {
            Street.House house = house(street);
            house.serve(text -> {
                if (text.equals("1")) {
                    throw new IllegalStateException("a defect");
                }
            });

            publish(house, 4, Priority.NORMAL);

            Street.await(() -> house.all.size() == 3);
            assertThat(house.all).containsExactly("0", "2", "3");
        }
    }

    @Test
    void thatFindNoRoomAreCountedAndComeLaterInTheirOrder() throws Exception {
        try (Street street = new Street()) {
            Street.House house = house(street);
            CountDownLatch release = new CountDownLatch(1);
            house.serve(text -> await(release));
            int messages = OrderedCalls.MOST_WAITING + 50;
            publish(house, messages, Priority.NORMAL);
            Street.await(() -> house.driver.dropped().applicationFull().getOrDefault(Lane.NORMAL, 0L) > 0);
            assertThat(house.driver.isDone().get(Street.SECONDS, TimeUnit.SECONDS))
                    .isFalse();

            release.countDown();

            Street.await(() -> house.all.size() == messages);
            assertThat(house.all).isEqualTo(numbers(messages));
        }
    }

    @Test
    void areForgottenWhenTheDriverStops() throws Exception {
        try (Street street = new Street()) {
            Street.House house = house(street);
            CountDownLatch release = new CountDownLatch(1);
            CountDownLatch stuck = new CountDownLatch(1);
            house.serve(text -> {
                stuck.countDown();
                await(release);
            });
            publish(house, 5, Priority.NORMAL);
            await(stuck);
            assertThat(house.stats().delivered()).isPositive();

            house.driver.stop();
            release.countDown();

            assertThat(house.next()).isEqualTo("0");
            Street.await(() -> house.block().gossip.applicationLanes().lanes().isEmpty());
            assertThat(house.all).containsExactly("0");
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(Street.SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
