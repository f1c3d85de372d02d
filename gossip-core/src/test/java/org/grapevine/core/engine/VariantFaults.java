package org.grapevine.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.Function;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.MessageId;

/** What every variant promises, under every fault at once. That nothing is delivered twice is checked by the network. */
final class VariantFaults {

    private static final int SEEDS = 60;

    private VariantFaults() {}

    /** 30 % loss, duplicates, reordering, 30 % of the devices crash in mid-flight; and a grid of segments under the same but crashes. */
    static void allGetIt(GossipConfig config, Function<InMemoryNetwork, GossipParameters> parameters) {
        for (int seed = 0; seed < SEEDS; seed++) {
            InMemoryNetwork network = InMemoryNetwork.ofOneSegment(seed, 40, config);
            addFaults(network);
            network.start();
            MessageId id = network.first().publish(parameters.apply(network));
            Random victims = new Random(seed);
            for (InMemoryNetwork.Node node : network.nodes.values()) {
                if (node != network.first() && victims.nextDouble() < 0.3) {
                    network.after(victims.nextLong(400), node::crash);
                }
            }
            network.runFor(29_999);
            assertThat(network.count(id))
                    .as("one segment, seed %d", seed)
                    .isEqualTo(network.live().size());
        }
        for (int seed = 0; seed < SEEDS / 2; seed++) {
            InMemoryNetwork network = InMemoryNetwork.ofGrid(seed, 3, 6, 18, config);
            addFaults(network);
            network.start();
            MessageId id = network.first().publish(parameters.apply(network));
            network.runFor(29_999);
            assertThat(network.count(id)).as("grid, seed %d", seed).isEqualTo(1 + 3 + 6 + 18);
        }
    }

    private static void addFaults(InMemoryNetwork network) {
        network.loss = 0.3;
        network.duplication = 0.2;
        network.maxDelayMillis = 60;
    }
}
