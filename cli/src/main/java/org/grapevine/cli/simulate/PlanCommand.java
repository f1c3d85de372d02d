package org.grapevine.cli.simulate;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.grapevine.cli.console.ExitCode;
import org.grapevine.cli.console.Fields;
import org.grapevine.cli.console.OutputFile;
import org.grapevine.cli.console.Progress;
import org.grapevine.cli.console.Reporter;
import org.grapevine.cli.console.Session;
import org.grapevine.cli.console.UsageException;
import org.grapevine.cli.console.Values;
import org.grapevine.simulation.driver.Cores;
import org.grapevine.simulation.plan.Plan;
import org.grapevine.simulation.plan.PlanCheck;
import org.grapevine.simulation.plan.PlanRequest;
import org.grapevine.simulation.plan.PlanVerdict;
import org.grapevine.simulation.scenario.Latency;
import org.grapevine.yaml.Decimal;
import org.grapevine.yaml.Measure;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code grapevine plan}. */
@Command(
        name = "plan",
        description = {
            "From a network and a wish to fanout, rounds, messages, bytes and time; each number with its reason."
                    + " Then simulates the plan to see whether it holds.",
            "docs/planning.md explains. Exits with 1 if the wish cannot be met, or the simulation does not agree."
        },
        footer = {
            "",
            "Examples:",
            "  grapevine plan --devices 1000 --loss 5%% --dead 2%% --deadline 2s --latency 60ms",
            "  grapevine plan --devices 50000 --latency 20ms..200ms --wanted 0.9999 --save plan.yaml"
        })
public final class PlanCommand implements Callable<Integer> {

    private final Session session;

    @Option(names = "--devices", paramLabel = "N", required = true, description = "Devices in the segment.")
    private String devices = "";

    @Option(names = "--loss", paramLabel = "SHARE", defaultValue = "0%", description = "Messages lost (default: 0%%).")
    private String loss = "0%";

    @Option(
            names = "--dead",
            paramLabel = "SHARE",
            defaultValue = "0%",
            description = "Devices that are down while others still send to them (default: 0%%).")
    private String dead = "0%";

    @Option(
            names = "--wanted",
            paramLabel = "P",
            defaultValue = "0.999",
            description = "Probability that one push reaches all live devices, without repair (default: 0.999).")
    private String wanted = "0.999";

    @Option(
            names = "--deadline",
            paramLabel = "TIME",
            defaultValue = "",
            description = "By when it is to be everywhere, such as 2s (default: no hurry).")
    private String deadline = "";

    @Option(
            names = "--latency",
            paramLabel = "TIME",
            defaultValue = "50ms",
            description = "From one device to the next, such as 50ms or 20ms..200ms (default: 50ms).")
    private String latency = "50ms";

    @Option(
            names = "--size",
            paramLabel = "BYTES",
            defaultValue = "1200B",
            description = "Size of a message's body (default: 1200B).")
    private String size = "1200B";

    @Option(
            names = "--repair",
            paramLabel = "TIME",
            defaultValue = "",
            description = "Pause between two comparisons of what was missed (default: as advised).")
    private String repair = "";

    @Option(
            names = "--lifetime",
            paramLabel = "TIME",
            defaultValue = "",
            description = "How long a message is worth delivering (default: as advised).")
    private String lifetime = "";

    @Option(names = "--no-check", description = "Do not simulate the plan.")
    private boolean noCheck;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "auto",
            description = "Runs of the simulation (default: as many as are worth it).")
    private String seeds = "auto";

    @Option(
            names = "--save",
            paramLabel = "FILE",
            defaultValue = "",
            description = "Write the plan as a scenario file.")
    private String save = "";

    public PlanCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        Plan plan = Plan.of(request());
        long runs = Values.integerOr("auto", "--seeds", seeds, 1, 100_000);
        print(plan);
        save(plan);
        if (plan.obstacle().isPresent()) {
            return ExitCode.FAILED;
        }
        return noCheck || check(plan, (int) runs) ? ExitCode.DONE : ExitCode.FAILED;
    }

    private PlanRequest request() {
        try {
            return new PlanRequest(
                    (int) Values.integer("--devices", devices, 2, 10_000_000),
                    share("--loss", loss),
                    share("--dead", dead),
                    share("--wanted", wanted),
                    deadline.isEmpty() ? null : Duration.ofMillis(millis("--deadline", deadline)),
                    latency(),
                    (int) Math.min(Integer.MAX_VALUE, quantity("--size", size, Measure.SIZE)),
                    repair.isEmpty() ? 0 : millis("--repair", repair),
                    lifetime.isEmpty() ? 0 : millis("--lifetime", lifetime));
        } catch (IllegalArgumentException e) {
            throw new UsageException("plan: " + e.getMessage(), e);
        }
    }

    private static double share(String option, String text) {
        return Decimal.parseShare(text)
                .orElseThrow(() -> UsageException.of(option, "'" + text + "'", "a share such as 0.05 or 5%"));
    }

    private static long quantity(String option, String text, Measure measure) {
        return measure.parse(text).orElseThrow(() -> UsageException.of(option, "'" + text + "'", measure.form()));
    }

    private static long millis(String option, String text) {
        long micros = quantity(option, text, Measure.DURATION);
        if (micros < 1_000) {
            throw UsageException.of(option, text, "at least 1ms");
        }
        return micros / 1_000;
    }

    private Latency latency() {
        int dots = latency.indexOf("..");
        if (dots < 0) {
            return new Latency.Constant(quantity("--latency", latency, Measure.DURATION));
        }
        return new Latency.Uniform(
                quantity("--latency", latency.substring(0, dots), Measure.DURATION),
                quantity("--latency", latency.substring(dots + 2), Measure.DURATION));
    }

    private void print(Plan plan) {
        Reporter reporter = session.reporter();
        plan.sentences().forEach(sentence -> reporter.line("- " + sentence));
        reporter.json(Fields.step("plan")
                .and("fanout", plan.fanout())
                .and("rounds", plan.rounds())
                .and("probability", plan.probability())
                .and("coverage", plan.coverage())
                .and("copies", plan.expectedCopies())
                .and("copiesPerDevice", plan.copiesPerDevice())
                .and("bytesPerDevice", plan.bytesPerDevice())
                .and("millisTo99", plan.millisTo99())
                .and("expectedMillis", plan.expectedMillis())
                .and("wantedMillis", plan.wantedMillis())
                .and("repairMillis", plan.repairMillis())
                .and("lifetimeMillis", plan.lifetimeMillis())
                .and("warnings", new ArrayList<Object>(plan.warnings()))
                .and("obstacle", plan.obstacle().orElse(null)));
    }

    private void save(Plan plan) {
        Path path = OutputFile.pathOf("--save", save);
        if (path != null) {
            OutputFile.write("--save", path, plan.toYaml());
            session.reporter().line("Scenario: " + path);
        }
    }

    private boolean check(Plan plan, int runs) throws InterruptedException {
        PlanCheck check = runs == 0 ? PlanCheck.of(plan) : PlanCheck.of(plan, runs);
        PlanVerdict verdict;
        try (Progress bar = session.progress("simulating the plan", check.seeds() + check.repairSeeds())
                .withTimeLeft()) {
            verdict = check.run(Cores.available(), progress -> bar.at(progress.done()));
        }
        Reporter reporter = session.reporter();
        reporter.line("");
        List<String> sentences = verdict.sentences();
        sentences.forEach(sentence -> reporter.line("- " + sentence));
        reporter.json(Fields.step("check")
                .and("agrees", verdict.agrees())
                .and("runs", verdict.runs())
                .and("reachedAll", verdict.reachedAll())
                .and("reachedAllShare", verdict.reachedAllShare())
                .and("reachedAllLow", verdict.reachedAllLow())
                .and("reachedAllHigh", verdict.reachedAllHigh())
                .and("coverage", verdict.coverage().mean())
                .and("copiesPerDevice", verdict.copies().mean())
                .and("bytesPerDevice", verdict.bytes().mean())
                .and("disagreements", new ArrayList<Object>(verdict.disagreements())));
        return verdict.agrees();
    }
}
