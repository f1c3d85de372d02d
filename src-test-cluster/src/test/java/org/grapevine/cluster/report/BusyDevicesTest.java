package org.grapevine.cluster.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.grapevine.cluster.record.AgentRecord;
import org.grapevine.cluster.record.ClusterRecord;
import org.grapevine.cluster.record.DeviceCounts;
import org.junit.jupiter.api.Test;

/** Devices whose engines were too busy to tell what they had sent. */
class BusyDevicesTest {

    @Test
    void countAsUnknownAndNotAsSilent() {
        Made made = new Made().pushToAll();
        ClusterRecord record = made.record();
        Map<Integer, AgentRecord> agents = new TreeMap<>(record.agents());
        agents.computeIfPresent(
                0,
                (agent, each) -> new AgentRecord(
                        agent,
                        each.entries(),
                        each.devices().stream()
                                .map(device -> device.device() == 0 ? device : DeviceCounts.unknown(device.device()))
                                .toList(),
                        each.process()));
        ClusterRecord busy =
                new ClusterRecord(agents, record.lost(), record.journals(), record.endMicros(), record.notes());

        ClusterReport report = ClusterReport.of(made.scenario, 1, Made.AGENTS, made.faults, busy, 0);

        assertThat(report.measure(Measure.COPIES)).isEqualTo(10);
        assertThat(report.measure(Measure.CONTROLS)).isEqualTo(20);
        assertThat(report.notes())
                .contains(
                        "too busy to tell what they had sent: devices 3, 6, 9",
                        "messages sent are those of 9 of 12 devices: the others were gone at the end, or too busy to tell");
    }
}
