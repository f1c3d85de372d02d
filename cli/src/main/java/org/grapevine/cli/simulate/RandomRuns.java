package org.grapevine.cli.simulate;

import java.nio.file.Path;
import java.util.Locale;
import java.util.function.LongFunction;
import org.grapevine.cli.console.ExitCode;
import org.grapevine.cli.console.Fields;
import org.grapevine.cli.console.OutputFile;
import org.grapevine.cli.console.Progress;
import org.grapevine.cli.console.Reporter;
import org.grapevine.cli.console.Session;
import org.grapevine.simulation.check.Violation;
import org.grapevine.simulation.random.Campaign;
import org.grapevine.simulation.random.Failure;
import org.grapevine.simulation.random.RequestScenarios;
import org.grapevine.simulation.random.RequestTally;
import org.grapevine.simulation.random.ScenarioGenerator;
import org.grapevine.simulation.random.Shrinker;
import org.grapevine.simulation.random.Trial;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.ScenarioWriter;
import org.jspecify.annotations.Nullable;

/** Random scenarios by the thousand: says which seeds fail, how to run each again, and the smallest scenario that fails so. */
final class RandomRuns {

    /** Failures that are shown one by one; a mutant fails nearly everywhere, and the first ones say enough. */
    private static final int SHOWN = 20;

    private static final int SHRUNK = 3;
    private static final int MOST_SHRINKING_RUNS = 2_000;

    private final Session session;
    private final int cores;
    private final boolean requests;
    private final boolean shrink;
    private final @Nullable Path save;
    /** The first one is enough, and the later ones must not take its place. */
    private boolean saved;

    /**
     * Runs to come.
     *
     * @param requests two of them at the same time in each scenario, in place of everything
     */
    RandomRuns(Session session, int cores, boolean requests, boolean shrink, @Nullable Path save) {
        this.session = session;
        this.cores = cores;
        this.requests = requests;
        this.shrink = shrink;
        this.save = save;
    }

    int run(long firstSeed, long count) throws InterruptedException {
        long started = System.nanoTime();
        long failures;
        RequestTally tally = new RequestTally();
        LongFunction<Scenario> scenarios = requests ? RequestScenarios::draw : ScenarioGenerator::draw;
        try (Progress bar = session.progress("random scenarios", count).withTimeLeft()) {
            failures = Campaign.run(
                    firstSeed, firstSeed + count, cores, scenarios, Trial.run(tally), new Campaign.Watch() {
                        private long shown;

                        @Override
                        public void failed(Failure failure) {
                            if (shown++ < SHOWN) {
                                report(failure, shown <= SHRUNK);
                            }
                        }

                        @Override
                        public void progress(long done, long failed) {
                            bar.at(done, failed == 0 ? "none failed" : failed + " failed");
                        }
                    });
        }
        double seconds = (System.nanoTime() - started) / 1e9;
        RequestTally.Sums sums = tally.sums();
        session.reporter()
                .json(Fields.step("random")
                        .and("firstSeed", firstSeed)
                        .and("seeds", count)
                        .and("failed", failures)
                        .and("requests", sums.requests())
                        .and("answered", sums.answered())
                        .and("whole", sums.whole())
                        .and("counted", sums.counted())
                        .and("violations", sums.violations())
                        .and("cores", cores)
                        .and("seconds", seconds));
        session.reporter()
                .line(String.format(
                        Locale.ROOT,
                        "%,d random scenarios, seeds %d to %d, on %d cores in %.1f s: %s",
                        count,
                        firstSeed,
                        firstSeed + count - 1,
                        cores,
                        seconds,
                        failures == 0 ? "all promises kept" : failures + " failed"));
        session.reporter()
                .line(String.format(
                        Locale.ROOT,
                        "%,d requests, %,d answered (%,d whole), %,d devices counted: %.4f of those that stayed up, %,d"
                                + " promises broken",
                        sums.requests(),
                        sums.answered(),
                        sums.whole(),
                        sums.counted(),
                        sums.stayed() == 0 ? 0 : (double) sums.stayedInside() / sums.stayed(),
                        sums.violations()));
        return failures == 0 ? ExitCode.DONE : ExitCode.FAILED;
    }

    private void report(Failure failure, boolean worthShrinking) {
        Reporter reporter = session.reporter();
        Violation first = failure.violations().get(0);
        String replay = "./grapevine simulate --random" + (requests ? " --requests" : "") + " --seed " + failure.seed()
                + " --trace trace.txt";
        reporter.line("Seed " + failure.seed() + ": " + first.checker() + ": " + first.what());
        reporter.line("  again, with a full trace: " + replay);
        Fields fields = Fields.step("failure")
                .and("seed", failure.seed())
                .and("checker", first.checker())
                .and("atMicros", first.atMicros())
                .and("what", first.what())
                .and("replay", replay);
        if (shrink && worthShrinking) {
            Shrinker.Shrunk smallest = Shrinker.shrink(failure, MOST_SHRINKING_RUNS);
            String text = ScenarioWriter.write(smallest.failure().scenario());
            reporter.line("  smallest scenario that fails so (" + smallest.runs() + " runs), with --seed "
                    + smallest.failure().seed() + ":");
            reporter.text(text.indent(4));
            fields.and("smallestSeed", smallest.failure().seed()).and("smallest", text);
            save(text);
        }
        reporter.json(fields);
    }

    private void save(String text) {
        Path path = save;
        if (path != null && !saved) {
            saved = true;
            OutputFile.write("--save", path, text);
            session.reporter().line("  saved as " + path);
        }
    }
}
