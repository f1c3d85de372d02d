package org.grapevine.simulation.run;

import java.util.ArrayList;
import java.util.List;
import org.grapevine.simulation.check.Checkers;
import org.grapevine.simulation.check.Violations;
import org.grapevine.simulation.report.ResultRecorder;
import org.grapevine.simulation.report.RunResult;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.world.Observer;
import org.grapevine.simulation.world.Recording;
import org.grapevine.simulation.world.TraceSink;
import org.grapevine.simulation.world.World;

/** One scenario, one seed, from beginning to end, with every promise checked. */
public final class Run {

    private Run() {}

    public static RunResult of(Scenario scenario, long seed) {
        return of(scenario, seed, RunWatch.NONE);
    }

    /** The same scenario and seed give the same result, wall time apart, on any machine. */
    public static RunResult of(Scenario scenario, long seed, RunWatch watch) {
        long started = System.nanoTime();
        Violations violations = new Violations();
        ResultRecorder recorder = new ResultRecorder();
        List<Observer> observers = new ArrayList<>(Checkers.all(violations));
        observers.add(recorder);
        TraceSink sink = watch.trace();
        World world =
                sink == null ? World.of(scenario, seed, observers) : World.traced(scenario, seed, observers, sink);
        world.run(watch::progress);
        return recorder.result(world, System.nanoTime() - started, violations.first(), violations.total());
    }

    /**
     * What happened at real devices, judged and reported as a simulated run is, by the checkers that can see enough of it.
     *
     * @param scenario that the devices carried out; with the times of everything else that went wrong among its faults
     * @param endMicros when the recording ended, µs
     * @param beside more that are told all that happens
     */
    public static RunResult recorded(
            Scenario scenario, long seed, Recording recording, long endMicros, Observer... beside) {
        long started = System.nanoTime();
        Violations violations = new Violations();
        ResultRecorder recorder = new ResultRecorder();
        List<Observer> observers = new ArrayList<>(Checkers.ofRecorded(violations));
        observers.add(recorder);
        observers.addAll(List.of(beside));
        World world = World.recorded(scenario.withUntil(Math.max(1, endMicros)), seed, recording, observers);
        world.run(RunWatch.NONE::progress);
        return recorder.result(world, System.nanoTime() - started, violations.first(), violations.total());
    }
}
