package org.grapevine.cluster.control;

import java.util.List;
import org.grapevine.cluster.plan.AgentFault;
import org.grapevine.cluster.plan.AgentFaults;
import org.grapevine.cluster.plan.AgentTask;
import org.grapevine.cluster.plan.Applicability;
import org.grapevine.cluster.plan.FaultPlan;
import org.grapevine.cluster.plan.Placement;
import org.grapevine.cluster.plan.WorkPlan;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.ScenarioFile;

/** A request, held against the agents that are there. */
record RunPlan(AgentTask first, List<AgentFault> faults, long lastsMicros) {

    /** What a run goes on for after its last message has expired, for answers under way. */
    private static final long SPARE_MICROS = 1_000_000;

    /** @throws IllegalArgumentException for a scenario or a fault that makes no sense with so many agents */
    static RunPlan of(RunRequest request, long run, int agents, int discoveryPort) {
        Scenario scenario = ScenarioFile.read(request.scenario(), "scenario");
        Applicability.require(scenario, agents);
        scenario = Applicability.applied(scenario);
        Placement placement = Placement.of(scenario, agents);
        List<AgentFault> faults = AgentFaults.parse(request.faults(), agents);
        AgentTask first =
                new AgentTask(run, 0, agents, request.scenario(), request.seed(), request.faults(), discoveryPort);
        return new RunPlan(first, faults, lasts(request, scenario, placement, faults));
    }

    private static long lasts(RunRequest request, Scenario scenario, Placement placement, List<AgentFault> faults) {
        if (!request.lasts().isZero()) {
            return request.lasts().toNanos() / 1_000;
        }
        if (scenario.untilMicros() > 0) {
            return scenario.untilMicros();
        }
        long ends = Math.max(
                WorkPlan.of(scenario, request.seed()).lastExpiryMicros(),
                FaultPlan.of(scenario, request.seed(), placement).endMicros());
        for (AgentFault fault : faults) {
            ends = Math.max(
                    ends, fault instanceof AgentFault.Lasting lasting ? lasting.untilMicros() : fault.atMicros());
        }
        return ends + SPARE_MICROS;
    }

    /** The task of one agent. */
    AgentTask task(int agent) {
        return new AgentTask(
                first.run(),
                agent,
                first.agents(),
                first.scenario(),
                first.seed(),
                first.faults(),
                first.discoveryPort());
    }
}
