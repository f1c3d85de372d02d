package org.grapevine.cluster.junit;

import static org.assertj.core.api.Assertions.assertThat;

import org.grapevine.cluster.report.ClusterReport;
import org.junit.jupiter.api.Test;

/** Thirty real devices in three processes, one of which dies in mid-flight, and one of which is cut off for a while. */
@TestCluster(agents = 3, devices = 30)
class KillAndCutTest {

    private static final String TARIFF =
            """
            scenario: tariff
            links:
              lan: { latency: { constant: 1ms }, loss: 10% }
            segments:
              lan: { link: lan }
            devices:
              meter: { count: ${devices}, in: [lan] }
            engine: { loss: 10% }
            workload:
              - push: { at: 200ms, from: meter 0, size: 1200B, lifetime: 10s }
            """;

    @Test
    void everyLiveDeviceGetsTheTariffOnce(RunningCluster cluster) {
        ClusterReport report = cluster.report(TARIFF, 1, "kill 2 at 230ms", "cut 1 from 300ms until 4s");
        assertThat(report.record().agents()).containsOnlyKeys(0, 1);
        assertThat(report.isKept()).as("%s", report.text()).isTrue();
    }
}
