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
import org.grapevine.cli.console.OutputFile;
import org.grapevine.cli.console.Session;
import org.grapevine.cli.console.UsageException;
import org.grapevine.cli.console.Values;
import org.grapevine.cluster.agent.ScenarioWork;
import org.grapevine.cluster.control.Agent;
import org.grapevine.cluster.control.AgentEnd;
import org.grapevine.cluster.control.AgentOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code grapevine agent}. */
@Command(
        name = "agent",
        description = {
            "Runs devices of a test cluster on this machine, as its coordinator (grapevine cluster --listen) says; ends with it.",
            "docs/test-cluster.md describes clusters of several machines."
        },
        footer = {
            "",
            "Examples:",
            "  grapevine agent --join 192.0.2.1:7800 --bind 192.0.2.10",
            "  grapevine agent --multicast --bind 192.0.2.10"
        })
public final class AgentCommand implements Callable<Integer> {

    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration LONGEST = Duration.ofDays(1);

    private final Session session;

    @Option(
            names = "--join",
            paramLabel = "HOST:PORT",
            description = "Where the coordinator is; several with commas, or repeated, are tried.")
    private List<String> join = new ArrayList<>();

    @Mixin
    private final ControlOptions control = new ControlOptions();

    @Option(
            names = "--bind",
            paramLabel = "ADDRESS",
            defaultValue = LOOPBACK,
            description =
                    "Address of this machine for the devices and for the coordinator (default: ${DEFAULT-VALUE}).")
    private String bind = LOOPBACK;

    @Option(
            names = "--join-port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "Port of this agent; with --dns the same as that of all others (default: a free one).")
    private String port = "0";

    @Option(
            names = "--journals",
            paramLabel = "FOLDER",
            defaultValue = "",
            description = "Where it writes down what happens (default: a folder of its own, which goes with it).")
    private String journals = "";

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long it looks for a coordinator (default: ${DEFAULT-VALUE}).")
    private String wait = "60";

    public AgentCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        List<InetSocketAddress> coordinators = ControlOptions.addresses("--join", join);
        if (coordinators.isEmpty() && !control.isGiven()) {
            throw new UsageException("agent: nobody to join (expected: --join HOST:PORT, --multicast or --dns NAME)");
        }
        Duration patience = Values.seconds("--wait", wait, Duration.ofMillis(100), LONGEST);
        InetAddress address = ControlOptions.host("--bind", bind);
        int ownPort = (int) Values.integer("--join-port", port, 0, 65_535);
        Path given = OutputFile.pathOf("--journals", journals);
        try (JournalFolder folder = JournalFolder.of("--journals", given)) {
            AgentOptions options = options(coordinators, address, ownPort, folder.path(), patience);
            AgentEnd end = Agent.run(options, ScenarioWork.maker(address, folder.path()), this::say);
            if (end.exitCode() != ExitCode.DONE) {
                throw new FailedException(end.message());
            }
            session.reporter().json(Fields.step("ended").and("why", end.message()));
            session.reporter().line(end.message());
            return ExitCode.DONE;
        } catch (IOException e) {
            throw new FailedException(String.valueOf(e.getMessage()), e);
        }
    }

    private AgentOptions options(
            List<InetSocketAddress> coordinators, InetAddress address, int ownPort, Path folder, Duration patience) {
        try {
            return new AgentOptions(
                    control.name(),
                    control.discovery(coordinators),
                    address,
                    ownPort,
                    AgentOptions.NO_SEAT,
                    folder,
                    patience,
                    AgentOptions.GRACE_TIME);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private void say(String line) {
        session.reporter().json(Fields.step("agent").and("what", line));
        session.reporter().line(line);
    }
}
