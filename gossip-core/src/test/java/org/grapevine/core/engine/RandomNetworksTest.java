package org.grapevine.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The quick look; the simulator draws far more kinds of networks. Networks drawn from a seed, with every fault at once: loss, duplication, reordering, crashes, a cut that heals. In each, a message
 * and two requests. That nothing is delivered or counted twice is checked by the network at every step.
 */
class RandomNetworksTest {

    private static final int RUNS_EACH = 100;

    @ParameterizedTest(name = "seeds {0}00 to {0}99")
    @ValueSource(ints = {0})
    void keepTheirPromises(int hundred) {
        for (int seed = hundred * RUNS_EACH; seed < (hundred + 1) * RUNS_EACH; seed++) {
            keepTheirPromises((long) seed);
        }
    }

    private static void keepTheirPromises(long seed) {
        Random random = new Random(seed * 7_919 + 1);
        boolean grid = random.nextBoolean();
        InMemoryNetwork network = grid
                ? InMemoryNetwork.ofGrid(seed, 1 + random.nextInt(4), 1 + random.nextInt(12), random.nextInt(40))
                : InMemoryNetwork.ofOneSegment(seed, 2 + random.nextInt(80));
        List<InMemoryNetwork.Node> nodes = List.copyOf(network.nodes.values());
        InMemoryNetwork.Node origin = nodes.get(random.nextInt(nodes.size()));
        boolean crashes = addFaults(network, nodes, origin, random);

        MessageId message = origin.publish(network.oneWay());
        MessageId request = origin.publish(network.request(2_000 + random.nextInt(10_000), 0));
        nodes.get(random.nextInt(nodes.size())).publish(network.request(2_000 + random.nextInt(6_000), 0));
        network.runFor(30_000);

        // A crashed gateway may cut a home off for good; whoever is still connected has the message.
        if (!(grid && crashes)) {
            assertThat(network.count(message))
                    .as("delivered, seed %d", seed)
                    .isEqualTo(network.live().size());
        }
        InMemoryNetwork.Outcome outcome = origin.outcome(request);
        assertThat(outcome.completeness().counted())
                .as("counted, seed %d", seed)
                .isEqualTo(outcome.contributors().size());
        if (outcome.completeness().isWhole()) {
            assertThat(outcome.contributors()).as("whole, seed %d", seed).hasSize(nodes.size());
        }
        network.runOut();
        for (InMemoryNetwork.Node node : network.live()) {
            GossipStats stats = node.engine.stats();
            assertThat(stats.seen() + stats.bufferedBytes() + stats.queries())
                    .as("left behind at %s, seed %d", node.address, seed)
                    .isZero();
        }
    }

    /** Returns true if devices will crash. */
    private static boolean addFaults(
            InMemoryNetwork network, List<InMemoryNetwork.Node> nodes, InMemoryNetwork.Node origin, Random random) {
        network.loss = random.nextDouble() * 0.3;
        network.duplication = random.nextDouble() * 0.3;
        network.maxDelayMillis = random.nextLong(1, 101);
        network.mergeDelayMillis = random.nextInt(20);
        boolean crashes = random.nextInt(3) == 0;
        for (InMemoryNetwork.Node node : nodes) {
            if (crashes && node != origin && random.nextInt(8) == 0) {
                network.after(random.nextInt(500), node::crash);
            }
        }
        if (random.nextInt(4) == 0) {
            Set<PeerAddress> half = new HashSet<>();
            for (InMemoryNetwork.Node node : nodes) {
                if (random.nextBoolean()) {
                    half.add(node.address);
                }
            }
            network.after(random.nextInt(200), () -> network.cutOff = half);
            network.after(5_000 + random.nextInt(5_000), () -> network.cutOff = Set.of());
        }
        return crashes;
    }
}
