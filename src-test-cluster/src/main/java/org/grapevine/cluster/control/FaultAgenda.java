package org.grapevine.cluster.control;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import org.grapevine.cluster.plan.AgentFault;
import org.jspecify.annotations.Nullable;

/** What a coordinator does to processes, in the order of time. What strikes the network or an agent's writing, agents do themselves. */
final class FaultAgenda {

    private final Queue<AgentFault> due = new ArrayDeque<>();

    FaultAgenda(List<AgentFault> faults) {
        faults.stream()
                .filter(fault -> fault instanceof AgentFault.Kill
                        || fault instanceof AgentFault.Restart
                        || fault instanceof AgentFault.Stop)
                .sorted(Comparator.comparingLong(AgentFault::atMicros))
                .forEach(due::add);
    }

    /** The next one that is due by then; null if there is none. */
    @Nullable
    AgentFault next(long micros) {
        AgentFault first = due.peek();
        return first != null && first.atMicros() <= micros ? due.remove() : null;
    }

    /** When the next one is due, µs since the start; the given time if there is none before. */
    long nextMicros(long latest) {
        AgentFault first = due.peek();
        return first == null ? latest : Math.min(latest, first.atMicros());
    }

    /** Whether an agent is still to be started again. */
    boolean restarts() {
        return due.stream().anyMatch(AgentFault.Restart.class::isInstance);
    }
}
