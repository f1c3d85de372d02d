package org.grapevine.cli.cluster;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.grapevine.cli.console.ExitCode;
import org.grapevine.cli.console.FailedException;
import org.grapevine.cli.console.Fields;
import org.grapevine.cli.console.OnInterrupt;
import org.grapevine.cli.console.Session;
import org.grapevine.cli.console.UsageException;
import org.grapevine.cli.console.Values;
import org.grapevine.cluster.soak.Flatness;
import org.grapevine.cluster.soak.Soak;
import org.grapevine.cluster.soak.SoakCounts;
import org.grapevine.cluster.soak.SoakMinute;
import org.grapevine.cluster.soak.SoakOptions;
import org.grapevine.cluster.soak.SoakResult;
import org.grapevine.cluster.soak.SoakText;
import org.grapevine.policy.PolicyException;
import org.grapevine.policy.Variant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code grapevine soak}. */
@Command(
        name = "soak",
        description = {
            "Publishes at an even rate for an hour, from every one of many real devices, and says whether heap, threads and files of"
                    + " their processes stay flat and whether anything was lost. A line for each minute.",
            "docs/test-cluster.md describes it. Exits with 1 if anything grew, was lost, or came twice."
        },
        footer = {
            "",
            "Examples:",
            "  grapevine soak",
            "  grapevine soak --agents 2 --devices 25 --rate 50 --for 600",
            "  grapevine soak --variant tree --rate 20 --for 120 --every 10"
        })
public final class SoakCommand implements Callable<Integer> {

    private static final Duration LONGEST = Duration.ofDays(30);
    private static final long LONGEST_LIFETIME_MILLIS = 600_000;

    private final Session session;

    @Option(names = "--agents", paramLabel = "N", defaultValue = "2", description = "Processes (default: 2).")
    private String agents = "2";

    @Option(
            names = "--devices",
            paramLabel = "N",
            defaultValue = "100",
            description = "Devices in each of them (default: 100).")
    private String devices = "100";

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "200",
            description = "Messages a second, of all devices together (default: 200).")
    private String rate = "200";

    @Option(
            names = "--for",
            paramLabel = "SECONDS",
            defaultValue = "3600",
            description = "How long at that rate (default: 3600).")
    private String seconds = "3600";

    @Option(
            names = "--ramp-up",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long the rate rises before (default: 60).")
    private String rampUp = "60";

    @Option(
            names = "--every",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How often there is a line (default: 60).")
    private String every = "60";

    @Option(
            names = "--variant",
            paramLabel = "NAME",
            defaultValue = "multicast",
            description = "How messages spread: eager-push, lazy-push, tree or multicast (default: ${DEFAULT-VALUE}).")
    private String variant = "multicast";

    @Option(
            names = "--lifetime",
            paramLabel = "MS",
            defaultValue = "5000",
            description = "Of a message (default: ${DEFAULT-VALUE}).")
    private String lifetime = "5000";

    @Option(
            names = "--repair",
            paramLabel = "MS",
            defaultValue = "",
            description = "Pause between comparisons of digests (default: 2000, or the lifetime if that is less).")
    private String repair = "";

    @Option(
            names = "--advertise",
            paramLabel = "MS",
            defaultValue = "50",
            description = "How long ids for spare links of a tree gather (default: ${DEFAULT-VALUE}).")
    private String advertise = "50";

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "400",
            description = "Size of a body (default: ${DEFAULT-VALUE}).")
    private String size = "400";

    @Option(
            names = "--heap",
            paramLabel = "SIZE",
            defaultValue = "1g",
            description = "-Xmx of each process (default: ${DEFAULT-VALUE}).")
    private String heap = "1g";

    public SoakCommand(Session session) {
        this.session = session;
    }

    @Override
    @SuppressWarnings("try") // The hook is a resource for its closing only.
    public Integer call() {
        SoakOptions options = options();
        Duration pause = Values.seconds("--every", every, Duration.ofSeconds(1), Duration.ofHours(1));
        session.reporter().line(SoakText.headline(options));
        try (Soak soak = new Soak(options, pause);
                OnInterrupt leaving = OnInterrupt.run(soak::close)) {
            SoakResult result = soak.run(new Lines());
            print(result);
            return result.complaints().isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
        } catch (IOException e) {
            throw new FailedException(String.valueOf(e.getMessage()), e);
        }
    }

    private SoakOptions options() {
        int processes = (int) Values.integer("--agents", agents, 1, 64);
        int inEach = (int) Values.integer("--devices", devices, 1, 10_000);
        SoakOptions defaults = SoakOptions.defaults();
        long lives = Values.millis("--lifetime", lifetime, 1_000, LONGEST_LIFETIME_MILLIS);
        long pause = repair.isEmpty()
                ? Math.min(lives, defaults.repair().toMillis())
                : Values.millis("--repair", repair, 50, LONGEST_LIFETIME_MILLIS);
        try {
            return defaults.with(processes, processes * inEach, (int) Values.integer("--rate", rate, 1, 10_000))
                    .lasting(
                            Values.seconds("--ramp-up", rampUp, Duration.ZERO, Duration.ofHours(1)),
                            Values.seconds("--for", seconds, Duration.ofSeconds(1), LONGEST))
                    .with(Variant.ofWireName(variant), Duration.ofMillis(lives), Duration.ofMillis(pause), (int)
                            Values.millis("--advertise", advertise, 0, 10_000))
                    .with((int) Values.integer("--size", size, 200, 10_000), heap);
        } catch (IllegalArgumentException | PolicyException e) {
            throw new UsageException("--" + e.getMessage(), e);
        }
    }

    /** One line for each stretch. */
    private final class Lines implements Soak.Listener {

        @Override
        public void started() {
            session.reporter().json(Fields.step("started"));
        }

        @Override
        public void settled() {
            session.reporter().json(Fields.step("settled"));
            session.reporter().text(SoakText.columns());
        }

        @Override
        public void minute(SoakMinute minute) {
            session.reporter().text(SoakText.row(minute));
            session.reporter()
                    .json(Fields.step("minute")
                            .and("number", minute.number())
                            .and("seconds", minute.seconds())
                            .and("published", minute.published())
                            .and("notPublished", minute.notPublished())
                            .and("delivered", minute.delivered())
                            .and("lost", minute.lost())
                            .and("twice", minute.again())
                            .and("p50Ms", minute.percentileMicros(0.5) / 1e3)
                            .and("p99Ms", minute.percentileMicros(0.99) / 1e3)
                            .and("maxMs", minute.mostMicros() / 1e3)
                            .and(
                                    "agents",
                                    minute.agents().stream().map(this::agent).toList()));
        }

        private Fields agent(SoakCounts counts) {
            return Fields.nested()
                    .and("heapBytes", counts.heapBytes())
                    .and("threads", counts.threads())
                    .and("descriptors", counts.descriptors())
                    .and("cpuMillis", counts.cpuMillis())
                    .and("datagrams", counts.datagrams())
                    .and("dropped", counts.gossipDropped());
        }
    }

    private void print(SoakResult result) {
        session.reporter().line("");
        SoakText.verdict(result).forEach(session.reporter()::line);
        session.reporter()
                .json(Fields.step("soak")
                        .and("devices", result.options().devices())
                        .and("published", result.published())
                        .and("delivered", result.delivered())
                        .and("lost", result.lost())
                        .and("twice", result.again())
                        .and(
                                "flatness",
                                result.flatness().stream()
                                        .map(SoakCommand::fields)
                                        .toList())
                        .and("complaints", List.copyOf(result.complaints())));
    }

    private static Fields fields(Flatness line) {
        return Fields.nested()
                .and("agent", line.agent())
                .and("what", line.what())
                .and("first", line.first())
                .and("rise", line.rise())
                .and("bound", line.bound())
                .and("minutes", line.hours() * 60)
                .and("flat", line.isFlat());
    }
}
