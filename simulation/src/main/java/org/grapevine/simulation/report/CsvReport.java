package org.grapevine.simulation.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.simulation.scenario.ScenarioWriter;
import org.jspecify.annotations.Nullable;

/**
 * Results as tables for programs and spreadsheets, by file name. Comma-separated as in RFC 4180: lines end with CR LF, and a cell is
 * quoted where it has to be. A text that a spreadsheet would take for a formula is preceded by an apostrophe. What never happened is
 * an empty cell.
 */
public final class CsvReport {

    private CsvReport() {}

    /** File name and content of each table of a run. */
    public static Map<String, String> of(RunResult run) {
        Map<String, String> files = new LinkedHashMap<>();
        files.put("infection.csv", curve("since_publication_ms", "share_reached", run.infection()));
        files.put("hops.csv", curve("hops", "deliveries", run.hops()));
        files.put("latency.csv", curve("up_to_ms", "deliveries", run.latency()));
        files.put("spreads.csv", spreads(run.spreads()));
        files.put("requests.csv", requests(run.requests()));
        files.put("load.csv", loads(run));
        return files;
    }

    /** File name and content of the one table of a sweep: a line for each point and seed. */
    public static Map<String, String> of(List<SweepPoint> sweep) {
        return Map.of("sweep.csv", sweep(sweep));
    }

    private static String curve(String x, String y, Curve curve) {
        CsvText csv = new CsvText(x, y);
        for (int i = 0; i < curve.x().length; i++) {
            csv.number(curve.x()[i]).number(curve.y()[i]).endLine();
        }
        return csv.toString();
    }

    private static String spreads(List<SpreadResult> spreads) {
        CsvText csv = new CsvText(
                "id",
                "from",
                "at_us",
                "devices",
                "reached",
                "coverage",
                "owed",
                "reached_of_owed",
                "t50_us",
                "t99_us",
                "t100_us",
                "last_hop",
                "copies",
                "repaired",
                "variant",
                "received",
                "advertised",
                "contacts",
                "mean_us",
                "last_us");
        for (SpreadResult spread : spreads) {
            csv.text(spread.id())
                    .count(spread.from())
                    .count(spread.atMicros())
                    .count(spread.devices())
                    .count(spread.reached())
                    .number(spread.coverage())
                    .count(spread.owed())
                    .count(spread.reachedOfOwed())
                    .elapsed(spread.t50Micros())
                    .elapsed(spread.t99Micros())
                    .elapsed(spread.t100Micros())
                    .count(spread.lastHop())
                    .count(spread.copies())
                    .count(spread.repaired())
                    .text(variant(spread.effort().variant()))
                    .count(spread.effort().received())
                    .count(spread.effort().advertised())
                    .count(spread.effort().contacts())
                    .number(spread.effort().meanMicros())
                    .count(spread.effort().lastMicros())
                    .endLine();
        }
        return csv.toString();
    }

    private static String variant(@Nullable GossipVariant variant) {
        return variant == null ? "" : ScenarioWriter.name(variant);
    }

    private static String requests(List<RequestResult> requests) {
        CsvText csv = new CsvText(
                "id",
                "from",
                "at_us",
                "replies",
                "devices",
                "reached",
                "stayed",
                "stayed_inside",
                "samples",
                "counted",
                "declined",
                "failed",
                "timed_out",
                "truncated",
                "faults",
                "failure",
                "elapsed_us",
                "copies",
                "duplicates",
                "mean_depth",
                "max_depth",
                "leaves");
        for (RequestResult request : requests) {
            csv.text(request.id())
                    .count(request.from())
                    .count(request.atMicros())
                    .text(ScenarioWriter.name(request.mode()))
                    .count(request.devices())
                    .count(request.reached())
                    .count(request.stayed())
                    .count(request.stayedInside())
                    .count(request.samples());
            Completeness completeness = request.completeness();
            if (completeness == null) {
                csv.nothing().nothing().nothing().nothing().nothing().nothing();
            } else {
                csv.count(completeness.counted())
                        .count(completeness.declined())
                        .count(completeness.failed())
                        .count(completeness.timedOut())
                        .count(completeness.truncated())
                        .text(Tables.faults(completeness));
            }
            String failure = request.failure();
            csv.text(failure == null ? "" : failure)
                    .elapsed(request.elapsedMicros())
                    .count(request.copies())
                    .count(request.duplicates())
                    .number(request.meanDepth())
                    .count(request.maxDepth())
                    .count(request.leaves())
                    .endLine();
        }
        return csv.toString();
    }

    private static String loads(RunResult run) {
        CsvText csv = new CsvText("quantity", "from", "devices");
        classes(csv, "messages_sent", run.sentPerDevice());
        classes(csv, "messages_received", run.receivedPerDevice());
        classes(csv, "bytes_sent", run.bytesPerDevice());
        return csv.toString();
    }

    private static void classes(CsvText csv, String quantity, Load load) {
        Curve histogram = load.histogram();
        for (int i = 0; i < histogram.x().length; i++) {
            csv.text(quantity).number(histogram.x()[i]).number(histogram.y()[i]).endLine();
        }
    }

    /** Settings stand under {@code setting.<name>}, so that one called like a figure does not hide it. */
    private static String sweep(List<SweepPoint> sweep) {
        List<String> settings = Tables.settings(sweep);
        List<String> columns = new ArrayList<>();
        settings.forEach(name -> columns.add("setting." + name));
        columns.addAll(List.of("scenario", "seed", "trace_hash", "devices", "virtual_us", "events", "violations"));
        for (Figure figure : Figure.values()) {
            columns.add(figure.column());
        }
        CsvText csv = new CsvText(columns.toArray(String[]::new));
        for (SweepPoint point : sweep) {
            for (RunResult run : point.runs()) {
                settings.forEach(name -> csv.text(point.settings().getOrDefault(name, "")));
                csv.text(run.scenario().name())
                        .count(run.seed())
                        .text(Numerals.hash(run.traceHash()))
                        .count(run.devices())
                        .count(run.virtualMicros())
                        .count(run.events())
                        .count(run.violationsInAll());
                for (Figure figure : Figure.values()) {
                    csv.number(figure.of(run));
                }
                csv.endLine();
            }
        }
        return csv.toString();
    }
}
