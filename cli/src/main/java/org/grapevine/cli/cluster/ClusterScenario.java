package org.grapevine.cli.cluster;

import java.util.Comparator;
import java.util.List;
import org.grapevine.cli.console.UsageException;
import org.grapevine.cluster.plan.Applicability;
import org.grapevine.simulation.scenario.DeviceGroup;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.ScenarioWriter;
import org.grapevine.simulation.sweep.Setting;
import org.grapevine.simulation.sweep.Sweep;

/**
 * What a cluster is to run: a scenario in the size that was asked for, and on the link that was.
 *
 * @param text as agents get it
 */
record ClusterScenario(Scenario scenario, String text) {

    /**
     * Fits a scenario to a cluster.
     *
     * @param devicesEach devices of each agent: the largest group is given so many that there are these times the agents in all; 0
     *     leaves the numbers as they are
     * @param link for all segments; empty leaves them theirs
     * @throws UsageException if it cannot be run so
     */
    static ClusterScenario of(Scenario read, int agents, int devicesEach, String link) {
        try {
            Scenario sized = devicesEach == 0 ? read : sized(read, agents * devicesEach);
            Scenario linked = link.isEmpty() ? sized : Applicability.onLink(sized, link);
            Applicability.require(linked, agents);
            return new ClusterScenario(linked, ScenarioWriter.write(linked));
        } catch (IllegalArgumentException e) {
            throw new UsageException(read.name() + ": " + e.getMessage(), e);
        }
    }

    private static Scenario sized(Scenario read, int devices) {
        DeviceGroup largest = read.groups().stream()
                .sorted(Comparator.comparingInt(DeviceGroup::count).reversed())
                .findFirst()
                .orElseThrow();
        int others = read.devices() - largest.count();
        if (devices <= others) {
            throw new UsageException("--devices: " + devices + " devices in all (expected: more than " + others
                    + ", for those are in other groups than " + largest.name() + ")");
        }
        Setting count =
                new Setting("devices." + largest.name() + ".count", List.of(Integer.toString(devices - others)));
        return new Sweep(read, List.of(count), 0, 1).points().get(0).scenario();
    }
}
