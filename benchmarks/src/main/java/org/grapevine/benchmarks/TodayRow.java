package org.grapevine.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** All messages that went one way while every device was well. */
final class TodayRow {

    private final TodayWay way;
    private final List<Long> numbers = new ArrayList<>();
    private final List<TodayTimes> times = new ArrayList<>();
    private TodayUsage used = TodayUsage.NOTHING;

    TodayRow(TodayWay way) {
        this.way = way;
    }

    TodayWay way() {
        return way;
    }

    /** Numbers of its messages. */
    List<Long> numbers() {
        return numbers;
    }

    void add(long number, TodayTimes measured) {
        numbers.add(number);
        times.add(measured);
    }

    /** A batch of messages is over. */
    void add(TodayUsage beyondRest) {
        used = used.plus(beyondRest);
    }

    /** Of its messages, on average. */
    TodayUsage perMessage() {
        return used.times(1.0 / times.size());
    }

    static String header() {
        return String.format(
                Locale.ROOT,
                "%-19s %5s %9s %9s %9s %9s %9s %8s %9s %9s %11s %8s",
                "way",
                "runs",
                "first ms",
                "half ms",
                "last ms",
                "p90",
                "most",
                "CPU ms",
                "sent kB",
                "recvd kB",
                "devices CPU",
                "once");
    }

    /**
     * A line of the table.
     *
     * @param counts of its messages at all devices
     */
    String line(TodayArrivals.Counts counts, int devices) {
        TodayUsage each = perMessage();
        return String.format(
                Locale.ROOT,
                "%-19s %5d %9.1f %9.1f %9.1f %9.1f %9.1f %8.1f %,9.1f %,9.1f %11.1f %8.5f",
                way.words(),
                times.size(),
                at(TodayTimes::first, 0.5),
                at(TodayTimes::half, 0.5),
                at(TodayTimes::last, 0.5),
                at(TodayTimes::last, 0.9),
                at(TodayTimes::last, 1),
                each.publisherMillis(),
                each.sent() / 1e3,
                each.received() / 1e3,
                each.deviceMillis(),
                (double) counts.once() / numbers.size() / devices);
    }

    static String shortHeader() {
        return String.format(
                Locale.ROOT, "%-19s %5s %9s %9s %9s %9s", "way", "runs", "first ms", "half ms", "last ms", "most");
    }

    /** Without what was used. */
    String shortLine() {
        return String.format(
                Locale.ROOT,
                "%-19s %5d %9.1f %9.1f %9.1f %9.1f",
                way.words(),
                times.size(),
                at(TodayTimes::first, 0.5),
                at(TodayTimes::half, 0.5),
                at(TodayTimes::last, 0.5),
                at(TodayTimes::last, 1));
    }

    private double at(ToDoubleFunction<TodayTimes> time, double share) {
        return SpeedRow.at(times.stream().mapToDouble(time).sorted().boxed().toList(), share);
    }
}
