package org.grapevine.simulation.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.grapevine.simulation.world.Scenes.flat;
import static org.grapevine.simulation.world.Scenes.run;

import org.assertj.core.data.Offset;
import org.grapevine.simulation.world.Scenes.Seen;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkTest {

    private static final String PUSH = "workload: [ push: { at: 0s, from: node, size: 1000B, repair: none } ]";
    private static final String ONE_COPY =
            "workload: [ push: { at: 0s, from: node, size: 1000B, fanout: 1, rounds: 1, repair: none } ]";

    @Test
    void aConstantLatencyIsTheTimeOfEveryHop() {
        Seen seen = run(flat("{ latency: { constant: 7ms } }", 200, PUSH));

        assertThat(seen.deliveredAt).hasSize(200);
        assertThat(seen.deliveredAt.values()).allMatch(at -> at % 7_000 == 0);
    }

    @Test
    void aUniformLatencyStaysInsideItsBounds() {
        Seen seen = run(flat("{ latency: { uniform: [5ms, 20ms] } }", 300, PUSH));

        assertThat(seen.sent).hasSameSizeAs(seen.arrivedAt);
        assertThat(seen.deliveredAt.values()).allMatch(at -> at == 0 || at >= 5_000);
        // The first hop: sent at 0, all others later than the shortest time.
        assertThat(seen.arrivedAt.get(0)).isBetween(5_000L, 20_000L);
    }

    @Test
    void halfOfALogNormalLatencyIsBelowItsMedianAndNoneAboveItsCut() {
        Seen seen = run(flat(
                "{ latency: { lognormal: { median: 50ms, sigma: 1, max: 200ms } } }",
                2,
                "workload: [ push: { at: 0s, from: node, size: 10B, repair: none, times: 4000, every: 1s } ]"));

        assertThat(seen.sent).hasSize(4_000);
        int faster = 0;
        for (int i = 0; i < 4_000; i++) {
            long took = seen.arrivedAt.get(i) - seen.sentAt.get(i);
            assertThat(took).isBetween(1L, 200_000L);
            faster += took < 50_000 ? 1 : 0;
        }
        assertThat(faster / 4_000.0).isCloseTo(0.5, Offset.offset(3 * Math.sqrt(0.25 / 4_000)));
    }

    @ParameterizedTest
    @CsvSource({"5%, 0.05", "50%, 0.5", "100%, 1"})
    void aShareOfTheCopiesIsLost(String loss, double share) {
        Seen seen = run(flat("{ latency: { constant: 1ms }, loss: " + loss + " }", 400, PUSH));

        int lost = seen.lost.getOrDefault(Loss.LINK, 0);
        int sent = seen.sent.size();
        assertThat((double) lost / sent)
                .isCloseTo(share, Offset.offset(3.5 * Math.sqrt(share * (1 - share) / sent) + 1e-9));
        assertThat(seen.arrivedAt).hasSize(sent - lost);
    }

    @Test
    void aShareOfTheCopiesArrivesTwice() {
        Seen seen = run(flat("{ latency: { constant: 1ms }, duplication: 10% }", 400, PUSH));

        int sent = seen.sent.size();
        assertThat(seen.arrivedAt).hasSize(sent + seen.duplicated);
        assertThat((double) seen.duplicated / sent).isCloseTo(0.1, Offset.offset(3.5 * Math.sqrt(0.09 / sent)));
        assertThat(seen.deliveries.values()).containsOnly(1);
    }

    @Test
    void aShareOfTheCopiesIsHeldBack() {
        Seen seen = run(flat(
                "{ latency: { constant: 1ms }, reordering: { share: 20%, by: 500ms } }",
                2, "workload: [ push: { at: 0s, from: node, size: 10B, repair: none, times: 2000, every: 10s } ]"));

        long held = 0;
        for (int i = 0; i < 2_000; i++) {
            long took = seen.arrivedAt.get(i) - seen.sentAt.get(i);
            assertThat(took).isIn(1_000L, 501_000L);
            held += took > 1_000 ? 1 : 0;
        }
        assertThat(held / 2_000.0).isCloseTo(0.2, Offset.offset(3.5 * Math.sqrt(0.16 / 2_000)));
    }

    @Test
    void aNarrowLineTakesItsTimeForEveryBit() {
        Seen seen = run(flat("{ latency: { constant: 10ms }, bandwidth: 8kbit/s, queue: 1MiB }", 2, ONE_COPY));

        // One byte takes a millisecond.
        long bytes = seen.sent.get(0).bytes();
        assertThat(seen.arrivedAt).containsExactly(bytes * 1_000 + 10_000);
    }

    @Test
    void onALineOfItsOwnADeviceWaitsForItselfOnlyAndOnASharedOneForAll() {
        String workload =
                "workload: [ push: { at: 0s, from: each node, size: 1000B, fanout: 1, rounds: 1, repair: none } ]";
        String line = "{ latency: { constant: 0s }, bandwidth: 8kbit/s, queue: 1MiB, shared: ";

        Seen own = run(flat(line + "false }", 4, workload));
        Seen shared = run(flat(line + "true }", 4, workload));

        long each = own.sent.get(0).bytes() * 1_000L;
        assertThat(own.arrivedAt).containsOnly(each).hasSize(4);
        assertThat(shared.arrivedAt).containsExactly(each, 2 * each, 3 * each, 4 * each);
    }

    @Test
    void whatDoesNotFitTheQueueIsLost() {
        Seen seen = run(flat(
                "{ latency: { constant: 0s }, bandwidth: 8kbit/s, queue: 5000B }",
                2,
                "workload: [ push: { at: 0s, from: node, size: 1000B, repair: none, times: 10, every: 1ms } ]"));

        assertThat(seen.lost.getOrDefault(Loss.OVERFLOW, 0)).isBetween(5, 8);
        assertThat(seen.arrivedAt).hasSize((int) (10 - seen.lostInAll()));
    }
}
