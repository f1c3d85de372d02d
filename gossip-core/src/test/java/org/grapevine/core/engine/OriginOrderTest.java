package org.grapevine.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipEvent;
import org.grapevine.core.contract.GossipTimer;
import org.grapevine.core.message.EncodedPayload;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.OriginOrder;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class OriginOrderTest {

    private static final Segment SEGMENT = new Segment("s");
    private static final PeerAddress ORIGIN = new PeerAddress("origin");
    private static final long LIFETIME = 30_000;
    private static final long CLOCK_ERROR = GossipConfig.defaults().allowedClockErrorMillis();

    private final InMemoryNetwork network = InMemoryNetwork.ofOneSegment(1, 3);
    private final InMemoryNetwork.Node node = network.node("n0");

    private GossipMessage message(long number, long floor, long waitUntil) {
        return message(ORIGIN, number, new OriginOrder(number, floor, waitUntil), network.now, LIFETIME);
    }

    private static GossipMessage message(
            PeerAddress origin, long number, OriginOrder order, long originTime, long lifetime) {
        GossipParameters parameters = new GossipParameters(4, 6, originTime, lifetime, 0, null).withOrder(order);
        return new GossipMessage(
                new MessageId(origin + "/" + number), origin, parameters, new EncodedPayload(new byte[10]));
    }

    private static GossipEvent received(GossipMessage message) {
        return new GossipEvent.Received(new PeerAddress("n1"), new Hop(SEGMENT, 0, 1, 0), message);
    }

    private void receive(long number, long floor, long waitUntil) {
        node.handle(received(message(number, floor, waitUntil)));
    }

    private static List<Long> numbers(InMemoryNetwork.Node node, PeerAddress origin) {
        List<Long> numbers = new ArrayList<>();
        for (MessageId id : node.delivered.keySet()) {
            String[] parts = id.value().split("/", 2);
            if (parts[0].equals(origin.value())) {
                numbers.add(Long.parseLong(parts[1]));
            }
        }
        return numbers;
    }

    private List<Long> delivered() {
        return numbers(node, ORIGIN);
    }

    @Nested
    class AMessage {

        private final long later = network.now + 20_000;

        @Test
        void withNothingBeforeItIsDeliveredAtOnce() {
            receive(5, 5, 0);

            assertThat(delivered()).containsExactly(5L);
        }

        @Test
        void waitsForTheOneBeforeItButIsPassedOnAtOnce() {
            List<GossipAction> actions = node.engine.handle(
                    network.now,
                    new GossipEvent.Received(new PeerAddress("n1"), new Hop(SEGMENT, 3, 1, 0), message(6, 5, later)));

            assertThat(actions).noneMatch(GossipAction.Deliver.class::isInstance);
            assertThat(actions).anyMatch(GossipAction.Send.class::isInstance);
            assertThat(node.engine.stats().held()).isEqualTo(1);
            assertThat(node.engine.stats().heldBack()).isEqualTo(1);

            receive(5, 5, 0);
            network.runFor(0);
            assertThat(node.delivered.keySet()).extracting(MessageId::value).containsExactly("origin/5", "origin/6");
            assertThat(node.engine.stats().held()).isZero();
        }

        @Test
        void waitsNoLongerThanTheOriginSaysAndClocksMayDiffer() {
            receive(6, 5, later);
            network.runFor(20_000 + CLOCK_ERROR - 1);
            assertThat(delivered()).isEmpty();

            network.runFor(1);

            assertThat(delivered()).containsExactly(6L);
        }

        @Test
        void doesNotWaitForNumbersThatHaveExpired() {
            receive(1, 1, 0);
            receive(5, 5, 0);

            assertThat(delivered()).containsExactly(1L, 5L);
        }

        @Test
        void thatWaitsIsFreeOnceALaterOneSaysThatWhatItWaitsForHasExpired() {
            receive(3, 2, later);
            receive(5, 3, later);
            network.runFor(0);

            assertThat(delivered()).containsExactly(3L);
        }

        @Test
        void thatWaitsGoesFirstWhenALaterOneNeedNotWait() {
            receive(3, 1, later);
            receive(7, 7, 0);
            network.runFor(0);

            assertThat(delivered()).containsExactly(3L, 7L);
        }

        @Test
        void thatComesAfterALaterOneIsDropped() {
            receive(7, 7, 0);
            receive(6, 6, 0);

            assertThat(delivered()).containsExactly(7L);
            assertThat(node.engine.stats().dropped(DropReason.OVERTAKEN)).isEqualTo(1);
        }

        @Test
        void withANumberThatAnotherOneHasIsDropped() {
            receive(7, 6, later);
            GossipMessage same = new GossipMessage(
                    new MessageId("other"), ORIGIN, message(7, 6, later).parameters(), new EncodedPayload(new byte[1]));
            node.handle(received(same));
            receive(6, 6, 0);
            network.runFor(0);

            assertThat(delivered()).containsExactly(6L, 7L);
            assertThat(node.engine.stats().dropped(DropReason.OVERTAKEN)).isEqualTo(1);
        }

        /** It would be lost for nothing: who replaces a message may live shorter than what it replaces. */
        @Test
        void thatLivesShorterThanWhatItWaitsForIsDeliveredAtItsLastMoment() {
            OriginOrder order = new OriginOrder(6, 5, network.now + 100_000);
            node.handle(received(message(ORIGIN, 6, order, network.now, 1_000)));

            network.runFor(1_000 + CLOCK_ERROR - 2);
            assertThat(delivered()).isEmpty();
            network.runFor(1);
            assertThat(delivered()).containsExactly(6L);
        }

        @Test
        void ofAnotherOriginDoesNotWait() {
            receive(6, 5, later);
            node.handle(
                    received(message(new PeerAddress("another"), 1, new OriginOrder(1, 1, 0), network.now, LIFETIME)));

            assertThat(numbers(node, new PeerAddress("another"))).containsExactly(1L);
        }

        @Test
        void thatExpiredWhileTheDeviceStoodStillIsDropped() {
            receive(6, 5, later);
            List<GossipAction> actions = node.engine.handle(
                    network.now + 60_000, new GossipEvent.TimerFired(new GossipTimer.OrderDue(ORIGIN)));

            assertThat(actions).noneMatch(GossipAction.Deliver.class::isInstance);
            assertThat(node.engine.stats().dropped(DropReason.EXPIRED)).isEqualTo(1);
            assertThat(node.engine.stats().held()).isZero();
        }
    }

    @Nested
    class WhenTheApplicationRefuses {

        private final long later = network.now + 20_000;

        @Test
        void nothingPassesWhatItRefused() {
            node.applicationFull = true;
            receive(1, 1, 0);
            receive(2, 1, later);
            receive(3, 3, 0);
            network.runFor(150);
            assertThat(delivered()).isEmpty();

            node.applicationFull = false;
            network.runFor(300);
            assertThat(delivered()).containsExactly(1L, 2L, 3L);
        }

        /** The application takes what comes second in the same moment: it must not be there. */
        @Test
        void noneOfThoseThatBecameFreeTogetherPasses() {
            receive(2, 1, later);
            receive(3, 1, later);
            receive(4, 1, later);
            node.applicationFull = true;
            receive(1, 1, 0);
            node.applicationFull = false;
            network.runFor(100);
            assertThat(delivered()).isEmpty();

            network.runFor(200);

            assertThat(delivered()).containsExactly(1L, 2L, 3L, 4L);
        }

        @Test
        void whatIsRefusedBeyondTheBoundComesAgainInItsPlace() {
            InMemoryNetwork tight =
                    new InMemoryNetwork(1, GossipConfig.defaults().withLimits(1_000, 100, 1 << 20, 0, 10));
            for (int i = 0; i < 4; i++) {
                tight.add("n" + i, "s");
            }
            tight.introduce();
            InMemoryNetwork.Node slow = tight.node("n3");
            slow.applicationFull = true;
            OriginSequence sequence = new OriginSequence();
            Map<MessageId, Long> numbers = new HashMap<>();
            for (int i = 0; i < 10; i++) {
                OriginOrder order = sequence.next(tight.now, LIFETIME);
                numbers.put(tight.node("n0").publish(tight.oneWay().withOrder(order)), order.number());
                tight.runFor(200);
            }
            slow.applicationFull = false;
            tight.runFor(20_000);

            assertThat(slow.engine.stats().dropped(DropReason.UNDELIVERED)).isPositive();
            assertThat(slow.delivered.keySet().stream().map(numbers::get))
                    .hasSize(10)
                    .isSorted();
        }

        @Test
        void whatHasBeenPassedAlreadyIsNotOfferedAgain() {
            receive(1, 1, 0);
            receive(2, 2, 0);
            // A driver that tells late, against its contract: better lost than out of order.
            assertThat(node.engine.handle(network.now, new GossipEvent.NotDelivered(message(1, 1, 0))))
                    .isEmpty();
            assertThat(node.engine.stats().dropped(DropReason.OVERTAKEN)).isEqualTo(1);
        }

        @Test
        void whatExpiresMeanwhileHoldsUpNothingAnyMore() {
            node.applicationFull = true;
            receive(1, 1, 0);
            network.runFor(LIFETIME + CLOCK_ERROR - 100);
            node.handle(received(message(ORIGIN, 2, new OriginOrder(2, 1, later), network.now, LIFETIME)));
            network.runFor(1_000);
            node.applicationFull = false;
            network.runFor(10_000);

            assertThat(delivered()).containsExactly(2L);
            assertThat(node.engine.stats().dropped(DropReason.UNDELIVERED)).isEqualTo(1);
        }
    }

    @Nested
    class Bounds {

        @Test
        void tooManyThatWaitCostTheOriginThatHasMostItsLast() {
            long later = network.now + 20_000;
            node.handle(received(
                    message(new PeerAddress("quiet"), 6, new OriginOrder(6, 5, later), network.now, LIFETIME)));
            for (int i = 1; i <= 1_500; i++) {
                receive(i, 0, later);
            }

            GossipStats stats = node.engine.stats();
            assertThat(stats.held()).isEqualTo(VariantConfig.defaults().orderLimit());
            assertThat(stats.dropped(DropReason.ORDER_FULL)).isEqualTo(501);
            node.handle(
                    received(message(new PeerAddress("quiet"), 5, new OriginOrder(5, 5, 0), network.now, LIFETIME)));
            network.runFor(0);
            assertThat(numbers(node, new PeerAddress("quiet"))).containsExactly(5L, 6L);

            // What had to go is new to the application when it comes again.
            receive(0, 0, 0);
            network.runFor(0);
            assertThat(delivered()).hasSize(1_000);
            for (int i = 1_000; i <= 1_500; i++) {
                receive(i, 0, later);
            }
            assertThat(delivered()).hasSize(1_501).isSorted();
        }

        @Test
        void soDoTooManyBytes() {
            InMemoryNetwork tight =
                    new InMemoryNetwork(1, GossipConfig.defaults().withLimits(1_000, 100, 1_000, 10, 10));
            InMemoryNetwork.Node small = tight.add("n0", "s");
            for (int i = 1; i <= 200; i++) {
                small.handle(
                        received(message(ORIGIN, i, new OriginOrder(i, 0, tight.now + 20_000), tight.now, LIFETIME)));
            }

            assertThat(small.engine.stats().held()).isEqualTo(100);
            assertThat(small.engine.stats().dropped(DropReason.ORDER_FULL)).isEqualTo(100);
        }

        @Test
        void ofTooManyOriginsTheOneUnheardForLongestIsForgotten() {
            InMemoryNetwork tight =
                    new InMemoryNetwork(1, GossipConfig.defaults().withLimits(1_000, 2, 1_000, 10, 10));
            InMemoryNetwork.Node small = tight.add("n0", "s");
            for (int i = 1; i <= 3; i++) {
                small.handle(
                        received(message(new PeerAddress("o" + i), 1, new OriginOrder(1, 1, 0), tight.now, LIFETIME)));
            }

            assertThat(small.delivered).hasSize(3);
            assertThat(small.engine.stats().dropped(DropReason.ORDER_FORGOTTEN)).isEqualTo(1);
        }

        @Test
        void anOriginThatIsWaitedForIsNotForgottenForAnother() {
            InMemoryNetwork tight =
                    new InMemoryNetwork(1, GossipConfig.defaults().withLimits(1_000, 1, 1_000, 10, 10));
            InMemoryNetwork.Node small = tight.add("n0", "s");
            small.handle(received(message(ORIGIN, 2, new OriginOrder(2, 1, tight.now + 20_000), tight.now, LIFETIME)));
            small.handle(received(message(new PeerAddress("b"), 1, new OriginOrder(1, 1, 0), tight.now + 1, LIFETIME)));

            assertThat(small.delivered).isEmpty();
            assertThat(small.engine.stats().dropped(DropReason.ORDER_FULL)).isEqualTo(1);
        }

        @Test
        void nothingIsLeftOnceAllHasExpired() {
            receive(6, 5, network.now + 20_000);
            receive(8, 5, network.now + 20_000);
            network.runOut();

            assertThat(delivered()).containsExactly(6L, 8L);
            assertThat(node.engine.stats().held()).isZero();
            assertThat(node.engine.stats().seen()).isZero();
        }
    }

    /** Five messages in every order, with every subset of them lost. */
    @Test
    void inWhateverOrderTheyComeAndWhicheverGetLostTheRestIsDeliveredInOrder() {
        List<List<Integer>> orders = new ArrayList<>();
        permute(new ArrayList<>(List.of(0, 1, 2, 3, 4)), 0, orders);
        assertThat(orders).hasSize(120);
        for (List<Integer> order : orders) {
            for (int lost = 0; lost < 32; lost++) {
                InMemoryNetwork one = InMemoryNetwork.ofOneSegment(1, 1);
                InMemoryNetwork.Node alone = one.first();
                OriginSequence sequence = new OriginSequence();
                List<GossipMessage> messages = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    // The second one is short-lived.
                    long lifetime = i == 1 ? 5_000 : LIFETIME;
                    OriginOrder place = sequence.next(one.now, lifetime);
                    messages.add(message(ORIGIN, place.number(), place, one.now, lifetime));
                    one.now += 10;
                }
                List<Long> expected = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    if ((lost & 1 << i) == 0) {
                        expected.add(messages.get(0).parameters().originTimeMillis() + i);
                    }
                }
                for (int i : order) {
                    if ((lost & 1 << i) == 0) {
                        alone.handle(received(messages.get(i)));
                        one.runFor(10);
                    }
                }
                one.runFor(LIFETIME + CLOCK_ERROR);
                List<Long> got = numbers(alone, ORIGIN);
                assertThat(got).as("order %s, lost %s", order, lost).isSorted();
                // The short-lived one cannot wait for the first as long as the others can.
                assertThat(got).as("order %s, lost %s", order, lost).isEqualTo(expected);
            }
        }
    }

    private static void permute(List<Integer> list, int from, List<List<Integer>> into) {
        if (from == list.size()) {
            into.add(List.copyOf(list));
        }
        for (int i = from; i < list.size(); i++) {
            Collections.swap(list, from, i);
            permute(list, from + 1, into);
            Collections.swap(list, from, i);
        }
    }

    @Nested
    class InANetwork {

        @ParameterizedTest
        @EnumSource(
                value = GossipVariant.class,
                names = {"EAGER_PUSH", "LAZY_PUSH", "PULL", "PUSH_PULL", "LAZY_PULL"})
        void everybodyHasEveryMessageInTheOrderOfItsOrigin(GossipVariant variant) {
            for (int seed = 0; seed < 4; seed++) {
                run(seed, variant, false, true);
            }
        }

        /** Lifetimes from one second: what comes too late may be lost, but nothing comes out of order. */
        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void nothingIsOutOfOrderWhateverExpiresOrIsRefused(boolean refusals) {
            for (int seed = 0; seed < 12; seed++) {
                run(seed, GossipVariant.EAGER_PUSH, refusals, false);
            }
        }

        private void run(int seed, GossipVariant variant, boolean refusals, boolean all) {
            Random random = new Random(seed);
            InMemoryNetwork lossy = InMemoryNetwork.ofOneSegment(seed, 15, PullTest.config(400, 1));
            lossy.loss = 0.3;
            lossy.duplication = 0.2;
            lossy.maxDelayMillis = 300;
            lossy.start();
            List<InMemoryNetwork.Node> nodes = List.copyOf(lossy.nodes.values());
            Map<MessageId, Long> numbers = new HashMap<>();
            Map<MessageId, Integer> origins = new HashMap<>();
            for (int origin = 0; origin < 3; origin++) {
                InMemoryNetwork.Node publisher = nodes.get(origin);
                OriginSequence sequence = new OriginSequence();
                int number = origin;
                for (int i = 0; i < 20; i++) {
                    long lifetime = all ? LIFETIME : 1_000 + random.nextInt(20_000);
                    lossy.after(random.nextInt(4_000), () -> {
                        OriginOrder order = sequence.next(lossy.now, lifetime);
                        MessageId id = publisher.publish(
                                new GossipParameters(0, 0, lossy.now, lifetime, all ? 400 : 2_000, null)
                                        .withVariant(variant)
                                        .withOrder(order));
                        numbers.put(id, order.number());
                        origins.put(id, number);
                    });
                }
            }
            for (int i = 0; refusals && i < 200; i++) {
                InMemoryNetwork.Node node = nodes.get(random.nextInt(nodes.size()));
                boolean full = random.nextBoolean();
                lossy.after(random.nextInt(8_000), () -> node.applicationFull = full);
            }
            lossy.after(10_000, () -> nodes.forEach(node -> node.applicationFull = false));
            lossy.runFor(45_000);

            for (InMemoryNetwork.Node node : nodes) {
                for (int origin = 0; origin < 3; origin++) {
                    int number = origin;
                    List<Long> got = node.delivered.keySet().stream()
                            .filter(id -> origins.getOrDefault(id, -1) == number)
                            .map(id -> numbers.getOrDefault(id, -1L))
                            .toList();
                    assertThat(got)
                            .as("origin %d at %s, seed %d", origin, node.address, seed)
                            .isSorted();
                    if (all) {
                        assertThat(got)
                                .as("origin %d at %s, seed %d", origin, node.address, seed)
                                .hasSize(20);
                    } else {
                        assertThat(got).isNotEmpty();
                    }
                }
                assertThat(node.engine.stats().held()).isZero();
            }
        }
    }
}
