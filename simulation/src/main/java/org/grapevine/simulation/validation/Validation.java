package org.grapevine.simulation.validation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.grapevine.simulation.driver.Cores;
import org.grapevine.simulation.kernel.SeededRandom;
import org.grapevine.simulation.report.RunResult;
import org.grapevine.simulation.run.Run;
import org.grapevine.simulation.scenario.ReadyScenarios;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.ScenarioFile;
import org.grapevine.simulation.validation.TableResult.Line;
import org.grapevine.yaml.YamlMistake;
import org.jspecify.annotations.Nullable;

/** Simulates what has been published about gossip, and compares. Seeds are fixed, so each time gives the same. */
public final class Validation {

    /** Runs go to a core in bundles of about so many devices. */
    private static final int DEVICES_PER_BUNDLE = 20_000;

    private static final int VIOLATIONS_TOLD = 5;

    private Validation() {}

    /**
     * Runs all tables, with the scenarios that come with the simulator.
     *
     * @param cores runs at the same time
     * @param watch told now and then, on this thread
     */
    public static ValidationReport run(int cores, Consumer<Progress> watch) throws InterruptedException {
        return run(Tables.all(), Validation::shipped, cores, watch);
    }

    /**
     * Runs all tables, with scenarios from a folder.
     *
     * @param scenarioFolder where their files are, such as {@code simulation/scenarios/validation}
     * @throws YamlMistake if a scenario file is not there or not as it should be
     */
    public static ValidationReport run(Path scenarioFolder, int cores, Consumer<Progress> watch)
            throws InterruptedException {
        return run(Tables.all(), scenarioFolder, cores, watch);
    }

    static ValidationReport run(List<Table> tables, Path scenarioFolder, int cores, Consumer<Progress> watch)
            throws InterruptedException {
        return run(tables, name -> ScenarioFile.read(scenarioFolder.resolve(name + ".yaml")), cores, watch);
    }

    private static Scenario shipped(String name) {
        return ScenarioFile.read(ReadyScenarios.validationText(name), name + ".yaml");
    }

    private static ValidationReport run(
            List<Table> tables, Function<String, Scenario> scenarios, int cores, Consumer<Progress> watch)
            throws InterruptedException {
        List<RowInProgress> rows = new ArrayList<>();
        for (Table table : tables) {
            Scenario base = scenarios.apply(table.scenario());
            table.rows().forEach(row -> rows.add(new RowInProgress(table, row, base)));
        }
        long runsInAll = rows.stream().mapToLong(each -> each.row.runs()).sum();
        long[] done = {0};
        Iterator<Bundle> bundles = rows.stream().flatMap(RowInProgress::bundles).iterator();
        Cores.forEach(cores, bundles, Bundle::run, (Outcome outcome) -> {
            outcome.bundle.of.take(outcome);
            done[0] += outcome.bundle.runs;
            watch.accept(new Progress(outcome.bundle.of.table.title(), done[0], runsInAll));
        });
        return new ValidationReport(
                tables.stream().map(table -> result(table, rows)).toList());
    }

    private static TableResult result(Table table, List<RowInProgress> rows) {
        List<Line> lines = new ArrayList<>();
        List<String> violations = new ArrayList<>();
        long violationsInAll = 0;
        for (RowInProgress each : rows) {
            if (each.table.title().equals(table.title())) {
                lines.addAll(each.lines());
                violations.addAll(each.violations);
                violationsInAll += each.violationsInAll;
            }
        }
        return new TableResult(table, lines, violations, violationsInAll);
    }

    /** A row of which some runs are done. */
    private static final class RowInProgress {
        private final Table table;
        private final Row row;
        private final Scenario base;
        private final List<Sample> samples = new ArrayList<>();
        private final List<@Nullable Expected> byRule = new ArrayList<>();
        private final List<String> violations = new ArrayList<>();
        private long violationsInAll;

        RowInProgress(Table table, Row row, Scenario base) {
            this.table = table;
            this.row = row;
            this.base = base;
            row.checks().forEach(check -> samples.add(new Sample()));
        }

        /** The first one works the expected figures out as well, so that this is spread over the cores too. */
        Stream<Bundle> bundles() {
            int size =
                    Math.max(1, Math.min(50, DEVICES_PER_BUNDLE / row.settings().devices()));
            return Stream.iterate(0, first -> first < row.runs(), first -> first + size)
                    .map(first -> new Bundle(this, first, Math.min(size, row.runs() - first)));
        }

        /** Of the run with this number: its own for each row, and none the same if tables or rows are added. */
        long seed(int run) {
            return SeededRandom.of(
                            table.title().hashCode(), row.settings().label().hashCode(), run)
                    .nextLong();
        }

        void take(Outcome outcome) {
            if (outcome.bundle.first == 0) {
                byRule.addAll(outcome.byRule);
            }
            for (double[] run : outcome.figures) {
                for (int i = 0; i < run.length; i++) {
                    samples.get(i).add(run[i]);
                }
            }
            violationsInAll += outcome.violationsInAll;
            outcome.violations.stream()
                    .limit(Math.max(0, VIOLATIONS_TOLD - violations.size()))
                    .forEach(violations::add);
        }

        List<Line> lines() {
            List<Line> lines = new ArrayList<>();
            for (int i = 0; i < samples.size(); i++) {
                Check check = row.checks().get(i);
                lines.add(new Line(row, check.figure(), check.published(), byRule.get(i), samples.get(i)));
            }
            return lines;
        }
    }

    /** Some runs of a row. */
    private record Bundle(RowInProgress of, int first, int runs) {

        Outcome run() {
            List<Check> checks = of.row.checks();
            List<double[]> figures = new ArrayList<>();
            List<String> violations = new ArrayList<>();
            long violationsInAll = 0;
            for (int number = first; number < first + runs; number++) {
                long seed = of.seed(number);
                RunResult run = Run.of(of.row.settings().applyTo(of.base, seed), seed);
                figures.add(checks.stream()
                        .mapToDouble(check -> check.figure().of(run))
                        .toArray());
                violationsInAll += run.violationsInAll();
                run.violations()
                        .forEach(violation -> violations.add(of.row.settings().label() + ", seed " + run.seed() + ": "
                                + violation.checker() + ": " + violation.what()));
            }
            List<@Nullable Expected> byRule = new ArrayList<>();
            if (first == 0) {
                for (Check check : checks) {
                    Supplier<Expected> rule = check.byRule();
                    byRule.add(rule == null ? null : rule.get());
                }
            }
            return new Outcome(this, figures, byRule, violations, violationsInAll);
        }
    }

    private record Outcome(
            Bundle bundle,
            List<double[]> figures,
            List<@Nullable Expected> byRule,
            List<String> violations,
            long violationsInAll) {}
}
