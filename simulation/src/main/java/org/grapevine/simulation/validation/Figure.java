package org.grapevine.simulation.validation;

import java.util.function.ToDoubleFunction;
import org.grapevine.simulation.report.RequestResult;
import org.grapevine.simulation.report.RunResult;
import org.grapevine.simulation.report.SpreadResult;

/** What is read from each run of a row; its mean over the runs is the simulated figure. */
enum Figure {
    COVERAGE("coverage", 5, false, run -> push(run).coverage()),
    EVERYBODY("P(everybody)", 4, true, run -> push(run).reached() == push(run).devices() ? 1 : 0),
    LAST_HOP("last hop", 2, false, run -> push(run).lastHop()),
    COPIES(
            "copies per device",
            3,
            false,
            run -> (double) push(run).copies() / push(run).devices()),

    REACHED(
            "reached",
            5,
            false,
            run -> share(request(run).reached(), request(run).devices())),
    DUPLICATES(
            "duplicate requests",
            4,
            false,
            run -> share(request(run).duplicates(), request(run).copies())),
    MEAN_DEPTH("mean depth", 3, false, run -> request(run).meanDepth()),
    MAX_DEPTH("largest depth", 2, false, run -> request(run).maxDepth()),
    LEAVES("leaves", 4, false, run -> share(request(run).leaves(), request(run).reached())),

    COUNTED("counted of the live", 4, false, run -> request(run).counted()),
    COUNTED_OF_REACHED(
            "counted of the reached",
            4,
            false,
            run -> request(run).counted()
                    * request(run).devices()
                    / request(run).reached()),
    ELAPSED("elapsed, ms", 1, false, run -> request(run).elapsedMicros() / 1_000.0);

    /** As the tables name it. */
    final String title;

    final int decimals;
    /** True if it is 0 or 1 in each run, so that its error follows from its mean. */
    final boolean isShareOfRuns;

    @SuppressWarnings("ImmutableEnumChecker") // Functions without state.
    private final ToDoubleFunction<RunResult> of;

    Figure(String title, int decimals, boolean isShareOfRuns, ToDoubleFunction<RunResult> of) {
        this.title = title;
        this.decimals = decimals;
        this.isShareOfRuns = isShareOfRuns;
        this.of = of;
    }

    double of(RunResult run) {
        return of.applyAsDouble(run);
    }

    private static SpreadResult push(RunResult run) {
        return run.spreads().get(0);
    }

    private static RequestResult request(RunResult run) {
        return run.requests().get(0);
    }

    private static double share(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
