package org.grapevine.cluster.report;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.grapevine.simulation.check.Checkers;
import org.grapevine.simulation.check.Violations;
import org.grapevine.simulation.report.ResultRecorder;
import org.grapevine.simulation.report.RunResult;
import org.grapevine.simulation.run.Forecast;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.Observer;
import org.grapevine.simulation.world.Transit;
import org.grapevine.simulation.world.World;

/**
 * What the simulator says that a run comes to: the same scenario with some seeds in virtual time, the run's own seed first.
 *
 * @param runs one for each seed
 * @param ranges of every measure over these runs
 * @param notes what the simulator did otherwise
 */
public record Prediction(List<RunResult> runs, Map<Measure, Range> ranges, List<String> notes) {

    /** Seeds of a prediction unless asked otherwise. */
    public static final int SEEDS = 5;

    /** The most seeds of one. */
    public static final int MOST_SEEDS = 1_000;

    public Prediction {
        runs = List.copyOf(runs);
        ranges = Map.copyOf(ranges);
        notes = List.copyOf(notes);
    }

    /** Of a measure; without numbers if no run has it. */
    public Range range(Measure measure) {
        return ranges.getOrDefault(measure, Range.of());
    }

    /** In how many of the runs all promises were kept. */
    public long keptRuns() {
        return runs.stream().filter(run -> run.violationsInAll() == 0).count();
    }

    /**
     * Runs the simulator.
     *
     * @param translation of what the cluster did
     * @param endMicros when the cluster's run ended, and these do
     * @throws Forecast.OutOfRoomException if the devices would not fit into this process
     */
    static Prediction of(Translation translation, long seed, int seeds, long endMicros) {
        if (seeds < 1 || seeds > MOST_SEEDS) {
            throw new IllegalArgumentException("seeds: " + seeds + " (expected: 1.." + MOST_SEEDS + ")");
        }
        Forecast.of(translation.scenario())
                .requireRoom(translation.scenario(), Runtime.getRuntime().maxMemory());
        List<RunResult> runs = new ArrayList<>();
        List<Map<Measure, Double>> values = new ArrayList<>();
        for (int i = 0; i < seeds; i++) {
            Violations violations = new Violations();
            ResultRecorder recorder = new ResultRecorder();
            Senders senders = new Senders(translation.scenario().devices());
            List<Observer> observers = new ArrayList<>(Checkers.all(violations));
            observers.add(recorder);
            observers.add(senders);
            Reaching reaching = new Reaching();
            observers.add(reaching);
            long started = System.nanoTime();
            World world = World.of(
                    translation.scenario().withUntil(Math.max(1, endMicros)),
                    seed + i,
                    observers,
                    translation.struck());
            world.run((now, events, waiting) -> {});
            RunResult run = recorder.result(world, System.nanoTime() - started, violations.first(), violations.total());
            runs.add(run);
            values.add(Measure.all(run, reaching.reaches(), senders.sent(world)));
        }
        Map<Measure, Range> ranges = new EnumMap<>(Measure.class);
        for (Measure measure : Measure.values()) {
            ranges.put(
                    measure,
                    Range.of(values.stream()
                            .mapToDouble(each -> each.getOrDefault(measure, Double.NaN))
                            .toArray()));
        }
        return new Prediction(runs, ranges, translation.notes());
    }

    /** Counts what each device has sent since its last start, as the counters of a real device do. */
    private static final class Senders implements Observer {
        private final long[] copies;
        private final long[] controls;

        Senders(int devices) {
            copies = new long[devices];
            controls = new long[devices];
        }

        @Override
        public void started(long now, Device device) {
            copies[device.index()] = 0;
            controls[device.index()] = 0;
        }

        @Override
        public void sent(long now, Transit transit) {
            if (transit instanceof Transit.Copy) {
                copies[transit.from().index()]++;
            } else if (transit instanceof Transit.Order) {
                controls[transit.from().index()]++;
            }
        }

        Measure.Sent sent(World world) {
            long devices = 0;
            long allCopies = 0;
            long allControls = 0;
            for (int i = 0; i < world.size(); i++) {
                if (world.device(i).isUp()) {
                    devices++;
                    allCopies += copies[i];
                    allControls += controls[i];
                }
            }
            return new Measure.Sent(devices, allCopies, allControls);
        }
    }
}
