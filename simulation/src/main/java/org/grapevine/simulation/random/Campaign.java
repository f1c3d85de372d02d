package org.grapevine.simulation.random;

import java.util.Iterator;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import java.util.stream.LongStream;
import org.grapevine.simulation.driver.Cores;
import org.grapevine.simulation.scenario.Scenario;

/** Runs one random scenario for each seed of a range, on several cores, and reports in the order of the seeds. */
public final class Campaign {

    /** Told how it goes, one call at a time. */
    public interface Watch {

        /** A seed broke a promise. */
        void failed(Failure failure);

        /**
         * A seed is done.
         *
         * @param done seeds so far
         * @param failures among them
         */
        default void progress(long done, long failures) {}
    }

    private final LongFunction<Scenario> scenarios;
    private final Trial trial;
    private final int cores;
    private long done;
    private long failures;

    private Campaign(LongFunction<Scenario> scenarios, Trial trial, int cores) {
        this.scenarios = scenarios;
        this.trial = trial;
        this.cores = cores;
    }

    /**
     * Runs all seeds.
     *
     * @param from first seed
     * @param to seed after the last
     * @param cores runs at the same time
     * @return how many failed
     */
    public static long run(long from, long to, int cores, Watch watch) throws InterruptedException {
        return run(from, to, cores, Trial.run(), watch);
    }

    /** As {@link #run(long, long, int, Watch)}, with another way to try a scenario. */
    public static long run(long from, long to, int cores, Trial trial, Watch watch) throws InterruptedException {
        return run(from, to, cores, ScenarioGenerator::draw, trial, watch);
    }

    /**
     * As {@link #run(long, long, int, Watch)}, with other scenarios.
     *
     * @param scenarios the one for each seed; called on several threads
     */
    public static long run(long from, long to, int cores, LongFunction<Scenario> scenarios, Trial trial, Watch watch)
            throws InterruptedException {
        if (from > to) {
            throw new IllegalArgumentException("from: " + from + " (expected: at most " + to + ")");
        }
        return new Campaign(scenarios, trial, cores)
                .over(LongStream.range(from, to).iterator(), watch);
    }

    private long over(Iterator<Long> seeds, Watch watch) throws InterruptedException {
        Consumer<Optional<Failure>> inOrder = outcome -> {
            done++;
            if (outcome.isPresent()) {
                failures++;
                watch.failed(outcome.get());
            }
            watch.progress(done, failures);
        };
        Cores.forEach(cores, seeds, seed -> trial.of(scenarios.apply(seed), seed), inOrder);
        return failures;
    }
}
