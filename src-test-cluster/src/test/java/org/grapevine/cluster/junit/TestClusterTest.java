package org.grapevine.cluster.junit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.grapevine.cluster.control.RunRequest;
import org.grapevine.cluster.record.AgentRecord;
import org.grapevine.cluster.record.ClusterRecord;
import org.grapevine.cluster.record.Entry;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@TestCluster(agents = 3, devices = 9, heapMegabytes = 96, main = "org.grapevine.cluster.control.ScriptedAgent")
class TestClusterTest {

    private static final String SCENARIO =
            """
            scenario: nine
            links:
              lan: { latency: { constant: 1ms } }
            segments:
              lan: { link: lan }
            devices:
              meter: { count: ${devices}, in: [lan] }
            until: 300ms
            """;

    private final RunningCluster cluster;

    TestClusterTest(RunningCluster cluster) {
        this.cluster = cluster;
    }

    private static List<Integer> started(ClusterRecord record) {
        return record.agents().values().stream()
                .map(AgentRecord::entries)
                .flatMap(List::stream)
                .filter(Entry.Started.class::isInstance)
                .map(Entry::device)
                .sorted()
                .toList();
    }

    @Test
    void itsDevicesRunInItsAgents(RunningCluster same) {
        assertThat(same.cluster()).isSameAs(cluster.cluster());
        assertThat(started(cluster.run(SCENARIO, 1))).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8);
    }

    @Test
    void faultsAreLinesOfText() {
        ClusterRecord record = cluster.run(SCENARIO, 1, "kill 2 at 100ms");
        assertThat(record.lost()).containsOnlyKeys(2);
        assertThat(record.agents()).containsOnlyKeys(0, 1);
    }

    @Test
    void aRequestSaysTheRest() {
        Map<Integer, AgentRecord> agents =
                cluster.run(RunRequest.of(SCENARIO, 41)).agents();
        assertThat(agents.values())
                .allSatisfy(agent -> assertThat(agent.devices().get(0).sent()).isEqualTo(41));
    }

    @Nested
    class AClassInside {

        @Test
        void hasTheSameCluster(RunningCluster inside) {
            assertThat(inside.cluster()).isSameAs(cluster.cluster());
        }
    }
}
