package org.grapevine.cluster.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.grapevine.simulation.report.Curve;
import org.grapevine.simulation.report.RequestResult;
import org.grapevine.simulation.report.RunResult;
import org.grapevine.simulation.report.SpreadResult;

/** A number that a run of real devices and a simulated one both come to, measured in the same way. */
public enum Measure {
    /** Share of the devices up from publication to the end of the run that a push reached, over all pushes. */
    COVERAGE("coverage", "coverage of the live"),
    /** Mean hops to a hosted service, over all deliveries but those where messages were published. */
    MEAN_HOPS("hopsMean", "hops, mean"),
    /** The most hops of any delivery. */
    MOST_HOPS("hopsMax", "hops, most"),
    /** Copies of messages and requests sent by a device that was up at the end, since its last start, mean. */
    COPIES("copiesPerDevice", "copies per device"),
    /** The same for control messages of gossip. */
    CONTROLS("controlsPerDevice", "control messages per device"),
    /** Until half of the devices up from publication to the end of the run had a push, ms, median over all pushes. */
    T50("t50Ms", "time to 50 %"),
    /** The same for 99 of 100. */
    T99("t99Ms", "time to 99 %"),
    /** The same for all of them. */
    T100("t100Ms", "time to all"),
    /** Share of the requests that got an answer. */
    ANSWERED("answered", "requests answered"),
    /** Share of the devices up from request to answer that are in the answer, mean over all requests. */
    COMPLETENESS("completeness", "devices in the answer");

    private final String key;
    private final String label;

    Measure(String key, String label) {
        this.key = key;
        this.label = label;
    }

    /** Name for programs, its unit last. */
    public String key() {
        return key;
    }

    /** Name for people. */
    public String label() {
        return label;
    }

    boolean isTime() {
        return this == T50 || this == T99 || this == T100;
    }

    boolean isShare() {
        return this == COVERAGE || this == ANSWERED || this == COMPLETENESS;
    }

    /** All numbers of a run. */
    static Map<Measure, Double> all(RunResult run, List<Reach> pushes, Sent sent) {
        Map<Measure, Double> all = new EnumMap<>(Measure.class);
        for (Measure measure : values()) {
            all.put(measure, measure.of(run, pushes, sent));
        }
        return all;
    }

    /**
     * The number.
     *
     * @param pushes how far each of them came
     * @param sent what devices that were up at the end sent
     * @return NaN where the run has nothing to say about it
     */
    double of(RunResult run, List<Reach> pushes, Sent sent) {
        return switch (this) {
            case COVERAGE -> coverage(run);
            case MEAN_HOPS -> meanHops(run.hops());
            case MOST_HOPS -> mostHops(run.hops());
            case COPIES -> sent.copiesPerDevice();
            case CONTROLS -> sent.controlsPerDevice();
            case T50 -> median(pushes, Reach::t50Micros);
            case T99 -> median(pushes, Reach::t99Micros);
            case T100 -> median(pushes, Reach::t100Micros);
            case ANSWERED ->
                run.requests().isEmpty()
                        ? Double.NaN
                        : (double) run.requests().stream()
                                        .filter(Measure::isAnswered)
                                        .count()
                                / run.requests().size();
            case COMPLETENESS ->
                run.requests().stream()
                        .mapToDouble(RequestResult::countedOfStayed)
                        .average()
                        .orElse(Double.NaN);
        };
    }

    /**
     * What devices sent.
     *
     * @param devices how many
     */
    record Sent(long devices, long copies, long controls) {
        double copiesPerDevice() {
            return devices == 0 ? Double.NaN : (double) copies / devices;
        }

        double controlsPerDevice() {
            return devices == 0 ? Double.NaN : (double) controls / devices;
        }
    }

    private static double coverage(RunResult run) {
        long owed = run.spreads().stream().mapToLong(SpreadResult::owed).sum();
        long reached =
                run.spreads().stream().mapToLong(SpreadResult::reachedOfOwed).sum();
        return owed == 0 ? Double.NaN : (double) reached / owed;
    }

    private static double meanHops(Curve hops) {
        double deliveries = Arrays.stream(hops.y()).sum();
        double sum = 0;
        for (int i = 0; i < hops.x().length; i++) {
            sum += hops.x()[i] * hops.y()[i];
        }
        return deliveries == 0 ? Double.NaN : sum / deliveries;
    }

    private static double mostHops(Curve hops) {
        double most = Double.NaN;
        for (int i = 0; i < hops.x().length; i++) {
            most = hops.y()[i] > 0 ? hops.x()[i] : most;
        }
        return most;
    }

    private static boolean isAnswered(RequestResult request) {
        return request.completeness() != null && request.failure() == null;
    }

    /** What never happened took longest. */
    private static double median(List<Reach> pushes, ToLongFunction<Reach> micros) {
        List<Double> millis = new ArrayList<>();
        for (Reach push : pushes) {
            long each = micros.applyAsLong(push);
            if (push.live() > 0) {
                millis.add(each < 0 ? Double.POSITIVE_INFINITY : each / 1_000.0);
            }
        }
        if (millis.isEmpty()) {
            return Double.NaN;
        }
        Collections.sort(millis);
        double median = millis.get((millis.size() - 1) / 2);
        return Double.isFinite(median) ? median : Double.NaN;
    }
}
