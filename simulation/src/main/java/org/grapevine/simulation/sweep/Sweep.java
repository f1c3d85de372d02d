package org.grapevine.simulation.sweep;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.grapevine.simulation.driver.Cores;
import org.grapevine.simulation.report.RunResult;
import org.grapevine.simulation.report.SweepPoint;
import org.grapevine.simulation.run.Run;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.Source;
import org.grapevine.simulation.scenario.Workload;
import org.grapevine.yaml.YamlMap;

/**
 * One scenario over a grid of values, each point with the same seeds. Points are in the order of the settings, the last of which
 * changes fastest.
 *
 * <p>All results are kept until the end. That of a run takes some 6 KB, however many devices there are, and less than 300 octets
 * for each message published; so both are bounded, and the largest sweep fits into half a gigabyte beside the worlds that are
 * running.
 */
public final class Sweep {

    /** The most runs: points times seeds. */
    public static final int MAX_RUNS = 10_000;

    /** The most messages and requests that are published in all runs together. */
    public static final long MAX_PUBLICATIONS = 1_000_000;

    /** The one value at the top of a file that is worth varying; all other paths have a dot. */
    private static final String UNTIL = "until";

    /**
     * One point of the grid.
     *
     * @param settings name and value, in the order of the settings
     */
    public record Point(Map<String, String> settings, Scenario scenario) {}

    private record Task(int point, long seed) {}

    private final List<Point> points;
    private final long firstSeed;
    private final int seeds;

    /**
     * A sweep of which every point is known to be a valid scenario. Nothing runs yet.
     *
     * @param base what the settings do not say; without any settings, the only point
     * @param firstSeed from 0; the others follow it
     * @param seeds runs for each point
     * @throws IllegalArgumentException if a setting fits nothing, a value is refused, two settings mean the same place, or there
     *     are too many runs or publications
     */
    public Sweep(Scenario base, List<Setting> settings, long firstSeed, int seeds) {
        Setting.require(seeds >= 1 && seeds <= MAX_RUNS, "seeds", String.valueOf(seeds), "1.." + MAX_RUNS);
        Setting.require(
                firstSeed >= 0 && firstSeed <= Long.MAX_VALUE - seeds,
                "firstSeed",
                String.valueOf(firstSeed),
                "0.." + (Long.MAX_VALUE - seeds));
        long runs = seeds;
        for (Setting setting : settings) {
            runs = Math.min(Integer.MAX_VALUE, runs * setting.values().size());
        }
        Setting.require(
                runs <= MAX_RUNS,
                "sweep",
                settings.stream()
                                .map(setting -> setting.values().size() + " values of " + setting.name())
                                .collect(Collectors.joining(", "))
                        + ", " + seeds + " seeds",
                "at most " + MAX_RUNS + " runs, the product of all these");
        this.firstSeed = firstSeed;
        this.seeds = seeds;
        this.points = points(base, settings);
        long publications = 0;
        for (Point point : points) {
            publications += seeds * publications(point.scenario());
        }
        Setting.require(
                publications <= MAX_PUBLICATIONS,
                "sweep",
                publications + " messages published in all runs together",
                "at most " + MAX_PUBLICATIONS);
    }

    private static List<Point> points(Scenario base, List<Setting> settings) {
        if (settings.isEmpty()) {
            return List.of(new Point(Map.of(), base));
        }
        List<List<String>> paths = paths(base, settings);
        ScenarioTree tree = new ScenarioTree(base); // One for all points: each sets the same places anew.
        List<Point> points = new ArrayList<>();
        int[] chosen = new int[settings.size()];
        do {
            Map<String, String> values = new LinkedHashMap<>();
            for (int i = 0; i < chosen.length; i++) {
                values.put(settings.get(i).name(), settings.get(i).values().get(chosen[i]));
            }
            points.add(new Point(Collections.unmodifiableMap(values), scenario(tree, paths, values)));
        } while (next(chosen, settings));
        return List.copyOf(points);
    }

    /** Counts on, the last digit first; false if all have been counted. */
    private static boolean next(int[] chosen, List<Setting> settings) {
        for (int i = chosen.length - 1; i >= 0; i--) {
            if (++chosen[i] < settings.get(i).values().size()) {
                return true;
            }
            chosen[i] = 0;
        }
        return false;
    }

    /** The paths of each setting, no two of which lead to the same place. */
    private static List<List<String>> paths(Scenario base, List<Setting> settings) {
        List<List<String>> paths = new ArrayList<>();
        Map<String, String> taken = new LinkedHashMap<>();
        for (Setting setting : settings) {
            List<String> own = paths(base, setting.name());
            for (String path : own) {
                taken.forEach((other, by) -> Setting.require(
                        !overlap(path, other),
                        setting.name(),
                        "sets " + path + " as " + by + " does",
                        "each place set once"));
            }
            own.forEach(path -> taken.put(path, setting.name()));
            paths.add(own);
        }
        return paths;
    }

    private static List<String> paths(Scenario base, String name) {
        if (name.contains(".") || name.equals(UNTIL)) {
            return List.of(name);
        }
        ShortName known = ShortName.of(name)
                .orElseThrow(() -> new IllegalArgumentException("setting: " + YamlMap.quoted(name) + " (expected: "
                        + ShortName.all() + ", until, or a path such as links.lan.loss)"));
        List<String> paths = known.paths(base);
        Setting.require(!paths.isEmpty(), name, "fits nothing", "a scenario that has what it sets");
        return paths;
    }

    private static boolean overlap(String one, String other) {
        return (one + ".").startsWith(other + ".") || (other + ".").startsWith(one + ".");
    }

    private static Scenario scenario(ScenarioTree tree, List<List<String>> paths, Map<String, String> values) {
        try {
            int i = 0;
            for (String value : values.values()) {
                paths.get(i++).forEach(path -> tree.set(path, value));
            }
            return tree.toScenario();
        } catch (IllegalArgumentException e) {
            String point = values.entrySet().stream()
                    .map(each -> each.getKey() + "=" + each.getValue())
                    .collect(Collectors.joining(", "));
            throw new IllegalArgumentException(point + ": " + e.getMessage(), e);
        }
    }

    private static long publications(Scenario scenario) {
        long publications = 0;
        for (Workload workload : scenario.workload()) {
            Source from = workload.from();
            long each = from.pick() == Source.Pick.EACH
                    ? scenario.group(from.group()).count()
                    : 1;
            publications += each * workload.repetition().times();
        }
        return publications;
    }

    public List<Point> points() {
        return points;
    }

    /** Runs in all. */
    public int runs() {
        return points.size() * seeds;
    }

    /**
     * Runs it. The result does not depend on the number of cores.
     *
     * @param cores runs at the same time
     * @param progress told after each run, on this thread; may throw to end the sweep
     * @return the points in their order, each with its runs in the order of their seeds
     * @throws InterruptedException if this thread is interrupted; the runs are given up
     */
    public List<SweepPoint> run(int cores, Consumer<Progress> progress) throws InterruptedException {
        List<SweepPoint> swept = new ArrayList<>();
        List<RunResult> ofPoint = new ArrayList<>();
        long[] violations = {0};
        int[] done = {0};
        Cores.forEach(cores, tasks(), task -> Run.of(points.get(task.point()).scenario(), task.seed()), result -> {
            ofPoint.add(result);
            violations[0] += result.violationsInAll();
            if (ofPoint.size() == seeds) {
                swept.add(new SweepPoint(points.get(swept.size()).settings(), ofPoint));
                ofPoint.clear();
            }
            progress.accept(new Progress(++done[0], runs(), violations[0]));
        });
        return List.copyOf(swept);
    }

    private Iterator<Task> tasks() {
        return IntStream.range(0, runs())
                .mapToObj(i -> new Task(i / seeds, firstSeed + i % seeds))
                .iterator();
    }
}
