package org.grapevine.simulation.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;
import org.grapevine.simulation.check.Violation;

/**
 * Results for a terminal: lines, and rows of cells whose first row is the heading. Texts of the scenario are passed on as they are;
 * whoever prints them makes them printable.
 */
public final class TextReport {

    /** As many spreads or requests are shown one by one; more are summed up. */
    private static final int ONE_BY_ONE = 5;

    private TextReport() {}

    /** What was run, in one or two lines. */
    public static List<String> headline(RunResult run) {
        List<String> lines = new ArrayList<>();
        lines.add(run.scenario().name() + ": " + devices(run.devices()) + ", seed " + run.seed() + ", "
                + Numerals.micros(run.virtualMicros()) + " of virtual time, " + Numerals.count(run.events())
                + " events, trace " + Numerals.hash(run.traceHash()));
        if (!run.scenario().about().isBlank()) {
            lines.add(run.scenario().about());
        }
        return lines;
    }

    /** What was swept, in one line. */
    public static List<String> headline(List<SweepPoint> sweep) {
        Set<String> scenarios = new LinkedHashSet<>();
        runs(sweep).forEach(run -> scenarios.add(run.scenario().name()));
        int runs = runs(sweep).size();
        String settings = String.join(", ", Tables.settings(sweep));
        return List.of((scenarios.isEmpty() ? "sweep" : String.join(", ", scenarios)) + ": "
                + counted(sweep.size(), "point", "points") + (settings.isEmpty() ? "" : " of " + settings) + ", "
                + counted(runs, "run", "runs"));
    }

    /** How long it took, and how fast that was. The only line that differs between equal runs. */
    public static String wallClock(RunResult run) {
        double seconds = run.wallNanos() / 1e9;
        return "took " + Numerals.micros(run.wallNanos() / 1e3)
                + (seconds > 0 ? ", " + Numerals.count((long) (run.events() / seconds)) + " events per second" : "");
    }

    /** Each push if there are few, else lowest, median and highest of each figure; empty if there was none. */
    public static List<List<String>> spreads(RunResult run) {
        List<SpreadResult> spreads = run.spreads();
        if (spreads.isEmpty()) {
            return List.of();
        } else if (spreads.size() <= ONE_BY_ONE) {
            return Tables.spreads(spreads);
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(Numerals.count(spreads.size()) + " pushes", "lowest", "median", "highest"));
        rows.add(shares("coverage", spreads.stream().map(SpreadResult::coverage).toList()));
        rows.add(times("time to 50 %", spreads, SpreadResult::t50Micros));
        rows.add(times("time to 99 %", spreads, SpreadResult::t99Micros));
        rows.add(times("time to all", spreads, SpreadResult::t100Micros));
        rows.add(counts("hops", spreads, SpreadResult::lastHop));
        rows.add(counts("copies", spreads, SpreadResult::copies));
        rows.add(counts("asked for", spreads, SpreadResult::repaired));
        return rows;
    }

    /** Each request if there are few, else lowest, median and highest of each figure; empty if there was none. */
    public static List<List<String>> requests(RunResult run) {
        List<RequestResult> requests = run.requests();
        if (requests.isEmpty()) {
            return List.of();
        } else if (requests.size() <= ONE_BY_ONE) {
            return Tables.requests(requests);
        }
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(Numerals.count(requests.size()) + " requests", "lowest", "median", "highest"));
        rows.add(shares("counted", requests.stream().map(RequestResult::counted).toList()));
        rows.add(times("time to the answer or fault", requests, RequestResult::elapsedMicros));
        rows.add(counts("depth", requests, RequestResult::maxDepth));
        rows.add(counts("copies", requests, RequestResult::copies));
        return rows;
    }

    /** What the network carried. */
    public static List<List<String>> traffic(RunResult run) {
        return Tables.traffic(run.traffic());
    }

    /** How many of each kind of message were sent. */
    public static List<List<String>> kinds(RunResult run) {
        return Tables.kinds(run.traffic());
    }

    /** What each device had to carry. */
    public static List<List<String>> loads(RunResult run) {
        return Tables.loads(run);
    }

    /** What the membership engines came to; empty if there were none. */
    public static List<List<String>> overlay(RunResult run) {
        return Tables.overlay(run.overlay());
    }

    /** Why engines did not act on something; the heading only if they acted on everything. */
    public static List<List<String>> drops(RunResult run) {
        return Tables.drops(run.drops());
    }

    /** A line for each point: settings, mean and 95 % interval of each figure that any run has. */
    public static List<List<String>> sweep(List<SweepPoint> sweep) {
        return Tables.sweep(sweep, Figure.present(runs(sweep)));
    }

    /** Whether the promises were kept, and where they were not. */
    public static List<String> verdict(RunResult run) {
        List<String> lines = new ArrayList<>();
        lines.add(verdict(run.violationsInAll()));
        for (Violation violation : run.violations()) {
            lines.add(violation.checker() + " at " + Numerals.micros(violation.atMicros()) + ": " + violation.what());
        }
        long more = run.violationsInAll() - run.violations().size();
        if (more > 0) {
            lines.add("and " + Numerals.count(more) + " more");
        }
        return lines;
    }

    /** Whether the promises were kept in all runs, and in which ones they were not. */
    public static List<String> verdict(List<SweepPoint> sweep) {
        List<String> lines = new ArrayList<>();
        lines.add(verdict(
                runs(sweep).stream().mapToLong(RunResult::violationsInAll).sum()));
        for (SweepPoint point : sweep) {
            for (RunResult run : point.runs()) {
                if (run.violationsInAll() > 0) {
                    lines.add(settings(point) + "seed " + run.seed() + ": " + verdict(run.violationsInAll())
                            + (run.violations().isEmpty()
                                    ? ""
                                    : ", first " + run.violations().get(0).checker() + ": "
                                            + run.violations().get(0).what()));
                }
            }
        }
        return lines;
    }

    static String verdict(long violations) {
        return violations == 0 ? "all promises kept" : counted(violations, "violation", "violations");
    }

    static List<RunResult> runs(List<SweepPoint> sweep) {
        return sweep.stream().flatMap(point -> point.runs().stream()).toList();
    }

    static String devices(int devices) {
        return counted(devices, "device", "devices");
    }

    static String counted(long number, String one, String many) {
        return Numerals.count(number) + " " + (number == 1 ? one : many);
    }

    private static String settings(SweepPoint point) {
        StringBuilder text = new StringBuilder();
        point.settings()
                .forEach((name, value) ->
                        text.append(name).append('=').append(value).append(' '));
        return text.toString();
    }

    private static List<String> shares(String label, List<Double> shares) {
        List<Double> sorted = new ArrayList<>(shares);
        Collections.sort(sorted);
        return List.of(
                label,
                Numerals.share(sorted.get(0)),
                Numerals.share(sorted.get((sorted.size() - 1) / 2)),
                Numerals.share(sorted.get(sorted.size() - 1)));
    }

    /** What never ended took longest. */
    private static <T> List<String> times(String label, List<T> results, ToLongFunction<T> micros) {
        return spread(
                label,
                results,
                result -> {
                    long elapsed = micros.applyAsLong(result);
                    return elapsed < 0 ? Long.MAX_VALUE : elapsed;
                },
                elapsed -> elapsed == Long.MAX_VALUE ? "never" : Numerals.micros(elapsed));
    }

    private static <T> List<String> counts(String label, List<T> results, ToLongFunction<T> count) {
        return spread(label, results, count, Numerals::count);
    }

    private static <T> List<String> spread(
            String label, List<T> results, ToLongFunction<T> value, LongFunction<String> words) {
        long[] sorted = results.stream().mapToLong(value).sorted().toArray();
        return List.of(
                label,
                words.apply(sorted[0]),
                words.apply(sorted[(sorted.length - 1) / 2]),
                words.apply(sorted[sorted.length - 1]));
    }
}
