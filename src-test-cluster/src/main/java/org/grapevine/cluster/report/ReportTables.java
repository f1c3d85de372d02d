package org.grapevine.cluster.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.grapevine.cluster.record.AgentRecord;
import org.grapevine.cluster.record.ProcessCounts;
import org.grapevine.core.message.Completeness;
import org.grapevine.simulation.check.Violation;
import org.grapevine.simulation.report.Numerals;

/** A report as rows of cells for people, a heading first. The terminal and the page show the same ones. */
final class ReportTables {

    private ReportTables() {}

    static List<List<String>> measures(ClusterReport report) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("measure", "measured", "predicted", "from", "to", "bound", "verdict"));
        for (Agreement.Row row : Agreement.rows(report)) {
            Range range = row.predicted();
            rows.add(List.of(
                    row.measure().label(),
                    words(row.measure(), row.measured()),
                    words(row.measure(), range.mean()),
                    words(row.measure(), range.least()),
                    words(row.measure(), range.greatest()),
                    row.bound(),
                    switch (row.verdict()) {
                        case AGREES -> "agrees";
                        case DIFFERS -> "DIFFERS";
                        case NOT_JUDGED -> "not judged";
                    }));
        }
        return rows;
    }

    private static String words(Measure measure, double value) {
        if (measure.isShare()) {
            return Numerals.share(value);
        }
        return measure.isTime() ? Numerals.micros(value * 1_000) : Numerals.decimal(value);
    }

    static List<List<String>> agents(ClusterReport report) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "agent",
                "devices up",
                "started in",
                "CPU",
                "CPU per device",
                "heap",
                "threads",
                "descriptors",
                "datagrams sent",
                "octets",
                "received",
                "lost on purpose",
                "HTTP requests"));
        for (int agent = 0; agent < report.agents(); agent++) {
            AgentRecord record = report.record().agents().get(agent);
            Long lost = report.record().lost().get(agent);
            String name = agent + (lost == null ? "" : ", lost at " + Numerals.micros((long) lost));
            rows.add(record == null ? gone(name, rows.get(0).size()) : agent(name, record));
        }
        return rows;
    }

    private static List<String> gone(String name, int cells) {
        List<String> row = new ArrayList<>(List.of(name));
        while (row.size() < cells) {
            row.add(Numerals.NONE);
        }
        return row;
    }

    private static List<String> agent(String name, AgentRecord record) {
        ProcessCounts process = record.process();
        int devices = record.devices().size();
        return List.of(
                name,
                Numerals.count(devices),
                Numerals.micros(process.startMillis() * 1_000),
                Numerals.micros(process.cpuMillis() * 1_000),
                devices == 0 ? Numerals.NONE : Numerals.micros(process.cpuMillis() * 1_000.0 / devices),
                Numerals.bytes((double) process.heapBytes()),
                Numerals.seen(process.threads()),
                Numerals.seen(process.descriptors()),
                Numerals.count(process.datagramsSent()),
                Numerals.bytes((double) process.datagramBytes()),
                Numerals.count(process.datagramsReceived()),
                Numerals.count(process.lostOnPurpose()),
                Numerals.count(process.httpRequests()));
    }

    static List<List<String>> answers(List<Answer> answers) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("at", "from", "over after", "counted", "of live", "missing", "says", "honest"));
        for (Answer answer : answers) {
            rows.add(List.of(
                    Numerals.micros(answer.atMicros()),
                    Integer.toString(answer.from()),
                    Numerals.micros(answer.elapsedMicros()),
                    Numerals.count(answer.counted()),
                    Numerals.count(answer.live()),
                    named(answer.missing(), answer.missingInAll()),
                    says(answer),
                    answer.isHonest() ? "yes" : "NO"));
        }
        return rows;
    }

    /** Those that missed somebody first. */
    static List<List<String>> pushes(List<Reach> pushes, int most) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("at", "from", "reached", "of live", "to 50 %", "to 99 %", "to all", "not reached"));
        pushes.stream()
                .sorted(Comparator.comparing(push -> push.missingInAll() == 0))
                .limit(most)
                .forEach(push -> rows.add(List.of(
                        Numerals.micros(push.atMicros()),
                        Integer.toString(push.from()),
                        Numerals.count(push.reached()),
                        Numerals.count(push.live()),
                        elapsed(push.t50Micros()),
                        elapsed(push.t99Micros()),
                        elapsed(push.t100Micros()),
                        named(push.missing(), push.missingInAll()))));
        return rows;
    }

    private static String elapsed(long micros) {
        return micros < 0 ? "never" : Numerals.micros(micros);
    }

    private static String named(List<Integer> missing, int missingInAll) {
        if (missingInAll == 0) {
            return "nobody";
        }
        String named = missing.stream().map(String::valueOf).collect(Collectors.joining(", "));
        int more = missingInAll - missing.size();
        return named + (more > 0 ? " and " + Numerals.count(more) + " more" : "");
    }

    private static String says(Answer answer) {
        Completeness completeness = answer.completeness();
        if (answer.failure() != null) {
            return "failed: " + answer.failure();
        } else if (completeness == null) {
            return "nothing";
        } else if (completeness.isWhole()) {
            return "whole";
        }
        return completeness.failed() + " failed, " + completeness.timedOut() + " timed out, " + completeness.truncated()
                + " cut off";
    }

    static List<List<String>> violations(ClusterReport report) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("promise", "at", "what"));
        for (Violation violation : report.measured().violations()) {
            rows.add(List.of(violation.checker(), Numerals.micros(violation.atMicros()), violation.what()));
        }
        return rows;
    }

    /** Whether everybody got everything once, in one sentence. */
    static String deliveries(Deliveries deliveries) {
        if (deliveries.pushes() == 0) {
            return "No message was pushed" + (deliveries.twice() == 0 ? "." : ", but " + twice(deliveries) + ".");
        }
        String all = Numerals.count(deliveries.reached()) + " of " + Numerals.count(deliveries.live())
                + " deliveries owed to live devices over " + Numerals.count(deliveries.pushes()) + " "
                + (deliveries.pushes() == 1 ? "push" : "pushes");
        return all + (deliveries.twice() == 0 ? ", none twice." : ", " + twice(deliveries) + ".");
    }

    private static String twice(Deliveries deliveries) {
        return Numerals.count(deliveries.twice()) + " TWICE";
    }
}
