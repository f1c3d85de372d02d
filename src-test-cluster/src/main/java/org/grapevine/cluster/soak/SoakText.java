package org.grapevine.cluster.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** A soak in words, for people. */
public final class SoakText {

    private static final double MEGA = 1 << 20;

    private SoakText() {}

    /** What is done. */
    public static String headline(SoakOptions options) {
        return String.format(
                Locale.ROOT,
                "%,d devices in %d processes, %,d messages a second by %s, lifetime %.1f s, for %s",
                options.devices(),
                options.agents(),
                options.perSecond(),
                options.variant().wireName(),
                options.lifetime().toMillis() / 1_000.0,
                time(options.duration().toSeconds()));
    }

    private static String time(long seconds) {
        return seconds < 120 ? seconds + " s" : String.format(Locale.ROOT, "%.1f min", seconds / 60.0);
    }

    /** Heads of the columns of {@link #row}. */
    public static String columns() {
        return String.format(
                Locale.ROOT,
                "%6s %9s %11s %5s %5s %8s %8s %8s  %-17s %-11s %-11s",
                "min",
                "published",
                "delivered",
                "lost",
                "twice",
                "p50 ms",
                "p99 ms",
                "max ms",
                "heap MB",
                "threads",
                "files");
    }

    /** One line for a stretch; heap, threads and descriptors of each process. */
    public static String row(SoakMinute minute) {
        return String.format(
                Locale.ROOT,
                "%6.1f %,9d %,11d %5d %5d %8.1f %8.1f %8.1f  %-17s %-11s %-11s",
                Math.max(0, minute.seconds() / 60),
                minute.published(),
                minute.delivered(),
                minute.lost(),
                minute.again(),
                minute.percentileMicros(0.5) / 1e3,
                minute.percentileMicros(0.99) / 1e3,
                minute.mostMicros() / 1e3,
                each(minute, counts -> Math.round(counts.heapBytes() / MEGA)),
                each(minute, SoakCounts::threads),
                each(minute, SoakCounts::descriptors));
    }

    private static String each(SoakMinute minute, ToLongFunction<SoakCounts> value) {
        return minute.agents().stream()
                .map(counts -> Long.toString(value.applyAsLong(counts)))
                .collect(Collectors.joining(" "));
    }

    /** What it came to: sums, how much each process gained, and what is wrong, if anything is. */
    public static List<String> verdict(SoakResult result) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "%,d messages, %,d deliveries to %,d devices, %,d lost, %,d twice",
                result.published(),
                result.delivered(),
                result.options().devices(),
                result.lost(),
                result.again()));
        for (Flatness line : result.flatness()) {
            boolean bytes = line.what().equals("heap");
            lines.add(String.format(
                    Locale.ROOT,
                    bytes
                            ? "agent %d: %s %.1f MB, %+.1f MB in %.0f min (flat: up to %+.1f MB)"
                            : "agent %d: %s %.0f, %+.1f in %.0f min (flat: up to %+.1f)",
                    line.agent(),
                    line.what(),
                    bytes ? line.first() / MEGA : line.first(),
                    bytes ? line.rise() / MEGA : line.rise(),
                    line.hours() * 60,
                    bytes ? line.bound() / MEGA : line.bound()));
        }
        List<String> complaints = result.complaints();
        lines.add(complaints.isEmpty() ? "flat, and nothing lost" : "not as it should be:");
        complaints.forEach(complaint -> lines.add("  " + complaint));
        return lines;
    }
}
