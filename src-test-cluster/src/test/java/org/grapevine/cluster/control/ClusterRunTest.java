package org.grapevine.cluster.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.grapevine.cluster.control.Clusters.PATIENCE;
import static org.grapevine.cluster.control.Clusters.request;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.grapevine.cluster.record.AgentRecord;
import org.grapevine.cluster.record.ClusterRecord;
import org.grapevine.cluster.record.DeviceCounts;
import org.grapevine.cluster.record.Entry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Three processes, and what may become of them in a run. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClusterRunTest {

    private static final Duration SHORT = Duration.ofMillis(400);

    private final Cluster cluster;

    ClusterRunTest(@TempDir Path folder) {
        this.cluster = Cluster.start(Clusters.local(3, folder));
    }

    @AfterAll
    void end() {
        cluster.close();
    }

    private ClusterRecord run(RunRequest request) {
        return cluster.run(request, RunListener.SILENT);
    }

    private static <T> T of(Map<Integer, T> all, int agent) {
        return Objects.requireNonNull(all.get(agent));
    }

    private static List<Long> ticks(List<Entry> entries) {
        return entries.stream()
                .filter(Entry.Delivered.class::isInstance)
                .map(Entry::atMicros)
                .toList();
    }

    @Test
    void eachAgentRunsItsDevicesAndSaysWhatItSaw() {
        ClusterRecord record = run(request(7, "nothing"));
        assertThat(record.agents()).containsOnlyKeys(0, 1, 2);
        assertThat(of(record.agents(), 1).entries())
                .filteredOn(Entry.Started.class::isInstance)
                .extracting(Entry::device)
                .containsExactly(1, 4);
        assertThat(record.lost()).isEmpty();
        assertThat(record.endMicros()).isEqualTo(400_000);
        assertThat(record.notes()).isEmpty();
    }

    @Test
    void allAgentsHaveTheSeedAndTheDiscoveryPortInCommon() {
        ClusterRecord record = run(request(3, "nothing"));
        assertThat(record.agents().values())
                .extracting(agent -> agent.devices().get(0).sent())
                .containsOnly(7L);
        assertThat(record.agents().values())
                .extracting(agent -> agent.devices().get(0))
                .extracting(DeviceCounts::controls)
                .hasSize(3)
                .containsOnly(of(record.agents(), 0).devices().get(0).controls());
    }

    @Test
    void itsPhasesAreTold() {
        List<Phase> phases = new ArrayList<>();
        cluster.run(request(3, "nothing"), new RunListener() {
            @Override
            public void phase(Phase phase) {
                phases.add(phase);
            }
        });
        assertThat(phases).containsExactly(Phase.values());
    }

    @Test
    void whatAKilledAgentHadWrittenDownIsKept() {
        ClusterRecord record = run(request(6, "nothing", "kill 1 at 500ms").lasting(Duration.ofMillis(900)));
        assertThat(record.agents()).containsOnlyKeys(0, 2);
        assertThat(record.lost()).containsOnlyKeys(1);
        assertThat(record.lost().get(1)).isBetween(500_000L, 899_999L);
        assertThat(ticks(of(record.journals(), 1))).isNotEmpty().allMatch(at -> at < 900_000);
        assertThat(record.notes()).isEmpty();
        assertThat(run(request(6, "nothing")).agents()).containsOnlyKeys(0, 1, 2);
    }

    @Test
    void aKilledAgentThatStartsAgainHasTwoLives() {
        ClusterRecord record = cluster.run(
                request(6, "nothing", "kill 2 at 300ms", "restart 2 at 301ms").lasting(Duration.ofMinutes(2)),
                new EndsAfter("agent 2: up again at "));
        assertThat(record.agents()).containsOnlyKeys(0, 1, 2);
        assertThat(of(record.lost(), 2)).isBetween(300_000L, 5_000_000L);
        assertThat(record.journals()).containsOnlyKeys(2);
        long lost = of(record.lost(), 2);
        assertThat(ticks(of(record.journals(), 2))).isNotEmpty().allMatch(at -> at < lost + 1_000_000);
        assertThat(ticks(of(record.agents(), 2).entries())).isNotEmpty().allMatch(at -> at > lost);
    }

    /** Ends the run some ticks after a note. */
    private final class EndsAfter implements RunListener {

        private final String beginning;
        private long noted;

        EndsAfter(String beginning) {
            this.beginning = beginning;
        }

        @Override
        public void note(String note) {
            noted = note.startsWith(beginning) ? System.nanoTime() : noted;
        }

        @Override
        public void running(long micros, long ofMicros) {
            if (noted != 0 && System.nanoTime() - noted > Duration.ofMillis(500).toNanos()) {
                cluster.endRun();
            }
        }
    }

    @Test
    void aStoppedAgentIsSilentAndStaysAMember() {
        ClusterRecord record =
                run(request(3, "nothing", "stop 1 from 200ms until 1200ms").lasting(Duration.ofMillis(1_600)));
        assertThat(record.lost()).isEmpty();
        List<Long> ticks = ticks(of(record.agents(), 1).entries());
        assertThat(ticks).noneMatch(at -> at > 600_000 && at < 1_100_000).anyMatch(at -> at > 1_150_000);
        assertThat(ticks(of(record.agents(), 0).entries())).anyMatch(at -> at > 600_000 && at < 1_100_000);
    }

    @Test
    void anAgentThatDiesByItselfIsLostAndTheRunGoesOn() {
        ClusterRecord record = run(request(3, "dies-in-run 1"));
        assertThat(record.agents()).containsOnlyKeys(0, 2);
        assertThat(record.lost()).containsOnlyKeys(1);
        assertThat(record.notes())
                .singleElement()
                .asString()
                .startsWith("agent 1: lost at ")
                .contains("its process ended with exit code 9; its last words: ")
                .endsWith("had enough");
    }

    @Test
    void aRunWithoutAnyAgentLeftEndsAtOnce() {
        ClusterRecord record = run(request(3, "nothing", "kill 0 at 50ms", "kill 1 at 50ms", "kill 2 at 60ms")
                .lasting(Duration.ofHours(1)));
        assertThat(record.agents()).isEmpty();
        assertThat(record.lost()).containsOnlyKeys(0, 1, 2);
        assertThat(record.notes()).containsExactly("all agents were lost; the run ended early");
    }

    @Test
    void aRunCanBeEndedBeforeItsTime() {
        ClusterRecord record = cluster.run(request(3, "nothing").lasting(Duration.ofHours(1)), new RunListener() {
            @Override
            public void running(long micros, long ofMicros) {
                cluster.endRun();
            }
        });
        assertThat(record.agents()).hasSize(3);
        assertThat(record.endMicros()).isLessThan(60_000_000L);
        assertThat(record.notes()).singleElement().asString().startsWith("the run was ended early, at ");
    }

    @Test
    void aFaultThatFindsNobodyIsNoted() {
        ClusterRecord record = run(request(
                3, "nothing", "kill 0 at 50ms", "kill 0 at 60ms", "stop 0 from 70ms until 80ms", "restart 1 at 90ms"));
        assertThat(record.notes())
                .containsExactly(
                        "agent 0: was to be killed, but is gone already",
                        "agent 0: was to be stopped, but is gone",
                        "agent 1: was to start again, but is up");
    }

    @Test
    void aTaskThatAnAgentRefusesEndsTheRunAndNotTheCluster() {
        assertThatThrownBy(() -> run(request(3, "refuses 1")))
                .isInstanceOf(ClusterException.class)
                .hasMessage("prepare: agent 1: devices: none (expected: some)");
        assertThat(run(request(3, "nothing")).agents()).hasSize(3);
    }

    @Test
    void devicesThatCannotStartEndTheRun() {
        assertThatThrownBy(() -> run(request(3, "cannot-prepare 0")))
                .isInstanceOf(ClusterException.class)
                .hasMessage("prepare: agent 0: port: 80 (expected: a free one)");
    }

    @Test
    void anAgentThatDiesBeforeTheRunBeginsEndsTheRun() {
        assertThatThrownBy(() -> run(request(3, "dies-in-prepare 2")))
                .isInstanceOf(ClusterException.class)
                .hasMessageStartingWith(
                        "prepare: agent 2: its process ended with exit code 9 (expected: to be up); its last words: ")
                .hasMessageEndingWith("cannot go on");
        assertThat(run(request(3, "nothing")).agents()).hasSize(3);
    }

    @Test
    void anAgentThatNeverPreparesIsNotWaitedForForEver() {
        assertThatThrownBy(() ->
                        run(request(3, "never-prepares 2").withPatience(Duration.ofSeconds(3), PATIENCE, PATIENCE)))
                .isInstanceOf(ClusterException.class)
                .hasMessageMatching(
                        "prepare: agent 2: no answer, process [0-9]+ at .+ \\(expected: one within 3000 ms\\)");
    }

    @Test
    void devicesThatDoNotSettleRunAllTheSame() {
        ClusterRecord record = run(request(3, "never-settles 0").withPatience(PATIENCE, SHORT, PATIENCE));
        assertThat(record.agents()).hasSize(3);
        assertThat(record.notes())
                .containsExactly("agent 0: its devices had not settled after 400 ms; the run began all the same");
    }

    @Test
    void anAgentThatNeverSaysWhatItSawIsNotWaitedForForEver() {
        assertThatThrownBy(() -> run(request(3, "never-finishes 0").withPatience(PATIENCE, PATIENCE, SHORT)))
                .isInstanceOf(ClusterException.class)
                .hasMessageStartingWith("finish: agent 0: no answer, process ");
    }

    @Test
    void aRecordOfSeveralMegabytesComesWhole() {
        AgentRecord big = of(run(request(3, "big 1")).agents(), 1);
        assertThat(big.entries()).hasSizeGreaterThan(500_000);
        assertThat(big.entries().get(big.entries().size() - 1).atMicros()).isEqualTo(1_000_499_999L);
    }

    @Test
    void faultsOfAgentsThatAreNotThereAreRefused() {
        assertThatThrownBy(() -> run(request(3, "nothing", "kill 3 at 1s")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("kill 3 at 1s");
    }

    @Test
    void moreAgentsThanDevicesAreRefused() {
        assertThatThrownBy(() -> run(request(2, "nothing")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("agents: 3 (expected: 1..2, the devices)");
    }
}
