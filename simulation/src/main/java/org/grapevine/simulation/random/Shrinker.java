package org.grapevine.simulation.random;

import java.util.Iterator;
import java.util.Optional;
import org.grapevine.simulation.scenario.Scenario;

/**
 * Makes a failing scenario smaller as long as it still breaks the same promise: takes away what can be taken away, one thing at a
 * time, until nothing more can or the runs are used up. The same input always gives the same result.
 */
public final class Shrinker {

    /** A smaller scenario draws other numbers from the same seed, so some more seeds are tried for each. */
    private static final int SEEDS = 5;

    /**
     * What shrinking came to.
     *
     * @param failure of the smallest scenario found; the given one if none was smaller
     * @param runs that it took
     */
    public record Shrunk(Failure failure, int runs) {}

    private final Trial trial;
    private final int mostRuns;
    private int runs;

    private Shrinker(Trial trial, int mostRuns) {
        this.trial = trial;
        this.mostRuns = mostRuns;
    }

    /**
     * Shrinks the scenario of a failure.
     *
     * @param mostRuns runs spent at the most
     * @return the smallest scenario found that breaks the same promise, with the seed for which it does
     */
    public static Shrunk shrink(Failure failure, int mostRuns) {
        return shrink(failure, mostRuns, Trial.run());
    }

    /** As {@link #shrink(Failure, int)}, with another way to try a scenario. */
    public static Shrunk shrink(Failure failure, int mostRuns, Trial trial) {
        if (mostRuns < 0) {
            throw new IllegalArgumentException("mostRuns: " + mostRuns + " (expected: >= 0)");
        }
        Shrinker shrinker = new Shrinker(trial, mostRuns);
        return new Shrunk(shrinker.smallest(failure), shrinker.runs);
    }

    private Failure smallest(Failure given) {
        Failure smallest = given;
        boolean smaller = true;
        while (smaller && runs < mostRuns) {
            smaller = false;
            Iterator<Scenario> candidates = Smaller.than(smallest.scenario()).iterator();
            while (candidates.hasNext() && runs < mostRuns) {
                Optional<Failure> same = sameFailure(candidates.next(), smallest);
                if (same.isPresent()) {
                    smallest = same.get();
                    smaller = true;
                    break;
                }
            }
        }
        return smallest;
    }

    private Optional<Failure> sameFailure(Scenario candidate, Failure known) {
        for (int i = 0; i < SEEDS && runs < mostRuns; i++) {
            runs++;
            Optional<Failure> failure = trial.of(candidate, known.seed() + i).filter(each -> each.violations().stream()
                    .anyMatch(violation -> violation.checker().equals(known.checker())));
            if (failure.isPresent()) {
                return failure.map(each -> onlyOf(known.checker(), each));
            }
        }
        return Optional.empty();
    }

    /** The promise that is followed stays the first one. */
    private static Failure onlyOf(String checker, Failure failure) {
        return new Failure(
                failure.seed(),
                failure.scenario(),
                failure.violations().stream()
                        .filter(violation -> violation.checker().equals(checker))
                        .toList());
    }
}
