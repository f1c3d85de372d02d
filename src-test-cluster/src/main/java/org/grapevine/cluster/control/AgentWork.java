package org.grapevine.cluster.control;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.grapevine.cluster.plan.AgentTask;
import org.grapevine.cluster.record.AgentRecord;

/**
 * What an agent does when the control plane says so: the devices' side of it. One object for one run. Called on one thread of the
 * control plane, one call after the other; none of the calls blocks for long.
 */
public interface AgentWork extends AutoCloseable {

    /** Makes the work of a task. */
    @FunctionalInterface
    interface Maker {
        /**
         * Makes it; nothing is started yet.
         *
         * @throws IllegalArgumentException for a task that makes no sense, with the reason
         */
        AgentWork make(AgentTask task);
    }

    /** Starts the agent's devices; done when all are up, failed with the reason if one cannot start. */
    CompletableFuture<Void> prepare();

    /**
     * How far the devices have found each other.
     *
     * @return done when their views are settled enough to begin, as far as this agent can see
     */
    CompletableFuture<Void> settled();

    /** What has not settled yet, for people: which devices, and what they lack; empty if nothing is known of it. Any time. */
    default String unsettled() {
        return "";
    }

    /**
     * Time 0 of the run: workload and faults take their course from there on, each at its time.
     *
     * @param startMillis time 0 on this machine's own clock, ms since the epoch; soon, or just over
     */
    void begin(long startMillis);

    /**
     * Ends the run: devices are still up, and what is still to come is not recorded.
     *
     * @return what happened
     */
    CompletableFuture<AgentRecord> finish();

    /** Where it writes its journal, for whoever reads it after a kill; a path on this machine. */
    List<String> journals();

    /** Stops the devices with a Bye. Whatever state the work is in. */
    @Override
    void close();
}
