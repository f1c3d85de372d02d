package org.grapevine.cluster.agent;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.grapevine.cluster.control.AgentWork;
import org.grapevine.cluster.plan.AgentFault;
import org.grapevine.cluster.plan.AgentFaults;
import org.grapevine.cluster.plan.AgentTask;
import org.grapevine.cluster.plan.Applicability;
import org.grapevine.cluster.plan.DeviceChange;
import org.grapevine.cluster.plan.FaultPlan;
import org.grapevine.cluster.plan.Placement;
import org.grapevine.cluster.plan.WorkPlan;
import org.grapevine.cluster.record.AgentRecord;
import org.grapevine.cluster.record.Entry;
import org.grapevine.cluster.record.Journal;
import org.grapevine.cluster.record.ProcessCounts;
import org.grapevine.core.message.Segment;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.gossip.shadow.GossipExtension;
import org.grapevine.gossip.shadow.ShadowService;
import org.grapevine.policy.PortGossip;
import org.grapevine.simulation.kernel.SeededRandom;
import org.grapevine.simulation.scenario.DeviceGroup;
import org.grapevine.simulation.scenario.Layout;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.ScenarioFile;
import org.grapevine.yaml.YamlMistake;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An agent's part of a scenario: its devices on one device host, their clients, and what goes wrong with them and with their network.
 * The network is perfect until time 0, so that devices find each other; from then on it is the scenario's link.
 */
public final class ScenarioWork implements AgentWork {

    private static final Logger LOG = LoggerFactory.getLogger(ScenarioWork.class);

    /** One that begins so late has been killed before: what was due meanwhile is over. */
    private static final long LATE_MICROS = 1_000_000;

    private static final int HOST_STREAM = 101;

    private final AgentTask task;
    private final InetAddress address;
    private final Scenario scenario;
    private final Placement placement;
    private final WorkPlan plan;
    private final FaultPlan faultPlan;
    private final List<AgentFault> faults;
    private final PortGossip policy;
    private final AgentFiles files;
    private final RunClock clock = new RunClock();
    private final Timeline timeline = new Timeline(clock);
    private final ExecutorService background = Executors.newSingleThreadExecutor(task -> {
        Thread made = new Thread(task, "cluster-work");
        made.setDaemon(true);
        return made;
    });
    private final long madeNanos = System.nanoTime();
    private volatile long startMillis;
    private volatile @Nullable Opened opened;
    private boolean closed; // guarded by this

    /** What there is once the agent has prepared. */
    private record Opened(
            DeviceHost host,
            GossipExtension gossip,
            Journal journal,
            Recorder recorder,
            Fleet fleet,
            AgentNetwork network,
            Publisher publisher,
            ProcessMeter meter,
            Settling settling) {}

    private ScenarioWork(AgentTask task, InetAddress address, Path folder) {
        this.task = task;
        this.address = address;
        if (task.agent() < 0 || task.agent() >= task.agents()) {
            throw new IllegalArgumentException(
                    "agent: " + task.agent() + " (expected: 0.." + (task.agents() - 1) + ")");
        }
        if (task.discoveryPort() < 1 || task.discoveryPort() > 65_535) {
            throw new IllegalArgumentException("discoveryPort: " + task.discoveryPort() + " (expected: 1..65535)");
        }
        this.scenario = read(task.scenario());
        Applicability.require(scenario, task.agents());
        this.placement = Placement.of(scenario, task.agents());
        Scenario applied = Applicability.applied(scenario);
        this.plan = WorkPlan.of(applied, task.seed());
        this.faultPlan = FaultPlan.of(applied, task.seed(), placement);
        this.faults = AgentFaults.parse(task.faults(), task.agents());
        this.policy = ScenarioPolicy.policy(applied);
        this.files = new AgentFiles(folder, task);
    }

    /**
     * Makes the work of an agent's tasks.
     *
     * @param address of this machine, at which devices are present
     * @param folder where journals and state files go
     */
    public static AgentWork.Maker maker(InetAddress address, Path folder) {
        return task -> new ScenarioWork(task, address, folder);
    }

    private static Scenario read(String text) {
        try {
            return ScenarioFile.read(text, "scenario");
        } catch (YamlMistake e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    // Before

    @Override
    public CompletableFuture<Void> prepare() {
        Set<Integer> first = new HashSet<>();
        for (DeviceChange change : faultPlan.changes()) {
            if (change instanceof DeviceChange.Start && change.atMicros() == 0 && isOwn(change.device())) {
                first.add(change.device());
            }
        }
        return CompletableFuture.supplyAsync(this::open, background)
                .thenCompose(parts ->
                        parts.fleet().startAll(first.stream().sorted().toList()).thenCompose(up -> described(parts)))
                .thenRun(() -> startMillis = (System.nanoTime() - madeNanos) / 1_000_000);
    }

    /** Clients read a description before the run, unless this agent has none of them. */
    private CompletableFuture<?> described(Opened parts) {
        boolean publishes = plan.of(placement, task.agent()).findAny().isPresent();
        Optional<Fleet.Member> any = parts.fleet().up().values().stream().findFirst();
        any.ifPresent(parts.publisher()::warmUp);
        return any.isPresent() && publishes
                ? parts.publisher().describe(any.get())
                : CompletableFuture.completedFuture(null);
    }

    private boolean isOwn(int device) {
        return placement.agentOf(device) == task.agent();
    }

    private Opened open() {
        DeviceAddress devices = new DeviceAddress(task.run(), placement);
        long seed = SeededRandom.of(task.seed(), HOST_STREAM, task.agent(), task.run())
                .nextLong();
        AgentNetwork network = new AgentNetwork(task.agent(), scenario, faultPlan, faults, devices, seed);
        AgentHost opening = new AgentHost(task, scenario, address, files);
        GossipExtension gossip = opening.gossip(policy);
        try {
            Journal journal = files.openJournal();
            Recorder recorder = new Recorder(journal);
            DeviceHost host = null;
            try {
                host = opening.open(seed, faults, network.conditions(), gossip);
                host.discovery().listen(network::heard);
                Fleet fleet = new Fleet(task.run(), scenario, host, gossip, clock, recorder, devices);
                Publisher publisher =
                        new Publisher(task.run(), clock, recorder, fleet, host.settings(), task.discoveryPort());
                return keep(new Opened(
                        host,
                        gossip,
                        journal,
                        recorder,
                        fleet,
                        network,
                        publisher,
                        new ProcessMeter(host, network.conditions()),
                        new Settling(members())));
            } catch (IOException | RuntimeException e) {
                if (host != null) {
                    host.close();
                }
                journal.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized Opened keep(Opened parts) {
        if (closed) {
            end(parts);
            throw new IllegalStateException("agent: closed before it was prepared (expected: open)");
        }
        opened = parts;
        return parts;
    }

    /** Devices that are in each segment at time 0. */
    private Map<Segment, Integer> members() {
        Set<Integer> first = new HashSet<>();
        for (DeviceChange change : faultPlan.changes()) {
            if (change instanceof DeviceChange.Start && change.atMicros() == 0) {
                first.add(change.device());
            }
        }
        Layout layout = new Layout(scenario);
        Map<Segment, Integer> members = new HashMap<>();
        int device = 0;
        for (DeviceGroup group : scenario.groups()) {
            for (int i = 0; i < group.count(); i++) {
                if (first.contains(device++)) {
                    for (int segment : layout.segmentsOf(group, i)) {
                        members.merge(new Segment(ScenarioPolicy.scope(layout, segment)), 1, Integer::sum);
                    }
                }
            }
        }
        return members;
    }

    @Override
    public CompletableFuture<Void> settled() {
        Opened parts = requireOpen();
        List<ShadowService> shadows =
                parts.fleet().up().values().stream().map(Fleet.Member::shadow).toList();
        return parts.settling().of(shadows);
    }

    @Override
    public String unsettled() {
        Opened parts = opened;
        return parts == null ? "" : parts.settling().lacking();
    }

    private Opened requireOpen() {
        Opened parts = opened;
        if (parts == null) {
            throw new IllegalStateException("agent: not prepared (expected: prepared)");
        }
        return parts;
    }

    // The run

    @Override
    public void begin(long start) {
        Opened parts = requireOpen();
        parts.settling().close();
        clock.begin(start);
        boolean late = clock.micros() > LATE_MICROS;
        long from = late ? clock.micros() : 0;
        if (late) {
            catchUp(parts, from);
        }
        timeline.at(from, () -> {
            parts.meter().begin();
            parts.network().be(from);
            if (!late) {
                parts.fleet().countFromNow();
            }
            parts.fleet().recordStarts();
        });
        parts.network().plan(timeline);
        for (AgentFault fault : faults) {
            if (fault instanceof AgentFault.FullDisk full && full.agent() == task.agent()) {
                files.plan(full, timeline);
            }
        }
        for (DeviceChange change : faultPlan.changes()) {
            boolean done = change instanceof DeviceChange.Start && change.atMicros() == 0;
            if (isOwn(change.device()) && !done) {
                timeline.at(change.atMicros(), () -> parts.fleet().change(change));
            }
        }
        plan.of(placement, task.agent())
                .forEach(due ->
                        timeline.at(due.atMicros(), () -> parts.publisher().carryOut(due)));
        timeline.begin(from);
    }

    /** Brings devices to where the scenario has them by now. */
    private void catchUp(Opened parts, long nowMicros) {
        Map<Integer, DeviceChange> life = new TreeMap<>();
        Map<Integer, DeviceChange> service = new TreeMap<>();
        for (DeviceChange change : faultPlan.changes()) {
            if (change.atMicros() < nowMicros && isOwn(change.device())) {
                boolean ofService = change instanceof DeviceChange.Slow || change instanceof DeviceChange.Recover;
                (ofService ? service : life).put(change.device(), change);
            }
        }
        life.values().forEach(change -> {
            boolean isUp = parts.fleet().member(change.device()).isPresent();
            if (isUp != change instanceof DeviceChange.Start) {
                parts.fleet().change(change);
            }
        });
        service.values().forEach(parts.fleet()::change);
    }

    // After

    @Override
    public CompletableFuture<AgentRecord> finish() {
        Opened parts = requireOpen();
        timeline.close();
        List<Entry> entries = parts.recorder().end();
        return parts.fleet()
                .counts()
                .thenApplyAsync(
                        devices -> {
                            Recorder recorder = parts.recorder();
                            ProcessCounts process =
                                    parts.meter().counts(startMillis, recorder.writesRefused(), recorder.dropped());
                            return new AgentRecord(task.agent(), entries, devices, process);
                        },
                        background);
    }

    @Override
    public List<String> journals() {
        return List.of(files.journal().toString());
    }

    @Override
    public void close() {
        Opened parts;
        synchronized (this) {
            closed = true;
            parts = opened;
            opened = null;
        }
        timeline.close();
        if (parts != null) {
            end(parts);
        }
        background.shutdown();
    }

    private static void end(Opened parts) {
        parts.settling().close();
        parts.fleet().close();
        parts.publisher().close();
        parts.host().close();
        try {
            parts.journal().close();
        } catch (IOException e) {
            LOG.warn("the journal was not closed: {}", e.getMessage());
        }
    }
}
