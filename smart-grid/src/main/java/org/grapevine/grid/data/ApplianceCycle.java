package org.grapevine.grid.data;

import java.time.Duration;
import java.time.LocalTime;
import java.util.List;
import org.grapevine.grid.plan.CycleLoad;

/**
 * The programme of a kind of machine and how people use it.
 *
 * @param appliance the kind, such as {@code washing-machine}
 * @param phases the programme
 * @param loadedFrom earliest time of day at which it is loaded
 * @param loadedUntil latest such time; not before {@code loadedFrom}
 * @param finishWithin how long after that it may take, the programme included
 */
public record ApplianceCycle(
        String appliance,
        List<CycleLoad.Phase> phases,
        LocalTime loadedFrom,
        LocalTime loadedUntil,
        Duration finishWithin) {

    public ApplianceCycle {
        phases = List.copyOf(phases);
    }
}
