package org.grapevine.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.grapevine.core.engine.FanoutRule;
import org.grapevine.simulation.kernel.SeededRandom;
import org.grapevine.simulation.report.RunResult;
import org.grapevine.simulation.run.Run;
import org.grapevine.simulation.scenario.DeviceGroup;
import org.grapevine.simulation.scenario.ReadyScenarios;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.ScenarioFile;

/**
 * One push through ever more devices, and beside it the least that any simulator must do: an epidemic of infect and die in plain
 * arrays, without engines, messages, views or checks. Says how the time grows, and what real engines cost more.
 */
public final class SimulatorScale {

    private static final int[] SIZES = {1_000, 10_000, 100_000, 1_000_000};
    private static final int[] WARM_UP = {20_000, 20_000, 20_000};

    private SimulatorScale() {}

    /** One line of the table. */
    record Line(int devices, long events, double seconds, double floorSeconds, long reached, long floorReached) {
        double secondsPerNLogN() {
            return seconds / (devices * StrictMath.log(devices));
        }
    }

    /**
     * Prints the table.
     *
     * @param args sizes; none for a thousand to a million
     */
    public static void main(String[] args) {
        int[] sizes = args.length == 0
                ? SIZES
                : Arrays.stream(args).mapToInt(Integer::parseInt).toArray();
        lines(WARM_UP);
        System.out.printf(
                Locale.ROOT,
                "%10s %12s %9s %12s %16s %9s %8s%n",
                "devices",
                "events",
                "seconds",
                "events/s",
                "ns/(n ln n)",
                "floor s",
                "times");
        for (Line line : lines(sizes)) {
            System.out.printf(
                    Locale.ROOT,
                    "%,10d %,12d %9.3f %,12.0f %16.1f %9.3f %8.1f%n",
                    line.devices(),
                    line.events(),
                    line.seconds(),
                    line.events() / line.seconds(),
                    line.secondsPerNLogN() * 1e9,
                    line.floorSeconds(),
                    line.seconds() / line.floorSeconds());
        }
    }

    static List<Line> lines(int... sizes) {
        Scenario million = ScenarioFile.read(ReadyScenarios.text("million"), "million.yaml");
        List<Line> lines = new ArrayList<>();
        for (int size : sizes) {
            Scenario scenario =
                    million.withGroups(List.of(million.group("publisher"), DeviceGroup.of("peer", size - 1, "all")));
            System.gc(); // What the size before left behind is not this one's to clear up.
            RunResult run = Run.of(scenario, 1);
            if (run.violationsInAll() > 0) {
                throw new IllegalStateException(run.violations().toString());
            }
            long started = System.nanoTime();
            int floor = floor(size, FanoutRule.defaults().fanout(size), 1);
            double floorSeconds = (System.nanoTime() - started) / 1e9;
            lines.add(new Line(
                    size,
                    run.events(),
                    run.wallNanos() / 1e9,
                    floorSeconds,
                    run.spreads().get(0).reached(),
                    floor));
        }
        return lines;
    }

    /** Infect and die in rounds: how many of n are infected in the end. */
    static int floor(int n, int fanout, long seed) {
        SeededRandom random = new SeededRandom(seed);
        boolean[] infected = new boolean[n];
        int[] frontier = new int[n];
        int[] next = new int[n];
        int[] targets = new int[fanout];
        infected[0] = true;
        int reached = 1;
        int size = 1;
        while (size > 0) {
            int fresh = 0;
            for (int i = 0; i < size; i++) {
                draw(frontier[i], n, targets, random);
                for (int target : targets) {
                    if (!infected[target]) {
                        infected[target] = true;
                        next[fresh++] = target;
                    }
                }
            }
            int[] swapped = frontier;
            frontier = next;
            next = swapped;
            size = fresh;
            reached += fresh;
        }
        return reached;
    }

    private static void draw(int self, int n, int[] targets, SeededRandom random) {
        for (int k = 0; k < targets.length; k++) {
            int target;
            do {
                target = random.nextInt(n);
            } while (target == self || contains(targets, k, target));
            targets[k] = target;
        }
    }

    private static boolean contains(int[] targets, int length, int target) {
        for (int i = 0; i < length; i++) {
            if (targets[i] == target) {
                return true;
            }
        }
        return false;
    }
}
