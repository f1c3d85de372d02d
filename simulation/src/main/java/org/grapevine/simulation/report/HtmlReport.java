package org.grapevine.simulation.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.grapevine.core.engine.DropReason;
import org.grapevine.simulation.check.Violation;

/**
 * Results as one page that needs nothing else: style and plots are inside, there is no script, and a content security policy keeps it
 * from loading anything. Light or dark as the reader's system is, and readable on a phone. The page is well-formed XML as well.
 */
public final class HtmlReport {

    /** As many pushes and as many requests are shown. */
    static final int SHOWN = 100;

    private HtmlReport() {}

    /**
     * The page of one run.
     *
     * @param plots none for a page without
     */
    public static String of(RunResult run, List<Plot> plots, ReportOptions options) {
        String name = run.scenario().name();
        HtmlPage page = new HtmlPage("Simulation of " + name);
        page.header("Simulation of " + name, run.scenario().about(), run.violationsInAll());
        page.facts(facts(run, options));
        page.section("Key figures", () -> {
            List<Map.Entry<String, String>> figures = new ArrayList<>();
            for (Figure figure : Figure.present(List.of(run))) {
                figures.add(Map.entry(figure.label(), figure.text(figure.of(run))));
            }
            page.cards(figures);
        });
        violations(page, run);
        plots(page, plots);
        page.section("Pushes", () -> {
            if (run.spreads().isEmpty()) {
                page.paragraph("No message was pushed.");
            } else {
                page.table(
                        "Times are counted from the publication."
                                + more(run.spreads().size(), "pushes"),
                        Tables.spreads(first(run.spreads())));
            }
        });
        page.section("Requests", () -> {
            if (run.requests().isEmpty()) {
                page.paragraph("No request was made.");
            } else {
                page.table(
                        "Counted is the share of the devices whose values are in the answer."
                                + more(run.requests().size(), "requests"),
                        Tables.requests(first(run.requests())));
            }
        });
        page.section("Traffic", () -> {
            page.table(
                    "What the network carried: "
                            + Numerals.bytes((double) run.traffic().bytesSent()) + " in all.",
                    Tables.traffic(run.traffic()));
            if (!run.traffic().sentByKind().isEmpty()) {
                page.table("Messages sent, by kind.", Tables.kinds(run.traffic()));
            }
            if (run.devices() > 0) {
                page.table("What each device had to carry.", Tables.loads(run));
            }
        });
        if (run.overlay() != null) {
            page.section(
                    "Views",
                    () -> page.table(
                            "What the membership engines came to. Shares and sizes are those at the end, over devices that are"
                                    + " up.",
                            Tables.overlay(run.overlay())));
        }
        page.section("Not acted on", () -> drops(page, run.drops()));
        again(page, options);
        return page.toString();
    }

    /**
     * The page of a sweep.
     *
     * @param plots none for a page without
     */
    public static String of(List<SweepPoint> sweep, List<Plot> plots, ReportOptions options) {
        List<RunResult> runs = TextReport.runs(sweep);
        String headline = TextReport.headline(sweep).get(0);
        HtmlPage page = new HtmlPage("Sweep of " + headline);
        String about = runs.isEmpty() ? "" : runs.get(0).scenario().about();
        page.header(
                "Sweep of " + headline,
                about,
                runs.stream().mapToLong(RunResult::violationsInAll).sum());
        plots(page, plots);
        page.section("Points", () -> {
            if (sweep.isEmpty()) {
                page.paragraph("There is no point.");
            } else {
                page.table(
                        "Mean over the seeds ± half the width of the 95 % interval (Student's t); the mean alone where all seeds"
                                + " gave the same. \"3 of 5\" says that the others have no such value: they never got there.",
                        Tables.sweep(sweep, Figure.present(runs)));
            }
        });
        List<String> verdict = TextReport.verdict(sweep);
        if (verdict.size() > 1) {
            page.section("Violations", () -> {
                page.items(verdict.subList(1, Math.min(verdict.size(), SHOWN + 1)));
                if (verdict.size() > SHOWN + 1) {
                    page.paragraph("and " + Numerals.count(verdict.size() - SHOWN - 1) + " more runs");
                }
            });
        }
        again(page, options);
        return page.toString();
    }

    private static List<Map.Entry<String, String>> facts(RunResult run, ReportOptions options) {
        List<Map.Entry<String, String>> facts = new ArrayList<>();
        facts.add(Map.entry("devices", Numerals.count(run.devices())));
        facts.add(Map.entry("seed", Long.toString(run.seed())));
        facts.add(Map.entry("virtual time", Numerals.micros(run.virtualMicros())));
        facts.add(Map.entry("events", Numerals.count(run.events())));
        facts.add(Map.entry("codec", run.scenario().wire() ? "real" : "sizes only"));
        facts.add(Map.entry("trace", Numerals.hash(run.traceHash())));
        if (options.wallClock()) {
            facts.add(Map.entry("real time", Numerals.micros(run.wallNanos() / 1000.0)));
        }
        return facts;
    }

    private static void violations(HtmlPage page, RunResult run) {
        if (run.violationsInAll() == 0) {
            return;
        }
        page.section("Violations", () -> {
            List<List<String>> rows = new ArrayList<>();
            rows.add(List.of("promise", "at", "what"));
            for (Violation violation : run.violations()) {
                rows.add(List.of(violation.checker(), Numerals.micros(violation.atMicros()), violation.what()));
            }
            long more = run.violationsInAll() - run.violations().size();
            page.table(
                    "Promises that were not kept" + (more > 0 ? ", without " + Numerals.count(more) + " more." : "."),
                    rows);
        });
    }

    private static void plots(HtmlPage page, List<Plot> plots) {
        if (!plots.isEmpty()) {
            page.section("Plots", () -> plots.forEach(page::figure));
        }
    }

    private static void drops(HtmlPage page, Map<DropReason, Long> drops) {
        List<List<String>> rows = Tables.drops(drops);
        if (rows.size() == 1) {
            page.paragraph("The engines acted on everything that they got.");
        } else {
            page.table(
                    "What engines got and did not act on, by reason. Duplicates are the normal fate of most copies.",
                    rows);
        }
    }

    private static void again(HtmlPage page, ReportOptions options) {
        if (!options.command().isBlank()) {
            page.section("Once more", () -> {
                page.paragraph("This command repeats it:");
                page.code("command", options.command());
            });
        }
        if (!options.scenarioText().isBlank()) {
            page.details("The scenario", options.scenarioText());
        }
    }

    private static <T> List<T> first(List<T> results) {
        return results.subList(0, Math.min(SHOWN, results.size()));
    }

    private static String more(int count, String what) {
        return count <= SHOWN
                ? ""
                : " The first " + SHOWN + " of " + Numerals.count(count) + " " + what + " are shown, "
                        + Numerals.count(count - SHOWN) + " more are in the files.";
    }
}
