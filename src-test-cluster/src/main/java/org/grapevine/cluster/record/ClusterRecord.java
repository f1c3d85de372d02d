package org.grapevine.cluster.record;

import java.util.List;
import java.util.Map;

/**
 * What a whole run came to. An agent that was killed has no record of its own any more; what its devices did until then is in the
 * journal that it wrote, if the coordinator could read it.
 *
 * @param agents records of those that lived to the end, by their number
 * @param lost when an agent was lost, for the last time, µs since the start of the run, by its number; one that had started again
 *     and lived to the end has a record, too, of its last life
 * @param journals entries that lost agents had written down before they went, those of all their lives that were cut short, by
 *     their number; empty where nobody could read them
 * @param endMicros when the run ended
 * @param notes what else a reader should know: an agent that came late, a fault that could not be set
 */
public record ClusterRecord(
        Map<Integer, AgentRecord> agents,
        Map<Integer, Long> lost,
        Map<Integer, List<Entry>> journals,
        long endMicros,
        List<String> notes) {
    public ClusterRecord {
        agents = Map.copyOf(agents);
        lost = Map.copyOf(lost);
        journals = Map.copyOf(journals);
        notes = List.copyOf(notes);
    }
}
