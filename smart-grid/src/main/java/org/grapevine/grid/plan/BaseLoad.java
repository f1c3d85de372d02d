package org.grapevine.grid.plan;

import java.time.Instant;

/** A load that nobody moves: light, cooking, the refrigerator. */
public record BaseLoad(String mrid, Plan plan) implements Load {

    @Override
    public Instant earliest() {
        return plan.start();
    }

    @Override
    public Instant latestEnd() {
        return plan.end();
    }

    @Override
    public long watts() {
        return plan.peakWatts();
    }

    @Override
    public boolean interruptible() {
        return false;
    }

    @Override
    public Plan plan(PriceOutlook outlook) {
        return plan;
    }
}
