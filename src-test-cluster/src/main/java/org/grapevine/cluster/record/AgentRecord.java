package org.grapevine.cluster.record;

import java.util.List;

/**
 * What one agent saw in one run. Its entries are in the order of their times.
 *
 * @param agent which one
 * @param entries of all its devices
 * @param devices one for each of its devices that was up at the end
 * @param process of its JVM
 */
public record AgentRecord(int agent, List<Entry> entries, List<DeviceCounts> devices, ProcessCounts process) {
    public AgentRecord {
        entries = List.copyOf(entries);
        devices = List.copyOf(devices);
    }
}
