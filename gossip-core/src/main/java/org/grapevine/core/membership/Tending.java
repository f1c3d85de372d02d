package org.grapevine.core.membership;

import java.util.List;
import java.util.random.RandomGenerator;

/** When an overlay is woken between its periods: as early as anything is to be done, and not again for what is later. */
final class Tending {

    private final RandomGenerator random;
    private long due = Long.MAX_VALUE;

    Tending(RandomGenerator random) {
        this.random = random;
    }

    /** Between three and five quarters of it, so that devices that started together do not stay in step; ms. */
    long jittered(long millis) {
        return millis - millis / 4 + random.nextLong(1 + millis / 2);
    }

    /** True if the timer that has fired is the one that was waited for, and not one that an earlier one has replaced. */
    boolean isDue(long now) {
        if (now < due) {
            return false;
        }
        due = Long.MAX_VALUE;
        return true;
    }

    /** Something is to be done then, ms; {@link Long#MAX_VALUE} for nothing. */
    void wakeAt(long now, long next, List<MembershipAction> out) {
        if (next < due) {
            due = Math.max(next, now + 1);
            out.add(new MembershipAction.Schedule(due - now, new MembershipTimer.Tend()));
        }
    }
}
