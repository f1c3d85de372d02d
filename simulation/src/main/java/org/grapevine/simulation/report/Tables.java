package org.grapevine.simulation.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;
import org.grapevine.core.engine.DropReason;
import org.grapevine.core.membership.MembershipDrop;
import org.grapevine.core.message.Completeness;
import org.grapevine.simulation.scenario.ScenarioWriter;
import org.grapevine.simulation.world.Loss;
import org.jspecify.annotations.Nullable;

/** Results as rows of cells for people, a heading first. The terminal and the page show the same ones. */
final class Tables {

    private Tables() {}

    /** Entries in the order of their names, whatever map they come in. */
    static List<Map.Entry<String, Long>> byName(Map<String, Long> counts) {
        return List.copyOf(new TreeMap<>(counts).entrySet());
    }

    static List<List<String>> spreads(List<SpreadResult> spreads) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "at",
                "from",
                "devices",
                "reached",
                "coverage",
                "50 %",
                "99 %",
                "all",
                "hops",
                "copies",
                "payloads",
                "ids",
                "asked for"));
        for (SpreadResult spread : spreads) {
            rows.add(List.of(
                    Numerals.micros(spread.atMicros()),
                    Integer.toString(spread.from()),
                    Numerals.count(spread.devices()),
                    Numerals.count(spread.reached()),
                    Numerals.share(spread.coverage()),
                    Numerals.micros(spread.t50Micros()),
                    Numerals.micros(spread.t99Micros()),
                    Numerals.micros(spread.t100Micros()),
                    Integer.toString(spread.lastHop()),
                    Numerals.seen(spread.copies()),
                    Numerals.decimal(spread.payloadsPerDelivery()),
                    Numerals.decimal(spread.idsPerDelivery()),
                    Numerals.seen(spread.repaired())));
        }
        return rows;
    }

    static List<List<String>> requests(List<RequestResult> requests) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(
                "at",
                "from",
                "replies",
                "devices",
                "asked",
                "counted",
                "failed",
                "timed out",
                "cut off",
                "answer after",
                "depth",
                "copies",
                "outcome"));
        for (RequestResult request : requests) {
            Completeness completeness = request.completeness();
            rows.add(List.of(
                    Numerals.micros(request.atMicros()),
                    Integer.toString(request.from()),
                    ScenarioWriter.name(request.mode()),
                    Numerals.count(request.devices()),
                    Numerals.count(request.reached()),
                    completeness == null ? Numerals.NONE : Numerals.share(request.counted()),
                    completeness == null ? Numerals.NONE : failed(completeness),
                    completeness == null ? Numerals.NONE : Numerals.count(completeness.timedOut()),
                    completeness == null ? Numerals.NONE : Numerals.count(completeness.truncated()),
                    Numerals.micros(request.elapsedMicros()),
                    Numerals.decimal(request.meanDepth()) + " (most " + request.maxDepth() + ")",
                    Numerals.seen(request.copies()),
                    outcome(request.failure(), completeness)));
        }
        return rows;
    }

    /** How many, and of which kinds where there are any. */
    private static String failed(Completeness completeness) {
        String kinds = faults(completeness);
        return Numerals.count(completeness.failed()) + (kinds.isEmpty() ? "" : " (" + kinds + ")");
    }

    /** Such as {@code busy:2 merge:1}. */
    static String faults(Completeness completeness) {
        return completeness.faults().byKind().entrySet().stream()
                .map(kind -> kind.getKey() + ":" + kind.getValue())
                .collect(Collectors.joining(" "));
    }

    private static String outcome(@Nullable String failure, @Nullable Completeness completeness) {
        if (failure != null) {
            return failure;
        } else if (completeness == null) {
            return "no answer";
        }
        return completeness.isWhole() ? "whole" : "partial";
    }

    /** What the network carried, and what became of it. Always the same rows, so that two reports can be compared. */
    static List<List<String>> traffic(Traffic traffic) {
        long all = traffic.sent() + traffic.multiplied() + traffic.duplicated();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("messages", "count", "share"));
        rows.add(List.of("sent", Numerals.count(traffic.sent()), portion(traffic.sent(), all)));
        rows.add(List.of(
                "multiplied by multicast", Numerals.count(traffic.multiplied()), portion(traffic.multiplied(), all)));
        rows.add(List.of(
                "duplicated on the way", Numerals.count(traffic.duplicated()), portion(traffic.duplicated(), all)));
        rows.add(List.of("received", Numerals.seen(traffic.received()), portion(traffic.received(), all)));
        for (Loss loss : Loss.values()) {
            long lost = traffic.lost().getOrDefault(loss, 0L);
            rows.add(List.of("lost: " + words(loss), Numerals.count(lost), portion(lost, all)));
        }
        rows.add(List.of("still under way", Numerals.seen(traffic.inFlight()), portion(traffic.inFlight(), all)));
        return rows;
    }

    static List<List<String>> kinds(Traffic traffic) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("kind", "sent", "share"));
        for (Map.Entry<String, Long> kind : byName(traffic.sentByKind())) {
            rows.add(List.of(kind.getKey(), Numerals.count(kind.getValue()), portion(kind.getValue(), traffic.sent())));
        }
        return rows;
    }

    /** The reasons that happened. */
    static List<List<String>> drops(Map<DropReason, Long> drops) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("reason", "count"));
        for (DropReason reason : DropReason.values()) {
            long count = drops.getOrDefault(reason, 0L);
            if (count > 0) {
                rows.add(List.of(words(reason), Numerals.count(count)));
            }
        }
        return rows;
    }

    /** What membership engines came to; empty if there were none. */
    static List<List<String>> overlay(@Nullable OverlayResult overlay) {
        if (overlay == null) {
            return List.of();
        }
        OverlayResult.Shape shape = overlay.shape();
        OverlayResult.Counts counts = overlay.counts();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("views", "value"));
        rows.add(List.of("messages of membership", Numerals.count(overlay.messages())));
        rows.add(List.of("of a device in a second", number(overlay.messageRate(), Numerals::decimal)));
        rows.add(List.of("in the second half of the run", number(overlay.restingMessageRate(), Numerals::decimal)));
        rows.add(List.of("bytes of a device in a second", number(overlay.byteRate(), Numerals::bytes)));
        rows.add(List.of("in the second half of the run", number(overlay.restingByteRate(), Numerals::bytes)));
        rows.add(List.of("links of a device, mean", number(overlay.links(), Numerals::decimal)));
        rows.add(List.of("entries of a device, mean", number(overlay.entries(), Numerals::decimal)));
        rows.add(List.of("links to the dead", number(overlay.deadLinks(), Numerals::share)));
        rows.add(List.of("entries of the dead", number(overlay.deadEntries(), Numerals::share)));
        rows.add(List.of("entries of liars", number(overlay.lyingEntries(), Numerals::share)));
        rows.add(List.of(
                "entries that name a device",
                number(shape.inDegreeMean(), Numerals::decimal) + " ± "
                        + number(shape.inDegreeDeviation(), Numerals::decimal) + " (" + shape.inDegreeLeast() + " to "
                        + shape.inDegreeMost() + ")"));
        rows.add(List.of("clustering", number(shape.clustering(), Numerals::decimal)));
        rows.add(List.of("size estimate is off by, mean", number(overlay.sizeError(), Numerals::share)));
        rows.add(List.of("size estimate is off by, most", number(overlay.sizeErrorMost(), Numerals::share)));
        rows.add(List.of("devices in the largest part", number(overlay.connected(), Numerals::share)));
        rows.add(List.of(
                "looks at overlays in parts",
                Numerals.count(overlay.splits()) + " of " + Numerals.count(overlay.looks())
                        + (overlay.splits() == 0 ? "" : ", last at " + Numerals.micros(overlay.lastSplitMicros()))));
        rows.add(List.of("probes", Numerals.count(counts.probes())));
        rows.add(List.of("probes unanswered", Numerals.count(counts.unanswered())));
        rows.add(List.of("peers declared dead", Numerals.count(counts.declaredDead())));
        rows.add(List.of("suspicions contradicted", Numerals.count(counts.contradicted())));
        for (MembershipDrop reason : MembershipDrop.values()) {
            long count = counts.dropped().getOrDefault(reason, 0L);
            if (count > 0) {
                rows.add(List.of("refused: " + words(reason), Numerals.count(count)));
            }
        }
        return rows;
    }

    private static String number(double value, DoubleFunction<String> words) {
        return Double.isFinite(value) ? words.apply(value) : Numerals.NONE;
    }

    private static String words(MembershipDrop reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    static List<List<String>> loads(RunResult run) {
        return List.of(
                List.of("per device", "mean", "median", "99 of 100 at most", "most"),
                load("messages sent", run.sentPerDevice(), Numerals::decimal),
                load("messages received", run.receivedPerDevice(), Numerals::decimal),
                load("bytes sent", run.bytesPerDevice(), Numerals::bytes));
    }

    private static List<String> load(String what, Load load, DoubleFunction<String> words) {
        if (load.max() < 0) {
            return List.of(what, Numerals.NONE, Numerals.NONE, Numerals.NONE, Numerals.NONE);
        }
        return List.of(
                what,
                words.apply(load.mean()),
                words.apply((double) load.median()),
                words.apply((double) load.p99()),
                words.apply((double) load.max()));
    }

    /** A line for each point, a column for each setting and for each figure that any run has. */
    static List<List<String>> sweep(List<SweepPoint> sweep, List<Figure> figures) {
        List<String> settings = settings(sweep);
        List<List<String>> rows = new ArrayList<>();
        List<String> heading = new ArrayList<>(settings);
        heading.add("runs");
        figures.forEach(figure -> heading.add(figure.label()));
        heading.add("violations");
        rows.add(heading);
        for (SweepPoint point : sweep) {
            List<String> row = new ArrayList<>();
            settings.forEach(name -> row.add(point.settings().getOrDefault(name, Numerals.NONE)));
            row.add(Numerals.count(point.runs().size()));
            figures.forEach(
                    figure -> row.add(figure.text(figure.of(point), point.runs().size())));
            row.add(Numerals.count(
                    point.runs().stream().mapToLong(RunResult::violationsInAll).sum()));
            rows.add(row);
        }
        return rows;
    }

    /** Names of all settings, each once, in the order in which they come up. */
    static List<String> settings(List<SweepPoint> sweep) {
        Set<String> names = new LinkedHashSet<>();
        sweep.forEach(point -> names.addAll(point.settings().keySet()));
        return List.copyOf(names);
    }

    private static String portion(long part, long whole) {
        return whole == 0 || part < 0 ? Numerals.NONE : Numerals.share((double) part / whole);
    }

    private static String words(Loss loss) {
        return switch (loss) {
            case LINK -> "by the link";
            case OVERFLOW -> "queue full";
            case CUT -> "partition";
            case DOWN -> "receiver down";
        };
    }

    private static String words(DropReason reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
