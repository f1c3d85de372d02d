package org.grapevine.cli;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.grapevine.cli.client.AggregateCommand;
import org.grapevine.cli.client.CallCommand;
import org.grapevine.cli.client.DiscoverCommand;
import org.grapevine.cli.client.InspectCommand;
import org.grapevine.cli.client.PeersCommand;
import org.grapevine.cli.client.PushCommand;
import org.grapevine.cli.client.SubscribeCommand;
import org.grapevine.cli.cluster.AgentCommand;
import org.grapevine.cli.cluster.ClusterCommand;
import org.grapevine.cli.cluster.SoakCommand;
import org.grapevine.cli.console.ExitCode;
import org.grapevine.cli.console.FailedException;
import org.grapevine.cli.console.Printable;
import org.grapevine.cli.console.Screen;
import org.grapevine.cli.console.Session;
import org.grapevine.cli.console.UsageException;
import org.grapevine.cli.demo.DemoCommand;
import org.grapevine.cli.device.DeviceCommand;
import org.grapevine.cli.device.ProxyCommand;
import org.grapevine.cli.doctor.DoctorCommand;
import org.grapevine.cli.simulate.PlanCommand;
import org.grapevine.cli.simulate.SimulateCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * The root of the command line. Every mistake ends as one line on standard error that begins with {@code grapevine: }, and an exit
 * code: 0 done, 1 the asked-for thing failed, 2 wrong use.
 */
public final class Grapevine {

    private static final int HELP_COLUMNS = 80;
    private static final int WIDEST_HELP = 120;

    private Grapevine() {}

    /** Runs a command with output to streams that are no terminals. */
    public static int run(String[] args, PrintStream out, PrintStream err) {
        return run(args, Screen.of(out, err), false);
    }

    /**
     * Runs a command.
     *
     * @param debug true to show the stack trace behind a failure
     * @return the exit code
     */
    public static int run(String[] args, Screen screen, boolean debug) {
        Session session = new Session(screen);
        CommandLine line = commands(session);
        Complaint complaint = new Complaint(screen.err(), debug);
        line.setOut(new PrintWriter(screen.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(screen.err(), true, StandardCharsets.UTF_8));
        line.setUsageHelpWidth(
                Math.max(HELP_COLUMNS, Math.min(WIDEST_HELP, screen.columns() == 0 ? HELP_COLUMNS : screen.columns())));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        line.setParameterExceptionHandler((e, unused) -> complaint.wrongUse(e));
        line.setExecutionExceptionHandler((e, unused, parsed) -> complaint.of(e));
        try {
            return line.execute(args);
        } catch (Error e) {
            // Our own mistakes, or no memory: the run is over, and a person reads what is printed.
            return complaint.of(e);
        }
    }

    private static CommandLine commands(Session session) {
        return new CommandLine(new Root(session))
                .addSubcommand(new DemoCommand(session))
                .addSubcommand(new DeviceCommand(session))
                .addSubcommand(new DiscoverCommand(session))
                .addSubcommand(new InspectCommand(session))
                .addSubcommand(new PeersCommand(session))
                .addSubcommand(new PushCommand(session))
                .addSubcommand(new AggregateCommand(session))
                .addSubcommand(new CallCommand(session))
                .addSubcommand(new SubscribeCommand(session))
                .addSubcommand(new ProxyCommand(session))
                .addSubcommand(new DoctorCommand(session))
                .addSubcommand(new PlanCommand(session))
                .addSubcommand(new SimulateCommand(session))
                .addSubcommand(new ClusterCommand(session))
                .addSubcommand(new AgentCommand(session))
                .addSubcommand(new SoakCommand(session));
    }

    @Command(
            name = "grapevine",
            synopsisSubcommandLabel = "COMMAND",
            description = "Gossip for DPWS devices.",
            versionProvider = Version.class,
            footer = {
                "",
                "Exit codes: 0 done, 1 the asked-for thing failed, 2 wrong use.",
                "Environment: GRAPEVINE_LOG=debug logs what happens, GRAPEVINE_DEBUG=1 shows stack traces."
            })
    @SuppressWarnings("UnusedVariable") // picocli reads and writes the fields.
    private static final class Root {

        @Mixin
        private final Session session;

        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                scope = ScopeType.INHERIT,
                description = "Show this help and exit.")
        private boolean help;

        @Option(
                names = {"-V", "--version"},
                versionHelp = true,
                description = "Show the version and exit.")
        private boolean version;

        Root(Session session) {
            this.session = session;
        }
    }

    /** The version as the jar's manifest has it. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Grapevine.class.getPackage().getImplementationVersion();
            return new String[] {"grapevine " + (version == null ? "(not packaged)" : version)};
        }
    }

    /** Turns what went wrong into a line and an exit code. */
    private record Complaint(PrintStream err, boolean debug) {

        int of(Throwable problem) {
            if (problem instanceof UsageException) {
                return say(String.valueOf(problem.getMessage()), problem, ExitCode.WRONG_USE);
            }
            if (problem instanceof FailedException) {
                return say(String.valueOf(problem.getMessage()), problem, ExitCode.FAILED);
            }
            return say("internal error: " + problem + "; GRAPEVINE_DEBUG=1 shows where", problem, ExitCode.FAILED);
        }

        int wrongUse(ParameterException problem) {
            return say(message(problem), problem, ExitCode.WRONG_USE);
        }

        private static String message(ParameterException problem) {
            CommandLine line = problem.getCommandLine();
            String help = "; see '" + line.getCommandSpec().qualifiedName() + " --help'";
            boolean hasSubcommands = !line.getSubcommands().isEmpty();
            if (problem instanceof UnmatchedArgumentException unmatched
                    && !unmatched.getUnmatched().isEmpty()) {
                String argument = unmatched.getUnmatched().get(0);
                if (argument.startsWith("-")) {
                    return "unknown option: " + argument + " (expected: " + options(line) + ")" + help;
                }
                return hasSubcommands
                        ? "unknown command: " + argument + " (expected: " + commands(line) + ")"
                        : "unexpected argument: " + argument + " (expected: none)" + help;
            }
            if (hasSubcommands && !(problem instanceof MissingParameterException)) {
                return "command: none (expected: " + commands(line) + ")" + help;
            }
            String message = String.valueOf(problem.getMessage());
            return message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1) + help;
        }

        private static String commands(CommandLine line) {
            return String.join(", ", line.getSubcommands().keySet());
        }

        private static String options(CommandLine line) {
            List<OptionSpec> options = line.getCommandSpec().options();
            return options.stream().map(OptionSpec::longestName).collect(Collectors.joining(", "));
        }

        private int say(String message, Throwable problem, int exitCode) {
            err.println("grapevine: " + Printable.line(message));
            if (debug) {
                problem.printStackTrace(err);
            }
            err.flush();
            return exitCode;
        }
    }
}
