package org.grapevine.cli.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.grapevine.cli.console.ExitCode;
import org.grapevine.cli.console.FailedException;
import org.grapevine.cli.console.Fields;
import org.grapevine.cli.console.OnInterrupt;
import org.grapevine.cli.console.OutputFile;
import org.grapevine.cli.console.Progress;
import org.grapevine.cli.console.Session;
import org.grapevine.cli.console.UsageException;
import org.grapevine.cli.console.Values;
import org.grapevine.cli.simulate.ScenarioText;
import org.grapevine.cluster.control.Cluster;
import org.grapevine.cluster.control.ClusterException;
import org.grapevine.cluster.control.ClusterOptions;
import org.grapevine.cluster.plan.AgentFaults;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code grapevine cluster}. */
@Command(
        name = "cluster",
        description = {
            "Runs a scenario file with real devices in real processes on real sockets, breaks things on purpose, checks every promise,"
                    + " and sets what the simulator says beside what happened.",
            "docs/test-cluster.md describes what it does, docs/scenario-file.md the file. Exits with 1 if a promise was broken."
        },
        footer = {
            "",
            "Faults: kill AGENT at TIME, restart AGENT at TIME, stop AGENT from TIME until TIME, cut AGENT,AGENT from TIME until TIME,"
                    + " drop SHARE from TIME until TIME, and more; see docs/test-cluster.md.",
            "",
            "Examples:",
            "  grapevine cluster --agents 4 --devices 250 --scenario flat-1k",
            "  grapevine cluster --agents 3 --scenario my.yaml --fault 'kill 2 at 1500ms' --fault 'drop 10%% from 0s until 60s'",
            "  grapevine cluster --agents 4 --devices 50 --scenario flat-1k --runs 50 --no-predict",
            "  grapevine cluster --agents 2 --listen 192.0.2.1 --join-port 7800 --scenario flat-1k --devices 50"
        })
public final class ClusterCommand implements Callable<Integer> {

    private static final long HIGHEST_SEED = Long.MAX_VALUE / 10;
    private static final int MOST_RUNS = 100_000;
    private static final int MOST_DEVICES_EACH = 100_000;
    private static final Duration LONGEST_WAIT = Duration.ofDays(1);
    private static final int HEAP_MEGABYTES = 160;
    private static final int HEAP_MEGABYTES_OF_A_DEVICE = 1;

    private final Session session;

    @Option(
            names = "--scenario",
            required = true,
            paramLabel = "FILE",
            description = "A scenario file (YAML), or the name of a scenario that comes with the simulator.")
    private String file = "";

    @Option(names = "--agents", paramLabel = "N", defaultValue = "4", description = "Processes (default: 4).")
    private String agents = "4";

    @Option(
            names = "--devices",
            paramLabel = "N",
            defaultValue = "0",
            description =
                    "Devices in each of them, on average: the largest group of the scenario is made larger or smaller"
                            + " (default: as many as the scenario has).")
    private String devices = "0";

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Of every draw; that of the first run (default: ${DEFAULT-VALUE}).")
    private String seed = "1";

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "1",
            description = "So many runs, each with the seed after that of the one before (default: 1).")
    private String runs = "1";

    @Option(
            names = "--warm-up",
            description =
                    "One run comes first, without the faults, and does not count: processes that have just started"
                            + " are slow.")
    private boolean warm;

    @Option(
            names = "--fault",
            paramLabel = "FAULT",
            description =
                    "What goes wrong with a whole agent or with the network, such as 'kill 3 at 2s'; may be repeated.")
    private List<String> faults = new ArrayList<>();

    @Option(
            names = "--link",
            paramLabel = "NAME",
            defaultValue = "",
            description = "The link of the scenario that all segments have; needed where they have different ones.")
    private String link = "";

    @Option(
            names = "--predict",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "Run the simulator too, and say where the two differ (default: yes).")
    private boolean predict = true;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            defaultValue = "",
            description =
                    "Write a report into this folder: JSON and one HTML page; with --runs a folder in it for each run.")
    private String out = "";

    @Option(
            names = "--heap",
            paramLabel = "MB",
            defaultValue = "0",
            description = "Memory of each process (default: 160 MB and 1 MB for each of its devices).")
    private String heap = "0";

    @Option(
            names = "--journals",
            paramLabel = "FOLDER",
            defaultValue = "",
            description = "Where the processes write down what happens (default: a folder that goes with the cluster).")
    private String journals = "";

    @Mixin
    private final ControlOptions control = new ControlOptions();

    @Option(
            names = "--listen",
            paramLabel = "ADDRESS",
            defaultValue = "",
            description =
                    "Wait for agents of other machines at this address of this machine, in place of starting them here.")
    private String listen = "";

    @Option(
            names = "--join-port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "The port for that (default: a free one, which is printed).")
    private String port = "0";

    @Option(
            names = "--here",
            paramLabel = "N",
            defaultValue = "0",
            description = "With --listen: so many of the agents are started here all the same (default: none).")
    private String here = "0";

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "With --listen: how long agents are waited for (default: ${DEFAULT-VALUE}).")
    private String wait = "300";

    public ClusterCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        int processes = (int) Values.integer("--agents", agents, 1, ClusterOptions.MOST_AGENTS);
        int each = (int) Values.integer("--devices", devices, 0, MOST_DEVICES_EACH);
        long firstSeed = Values.integer("--seed", seed, 0, HIGHEST_SEED);
        int count = (int) Values.integer("--runs", runs, 1, MOST_RUNS);
        ScenarioText read = ScenarioText.read(file);
        ClusterScenario scenario = ClusterScenario.of(read.scenario(), processes, each, link);
        requireFaults(processes);
        ClusterRuns asked = new ClusterRuns(session, scenario, faults, warm, predict, OutputFile.pathOf("--out", out));
        try (JournalFolder folder = JournalFolder.of("--journals", OutputFile.pathOf("--journals", journals))) {
            boolean kept = run(asked, options(processes, scenario, folder.path()), firstSeed, count);
            return kept ? ExitCode.DONE : ExitCode.FAILED;
        } catch (ClusterException | IOException e) {
            throw new FailedException(String.valueOf(e.getMessage()), e);
        }
    }

    @SuppressWarnings("try") // The hook is a resource for its closing only.
    private boolean run(ClusterRuns asked, ClusterOptions options, long firstSeed, int count) throws IOException {
        try (Progress bar = session.progress("cluster", asked.steps(count));
                Cluster cluster = Cluster.start(options, address -> opened(options, address));
                OnInterrupt leaving = OnInterrupt.run(cluster::close)) {
            return asked.run(cluster, bar, firstSeed, count);
        }
    }

    private void requireFaults(int processes) {
        try {
            AgentFaults.parse(faults, processes);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--" + e.getMessage(), e);
        }
    }

    private ClusterOptions options(int processes, ClusterScenario scenario, Path folder) {
        boolean elsewhere = !listen.isEmpty();
        requireListen(elsewhere);
        int inEach = (scenario.scenario().devices() + processes - 1) / processes;
        int given = (int) Values.integer("--heap", heap, 0, 1 << 20);
        int megabytes = given == 0 ? HEAP_MEGABYTES + inEach * HEAP_MEGABYTES_OF_A_DEVICE : given;
        InetAddress address = elsewhere ? ControlOptions.host("--listen", listen) : InetAddress.getLoopbackAddress();
        int ownPort = (int) Values.integer("--join-port", port, 0, 65_535);
        int children = elsewhere ? (int) Values.integer("--here", here, 0, processes) : processes;
        Duration patience = Values.seconds("--wait", wait, Duration.ofMillis(100), LONGEST_WAIT);
        try {
            ClusterOptions options = elsewhere
                    ? ClusterOptions.joined(processes, address, ownPort, folder)
                            .withName(control.name())
                            .withDiscovery(control.discovery(List.of()))
                            .withJoinWithin(patience)
                    : ClusterOptions.local(processes, folder);
            return options.withChildren(children)
                    .withHeapMegabytes(megabytes)
                    .withJvmOptions(List.of("-XX:+UseSerialGC", "-Djava.net.preferIPv4Stack=true"));
        } catch (IllegalArgumentException e) {
            throw new UsageException("--" + e.getMessage(), e);
        }
    }

    private void requireListen(boolean elsewhere) {
        boolean aboutOthers = control.isGiven() || !port.equals("0") || !here.equals("0");
        if (!elsewhere && aboutOthers) {
            throw new UsageException(
                    "--join-port, --here, --multicast, --dns: without --listen (expected: --listen ADDRESS too)");
        }
    }

    private void opened(ClusterOptions options, InetSocketAddress address) {
        if (options.children() == options.agents()) {
            return;
        }
        String where = address.getAddress().getHostAddress() + ":" + address.getPort();
        session.reporter()
                .json(Fields.step("listening")
                        .and("address", where)
                        .and("name", options.name())
                        .and("agents", options.agents() - options.children()));
        session.reporter()
                .line("waiting for " + (options.agents() - options.children()) + " agents at " + where
                        + "; on each: grapevine agent --join " + where + " --bind ADDRESS");
    }
}
