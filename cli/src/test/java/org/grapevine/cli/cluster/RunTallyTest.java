package org.grapevine.cli.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.grapevine.cluster.plan.AgentFault;
import org.grapevine.cluster.record.AgentRecord;
import org.grapevine.cluster.record.ClusterRecord;
import org.grapevine.cluster.record.DeviceCounts;
import org.grapevine.cluster.record.Entry;
import org.grapevine.cluster.record.ProcessCounts;
import org.grapevine.cluster.report.ClusterReport;
import org.grapevine.core.message.Completeness;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.ScenarioFile;
import org.grapevine.simulation.world.CountedDevices;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RunTallyTest {

    private static final int DEVICES = 6;

    private static final Scenario SCENARIO = ScenarioFile.read(
            """
            scenario: street
            links: { line: { latency: { constant: 10ms } } }
            segments: { street: { link: line } }
            devices: { meter: { count: 6, in: [street] } }
            workload:
              - push: { at: 1s, from: meter, lifetime: 100s }
              - request: { at: 2s, from: meter, timeout: 10s }
            """,
            "street.yaml");

    /**
     * Two agents; agent 1, with devices 1, 3 and 5, is killed right after the publication, before it got anything.
     *
     * @param stepMicros device 2 gets the push after so long, device 4 after twice as long
     * @param inside devices in the answer
     */
    private static ClusterReport run(long seed, long stepMicros, int inside) {
        List<Entry> entries = new ArrayList<>();
        List<Entry> journal = new ArrayList<>();
        for (int device = 0; device < DEVICES; device++) {
            (device % 2 == 0 ? entries : journal).add(new Entry.Started(0, device));
        }
        entries.add(new Entry.Published(1_000_000, 0, 0));
        for (int i = 0; i < 3; i++) {
            entries.add(new Entry.Delivered(1_000_000 + i * stepMicros, 2 * i, 0, i));
        }
        entries.add(new Entry.Published(2_000_000, 0, 1));
        BitSet who = new BitSet();
        IntStream.range(0, 3).forEach(i -> {
            entries.add(new Entry.Delivered(2_010_000, 2 * i, 1, i));
            if (i < inside) {
                who.set(2 * i);
            }
        });
        long sum = who.stream().mapToLong(CountedDevices::valueOf).sum();
        entries.add(new Entry.Completed(2_300_000, 0, 1, who, sum, new Completeness(inside, 0, 0, 3 - inside, 0, 1)));
        AgentRecord agent = new AgentRecord(
                0,
                entries,
                IntStream.of(0, 2, 4)
                        .mapToObj(device -> new DeviceCounts(device, 20 + stepMicros / 1_000, 20, 0))
                        .toList(),
                new ProcessCounts(100, 3 * stepMicros / 1_000, 1_000_000, 9, 9, 9, 9, 9, 0, 0, 0, 0));
        ClusterRecord record =
                new ClusterRecord(Map.of(0, agent), Map.of(1, 1_001_000L), Map.of(1, journal), 120_000_000, List.of());
        return ClusterReport.of(SCENARIO, seed, 2, List.of(new AgentFault.Kill(1, 1_001_000)), record, 0);
    }

    @Nested
    class TheLineOfARunInWhichAnAgentWasKilled {

        @Test
        void hasTheTimesOfTheLive() {
            assertThat(RunLine.text(run(7, 40_000, 3)))
                    .isEqualTo(
                            "seed 7: kept; 3 of 3 reached, 0 twice; 50 % 40.0 ms, 99 % 80.0 ms, all 80.0 ms;"
                                    + " 60.0 envelopes, 40.0 ms CPU per device; 1 of 1 answers honest, 3 of 3 live devices in them");
        }

        @Test
        void isAnObjectForPrograms() {
            assertThat(RunLine.fields(run(7, 40_000, 3)).toJson())
                    .startsWith(
                            "{\"step\":\"run\",\"seed\":7,\"kept\":true,\"exactlyOnce\":true,\"pushes\":1,\"live\":3,")
                    .contains("\"t50Ms\":40.0,\"t99Ms\":80.0,\"t100Ms\":80.0");
        }
    }

    @Nested
    class TheSumOfManyRuns {

        private final RunTally tally = new RunTally();

        TheSumOfManyRuns() {
            tally.add(run(1, 30_000, 3));
            tally.add(run(2, 10_000, 2));
            tally.add(run(3, 20_000, 3));
        }

        @Test
        void hasLeastMedianAndMost() {
            assertThat(tally.lines())
                    .containsExactly(
                            "3 of 3 runs exact: every live device got every push once; 3 of 3 answers honest,"
                                    + " 2 of 3 live devices in the one with the fewest",
                            "least, median and most of the runs: 50 % 10.0, 20.0, 30.0 ms; 99 % 20.0, 40.0, 60.0 ms;"
                                    + " all 20.0, 40.0, 60.0 ms; envelopes per device 30.0, 40.0, 50.0;"
                                    + " CPU per device 10.0, 20.0, 30.0 ms",
                            "all promises kept");
        }

        @Test
        void isAnObjectForPrograms() {
            assertThat(tally.fields().toJson())
                    .isEqualTo(
                            "{\"step\":\"cluster\",\"runs\":3,\"kept\":3,\"exactlyOnce\":3,\"honest\":3,\"answers\":3,"
                                    + "\"answersHonest\":3,\"leastCounted\":2,\"leastCountedOf\":3,\"violations\":0,"
                                    + "\"predicted\":0,\"agreeing\":0,\"t50Ms\":20.0,\"t50MsLeast\":10.0,\"t50MsMost\":30.0,"
                                    + "\"t99Ms\":40.0,\"t99MsLeast\":20.0,\"t99MsMost\":60.0,"
                                    + "\"t100Ms\":40.0,\"t100MsLeast\":20.0,\"t100MsMost\":60.0,"
                                    + "\"envelopesPerDevice\":40.0,\"envelopesPerDeviceLeast\":30.0,"
                                    + "\"envelopesPerDeviceMost\":50.0,"
                                    + "\"cpuMsPerDevice\":20.0,\"cpuMsPerDeviceLeast\":10.0,\"cpuMsPerDeviceMost\":30.0,"
                                    + "\"brokenSeeds\":[]}");
        }

        @Test
        void namesTheRunsThatCouldNotBeEnded() {
            tally.failed(4);

            assertThat(tally.isKept()).isFalse();
            assertThat(tally.lines()).first().asString().startsWith("3 of 4 runs exact");
            assertThat(tally.lines()).endsWith("not all promises kept, with seeds 4");
        }
    }

    @Test
    void runsThatAllFailedHaveNoNumbers() {
        RunTally tally = new RunTally();
        tally.failed(1);

        assertThat(tally.lines())
                .contains("0 of 1 runs exact: every live device got every push once")
                .contains("least, median and most of the runs: 50 % -; 99 % -; all -; envelopes per device -;"
                        + " CPU per device -");
        assertThat(tally.fields().toJson()).contains("\"leastCounted\":null", "\"t50Ms\":null");
    }
}
