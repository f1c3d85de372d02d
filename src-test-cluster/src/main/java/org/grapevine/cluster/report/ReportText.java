package org.grapevine.cluster.report;

import java.util.ArrayList;
import java.util.List;
import org.grapevine.cluster.plan.AgentFaults;
import org.grapevine.simulation.check.Violation;
import org.grapevine.simulation.report.Numerals;

/** A report for the terminal. */
final class ReportText {

    private static final int MOST_ANSWERS = 20;
    private static final int MOST_PUSHES = 20;

    private ReportText() {}

    static List<String> of(ClusterReport report) {
        List<String> lines = new ArrayList<>();
        lines.add(report.scenario().name() + ", seed " + report.seed() + ": "
                + Numerals.count(report.scenario().devices()) + " devices on " + report.agents() + " agents, "
                + Numerals.micros(report.record().endMicros()));
        report.faults().forEach(fault -> lines.add("  " + AgentFaults.write(fault)));
        lines.add(ReportTables.deliveries(report.deliveries()));
        lines.add("");
        table(lines, ReportTables.measures(report));
        List<Reach> missed =
                report.pushes().stream().filter(push -> push.missingInAll() > 0).toList();
        if (!missed.isEmpty()) {
            lines.add("");
            table(lines, ReportTables.pushes(missed, MOST_PUSHES));
            if (missed.size() > MOST_PUSHES) {
                lines.add("and " + Numerals.count(missed.size() - MOST_PUSHES)
                        + " more pushes that did not reach all live devices");
            }
        }
        if (!report.answers().isEmpty()) {
            lines.add("");
            int shown = Math.min(MOST_ANSWERS, report.answers().size());
            table(lines, ReportTables.answers(report.answers().subList(0, shown)));
            if (shown < report.answers().size()) {
                lines.add("and " + Numerals.count(report.answers().size() - shown) + " more answers");
            }
        }
        lines.add("");
        table(lines, ReportTables.agents(report));
        if (!report.notes().isEmpty()) {
            lines.add("");
            report.notes().forEach(note -> lines.add("note: " + note));
        }
        lines.add("");
        for (Violation violation : report.measured().violations()) {
            lines.add(violation.checker() + " at " + Numerals.micros(violation.atMicros()) + ": " + violation.what());
        }
        lines.add(verdict(report));
        return lines;
    }

    static String verdict(ClusterReport report) {
        if (!report.isKept()) {
            long broken = report.measured().violationsInAll();
            return broken == 0 ? "not all promises kept" : Numerals.count(broken) + " violations";
        }
        Agreement agreement = report.agreement();
        return "all promises kept"
                + (agreement == null
                        ? ""
                        : agreement.isKept() ? ", as the simulator says" : ", but not as the simulator says");
    }

    private static void table(List<String> lines, List<List<String>> rows) {
        int[] widths = new int[rows.get(0).size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            lines.add(line.toString().stripTrailing());
        }
    }
}
