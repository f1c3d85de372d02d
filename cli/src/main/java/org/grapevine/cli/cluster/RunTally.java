package org.grapevine.cli.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.grapevine.cli.console.Fields;
import org.grapevine.cluster.record.AgentRecord;
import org.grapevine.cluster.report.Agreement;
import org.grapevine.cluster.report.Answer;
import org.grapevine.cluster.report.ClusterReport;
import org.grapevine.cluster.report.Measure;
import org.jspecify.annotations.Nullable;

/** What many runs came to: a line for each, and the sum. */
final class RunTally {

    private static final int SHOWN = 20;

    private final List<Long> broken = new ArrayList<>();
    private final List<Double> half = new ArrayList<>();
    private final List<Double> nearly = new ArrayList<>();
    private final List<Double> all = new ArrayList<>();
    private int runs;
    private int exact;
    private int honest;
    private int agreeing;
    private int predicted;
    private long answers;
    private long violations;

    void add(ClusterReport report) {
        runs++;
        exact += report.deliveries().isExactlyOnce() ? 1 : 0;
        honest += report.areAnswersHonest() ? 1 : 0;
        answers += report.answers().size();
        violations += report.measured().violationsInAll();
        Agreement agreement = report.agreement();
        predicted += agreement == null ? 0 : 1;
        agreeing += agreement != null && agreement.isKept() ? 1 : 0;
        if (!report.isKept()) {
            broken.add(report.seed());
        }
        keep(half, report.measure(Measure.T50));
        keep(nearly, report.measure(Measure.T99));
        keep(all, report.measure(Measure.T100));
    }

    private static void keep(List<Double> values, double value) {
        if (Double.isFinite(value)) {
            values.add(value);
        }
    }

    /** A run that could not be ended. */
    void failed(long seed) {
        runs++;
        broken.add(seed);
    }

    boolean isKept() {
        return broken.isEmpty();
    }

    /** One run, for programs. */
    static Fields fields(ClusterReport report) {
        Agreement agreement = report.agreement();
        return Fields.step("run")
                .and("seed", report.seed())
                .and("kept", report.isKept())
                .and("exactlyOnce", report.deliveries().isExactlyOnce())
                .and("pushes", report.deliveries().pushes())
                .and("live", report.deliveries().live())
                .and("reached", report.deliveries().reached())
                .and("twice", report.deliveries().twice())
                .and("answers", report.answers().size())
                .and("honest", report.areAnswersHonest())
                .and("t50Ms", number(report.measure(Measure.T50)))
                .and("t99Ms", number(report.measure(Measure.T99)))
                .and("t100Ms", number(report.measure(Measure.T100)))
                .and("copiesPerDevice", number(report.measure(Measure.COPIES)))
                .and("controlsPerDevice", number(report.measure(Measure.CONTROLS)))
                .and("cpuMsPerDevice", number(cpuMillisOfADevice(report)))
                .and("violations", report.measured().violationsInAll())
                .and("agrees", agreement == null ? null : (Boolean) agreement.isKept());
    }

    private static @Nullable Double number(double value) {
        return Double.isFinite(value) ? (Double) value : null;
    }

    /** Of the agents that lived to the end. */
    private static double cpuMillisOfADevice(ClusterReport report) {
        double millis = 0;
        long devices = 0;
        for (AgentRecord agent : report.record().agents().values()) {
            millis += agent.process().cpuMillis();
            devices += agent.devices().size();
        }
        return devices == 0 ? Double.NaN : millis / devices;
    }

    /** One run, for people. */
    static String line(ClusterReport report) {
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "seed %d: %s; %,d of %,d reached, %,d twice; 50 %% %s, 99 %% %s, all %s; %s envelopes, %s CPU per device",
                report.seed(),
                report.isKept() ? "kept" : "BROKEN",
                report.deliveries().reached(),
                report.deliveries().live(),
                report.deliveries().twice(),
                millis(report.measure(Measure.T50)),
                millis(report.measure(Measure.T99)),
                millis(report.measure(Measure.T100)),
                decimal(report.measure(Measure.COPIES) + report.measure(Measure.CONTROLS)),
                millis(cpuMillisOfADevice(report))));
        List<Answer> answers = report.answers();
        if (!answers.isEmpty()) {
            line.append(String.format(
                    Locale.ROOT,
                    "; %d of %d answers honest, %,d of %,d devices in them",
                    answers.stream().filter(Answer::isHonest).count(),
                    answers.size(),
                    answers.stream().mapToLong(Answer::counted).sum(),
                    answers.stream().mapToLong(Answer::live).sum()));
        }
        report.measured().violations().stream().limit(1).forEach(violation -> line.append("; ")
                .append(violation.checker())
                .append(": ")
                .append(violation.what()));
        return line.toString();
    }

    private static String millis(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.1f ms", value) : "-";
    }

    private static String decimal(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.1f", value) : "-";
    }

    /** All runs, for programs. */
    Fields fields() {
        return Fields.step("cluster")
                .and("runs", runs)
                .and("kept", runs - broken.size())
                .and("exactlyOnce", exact)
                .and("honest", honest)
                .and("answers", answers)
                .and("violations", violations)
                .and("predicted", predicted)
                .and("agreeing", agreeing)
                .and("t50Ms", number(median(half)))
                .and("t99Ms", number(median(nearly)))
                .and("t100Ms", number(median(all)))
                .and("brokenSeeds", List.copyOf(broken));
    }

    /** All runs, for people. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%d of %d runs: every live device got every push exactly once; %d of %d: answers honest about who is missing",
                exact,
                runs,
                honest,
                runs));
        lines.add(String.format(
                Locale.ROOT,
                "median over the runs: 50 %% %s, 99 %% %s, all %s",
                millis(median(half)),
                millis(median(nearly)),
                millis(median(all))));
        if (predicted > 0) {
            lines.add(String.format(Locale.ROOT, "%d of %d runs as the simulator says", agreeing, predicted));
        }
        lines.add(
                broken.isEmpty()
                        ? "all promises kept"
                        : "not all promises kept, with seeds "
                                + broken.stream()
                                        .limit(SHOWN)
                                        .map(String::valueOf)
                                        .collect(Collectors.joining(", "))
                                + (broken.size() > SHOWN ? " and " + (broken.size() - SHOWN) + " more" : ""));
        return lines;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.isEmpty() ? Double.NaN : sorted.get((sorted.size() - 1) / 2);
    }
}
