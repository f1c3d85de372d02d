package org.grapevine.grid.plan;

import static org.grapevine.grid.Arguments.requireArgument;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A car at a charge point. Without a tariff it charges from the moment it is plugged in; with one it charges in the
 * cheapest quarters of an hour until it is unplugged, at full power, with as many pauses as the prices suggest.
 *
 * @param earliest plug-in, on a full second
 * @param latestEnd plug-out, on a full second, at most 7 days later
 * @param wattHours 1..1,000,000 Wh, and no more than {@code watts} yields in that time
 * @param watts 1..1,000,000 W
 */
public record ChargingLoad(String mrid, Instant earliest, Instant latestEnd, long wattHours, long watts)
        implements Load {

    private static final long MAX_AMOUNT = 1_000_000;
    private static final Duration MAX_CONNECTED = Duration.ofDays(7);

    public ChargingLoad {
        Loads.requireWholeSeconds("earliest", earliest);
        Loads.requireWholeSeconds("latestEnd", latestEnd);
        requireArgument(wattHours >= 1 && wattHours <= MAX_AMOUNT, "wattHours", wattHours, "1.." + MAX_AMOUNT);
        requireArgument(watts >= 1 && watts <= MAX_AMOUNT, "watts", watts, "1.." + MAX_AMOUNT);
        Duration connected = Duration.between(earliest, latestEnd);
        requireArgument(
                connected.toSeconds() > 0 && connected.compareTo(MAX_CONNECTED) <= 0,
                "latestEnd",
                latestEnd,
                "up to 7 days after " + earliest);
        requireArgument(
                wattHours * Loads.SECONDS_PER_HOUR <= watts * connected.toSeconds(),
                "wattHours",
                wattHours,
                "at most what " + watts + " W yield in " + connected);
    }

    @Override
    public boolean interruptible() {
        return true;
    }

    @Override
    public Plan plan() {
        long wattSeconds = wattHours * Loads.SECONDS_PER_HOUR;
        Duration duration = Duration.ofSeconds(Loads.ceilDiv(wattSeconds, watts));
        return new Plan(List.of(new PlannedRun(earliest, duration, wattSeconds)));
    }

    @Override
    public Plan plan(PriceOutlook outlook) {
        List<Slot> slots = slots(outlook);
        slots.sort(Slot.CHEAPEST_FIRST);
        List<PlannedRun> chosen = new ArrayList<>();
        long missing = wattHours * Loads.SECONDS_PER_HOUR;
        for (Slot slot : slots) {
            if (missing == 0) {
                break;
            }
            long seconds = Math.min(slot.duration().toSeconds(), Loads.ceilDiv(missing, watts));
            long wattSeconds = Math.min(missing, watts * seconds);
            chosen.add(new PlannedRun(slot.start(), Duration.ofSeconds(seconds), wattSeconds));
            missing -= wattSeconds;
        }
        chosen.sort(Comparator.comparing(PlannedRun::start));
        return new Plan(joined(chosen));
    }

    private List<Slot> slots(PriceOutlook outlook) {
        List<Slot> slots = new ArrayList<>();
        for (Instant start = earliest; start.isBefore(latestEnd); start = Loads.nextQuarter(start)) {
            Instant end = Loads.earlier(Loads.nextQuarter(start), latestEnd);
            slots.add(new Slot(start, Duration.between(start, end), outlook.priceAt(start)));
        }
        return slots;
    }

    /** Runs at full power that touch become one. */
    private List<PlannedRun> joined(List<PlannedRun> runs) {
        List<PlannedRun> joined = new ArrayList<>();
        for (PlannedRun run : runs) {
            PlannedRun last = joined.isEmpty() ? null : joined.get(joined.size() - 1);
            if (last != null && last.end().equals(run.start()) && atFullPower(last) && atFullPower(run)) {
                joined.set(
                        joined.size() - 1,
                        new PlannedRun(
                                last.start(),
                                last.duration().plus(run.duration()),
                                last.wattSeconds() + run.wattSeconds()));
            } else {
                joined.add(run);
            }
        }
        return joined;
    }

    private boolean atFullPower(PlannedRun run) {
        return run.wattSeconds() == watts * run.duration().toSeconds();
    }

    private record Slot(Instant start, Duration duration, PriceOutlook.Price price) {
        static final Comparator<Slot> CHEAPEST_FIRST =
                Comparator.comparing(Slot::price).thenComparing(Slot::start);
    }
}
