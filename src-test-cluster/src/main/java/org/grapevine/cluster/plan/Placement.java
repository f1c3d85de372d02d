package org.grapevine.cluster.plan;

import java.util.stream.IntStream;
import org.grapevine.simulation.scenario.Scenario;

/**
 * Which agent runs which device: they are dealt out one by one, so that each agent has its share of every group. The first device of
 * a group is not always on the first agent: group after group goes on where the one before ended. Device 0 is on agent 0.
 *
 * @param devices of the scenario
 * @param agents that share them
 */
public record Placement(int devices, int agents) {

    public Placement {
        if (agents < 1 || agents > devices) {
            throw new IllegalArgumentException("agents: " + agents + " (expected: 1.." + devices + ", the devices)");
        }
    }

    public static Placement of(Scenario scenario, int agents) {
        return new Placement(scenario.devices(), agents);
    }

    /** The agent of a device. */
    public int agentOf(int device) {
        return device % agents;
    }

    /** The devices of an agent, in order. */
    public IntStream devicesOf(int agent) {
        return IntStream.iterate(agent, device -> device < devices, device -> device + agents);
    }
}
