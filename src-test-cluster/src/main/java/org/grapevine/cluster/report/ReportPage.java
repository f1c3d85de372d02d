package org.grapevine.cluster.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.grapevine.cluster.plan.AgentFaults;
import org.grapevine.simulation.check.Checkers;
import org.grapevine.simulation.report.HtmlPage;
import org.grapevine.simulation.report.Numerals;
import org.grapevine.simulation.report.Plot;
import org.grapevine.simulation.scenario.ScenarioWriter;

/** A report as one page that needs nothing else. */
final class ReportPage {

    private static final int MOST_ANSWERS = 100;
    private static final int MOST_PUSHES = 100;

    private ReportPage() {}

    static String of(ClusterReport report, List<Plot> plots) {
        String title = "Cluster run of " + report.scenario().name();
        HtmlPage page = new HtmlPage(title);
        page.header(title, report.scenario().about(), report.isKept() ? 0 : Math.max(1, brokenInAll(report)));
        page.facts(List.of(
                Map.entry("devices", Numerals.count(report.scenario().devices())),
                Map.entry("agents", Integer.toString(report.agents())),
                Map.entry("seed", Long.toString(report.seed())),
                Map.entry("lasted", Numerals.micros(report.record().endMicros()))));
        page.paragraph(ReportTables.deliveries(report.deliveries()));
        if (!report.faults().isEmpty()) {
            page.section(
                    "Faults",
                    () -> page.items(
                            report.faults().stream().map(AgentFaults::write).toList()));
        }
        page.section(
                "Measured and predicted",
                () -> page.table(
                        prediction(report)
                                + " A measured value agrees if it is within their range, widened by the bound.",
                        ReportTables.measures(report)));
        if (report.measured().violationsInAll() > 0) {
            page.section(
                    "Violations",
                    () -> page.table(
                            "Promises that were not kept, the first of "
                                    + Numerals.count(report.measured().violationsInAll()) + ".",
                            ReportTables.violations(report)));
        }
        if (!plots.isEmpty()) {
            page.section("Plots", () -> plots.forEach(page::figure));
        }
        pushes(page, report);
        answers(page, report);
        page.section(
                "Agents",
                () -> page.table(
                        "What each process took. CPU is that of the run, heap what is live at its end.",
                        ReportTables.agents(report)));
        if (!report.notes().isEmpty()) {
            page.section("Notes", () -> page.items(report.notes()));
        }
        page.section("Not checked", () -> {
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("promise", "would need"));
            Checkers.unseen().forEach((promise, reason) -> rows.add(List.of(promise, reason)));
            page.table("Promises of the simulator that a record of real devices cannot show.", rows);
        });
        page.details("The scenario", ScenarioWriter.write(report.scenario()));
        return page.toString();
    }

    private static long brokenInAll(ClusterReport report) {
        long dishonest =
                report.answers().stream().filter(answer -> !answer.isHonest()).count();
        Deliveries deliveries = report.deliveries();
        return Math.max(
                report.measured().violationsInAll(),
                deliveries.live() - deliveries.reached() + deliveries.twice() + dishonest);
    }

    private static String prediction(ClusterReport report) {
        Prediction prediction = report.prediction();
        return prediction == null
                ? "There is no prediction."
                : "The prediction is the mean over " + prediction.runs().size()
                        + " simulated runs, with the least and the greatest of them.";
    }

    private static void pushes(HtmlPage page, ClusterReport report) {
        int all = report.pushes().size();
        if (all == 0) {
            return;
        }
        page.section(
                "Pushes",
                () -> page.table(
                        "How far each push came among the devices that were live to the end, and whom it did not reach."
                                + (all > MOST_PUSHES
                                        ? " " + MOST_PUSHES + " of " + Numerals.count(all)
                                                + ", those that missed somebody first."
                                        : ""),
                        ReportTables.pushes(report.pushes(), MOST_PUSHES)));
    }

    private static void answers(HtmlPage page, ClusterReport report) {
        if (report.answers().isEmpty()) {
            return;
        }
        page.section("Answers", () -> {
            int shown = Math.min(MOST_ANSWERS, report.answers().size());
            page.table(
                    "What became of each request. Missing are devices that were up from the request to its end and are not in"
                            + " the answer."
                            + (shown < report.answers().size()
                                    ? " The first " + shown + " of "
                                            + report.answers().size() + "."
                                    : ""),
                    ReportTables.answers(report.answers().subList(0, shown)));
        });
    }
}
