package org.grapevine.core.engine;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.ReplyMode;
import org.grapevine.core.message.ReplyTerms;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Requests in networks drawn from a seed, with every fault at once: loss, duplication, reordering, crashes, devices that stand still
 * and go on, slow services, two requests at a time. Nobody is counted twice (the network checks each merge and each sample), an
 * answer that calls itself whole has everybody, every initiator gets one end, and nothing is left behind.
 */
class RandomRequestsTest {

    private static final int RUNS_EACH = 1_000;
    private static final GossipConfig CONFIG =
            GossipConfig.defaults().withVariants(VariantConfig.defaults().withPull(200, 1));

    @ParameterizedTest(name = "seeds {0}000 to {0}999")
    @ValueSource(ints = {0, 1, 2})
    void keepTheirPromises(int thousand) {
        for (int seed = thousand * RUNS_EACH; seed < (thousand + 1) * RUNS_EACH; seed++) {
            new Run(seed).go();
        }
    }

    private static final class Run {
        private final long seed;
        private final Random random;
        private final InMemoryNetwork network;
        private final List<InMemoryNetwork.Node> nodes;
        private final Map<PeerAddress, long[]> still = new HashMap<>();

        Run(long seed) {
            this.seed = seed;
            this.random = new Random(seed * 7_919 + 3);
            this.network = random.nextBoolean()
                    ? InMemoryNetwork.ofGrid(
                            seed, 1 + random.nextInt(3), 1 + random.nextInt(5), random.nextInt(10), CONFIG)
                    : InMemoryNetwork.ofOneSegment(seed, 2 + random.nextInt(20), CONFIG);
            this.nodes = List.copyOf(network.nodes.values());
        }

        void go() {
            network.tracing = false;
            network.loss = random.nextInt(3) == 0 ? 0 : random.nextDouble() * 0.3;
            network.duplication = random.nextDouble() * 0.3;
            network.maxDelayMillis = random.nextLong(1, 120);
            network.mergeDelayMillis = random.nextInt(20);
            long start = network.now;
            network.severed = (from, to) -> isStill(from, network.now - start) || isStill(to, network.now - start);
            for (InMemoryNetwork.Node node : nodes) {
                node.answerDelayMillis = random.nextInt(4) == 0 ? random.nextInt(2_500) : random.nextInt(20);
                node.hasAnswer = random.nextInt(10) != 0;
                if (random.nextInt(6) == 0) {
                    long from = random.nextInt(1_500);
                    still.put(node.address, new long[] {from, from + random.nextInt(3_000)});
                }
            }
            GossipVariant firstVariant = variant();
            GossipVariant secondVariant = variant();
            if (firstVariant.isPulled() || secondVariant.isPulled()) {
                network.start();
            }
            InMemoryNetwork.Node one = any();
            InMemoryNetwork.Node other = any();
            for (InMemoryNetwork.Node node : nodes) {
                if (node != one && node != other && random.nextInt(10) == 0) {
                    network.after(random.nextInt(2_000), node::crash);
                }
            }
            ReplyTerms first = terms();
            ReplyTerms second = terms();
            MessageId firstId = one.publish(network.request(first).withVariant(firstVariant));
            network.runFor(random.nextInt(50));
            MessageId secondId = other.publish(network.request(second).withVariant(secondVariant));
            network.runFor(12_000);
            check(one, firstId, first);
            check(other, secondId, second);
            network.runFor(42_000);
            for (InMemoryNetwork.Node node : network.live()) {
                if (node.engine.stats().queries() > 0) {
                    throw new AssertionError("left behind at " + node.address + "; seed " + seed);
                }
            }
        }

        private boolean isStill(PeerAddress device, long now) {
            long[] times = still.get(device);
            return times != null && now >= times[0] && now < times[1];
        }

        private InMemoryNetwork.Node any() {
            return nodes.get(random.nextInt(nodes.size()));
        }

        private GossipVariant variant() {
            GossipVariant[] all = GossipVariant.values();
            GossipVariant drawn = all[random.nextInt(all.length)];
            return drawn == GossipVariant.MULTICAST ? GossipVariant.EAGER_PUSH : drawn;
        }

        private ReplyTerms terms() {
            long budget = 300 + random.nextInt(10) * random.nextLong(1_000);
            return switch (random.nextInt(3)) {
                case 0 -> ReplyTerms.collect(0, budget);
                case 1 -> ReplyTerms.first(1 + random.nextInt(5), "urn:test:union", budget);
                default -> ReplyTerms.of("urn:test:union", 0, budget);
            };
        }

        private void check(InMemoryNetwork.Node initiator, MessageId id, ReplyTerms terms) {
            InMemoryNetwork.Outcome outcome = initiator.outcome(id);
            boolean collects = terms.mode() == ReplyMode.COLLECT;
            Set<PeerAddress> inside = collects ? initiator.collected(id) : outcome.contributors();
            String what = terms.mode() + " gives " + inside + ", " + outcome + "; seed " + seed;
            if (outcome.failure() == null && outcome.completeness().counted() != inside.size()) {
                throw new AssertionError(what);
            }
            long answering = nodes.stream().filter(node -> node.hasAnswer).count();
            if (outcome.failure() == null && outcome.completeness().isWhole() && inside.size() != answering) {
                throw new AssertionError("whole: " + what);
            }
        }
    }
}
