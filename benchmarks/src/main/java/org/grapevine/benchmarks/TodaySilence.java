package org.grapevine.benchmarks;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** All messages that went one way while some devices were silent, which nobody knew. */
final class TodaySilence {

    private final TodayWay way;
    private final List<Run> runs = new ArrayList<>();

    TodaySilence(TodayWay way) {
        this.way = way;
    }

    /**
     * One message.
     *
     * @param lastMillis when the last device had it that was not silent
     * @param busyMillis when the publisher had done its part
     * @param failed calls that failed
     * @param lateShare of the silent devices, who have it after all within some seconds once they go on
     */
    record Run(double lastMillis, double busyMillis, int failed, double lateShare) {}

    TodayWay way() {
        return way;
    }

    void add(Run run) {
        runs.add(run);
    }

    static String header() {
        return String.format(
                Locale.ROOT,
                "%-19s %5s %13s %9s %17s %13s %15s",
                "way, some silent",
                "runs",
                "others: last",
                "most",
                "publisher done ms",
                "failed calls",
                "silent get it");
    }

    String line() {
        return String.format(
                Locale.ROOT,
                "%-19s %5d %13.1f %9.1f %17s %13.1f %15.3f",
                way.words(),
                runs.size(),
                at(Run::lastMillis, 0.5),
                at(Run::lastMillis, 1),
                way.calls() ? String.format(Locale.ROOT, "%.1f", at(Run::busyMillis, 0.5)) : "-",
                runs.stream().mapToInt(Run::failed).average().orElse(0),
                runs.stream().mapToDouble(Run::lateShare).average().orElse(0));
    }

    private double at(ToDoubleFunction<Run> value, double share) {
        return SpeedRow.at(
                runs.stream()
                        .map(value::applyAsDouble)
                        .sorted(Comparator.naturalOrder())
                        .toList(),
                share);
    }
}
