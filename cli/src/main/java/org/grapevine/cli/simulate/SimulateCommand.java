package org.grapevine.cli.simulate;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.grapevine.cli.console.ExitCode;
import org.grapevine.cli.console.FailedException;
import org.grapevine.cli.console.OutputFile;
import org.grapevine.cli.console.Progress;
import org.grapevine.cli.console.Reporter;
import org.grapevine.cli.console.Session;
import org.grapevine.cli.console.UsageException;
import org.grapevine.cli.console.Values;
import org.grapevine.simulation.driver.Cores;
import org.grapevine.simulation.random.RequestScenarios;
import org.grapevine.simulation.random.ScenarioGenerator;
import org.grapevine.simulation.report.JsonReport;
import org.grapevine.simulation.report.ReportFolder;
import org.grapevine.simulation.report.ReportOptions;
import org.grapevine.simulation.report.RunResult;
import org.grapevine.simulation.report.TextReport;
import org.grapevine.simulation.run.Forecast;
import org.grapevine.simulation.run.Run;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.ScenarioWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code grapevine simulate}. */
@Command(
        name = "simulate",
        description = {
            "Runs the real engines in virtual time, as a scenario file says, and checks every promise.",
            "docs/simulator.md describes what it does, docs/scenario-file.md the file. Exits with 1 if a promise was broken."
        },
        footer = {
            "",
            "Examples:",
            "  grapevine simulate flat-1k",
            "  grapevine simulate my.yaml --seed 7 --out report",
            "  grapevine simulate flat-1k --sweep fanout=3..9 --seeds 20",
            "  grapevine simulate --random --seeds 10000",
            "  grapevine simulate --random --seed 4711 --trace trace.txt",
            "  grapevine simulate --random --requests --seeds 100000"
        })
public final class SimulateCommand implements Callable<Integer> {

    private static final long HIGHEST_SEED = Long.MAX_VALUE / 10;
    private static final long MOST_SEEDS = 100_000_000;

    private final Session session;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            defaultValue = "",
            description = "A scenario file (YAML), or the name of a scenario that comes with the simulator.")
    private String file = "";

    @Option(
            names = "--random",
            description = "Draw the scenario from the seed. With --seeds, run one scenario for each, on all cores.")
    private boolean random;

    @Option(
            names = "--requests",
            description = "With --random: two requests at the same time in each scenario, in all modes and variants.")
    private boolean requests;

    @Option(names = "--validate", description = "Compare with published figures, and write the tables as Markdown.")
    private boolean validate;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "The first seed. Equal seeds give equal runs (default: ${DEFAULT-VALUE}).")
    private String seed = "1";

    @Option(names = "--seeds", paramLabel = "N", defaultValue = "1", description = "How many seeds (default: 1).")
    private String seeds = "1";

    @Option(
            names = "--sweep",
            paramLabel = "KEY=VALUES",
            description = {
                "Vary a key of the scenario: fanout=3..9, loss=0,1%%,5%%, devices=100,1000, or a path such as"
                        + " workload[0].push.lifetime=10s,30s. Several give a grid."
            })
    private List<String> sweep = new ArrayList<>();

    @Option(
            names = "--out",
            paramLabel = "PATH",
            defaultValue = "",
            description = "Write a report into this folder: JSON, CSV, SVG, PNG and one HTML page. With --validate, the"
                    + " file to write.")
    private String out = "";

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            defaultValue = "",
            description = "Write every action of every engine into this file.")
    private String trace = "";

    @Option(
            names = "--save",
            paramLabel = "FILE",
            defaultValue = "",
            description = "Write the scenario into this file: one drawn at random, or a failing one shrunk.")
    private String save = "";

    @Option(names = "--wire", description = "Send every message through the real codec, with true sizes.")
    private boolean wire;

    @Option(names = "--no-shrink", description = "Do not look for smaller scenarios that fail the same way.")
    private boolean noShrink;

    @Option(
            names = "--cores",
            paramLabel = "N",
            defaultValue = "all",
            description = "Runs at the same time (default: as many as there are cores).")
    private String cores = "all";

    public SimulateCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        long firstSeed = Values.integer("--seed", seed, 0, HIGHEST_SEED);
        long count = Values.integer("--seeds", seeds, 1, MOST_SEEDS);
        long asked = Values.integerOr("all", "--cores", cores, 1, 1_024);
        int used = asked == 0 ? Cores.available() : (int) asked;
        requireOneThing();
        try {
            if (validate) {
                return new ValidationRun(session, used).run(OutputFile.pathOf("--out", out));
            } else if (random && count > 1) {
                return new RandomRuns(session, used, requests, !noShrink, OutputFile.pathOf("--save", save))
                        .run(firstSeed, count);
            } else if (random) {
                Scenario drawn = requests ? RequestScenarios.draw(firstSeed) : ScenarioGenerator.draw(firstSeed);
                String text = ScenarioWriter.write(drawn);
                saveScenario(text);
                return one(new ScenarioText(requests ? "--random --requests" : "--random", text, drawn), firstSeed);
            }
            ScenarioText scenario = ScenarioText.read(file);
            if (count > 1 || !sweep.isEmpty()) {
                return new SweepRun(session, used)
                        .run(scenario, wire, sweep, firstSeed, count, OutputFile.pathOf("--out", out));
            }
            return one(scenario, firstSeed);
        } catch (Forecast.OutOfRoomException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        } catch (UncheckedIOException | IOException e) {
            throw new FailedException(String.valueOf(e.getMessage()), e);
        }
    }

    private void requireOneThing() {
        int things = (file.isEmpty() ? 0 : 1) + (random ? 1 : 0) + (validate ? 1 : 0);
        if (things != 1) {
            throw new UsageException("simulate: " + (things == 0 ? "nothing to run" : "several things to run")
                    + " (expected: a scenario file, --random or --validate)");
        }
        boolean single = file.isEmpty() ? random && seeds.equals("1") : seeds.equals("1") && sweep.isEmpty();
        require(trace.isEmpty() || single, "--trace", trace, "one run: one seed and no --sweep");
        require(sweep.isEmpty() || !file.isEmpty(), "--sweep", String.join(" ", sweep), "a scenario file");
        require(save.isEmpty() || random, "--save", save, "--random");
        if (requests && !random) {
            throw new UsageException("--requests: without --random (expected: both)");
        }
        require(out.isEmpty() || !random || single, "--out", out, "one seed");
        require(!validate || (seeds.equals("1") && !wire), "--validate", "with --seeds or --wire", "neither");
    }

    private static void require(boolean holds, String option, String value, String expected) {
        if (!holds) {
            throw UsageException.of(option, value, expected);
        }
    }

    private void saveScenario(String text) {
        Path path = OutputFile.pathOf("--save", save);
        if (path != null) {
            OutputFile.write("--save", path, text);
        }
    }

    private int one(ScenarioText read, long firstSeed) throws IOException {
        Scenario scenario = wire ? read.scenario().withWire(true) : read.scenario();
        Forecast forecast = Forecast.of(scenario);
        forecast.requireRoom(scenario, heapBytes());
        Path tracePath = OutputFile.pathOf("--trace", trace);
        RunResult result;
        try (Progress bar = session.progress(scenario.name(), forecast.events()).withTimeLeft();
                BufferedWriter writer = tracePath == null ? null : OutputFile.open("--trace", tracePath)) {
            result = Run.of(scenario, firstSeed, new RunProgress(bar, writer));
        }
        Path folder = OutputFile.pathOf("--out", out);
        List<Path> written = folder == null
                ? List.of()
                : ReportFolder.write(folder, result, ReportOptions.of(read.text(), command(read.given(), firstSeed)));
        print(result, written);
        return result.violationsInAll() == 0 ? ExitCode.DONE : ExitCode.FAILED;
    }

    /** What a run may take of the heap: a collector needs some room to work in. */
    static long heapBytes() {
        return Runtime.getRuntime().maxMemory() / 10 * 9;
    }

    private String command(String given, long firstSeed) {
        return String.format(
                Locale.ROOT, "./grapevine simulate %s --seed %d%s", given, firstSeed, wire ? " --wire" : "");
    }

    private void print(RunResult result, List<Path> written) {
        Reporter reporter = session.reporter();
        reporter.json(JsonReport.of(result, true));
        TextReport.headline(result).forEach(reporter::line);
        reporter.line(TextReport.wallClock(result));
        table("Pushes", TextReport.spreads(result));
        table("Requests", TextReport.requests(result));
        table("Traffic", TextReport.traffic(result));
        table("Sent, by kind", TextReport.kinds(result));
        table("Load of a device", TextReport.loads(result));
        table("Views", TextReport.overlay(result));
        reporter.line("");
        TextReport.verdict(result).forEach(reporter::line);
        if (!written.isEmpty()) {
            reporter.line("Report: " + written.get(0).toAbsolutePath().getParent());
        }
    }

    private void table(String title, List<List<String>> rows) {
        if (!rows.isEmpty()) {
            session.reporter().line("");
            session.reporter().line(title);
            session.reporter().table("  ", rows);
        }
    }
}
