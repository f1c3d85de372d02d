package org.grapevine.cluster.plan;

import java.util.List;

/**
 * What one agent is to run. All agents of a run get the same but for their own number, and each works out the rest alone: which
 * devices are its own ({@link Placement}) and what they do when ({@link WorkPlan}).
 *
 * @param run number of the run, unlike any other that these agents have had
 * @param agent which of the agents this is, from 0
 * @param agents how many there are
 * @param scenario text of the scenario file
 * @param seed of every draw
 * @param faults one line each, see {@link AgentFaults}
 * @param discoveryPort port of the multicast group in which the devices find each other; of this cluster alone
 */
public record AgentTask(
        long run, int agent, int agents, String scenario, long seed, List<String> faults, int discoveryPort) {

    public AgentTask {
        faults = List.copyOf(faults);
    }
}
