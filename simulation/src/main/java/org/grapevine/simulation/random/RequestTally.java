package org.grapevine.simulation.random;

import org.grapevine.core.message.Completeness;
import org.grapevine.simulation.report.RequestResult;
import org.grapevine.simulation.report.RunResult;

/** What many runs with requests came to. For any number of threads. */
public final class RequestTally {

    /**
     * The sums.
     *
     * @param runs seen so far
     * @param requests made in them
     * @param answered those that ended with an answer
     * @param whole answers that say that nobody is missing
     * @param counted devices in all answers
     * @param stayed devices that were up from each request to its end, the failed requests left out
     * @param stayedInside those of them whose values are in the answer
     * @param violations promises that were broken
     */
    public record Sums(
            long runs,
            long requests,
            long answered,
            long whole,
            long counted,
            long stayed,
            long stayedInside,
            long violations) {

        private Sums plus(RunResult run) {
            long ended = 0;
            long all = 0;
            long devices = 0;
            long there = 0;
            long inside = 0;
            for (RequestResult request : run.requests()) {
                Completeness completeness = request.completeness();
                if (completeness != null && request.failure() == null) {
                    ended++;
                    all += completeness.isWhole() ? 1 : 0;
                    devices += completeness.counted();
                    there += request.stayed();
                    inside += request.stayedInside();
                }
            }
            return new Sums(
                    runs + 1,
                    requests + run.requests().size(),
                    answered + ended,
                    whole + all,
                    counted + devices,
                    stayed + there,
                    stayedInside + inside,
                    violations + run.violationsInAll());
        }
    }

    private Sums sums = new Sums(0, 0, 0, 0, 0, 0, 0, 0);

    /** Adds a run. */
    public synchronized void add(RunResult run) {
        sums = sums.plus(run);
    }

    /** Of all runs added so far, in whatever order. */
    public synchronized Sums sums() {
        return sums;
    }
}
