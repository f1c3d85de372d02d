package org.grapevine.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.grapevine.core.message.MessageId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pushes without repair reach what theory and simulation say (docs/references.md, 1.2). */
class CoverageTest {

    private static final int RUNS = 200;

    /** Coverage and its tolerance: three standard errors of a proportion over all devices of all runs, and never below 0.002. */
    @ParameterizedTest(name = "n={0} fanout={1} rounds={2} loss={3}: {4}")
    @CsvSource({
        "100, 3, 255, 0, 0.944",
        "100, 5, 255, 0, 0.9940",
        "100, 8, 255, 0, 0.9997",
        // 2.2c: the round limit
        "100, 5, 2, 0, 0.274",
        "100, 5, 3, 0, 0.761",
        "100, 8, 2, 0, 0.533",
    })
    void coverageIsAsPublished(int n, int fanout, int rounds, double loss, double expected) {
        long reached = 0;
        for (int run = 0; run < RUNS; run++) {
            InMemoryNetwork network = InMemoryNetwork.ofOneSegment(run, n);
            network.loss = loss;
            MessageId id = network.first().publish(network.pushOnly(fanout, rounds));
            network.runFor(1_000);
            reached += network.count(id);
        }
        double coverage = (double) reached / (RUNS * (long) n);
        // The devices of one run are not independent, so the run is the unit of the error.
        double tolerance = Math.max(0.002, 3 * Math.sqrt(expected * (1 - expected) / RUNS) / 2);
        assertThat(coverage).isCloseTo(expected, Offset.offset(tolerance));
    }

    @Test
    void eachDeviceForwardsOnceSoMessagesPerDeviceAreTheFanout() {
        InMemoryNetwork network = InMemoryNetwork.ofOneSegment(3, 200);

        network.first().publish(network.pushOnly(11, 255));
        network.runFor(1_000);

        assertThat(network.sum(GossipStats::forwarded)).isEqualTo(11 * 200);
    }

    @Test
    void withAutoEverybodyIsReachedInNearlyAllRuns() {
        int all = 0;
        for (int run = 0; run < RUNS; run++) {
            InMemoryNetwork network = InMemoryNetwork.ofOneSegment(run, 100);
            MessageId id = network.first().publish(network.pushOnly(0, 0));
            network.runFor(1_000);
            all += network.count(id) == 100 ? 1 : 0;
        }
        assertThat(all).isGreaterThanOrEqualTo(RUNS - 2);
    }
    /**
     * Rounds that are just enough where every hop takes the same time end the quick ways too early where they do not: 146 of 200
     * such pushes reached all with ceil(ln n / ln f) + 2.
     */
    @Test
    void roundsAreEnoughWhereHopsTakeDifferentTimes() {
        int all = 0;
        for (int run = 0; run < 60; run++) {
            InMemoryNetwork network = InMemoryNetwork.ofOneSegment(run, 400);
            network.minDelayMillis = 20;
            network.maxDelayMillis = 400;
            MessageId id = network.first().publish(network.pushOnly(0, 0));
            network.runFor(20_000);
            all += network.count(id) == 400 ? 1 : 0;
        }
        assertThat(all).isGreaterThanOrEqualTo(59);
    }
}
