package org.grapevine.simulation.world;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.grapevine.simulation.kernel.SeededRandom;
import org.grapevine.simulation.scenario.DeviceGroup;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.Source;
import org.grapevine.simulation.scenario.Who;
import org.grapevine.simulation.scenario.Workload;

/**
 * What a scenario and a seed settle before a run: when devices start, how wrong their clocks are, who is asked to do what when, and
 * whom a fault strikes. Whoever carries out the scenario elsewhere draws the same here as the simulator does. Times in µs since the
 * start of the run.
 */
public final class Timetable {

    /** Streams of randomness; a draw more in one of them moves nothing in another. */
    private static final int CLOCK_STREAM = 3;

    private static final int START_STREAM = 4;
    private static final int WORKLOAD_STREAM = 5;
    private static final int FAULT_STREAM = 6;

    private final Scenario scenario;
    private final long seed;
    private final Map<String, Integer> firsts = new HashMap<>();

    public Timetable(Scenario scenario, long seed) {
        this.scenario = scenario;
        this.seed = seed;
        int next = 0;
        for (DeviceGroup group : scenario.groups()) {
            firsts.put(group.name(), next);
            next += group.count();
        }
    }

    /** Told of each device in order. */
    @FunctionalInterface
    public interface Starts {
        void start(int device, long atMicros);
    }

    /** Told of each thing that a device is to do, workload by workload. */
    @FunctionalInterface
    public interface Deeds {
        void deed(long atMicros, Workload workload, int device);
    }

    /** When the devices start for the first time. */
    public void starts(Starts starts) {
        SeededRandom random = SeededRandom.of(seed, START_STREAM);
        int device = 0;
        for (DeviceGroup group : scenario.groups()) {
            for (int i = 0; i < group.count(); i++) {
                long within = group.startWithinMicros();
                starts.start(device++, group.startMicros() + (within == 0 ? 0 : random.nextLong(within + 1)));
            }
        }
    }

    /** How far the clock of each device is off, ms. */
    public long[] clockErrorsMillis() {
        SeededRandom random = SeededRandom.of(seed, CLOCK_STREAM);
        long[] errors = new long[scenario.devices()];
        long most = scenario.clockErrorMillis();
        for (int i = 0; i < errors.length; i++) {
            errors[i] = most == 0 ? 0 : random.nextLong(-most, most + 1);
        }
        return errors;
    }

    /** What devices are asked to do. */
    public void deeds(Deeds deeds) {
        List<Workload> workload = scenario.workload();
        for (int number = 0; number < workload.size(); number++) {
            deeds(workload.get(number), SeededRandom.of(seed, WORKLOAD_STREAM, number), deeds);
        }
    }

    private void deeds(Workload workload, SeededRandom random, Deeds deeds) {
        int first = first(workload.from().group());
        int count = scenario.group(workload.from().group()).count();
        Workload.Repetition repetition = workload.repetition();
        for (int time = 0; time < repetition.times(); time++) {
            long start = workload.atMicros() + time * repetition.everyMicros();
            if (workload.from().pick() == Source.Pick.EACH) {
                for (int i = 0; i < count; i++) {
                    deeds.deed(start + later(repetition, random), workload, first + i);
                }
            } else {
                int device = first
                        + (workload.from().pick() == Source.Pick.ONE
                                ? workload.from().index()
                                : random.nextInt(count));
                deeds.deed(start + later(repetition, random), workload, device);
            }
        }
    }

    private static long later(Workload.Repetition repetition, SeededRandom random) {
        return repetition.withinMicros() == 0 ? 0 : random.nextLong(repetition.withinMicros() + 1);
    }

    /** Number of the first device of a group. */
    public int first(String group) {
        Integer first = firsts.get(group);
        if (first == null) {
            throw new AssertionError("no group " + group);
        }
        return first;
    }

    /** The draws of a fault, by its place in the scenario. */
    public SeededRandom ofFault(int number) {
        return SeededRandom.of(seed, FAULT_STREAM, number);
    }

    /** Draws whom a fault strikes. */
    public static <T> List<T> struck(Who who, List<T> eligible, SeededRandom random) {
        List<T> candidates = new ArrayList<>(eligible);
        int count = Math.min(who.of(candidates.size()), candidates.size());
        for (int i = 0; i < count; i++) {
            int other = random.nextInt(i, candidates.size());
            T swapped = candidates.get(other);
            candidates.set(other, candidates.get(i));
            candidates.set(i, swapped);
        }
        return candidates.subList(0, count);
    }
}
