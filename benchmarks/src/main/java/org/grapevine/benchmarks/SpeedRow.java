package org.grapevine.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** One way of asking, in one state of the grid. */
final class SpeedRow {
    private final String way;
    private final String state;
    private final int live;
    private final List<Outcome> outcomes = new ArrayList<>();
    private double cpuMillis;

    /**
     * A row without runs.
     *
     * @param live devices that could be counted
     */
    SpeedRow(String way, String state, int live) {
        this.way = way;
        this.state = state;
        this.live = live;
    }

    static void header() {
        System.out.printf(
                "%-14s %-12s %5s %10s %10s %9s %22s %6s %8s%n",
                "way",
                "devices",
                "runs",
                "median ms",
                "p99 ms",
                "in time",
                "counted of those alive",
                "exact",
                "CPU ms");
    }

    /** One way of asking, once; {@code exact} if it came to the sum of all devices, dead ones included. */
    record Outcome(double millis, int counted, boolean exact) {}

    /** Asks all devices. */
    interface Ask {
        Outcome ask() throws Exception;
    }

    void measure(Ask ask) throws Exception {
        long before = cpuNanos();
        outcomes.add(ask.ask());
        cpuMillis += (cpuNanos() - before) / 1e6;
    }

    /** Of this process, the kernel's work for it included. */
    private static long cpuNanos() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    void print(int budgetMillis) {
        List<Double> times = outcomes.stream().map(Outcome::millis).sorted().toList();
        // Who dies after it has answered is counted as well.
        int least = outcomes.stream().mapToInt(this::alive).min().orElse(0);
        double mean = outcomes.stream().mapToInt(this::alive).average().orElse(0);
        System.out.printf(
                Locale.ROOT,
                "%-14s %-12s %5d %10.1f %10.1f %9d %11.4f, least %.3f %6d %8.0f%n",
                way,
                state,
                times.size(),
                at(times, 0.5),
                at(times, 0.99),
                times.stream().filter(time -> time <= budgetMillis).count(),
                mean / live,
                (double) least / live,
                outcomes.stream().filter(Outcome::exact).count(),
                cpuMillis / outcomes.size());
    }

    private int alive(Outcome outcome) {
        return Math.min(live, outcome.counted());
    }

    /** The value that this share of all does not exceed. */
    static double at(List<Double> sorted, double share) {
        return sorted.get((int) Math.ceil(share * sorted.size()) - 1);
    }
}
