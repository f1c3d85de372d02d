package org.grapevine.cli.cluster;

import java.util.List;
import java.util.Locale;
import org.grapevine.cli.console.Fields;
import org.grapevine.cluster.record.AgentRecord;
import org.grapevine.cluster.report.Agreement;
import org.grapevine.cluster.report.Answer;
import org.grapevine.cluster.report.ClusterReport;
import org.grapevine.cluster.report.Measure;
import org.jspecify.annotations.Nullable;

/** One run of many, in a line. Times are over the devices that were live to the end. */
final class RunLine {

    private RunLine() {}

    /** For programs. */
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

    /** For people. */
    static String text(ClusterReport report) {
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
                decimal(envelopesOfADevice(report)),
                millis(cpuMillisOfADevice(report))));
        List<Answer> answers = report.answers();
        if (!answers.isEmpty()) {
            line.append(String.format(
                    Locale.ROOT,
                    "; %d of %d answers honest, %,d of %,d live devices in them",
                    answers.stream().filter(Answer::isHonest).count(),
                    answers.size(),
                    answers.stream().mapToLong(Answer::countedLive).sum(),
                    answers.stream().mapToLong(Answer::live).sum()));
        }
        report.measured().violations().stream().limit(1).forEach(violation -> line.append("; ")
                .append(violation.checker())
                .append(": ")
                .append(violation.what()));
        return line.toString();
    }

    /** Copies and control messages that a device which was up at the end had sent; NaN if nobody told. */
    static double envelopesOfADevice(ClusterReport report) {
        return report.measure(Measure.COPIES) + report.measure(Measure.CONTROLS);
    }

    /** Of the agents that lived to the end; NaN if none did. */
    static double cpuMillisOfADevice(ClusterReport report) {
        double millis = 0;
        long devices = 0;
        for (AgentRecord agent : report.record().agents().values()) {
            millis += agent.process().cpuMillis();
            devices += agent.devices().size();
        }
        return devices == 0 ? Double.NaN : millis / devices;
    }

    static @Nullable Double number(double value) {
        return Double.isFinite(value) ? (Double) value : null;
    }

    static String millis(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.1f ms", value) : "-";
    }

    static String decimal(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.1f", value) : "-";
    }
}
