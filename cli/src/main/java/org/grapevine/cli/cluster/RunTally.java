package org.grapevine.cli.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.grapevine.cli.console.Fields;
import org.grapevine.cluster.report.Agreement;
import org.grapevine.cluster.report.Answer;
import org.grapevine.cluster.report.ClusterReport;
import org.grapevine.cluster.report.Measure;
import org.jspecify.annotations.Nullable;

/** What many runs came to. */
final class RunTally {

    private static final int SHOWN = 20;

    /** One number of each run; runs that have none are left out. */
    private static final class Values {
        private final String name;
        private final String unit;
        private final List<Double> sorted = new ArrayList<>();

        Values(String name, String unit) {
            this.name = name;
            this.unit = unit;
        }

        void add(double value) {
            if (Double.isFinite(value)) {
                sorted.add(value);
                sorted.sort(null);
            }
        }

        double least() {
            return sorted.isEmpty() ? Double.NaN : sorted.get(0);
        }

        double median() {
            return sorted.isEmpty() ? Double.NaN : sorted.get((sorted.size() - 1) / 2);
        }

        double most() {
            return sorted.isEmpty() ? Double.NaN : sorted.get(sorted.size() - 1);
        }

        @Override
        public String toString() {
            return name + " "
                    + (sorted.isEmpty()
                            ? "-"
                            : String.format(Locale.ROOT, "%.1f, %.1f, %.1f", least(), median(), most()) + unit);
        }
    }

    private final List<Long> broken = new ArrayList<>();
    private final Values half = new Values("50 %", " ms");
    private final Values nearly = new Values("99 %", " ms");
    private final Values all = new Values("all", " ms");
    private final Values envelopes = new Values("envelopes per device", "");
    private final Values cpu = new Values("CPU per device", " ms");
    private int runs;
    private int exact;
    private int honest;
    private int agreeing;
    private int predicted;
    private long answers;
    private long honestAnswers;
    private @Nullable Answer least;
    private long violations;

    void add(ClusterReport report) {
        runs++;
        exact += report.deliveries().isExactlyOnce() ? 1 : 0;
        honest += report.areAnswersHonest() ? 1 : 0;
        report.answers().forEach(this::add);
        violations += report.measured().violationsInAll();
        Agreement agreement = report.agreement();
        predicted += agreement == null ? 0 : 1;
        agreeing += agreement != null && agreement.isKept() ? 1 : 0;
        if (!report.isKept()) {
            broken.add(report.seed());
        }
        half.add(report.measure(Measure.T50));
        nearly.add(report.measure(Measure.T99));
        all.add(report.measure(Measure.T100));
        envelopes.add(RunLine.envelopesOfADevice(report));
        cpu.add(RunLine.cpuMillisOfADevice(report));
    }

    private void add(Answer answer) {
        answers++;
        honestAnswers += answer.isHonest() ? 1 : 0;
        Answer before = least;
        if (before == null || share(answer) < share(before)) {
            least = answer;
        }
    }

    private static double share(Answer answer) {
        return answer.live() == 0 ? 1 : (double) answer.countedLive() / answer.live();
    }

    /** A run that could not be ended. */
    void failed(long seed) {
        runs++;
        broken.add(seed);
    }

    boolean isKept() {
        return broken.isEmpty();
    }

    /** For programs. */
    Fields fields() {
        Answer fewest = least;
        Fields fields = Fields.step("cluster")
                .and("runs", runs)
                .and("kept", runs - broken.size())
                .and("exactlyOnce", exact)
                .and("honest", honest)
                .and("answers", answers)
                .and("answersHonest", honestAnswers)
                .and("leastCounted", fewest == null ? null : (Integer) fewest.countedLive())
                .and("leastCountedOf", fewest == null ? null : (Integer) fewest.live())
                .and("violations", violations)
                .and("predicted", predicted)
                .and("agreeing", agreeing);
        fields = add(fields, "t50Ms", half);
        fields = add(fields, "t99Ms", nearly);
        fields = add(fields, "t100Ms", all);
        fields = add(fields, "envelopesPerDevice", envelopes);
        fields = add(fields, "cpuMsPerDevice", cpu);
        return fields.and("brokenSeeds", List.copyOf(broken));
    }

    /** The median under the name itself. */
    private static Fields add(Fields fields, String name, Values values) {
        return fields.and(name, RunLine.number(values.median()))
                .and(name + "Least", RunLine.number(values.least()))
                .and(name + "Most", RunLine.number(values.most()));
    }

    /** For people. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%d of %d runs exact: every live device got every push once%s",
                exact,
                runs,
                answersInWords()));
        lines.add("least, median and most of the runs: " + half + "; " + nearly + "; " + all + "; " + envelopes + "; "
                + cpu);
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

    private String answersInWords() {
        Answer fewest = least;
        return fewest == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        "; %,d of %,d answers honest, %,d of %,d live devices in the one with the fewest",
                        honestAnswers,
                        answers,
                        fewest.countedLive(),
                        fewest.live());
    }
}
