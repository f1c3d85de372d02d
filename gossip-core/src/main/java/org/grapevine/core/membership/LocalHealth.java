package org.grapevine.core.membership;

/**
 * How well this device itself keeps time (Lifeguard; Dadgar, Phillips, Currey 2018, section IV). The worse it does, the longer it waits
 * before it thinks ill of others.
 */
final class LocalHealth {

    private final int limit;
    private int multiplier = 1;

    /** @param limit highest multiplier; 1 for none at all */
    LocalHealth(int limit) {
        this.limit = limit;
    }

    /** By what periods and timeouts are multiplied: 1 if all is well. */
    int multiplier() {
        return multiplier;
    }

    /** Something happened that points to this device. */
    void worse() {
        multiplier = Math.min(limit, multiplier + 1);
    }

    /** A peer has answered in time. */
    void better() {
        multiplier = Math.max(1, multiplier - 1);
    }
}
