package org.grapevine.simulation.random;

import java.util.List;
import org.grapevine.simulation.check.Violation;
import org.grapevine.simulation.scenario.Scenario;

/**
 * A run that broke a promise, or off.
 *
 * @param violations the first of them, at least one. An exception thrown inside the run counts as one, of the checker {@value #CRASH}
 */
public record Failure(long seed, Scenario scenario, List<Violation> violations) {

    /** Stands for a checker where the run did not come to its end. */
    public static final String CRASH = "crash";

    public Failure {
        violations = List.copyOf(violations);
        if (violations.isEmpty()) {
            throw new IllegalArgumentException("violations: none (expected: at least one)");
        }
    }

    /** Name of the promise that was broken first. */
    public String checker() {
        return violations.get(0).checker();
    }
}
