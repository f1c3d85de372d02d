package org.grapevine.cluster.control;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.grapevine.cluster.plan.AgentTask;
import org.grapevine.cluster.plan.Placement;
import org.grapevine.cluster.record.AgentRecord;
import org.grapevine.cluster.record.DeviceCounts;
import org.grapevine.cluster.record.Entry;
import org.grapevine.cluster.record.Journal;
import org.grapevine.cluster.record.ProcessCounts;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.ScenarioFile;

/**
 * Pretends to run devices: each starts at time 0, and the first of them is delivered a message every {@link #TICK_MILLIS}. The
 * {@code about} of the scenario says what goes wrong, as "never-prepares 1".
 */
final class ScriptedWork implements AgentWork {

    static final int TICK_MILLIS = 20;

    private static final ProcessCounts COUNTS = new ProcessCounts(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);

    private final AgentTask task;
    private final Scenario scenario;
    private final Path folder;
    private final Journal journal;
    private final Path file;
    private final List<Entry> entries = new ArrayList<>(); // guarded by itself
    private final ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor();
    private volatile long startMillis;

    private ScriptedWork(AgentTask task, Path folder) throws IOException {
        this.task = task;
        this.folder = folder;
        this.scenario = ScenarioFile.read(task.scenario(), "scenario");
        this.file = folder.resolve("journal-" + UUID.randomUUID());
        this.journal = Journal.open(file);
    }

    static AgentWork.Maker in(Path folder) {
        return task -> {
            if (says(task, "refuses")) {
                throw new IllegalArgumentException("devices: none (expected: some)");
            }
            try {
                return new ScriptedWork(task, folder);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    /** A scenario for so many devices in which something goes wrong. */
    static String scenario(int devices, String about) {
        return String.join(
                "\n",
                "scenario: pretence",
                "about: '" + about + "'",
                "links:",
                "  lan: { latency: { constant: 1ms } }",
                "segments:",
                "  lan: { link: lan }",
                "devices:",
                "  meter: { count: " + devices + ", in: [lan] }",
                "until: 400ms",
                "");
    }

    private static boolean says(AgentTask task, String what) {
        return task.scenario().contains("'" + what + " " + task.agent() + "'");
    }

    private boolean says(String what) {
        return says(task, what);
    }

    @Override
    public CompletableFuture<Void> prepare() {
        if (says("dies-in-prepare")) {
            System.out.println("cannot go on");
            Runtime.getRuntime().halt(9);
        }
        if (says("cannot-prepare")) {
            return CompletableFuture.failedFuture(new IOException("port: 80 (expected: a free one)"));
        }
        return says("never-prepares") ? new CompletableFuture<>() : CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> settled() {
        return says("never-settles") ? new CompletableFuture<>() : CompletableFuture.completedFuture(null);
    }

    @Override
    public void begin(long start) {
        startMillis = start;
        if (says("dies-in-run")) {
            System.out.println("had enough");
            Runtime.getRuntime().halt(9);
        }
        var unused = ticks.scheduleAtFixedRate(this::tick, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private long micros() {
        return Math.max(0, System.currentTimeMillis() - startMillis) * 1_000;
    }

    private void tick() {
        long now = micros();
        synchronized (entries) {
            if (entries.isEmpty()) {
                new Placement(scenario.devices(), task.agents())
                        .devicesOf(task.agent())
                        .forEach(device -> add(new Entry.Started(now, device)));
            }
            add(new Entry.Delivered(now, task.agent(), entries.size(), 1));
        }
    }

    private void add(Entry entry) {
        entries.add(entry);
        journal.append(entry);
    }

    @Override
    public CompletableFuture<AgentRecord> finish() {
        if (says("never-finishes")) {
            return new CompletableFuture<>();
        }
        ticks.shutdownNow();
        synchronized (entries) {
            if (says("big")) {
                for (int i = 0; i < 500_000; i++) {
                    entries.add(new Entry.Delivered(1_000_000_000L + i, task.agent(), i, 1));
                }
            }
            DeviceCounts counts = new DeviceCounts(task.agent(), task.seed(), task.discoveryPort(), 0);
            return CompletableFuture.completedFuture(new AgentRecord(task.agent(), entries, List.of(counts), COUNTS));
        }
    }

    @Override
    public List<String> journals() {
        return List.of(file.toString());
    }

    /** Leaves a file behind as a Bye. */
    @Override
    public void close() {
        ticks.shutdownNow();
        try {
            journal.flush(Duration.ofSeconds(1));
            journal.close();
            Files.writeString(folder.resolve("bye-" + task.agent()), "Bye");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
