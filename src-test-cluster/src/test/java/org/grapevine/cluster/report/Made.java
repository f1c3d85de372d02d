package org.grapevine.cluster.report;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.grapevine.cluster.plan.AgentFault;
import org.grapevine.cluster.plan.Placement;
import org.grapevine.cluster.record.AgentRecord;
import org.grapevine.cluster.record.ClusterRecord;
import org.grapevine.cluster.record.DeviceCounts;
import org.grapevine.cluster.record.Entry;
import org.grapevine.cluster.record.ProcessCounts;
import org.grapevine.core.message.Completeness;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.ScenarioFile;
import org.grapevine.simulation.world.CountedDevices;

/** A record made up by hand: of 12 devices on 3 agents, one push at 1 s and one request at 2 s. */
final class Made {

    static final int DEVICES = 12;
    static final int AGENTS = 3;
    static final int PUSH = 0;
    static final int REQUEST = 1;
    static final long END = 120_000_000;

    private static final ProcessCounts PROCESS =
            new ProcessCounts(800, 1_500, 40_000_000, 30, 55, 1_000, 900_000, 990, 10, 12, 0, 0);

    final Scenario scenario = ScenarioFile.read(
            """
            scenario: street
            links:
              line: { latency: { constant: 10ms } }
            segments:
              street: { link: line }
            devices:
              meter: { count: 12, in: [street] }
            workload:
              - push: { at: 1s, from: meter, lifetime: 100s }
              - request: { at: 2s, from: meter, timeout: 10s }
            """,
            "street.yaml");

    private final Placement placement = Placement.of(scenario, AGENTS);
    final Map<Integer, List<Entry>> entries = new TreeMap<>();
    final Map<Integer, Long> lost = new TreeMap<>();
    final Map<Integer, List<Entry>> journals = new TreeMap<>();
    final List<AgentFault> faults = new ArrayList<>();

    Made() {
        IntStream.range(0, AGENTS).forEach(agent -> entries.put(agent, new ArrayList<>()));
        IntStream.range(0, DEVICES).forEach(device -> add(new Entry.Started(-500_000 + device, device)));
    }

    Made add(Entry entry) {
        entries.getOrDefault(placement.agentOf(entry.device()), List.of()).add(entry);
        return this;
    }

    Made remove(Entry entry) {
        entries.getOrDefault(placement.agentOf(entry.device()), List.of()).remove(entry);
        return this;
    }

    static Entry.Delivered delivered(int device) {
        return new Entry.Delivered(1_000_000 + 10_000L * device, device, PUSH, device == 0 ? 0 : device < 6 ? 1 : 2);
    }

    Made pushToAll() {
        add(new Entry.Published(1_000_000, 0, PUSH));
        IntStream.range(0, DEVICES).forEach(device -> add(delivered(device)));
        return this;
    }

    Made asked() {
        add(new Entry.Published(2_000_000, 0, REQUEST));
        IntStream.range(0, DEVICES)
                .forEach(device -> add(new Entry.Delivered(2_010_000, device, REQUEST, device == 0 ? 0 : 1)));
        return this;
    }

    static Entry.Completed answer(IntStream inside, Completeness completeness) {
        BitSet who = new BitSet();
        inside.forEach(who::set);
        long sum = who.stream().mapToLong(CountedDevices::valueOf).sum();
        return new Entry.Completed(2_300_000, 0, REQUEST, who, sum, completeness);
    }

    Made answered() {
        return add(answer(IntStream.range(0, DEVICES), new Completeness(DEVICES, 3, 0, 0, 0, 1)));
    }

    /** Kills an agent: it has no record any more, and this is what it had written down. */
    Made killed(int agent, long atMicros, List<Entry> journal) {
        entries.remove(agent);
        lost.put(agent, atMicros);
        journals.put(agent, journal);
        faults.add(new AgentFault.Kill(agent, atMicros));
        return this;
    }

    ClusterRecord record() {
        Map<Integer, AgentRecord> agents = new TreeMap<>();
        entries.forEach((agent, each) -> agents.put(
                agent,
                new AgentRecord(
                        agent,
                        each,
                        placement
                                .devicesOf(agent)
                                .mapToObj(device -> new DeviceCounts(device, 30, 20, 5))
                                .toList(),
                        PROCESS)));
        return new ClusterRecord(agents, lost, journals, END, List.of("agent 2: came late"));
    }

    ClusterReport report() {
        return report(0);
    }

    ClusterReport report(int seeds) {
        return ClusterReport.of(scenario, 1, AGENTS, faults, record(), seeds);
    }
}
