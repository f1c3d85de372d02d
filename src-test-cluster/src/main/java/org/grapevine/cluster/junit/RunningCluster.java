package org.grapevine.cluster.junit;

import java.util.List;
import org.grapevine.cluster.control.Cluster;
import org.grapevine.cluster.control.RunListener;
import org.grapevine.cluster.control.RunRequest;
import org.grapevine.cluster.plan.AgentFaults;
import org.grapevine.cluster.record.ClusterRecord;
import org.grapevine.cluster.report.ClusterReport;
import org.grapevine.simulation.scenario.ScenarioFile;

/**
 * The cluster of a test class.
 *
 * @param cluster to ask for more than what stands here
 * @param agents how many processes
 * @param devices what <code>${devices}</code> stands for in scenarios
 */
public record RunningCluster(Cluster cluster, int agents, int devices) {

    /**
     * Runs a scenario as long as its work plan says.
     *
     * @param scenario text of a scenario file, in which <code>${devices}</code> stands for the number of devices
     * @param faults of agents and network, as {@code kill 2 at 1s}
     * @throws IllegalArgumentException for a scenario or a fault that makes no sense
     * @throws org.grapevine.cluster.control.ClusterException if the run cannot be ended
     */
    public ClusterRecord run(String scenario, long seed, String... faults) {
        return run(RunRequest.of(scenario, seed).withFaults(List.of(faults)));
    }

    /** As above, with all that a request can say. */
    public ClusterRecord run(RunRequest request) {
        return cluster.run(request.withScenario(filled(request.scenario())), RunListener.SILENT);
    }

    /**
     * Runs a scenario and has the simulator's checkers judge what happened.
     *
     * @return the verdict, without a prediction
     * @throws IllegalArgumentException for a scenario or a fault that makes no sense
     * @throws org.grapevine.cluster.control.ClusterException if the run cannot be ended
     */
    public ClusterReport report(String scenario, long seed, String... faults) {
        return report(RunRequest.of(scenario, seed).withFaults(List.of(faults)), 0);
    }

    /**
     * As above, with all that a request can say.
     *
     * @param seeds runs of the simulator for the prediction; 0 for none
     */
    public ClusterReport report(RunRequest request, int seeds) {
        ClusterRecord record = run(request);
        return ClusterReport.of(
                ScenarioFile.read(filled(request.scenario()), "scenario"),
                request.seed(),
                agents,
                AgentFaults.parse(request.faults(), agents),
                record,
                seeds);
    }

    /** A scenario with the number of devices filled in, as a run gets it. */
    public String filled(String scenario) {
        return scenario.replace("${devices}", Integer.toString(devices));
    }
}
