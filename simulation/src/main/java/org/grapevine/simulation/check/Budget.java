package org.grapevine.simulation.check;

import org.grapevine.core.message.Hop;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.Observer;
import org.grapevine.simulation.world.Transit;

/**
 * The time left for a reply: each level keeps the margin for itself and passes on what then is left of what it was given, the
 * initiator of the timeout. Messages that want no reply carry none.
 */
final class Budget implements Observer {

    static final String NAME = "budget";

    /** Clocks tick in whole milliseconds, so an elapsed time may be one shorter than it was. */
    private static final long TICK_MILLIS = 1;

    private final Sightings sightings;
    private final Violations violations;

    Budget(Sightings sightings, Violations violations) {
        this.sightings = sightings;
        this.violations = violations;
    }

    @Override
    public void sent(long now, Transit transit) {
        if (!(transit instanceof Transit.Copy copy)) {
            return;
        }
        Device from = transit.from();
        long budget = copy.hop().budgetMillis();
        ReplyTerms terms = copy.message().parameters().replies();
        if (terms == null) {
            if (budget != 0) {
                violations.add(
                        NAME, now, () -> from + " sends " + copy.message().id() + ", one-way, with a budget");
            }
            return;
        }
        int message = sightings.number(copy.message());
        int slot = sightings.find(message, from);
        if (slot < 0 || sightings.from(slot) == Sightings.UNKNOWN) {
            return;
        }
        long given = sightings.budgetMillis(slot);
        long elapsed = sightings.isFirstSight(now, message, from)
                ? 0
                : Math.max(0, now / 1_000 - sightings.seenAtMillis(slot) - TICK_MILLIS);
        long most = Math.min(Hop.MAX_BUDGET_MILLIS, given - terms.marginMillis() - elapsed);
        if (budget < 0 || budget > most) {
            violations.add(
                    NAME,
                    now,
                    () -> from + " passes on " + budget + " ms for "
                            + copy.message().id() + ", was given " + given + " ms " + elapsed + " ms ago (expected: 0.."
                            + most + " ms)");
        }
    }
}
