package org.grapevine.simulation.random;

import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.grapevine.simulation.check.Violation;
import org.grapevine.simulation.report.RunResult;
import org.grapevine.simulation.run.Run;
import org.grapevine.simulation.scenario.Scenario;

/** Runs a scenario to see whether it keeps all promises. */
@FunctionalInterface
public interface Trial {

    /** Events, past or to come, after which a run is taken for one that never ends. A random scenario has a few thousand. */
    long MOST_EVENTS = 1_000_000;

    /** Empty if all went well. */
    Optional<Failure> of(Scenario scenario, long seed);

    /** A run as every other, but for one that does not end: that is a failure. */
    static Trial run() {
        return of((scenario, seed) -> Run.of(scenario, seed, Trial::requireAnEnd));
    }

    /**
     * The same.
     *
     * @param tally adds up what the requests of all runs came to
     */
    static Trial run(RequestTally tally) {
        return of((scenario, seed) -> {
            RunResult result = Run.of(scenario, seed, Trial::requireAnEnd);
            tally.add(result);
            return result;
        });
    }

    /** Another way to run a scenario. Whatever is thrown inside, by an engine or the simulator, is a failure of the run. */
    static Trial of(BiFunction<Scenario, Long, RunResult> run) {
        return (scenario, seed) -> {
            List<Violation> violations;
            try {
                violations = run.apply(scenario, seed).violations();
            } catch (RuntimeException | AssertionError broken) {
                violations = List.of(new Violation(Failure.CRASH, -1, broken.toString()));
            }
            return violations.isEmpty() ? Optional.empty() : Optional.of(new Failure(seed, scenario, violations));
        };
    }

    private static void requireAnEnd(long virtualMicros, long events, long waiting) {
        if (Math.max(events, waiting) > MOST_EVENTS) {
            throw new IllegalStateException("events: " + events + ", " + waiting + " more waiting at " + virtualMicros
                    + " µs (expected: an end before)");
        }
    }
}
