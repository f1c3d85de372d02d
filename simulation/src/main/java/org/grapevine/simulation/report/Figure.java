package org.grapevine.simulation.report;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.DoubleFunction;
import java.util.function.ToDoubleFunction;

/** One number that a whole run comes to; NaN where the run has nothing to say about it. */
@SuppressWarnings("ImmutableEnumChecker") // The functions have no state.
enum Figure {
    COVERAGE("coverage_mean", "coverage, mean", Numerals::share, Figure::coverage),
    LEAST_COVERAGE("coverage_min", "coverage, lowest", Numerals::share, Figure::leastCoverage),
    DELIVERED("delivered_of_owed", "delivered to those that stayed up", Numerals::share, Figure::delivered),
    T50("t50_ms", "time to 50 %, median", Figure::millis, run -> spreadMillis(run, 50)),
    T99("t99_ms", "time to 99 %, median", Figure::millis, run -> spreadMillis(run, 99)),
    T100("t100_ms", "time to all, median", Figure::millis, run -> spreadMillis(run, 100)),
    LAST("last_ms", "time to the last that got it, longest", Figure::millis, Figure::lastMillis),
    LAST_HOP("last_hop_max", "hops of the last delivery, most", Numerals::decimal, Figure::lastHop),
    COPIES("copies_per_delivery", "copies per delivery", Numerals::decimal, Figure::copies),
    IDS("ids_per_delivery", "ids per delivery", Numerals::decimal, Figure::ids),
    REDUNDANCY("redundancy", "copies received beyond need", Numerals::decimal, Figure::redundancy),
    REPAIRED("repaired_share", "deliveries that were asked for", Numerals::share, Figure::repaired),
    ANSWERED("answered_share", "requests answered", Numerals::share, Figure::answered),
    COUNTED("counted_mean", "devices in the answer, mean", Numerals::share, Figure::counted),
    ANSWER_TIME("answer_ms", "time to the answer, median", Figure::millis, Figure::answerMillis),
    MESSAGES(
            "messages_per_device",
            "messages sent per device",
            Numerals::decimal,
            run -> perDevice(run, run.traffic().sent())),
    BUSIEST(
            "busiest_messages",
            "messages sent by the busiest device",
            Numerals::decimal,
            run -> run.devices() == 0 || run.sentPerDevice().max() < 0
                    ? Double.NaN
                    : run.sentPerDevice().max()),
    BYTES(
            "bytes_per_device",
            "bytes sent per device",
            Numerals::bytes,
            run -> perDevice(run, run.traffic().bytesSent())),
    LOST("lost_share", "messages lost", Numerals::share, Figure::lost),
    MEMBERSHIP(
            "membership_messages_per_device_second",
            "messages of membership per device and second",
            Numerals::decimal,
            run -> overlay(run, OverlayResult::messageRate)),
    MEMBERSHIP_BYTES(
            "membership_bytes_per_device_second",
            "bytes of membership per device and second",
            Numerals::bytes,
            run -> overlay(run, OverlayResult::byteRate)),
    DEAD_ENTRIES(
            "dead_entries_share",
            "entries of the dead",
            Numerals::share,
            run -> overlay(run, OverlayResult::deadEntries)),
    SIZE_ERROR(
            "size_error_mean",
            "size estimate is off by, mean",
            Numerals::share,
            run -> overlay(run, OverlayResult::sizeError)),
    CONNECTED(
            "connected_share",
            "devices in the largest part of the overlay",
            Numerals::share,
            run -> overlay(run, OverlayResult::connected));

    private final String column;
    private final String label;
    private final DoubleFunction<String> words;
    private final ToDoubleFunction<RunResult> measure;

    Figure(String column, String label, DoubleFunction<String> words, ToDoubleFunction<RunResult> measure) {
        this.column = column;
        this.label = label;
        this.words = words;
        this.measure = measure;
    }

    /** Name for programs, its unit last. */
    String column() {
        return column;
    }

    /** Name for people, without a unit. */
    String label() {
        return label;
    }

    double of(RunResult run) {
        return measure.applyAsDouble(run);
    }

    Estimate of(SweepPoint point) {
        return Estimate.of(point.runs().stream().map(this::of).toList());
    }

    /** The number for people, with its unit. */
    String text(double number) {
        return words.apply(number);
    }

    /**
     * Mean and 95 % interval for people, and of how many runs if it is not all. Equal values give a mean alone: an interval of no
     * width would claim to be exact.
     */
    String text(Estimate estimate, int runs) {
        String mean = text(estimate.mean());
        String interval = estimate.halfWidth() > 0 ? " ± " + text(estimate.halfWidth()) : "";
        String some =
                estimate.count() > 0 && estimate.count() < runs ? " (" + estimate.count() + " of " + runs + ")" : "";
        return mean + interval + some;
    }

    /** Those figures that at least one of the runs has. */
    static List<Figure> present(List<RunResult> runs) {
        List<Figure> present = new ArrayList<>();
        for (Figure figure : values()) {
            if (runs.stream().anyMatch(run -> Double.isFinite(figure.of(run)))) {
                present.add(figure);
            }
        }
        return present;
    }

    private static String millis(double millis) {
        return Numerals.micros(millis * 1000);
    }

    private static double coverage(RunResult run) {
        return run.spreads().stream()
                .mapToDouble(SpreadResult::coverage)
                .average()
                .orElse(Double.NaN);
    }

    private static double leastCoverage(RunResult run) {
        return run.spreads().stream().mapToDouble(SpreadResult::coverage).min().orElse(Double.NaN);
    }

    private static double delivered(RunResult run) {
        return share(
                run.spreads().stream().mapToLong(SpreadResult::reachedOfOwed).sum(),
                run.spreads().stream().mapToLong(SpreadResult::owed).sum());
    }

    private static double spreadMillis(RunResult run, int percent) {
        return median(run.spreads().stream()
                .map(spread ->
                        percent == 50 ? spread.t50Micros() : percent == 99 ? spread.t99Micros() : spread.t100Micros())
                .toList());
    }

    private static double lastHop(RunResult run) {
        return run.spreads().stream().mapToDouble(SpreadResult::lastHop).max().orElse(Double.NaN);
    }

    private static double lastMillis(RunResult run) {
        return run.spreads().stream()
                .mapToDouble(spread -> spread.effort().lastMicros() / 1_000.0)
                .max()
                .orElse(Double.NaN);
    }

    private static double copies(RunResult run) {
        return share(run.spreads().stream().mapToLong(SpreadResult::copies).sum(), deliveries(run));
    }

    private static double ids(RunResult run) {
        return share(
                run.spreads().stream()
                        .mapToLong(spread -> spread.effort().advertised())
                        .sum(),
                deliveries(run));
    }

    private static double redundancy(RunResult run) {
        long received = run.spreads().stream()
                .mapToLong(spread -> spread.effort().received())
                .sum();
        long deliveries = deliveries(run);
        return share(received, deliveries) - (deliveries == 0 ? Double.NaN : 1);
    }

    private static double repaired(RunResult run) {
        return share(run.spreads().stream().mapToLong(SpreadResult::repaired).sum(), deliveries(run));
    }

    /** The publisher has its own message without a copy. */
    private static long deliveries(RunResult run) {
        return run.spreads().stream()
                .mapToLong(spread -> Math.max(0, spread.reached() - 1))
                .sum();
    }

    /** A fault may come with the completeness that it found, but is no answer. */
    private static boolean isAnswered(RequestResult request) {
        return request.completeness() != null && request.failure() == null;
    }

    private static double answered(RunResult run) {
        return share(
                run.requests().stream().filter(Figure::isAnswered).count(),
                run.requests().size());
    }

    private static double counted(RunResult run) {
        return run.requests().stream()
                .mapToDouble(request -> isAnswered(request) ? request.counted() : 0)
                .average()
                .orElse(Double.NaN);
    }

    /** A request that failed never had an answer, however long its fault took. */
    private static double answerMillis(RunResult run) {
        return median(run.requests().stream()
                .map(request -> isAnswered(request) ? request.elapsedMicros() : -1)
                .toList());
    }

    private static double overlay(RunResult run, ToDoubleFunction<OverlayResult> measure) {
        OverlayResult overlay = run.overlay();
        return overlay == null ? Double.NaN : measure.applyAsDouble(overlay);
    }

    private static double perDevice(RunResult run, long total) {
        return share(total, run.devices());
    }

    private static double lost(RunResult run) {
        Traffic traffic = run.traffic();
        return share(
                traffic.lost().values().stream().mapToLong(Long::longValue).sum(),
                traffic.sent() + traffic.multiplied() + traffic.duplicated());
    }

    private static double share(long part, long whole) {
        return whole == 0 || part < 0 ? Double.NaN : (double) part / whole;
    }

    /** Median of durations in µs, as ms. What never ended (-1) took longest, so a median that falls on it is none. */
    private static double median(List<Long> micros) {
        if (micros.isEmpty()) {
            return Double.NaN;
        }
        List<Double> sorted = new ArrayList<>();
        for (long each : micros) {
            sorted.add(each < 0 ? Double.POSITIVE_INFINITY : each / 1000.0);
        }
        Collections.sort(sorted);
        double median = (sorted.get((sorted.size() - 1) / 2) + sorted.get(sorted.size() / 2)) / 2;
        return Double.isFinite(median) ? median : Double.NaN;
    }
}
