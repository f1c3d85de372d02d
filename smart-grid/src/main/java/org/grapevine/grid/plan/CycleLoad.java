package org.grapevine.grid.plan;

import static org.grapevine.grid.Arguments.requireArgument;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A machine that runs through a fixed programme without a break. Without a tariff it starts when it is loaded; with one
 * it starts then or on a later quarter of an hour, whichever is the cheapest for the programme as a whole.
 *
 * @param earliest when it is loaded, on a full second
 * @param latestEnd by when its user wants it done, on a full second, at most 7 days later
 * @param phases the programme, 1..20 phases of constant power
 */
public record CycleLoad(String mrid, Instant earliest, Instant latestEnd, List<Phase> phases) implements Load {

    private static final int MAX_PHASES = 20;
    private static final long MAX_WATTS = 100_000;
    private static final Duration MAX_WINDOW = Duration.ofDays(7);

    /**
     * A part of a programme.
     *
     * @param duration whole seconds, 1 s to 1 day
     * @param watts 0..100,000 W
     */
    public record Phase(Duration duration, long watts) {
        public Phase {
            requireArgument(
                    duration.toSeconds() >= 1
                            && Loads.isWholeSeconds(duration)
                            && duration.compareTo(Duration.ofDays(1)) <= 0,
                    "duration",
                    duration,
                    "whole seconds, 1 s to 1 day");
            requireArgument(watts >= 0 && watts <= MAX_WATTS, "watts", watts, "0.." + MAX_WATTS);
        }
    }

    public CycleLoad {
        Loads.requireWholeSeconds("earliest", earliest);
        Loads.requireWholeSeconds("latestEnd", latestEnd);
        requireArgument(!phases.isEmpty() && phases.size() <= MAX_PHASES, "phases", phases.size(), "1.." + MAX_PHASES);
        phases = List.copyOf(phases);
        Duration length = lengthOf(phases);
        requireArgument(
                !latestEnd.isBefore(earliest.plus(length)) && !latestEnd.isAfter(earliest.plus(MAX_WINDOW)),
                "latestEnd",
                latestEnd,
                length + " to 7 days after " + earliest);
    }

    @Override
    public long watts() {
        return phases.stream().mapToLong(Phase::watts).max().orElseThrow();
    }

    @Override
    public boolean interruptible() {
        return false;
    }

    @Override
    public Plan plan() {
        return startingAt(earliest);
    }

    @Override
    public Plan plan(PriceOutlook outlook) {
        Instant lastStart = latestEnd.minus(lengthOf(phases));
        Plan cheapest = plan();
        PriceOutlook.Cost lowest = outlook.cost(cheapest);
        for (Instant start = Loads.nextQuarter(earliest); !start.isAfter(lastStart); start = Loads.nextQuarter(start)) {
            Plan plan = startingAt(start);
            PriceOutlook.Cost cost = outlook.cost(plan);
            if (cost.compareTo(lowest) < 0) {
                cheapest = plan;
                lowest = cost;
            }
        }
        return cheapest;
    }

    private Plan startingAt(Instant start) {
        List<PlannedRun> runs = new ArrayList<>();
        Instant next = start;
        for (Phase phase : phases) {
            PlannedRun run = PlannedRun.at(next, phase.duration(), phase.watts());
            runs.add(run);
            next = run.end();
        }
        return new Plan(runs);
    }

    private static Duration lengthOf(List<Phase> phases) {
        return phases.stream().map(Phase::duration).reduce(Duration.ZERO, Duration::plus);
    }
}
