package org.grapevine.grid.plan;

import java.time.Duration;
import java.time.Instant;
import org.grapevine.grid.energy.FlowReservation;

/**
 * Something that draws a certain energy, at times between which its user leaves it a choice, or not. Immutable: a load
 * says what its plan is for given prices, and gives the same answer to the same prices.
 */
public sealed interface Load permits ChargingLoad, CycleLoad, BaseLoad {

    /** 32 hexadecimal digits in upper case. */
    String mrid();

    /** No plan begins before. */
    Instant earliest();

    /** No plan ends after. */
    Instant latestEnd();

    /** The highest power that it ever draws, in W. */
    long watts();

    /** Whether the energy may be drawn in several runs. */
    boolean interruptible();

    /** What happens without a tariff. */
    Plan plan();

    /**
     * The cheapest plan, of which the earliest one if several cost the same. Never dearer than {@link #plan()}, and with
     * the same energy.
     */
    Plan plan(PriceOutlook outlook);

    /** What the load asks of the grid when it follows a plan of its own. */
    default FlowReservation reservation(Plan plan) {
        return new FlowReservation(
                mrid(),
                plan.wattHours(),
                watts(),
                plan.runningTime(),
                plan.start(),
                Duration.between(plan.start(), latestEnd()),
                interruptible());
    }
}
