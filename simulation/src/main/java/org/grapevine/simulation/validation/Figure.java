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

    ROUNDS("rounds", 2, false, Figure::rounds),
    CONTACTS(
            "transmissions per device",
            3,
            false,
            run -> (double) push(run).effort().contacts() / push(run).devices()),
    PAYLOADS("payloads per delivery", 3, false, run -> push(run).payloadsPerDelivery()),
    IDS("ids per delivery", 3, false, run -> push(run).idsPerDelivery()),
    MEAN_DELAY("mean delay", 3, false, run -> units(push(run).effort().meanMicros())),
    LAST_DELAY("last delay", 2, false, run -> units((double) push(run).effort().lastMicros())),

    FIRST_REDUNDANCY("redundancy, first message", 3, false, run -> push(run).redundancy()),
    REDUNDANCY("redundancy, 30th message", 4, false, run -> shaped(run).redundancy()),
    TREE_LAST_HOP("last hop, 30th message", 2, false, run -> shaped(run).lastHop()),
    FIRST_AFTER(
            "coverage, first message after", 5, false, run -> firstAfter(run).coverage()),
    LAST_AFTER("coverage, 30th message after", 5, false, run -> last(run).coverage()),
    REDUNDANCY_AFTER(
            "redundancy, 30th message after", 4, false, run -> last(run).redundancy()),
    LAST_HOP_AFTER("last hop, 30th message after", 2, false, run -> last(run).lastHop()),

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

    /** Latency in the scenarios in which delays are told in units, µs. */
    private static final double UNIT_MICROS = 10_000;

    /** Messages of the scenario with a tree before its failure. */
    private static final int SHAPING = 30;

    private static SpreadResult push(RunResult run) {
        return spread(run, 0);
    }

    private static SpreadResult spread(RunResult run, int number) {
        return run.spreads().get(number);
    }

    private static SpreadResult shaped(RunResult run) {
        return spread(run, SHAPING - 1);
    }

    private static SpreadResult firstAfter(RunResult run) {
        return spread(run, SHAPING);
    }

    private static double units(double micros) {
        return micros / UNIT_MICROS;
    }

    private static SpreadResult last(RunResult run) {
        return spread(run, run.spreads().size() - 1);
    }

    /** Pulls of one device until all have it. Who is never reached would make it meaningless, and fails the row. */
    private static double rounds(RunResult run) {
        long micros = push(run).t100Micros();
        long period = run.scenario().config().variants().pullMillis();
        return micros < 0 ? Double.NaN : StrictMath.ceil(micros / (period * 1_000.0));
    }

    private static RequestResult request(RunResult run) {
        return run.requests().get(0);
    }

    private static double share(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
