package org.grapevine.simulation.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.grapevine.simulation.report.RunResult;
import org.grapevine.simulation.report.SpreadResult;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.sweep.Progress;
import org.grapevine.simulation.sweep.Sweep;

/**
 * Verifies a plan by simulation: the network of the plan, with a number of seeds, without repair and with it.
 *
 * @param seeds runs without repair
 * @param repairSeeds runs with repair
 * @param firstSeed of both
 */
public record PlanCheck(Plan plan, int seeds, int repairSeeds, long firstSeed) {

    private static final int MOST_SEEDS = 200;
    private static final int LEAST_SEEDS = 3;
    private static final int SEEDS_PER_REPAIR_SEED = 4;

    /** Copies simulated without repair at the most, unless the fewest seeds already need more: some seconds on one core. */
    private static final long BUDGET = 10_000_000;

    /** @throws IllegalArgumentException for fewer than one seed or more than a sweep may have */
    public PlanCheck {
        requireSeeds("seeds", seeds);
        requireSeeds("repairSeeds", repairSeeds);
    }

    /** With as many seeds as a few seconds are enough for: 200 up to about 3,000 devices, fewer for more, at least 3. */
    public static PlanCheck of(Plan plan) {
        return of(plan, (int)
                Math.max(LEAST_SEEDS, Math.min(MOST_SEEDS, BUDGET / Math.max(1, (long) plan.expectedCopies()))));
    }

    /** With so many seeds, from 1 on, and a quarter as many with repair. */
    public static PlanCheck of(Plan plan, int seeds) {
        return new PlanCheck(plan, seeds, Math.max(1, seeds / SEEDS_PER_REPAIR_SEED), 1);
    }

    private static void requireSeeds(String field, int seeds) {
        if (seeds < 1 || seeds > Sweep.MAX_RUNS) {
            throw new IllegalArgumentException(field + ": " + seeds + " (expected: 1.." + Sweep.MAX_RUNS + ")");
        }
    }

    /**
     * Simulates and compares. The verdict does not depend on the number of cores.
     *
     * @param cores runs at the same time
     * @param progress told after each run, on this thread; may throw to end it
     * @throws InterruptedException if this thread is interrupted
     */
    public PlanVerdict run(int cores, Consumer<Progress> progress) throws InterruptedException {
        int all = seeds + repairSeeds;
        List<RunResult> plain = runs(
                plan.withoutRepair(),
                seeds,
                cores,
                each -> progress.accept(new Progress(each.done(), all, each.violations())));
        long seen = violations(plain);
        List<RunResult> repaired = runs(
                plan.toScenario(),
                repairSeeds,
                cores,
                each -> progress.accept(new Progress(seeds + each.done(), all, seen + each.violations())));
        return verdict(plain, repaired);
    }

    private List<RunResult> runs(Scenario scenario, int runs, int cores, Consumer<Progress> progress)
            throws InterruptedException {
        return new Sweep(scenario, List.of(), firstSeed, runs)
                .run(cores, progress)
                .get(0)
                .runs();
    }

    private static long violations(List<RunResult> runs) {
        return runs.stream().mapToLong(RunResult::violationsInAll).sum();
    }

    private PlanVerdict verdict(List<RunResult> plain, List<RunResult> repaired) {
        List<Double> coverage = new ArrayList<>();
        List<Double> copies = new ArrayList<>();
        List<Double> bytes = new ArrayList<>();
        List<Double> to99 = new ArrayList<>();
        List<Double> toAll = new ArrayList<>();
        int reachedAll = 0;
        for (RunResult run : plain) {
            SpreadResult spread = run.spreads().get(0);
            coverage.add(spread.coverage());
            copies.add((double) spread.copies() / spread.devices());
            bytes.add((double) run.traffic().bytesSent() / spread.devices());
            if (spread.t99Micros() >= 0) {
                to99.add(spread.t99Micros() / 1_000.0);
            }
            if (spread.reached() == spread.devices()) {
                reachedAll++;
                toAll.add(spread.t100Micros() / 1_000.0);
            }
        }
        int repairedAll = 0;
        List<Double> repairToAll = new ArrayList<>();
        List<Double> repairBytes = new ArrayList<>();
        for (RunResult run : repaired) {
            SpreadResult spread = run.spreads().get(0);
            repairBytes.add((double) run.traffic().bytesSent() / spread.devices());
            if (spread.reached() == spread.devices()) {
                repairedAll++;
                repairToAll.add(spread.t100Micros() / 1_000.0);
            }
        }
        return new PlanVerdict(
                plan,
                plain.size(),
                reachedAll,
                Sample.of(coverage),
                Sample.of(copies),
                Sample.of(bytes),
                Sample.of(to99),
                Sample.of(toAll),
                repaired.size(),
                repairedAll,
                Sample.of(repairToAll),
                Sample.of(repairBytes),
                violations(plain) + violations(repaired));
    }
}
