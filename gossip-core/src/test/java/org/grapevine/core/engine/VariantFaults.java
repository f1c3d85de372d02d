package org.grapevine.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.MessageId;

/** What every variant promises, under every fault at once. That nothing is delivered twice is checked by the network. */
final class VariantFaults {

    private static final int SEEDS = 60;
    private static final int TRANSMISSIONS = 20;

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

    /** Four devices: any two of the first transmissions get lost, or one device dies at any moment of the first ones. */
    static void allGetItWhicheverGetLost(GossipConfig config, Function<InMemoryNetwork, GossipParameters> parameters) {
        for (int one = 0; one < TRANSMISSIONS; one++) {
            for (int other = one; other < TRANSMISSIONS; other++) {
                InMemoryNetwork network = InMemoryNetwork.ofOneSegment(1, 4, config);
                network.lostByNumber = one == other ? Set.of(one) : Set.of(one, other);
                network.start();
                MessageId id = network.first().publish(parameters.apply(network));
                network.runFor(29_999);
                assertThat(network.count(id))
                        .as("transmissions %d and %d lost", one, other)
                        .isEqualTo(4);
            }
        }
        for (int victim = 1; victim < 4; victim++) {
            for (int moment = 0; moment < 8; moment++) {
                InMemoryNetwork network = InMemoryNetwork.ofOneSegment(1, 4, config);
                network.after(moment, network.node("n" + victim)::crash);
                network.start();
                MessageId id = network.first().publish(parameters.apply(network));
                network.runFor(29_999);
                assertThat(network.count(id))
                        .as("n%d dies after %d ms", victim, moment)
                        .isEqualTo(3);
            }
        }
    }

    private static void addFaults(InMemoryNetwork network) {
        network.loss = 0.3;
        network.duplication = 0.2;
        network.maxDelayMillis = 60;
    }
}
