package org.grapevine.simulation.validation;

import java.util.Objects;
import java.util.function.ToDoubleFunction;
import org.grapevine.core.message.Completeness;
import org.grapevine.simulation.report.OverlayResult;
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
    COUNTED_OF_STAYED(
            "counted of those that stayed up", 4, false, run -> request(run).countedOfStayed()),
    DEVICES_COUNTED(
            "devices counted",
            1,
            false,
            run -> request(run).counted() * request(run).devices()),
    WHOLE("says it is whole", 4, true, run -> isWhole(request(run)) ? 1 : 0),
    WRONG("says it is whole and is not", 4, true, run -> request(run).isWrong() ? 1 : 0),
    ANSWERED("answered", 4, true, run -> isAnswered(request(run)) ? 1 : 0),
    REQUEST_MESSAGES(
            "messages per device", 1, false, run -> (double) run.traffic().sent() / run.devices()),
    ELAPSED("elapsed, ms", 1, false, run -> request(run).elapsedMicros() / 1_000.0),

    BEFORE("coverage before", 5, false, run -> push(run).coverage()),
    AT_ONCE("coverage 1 s after", 4, false, run -> spread(run, 1).coverage()),
    HEALED("coverage in the end", 4, false, run -> last(run).coverage()),
    HEALING("healed after, s", 0, false, Figure::healing),
    DELIVERED(
            "delivered to all that stay up",
            5,
            false,
            run -> share(
                    run.spreads().stream()
                            .mapToLong(SpreadResult::reachedOfOwed)
                            .sum(),
                    run.spreads().stream().mapToLong(SpreadResult::owed).sum())),

    IN_DEGREE("in-degree, mean", 2, false, run -> overlay(run).shape().inDegreeMean()),
    IN_DEGREE_DEVIATION("in-degree, sd", 2, false, run -> overlay(run).shape().inDegreeDeviation()),
    IN_DEGREE_LEAST("in-degree, least", 1, false, run -> overlay(run).shape().inDegreeLeast()),
    IN_DEGREE_MOST("in-degree, most", 1, false, run -> overlay(run).shape().inDegreeMost()),
    CLUSTERING("clustering", 4, false, run -> overlay(run).shape().clustering()),
    SPLITS("looks at an overlay in parts", 4, false, run -> overlay(run).splits()),
    DEAD_ENTRIES("entries of the dead", 5, false, run -> overlay(run).deadEntries()),
    DEAD_LINKS("links to the dead", 5, false, run -> overlay(run).deadLinks()),
    LYING_ENTRIES("entries of liars", 4, false, run -> overlay(run).lyingEntries()),
    SIZE_ERROR("size is off by, mean", 4, false, run -> overlay(run).sizeError()),
    SIZE_ERROR_MOST("size is off by, most", 4, false, run -> overlay(run).sizeErrorMost()),
    FALSE_DETECTIONS(
            "taken for dead in a period",
            4,
            false,
            run -> share(
                            overlay(run).counts().unanswered(),
                            overlay(run).counts().probes())
                    * pingsOfThePinged()),
    FIRST_PING("first ping of the dead, periods", 2, false, run -> overlay(run).firstPingPeriods()),
    AVERAGING("variance, factor in a cycle", 3, false, run -> overlay(run).averagingFactor()),
    MESSAGES("messages per device and second", 2, false, run -> overlay(run).restingMessageRate()),
    BYTES("bytes per device and second", 0, false, run -> overlay(run).restingByteRate());

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

    /** How often a device that is pinged at all in a period is pinged on the mean: e/(e - 1). */
    private static double pingsOfThePinged() {
        return 1 / (1 - StrictMath.exp(-1));
    }

    /** Latency in the scenarios in which delays are told in units, µs. */
    private static final double UNIT_MICROS = 10_000;

    private static final double HEALED_SHARE = 0.99;

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

    private static OverlayResult overlay(RunResult run) {
        return Objects.requireNonNull(run.overlay(), "no device has an engine");
    }

    /** From the fault to the first message that at least {@value #HEALED_SHARE} of the best one's devices got; s. */
    private static double healing(RunResult run) {
        long fault = run.scenario().faults().get(0).atMicros();
        for (SpreadResult each : run.spreads().subList(1, run.spreads().size())) {
            if (each.coverage() >= HEALED_SHARE * last(run).coverage()) {
                return (each.atMicros() - fault) / 1e6;
            }
        }
        return Double.NaN;
    }

    private static RequestResult request(RunResult run) {
        return run.requests().get(0);
    }

    private static boolean isAnswered(RequestResult request) {
        return request.completeness() != null && request.failure() == null;
    }

    private static boolean isWhole(RequestResult request) {
        Completeness completeness = request.completeness();
        return completeness != null && request.failure() == null && completeness.isWhole();
    }

    private static double share(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
