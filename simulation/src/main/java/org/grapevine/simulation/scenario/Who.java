package org.grapevine.simulation.scenario;

import org.jspecify.annotations.Nullable;

/**
 * Which devices a fault strikes: so many, or such a share, of a group or of all, drawn at random when the fault begins.
 *
 * @param group null for the devices of all groups
 * @param share 0..1; rounded to whole devices. 0 if a count is given
 * @param count how many; -1 if a share is given
 */
public record Who(@Nullable String group, double share, int count) {
    public Who {
        Limits.requireShare("share", share);
        Limits.require(count >= -1, "count", count, ">= 0");
        share = count >= 0 ? 0 : share;
    }

    public static Who share(@Nullable String group, double share) {
        return new Who(group, share, -1);
    }

    public static Who count(@Nullable String group, int count) {
        return new Who(group, 0, count);
    }

    /** How many devices out of so many. */
    public int of(int devices) {
        return count >= 0 ? Math.min(count, devices) : (int) Math.round(share * devices);
    }
}
