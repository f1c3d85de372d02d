package org.grapevine.simulation.scenario;

import org.grapevine.core.membership.MembershipConfig;
import org.jspecify.annotations.Nullable;

/**
 * Whom devices know.
 *
 * @param membership how each device keeps its view of each segment that is no LAN; null if everybody knows everybody
 * @param contacts members of the segment, up at that time, that a device is told of when it starts; without a meaning if everybody
 *     knows everybody
 * @param lattice true if these are the next ones in the order of the devices, a ring, in place of random ones
 */
public record Peers(@Nullable MembershipConfig membership, int contacts, boolean lattice) {

    /** The most contacts of a device that starts. */
    public static final int MAX_CONTACTS = 1_000;

    static final int CONTACTS = 3;

    /** Entries of a full view, unless the file says otherwise. */
    static final int FULL_ENTRIES = 10_000;

    /** Everybody knows everybody who has said Hello and not Bye. */
    public static final Peers ALL = new Peers(null, CONTACTS, false);

    private static final int MAX_RUMOURS = 100_000;
    private static final int MAX_ENTRIES_PER_MESSAGE = 1_000;

    /** @throws IllegalArgumentException for a value out of its range */
    public Peers {
        Limits.require(contacts >= 1 && contacts <= MAX_CONTACTS, "contacts", contacts, "1.." + MAX_CONTACTS);
        if (membership == null) {
            contacts = CONTACTS;
            lattice = false;
        } else {
            requireDuration("shuffle", membership.view().shuffleMillis());
            requireDuration("tend", membership.view().tendMillis());
            requireDuration("retry", membership.view().contactMillis());
            requireDuration("probe", membership.detection().probeMillis());
            requireDuration("ping", membership.detection().pingMillis());
            requireDuration("average", membership.estimate().averageMillis());
            int rumours = membership.detection().rumours();
            Limits.require(rumours <= MAX_RUMOURS, "rumours", rumours, "1.." + MAX_RUMOURS);
            int perMessage = membership.view().entriesPerMessage();
            Limits.require(
                    perMessage <= MAX_ENTRIES_PER_MESSAGE,
                    "entriesPerMessage",
                    perMessage,
                    "at most " + MAX_ENTRIES_PER_MESSAGE);
        }
    }

    /** Random contacts, three of them. */
    public static Peers of(MembershipConfig membership) {
        return new Peers(membership, CONTACTS, false);
    }

    /** The defaults of a kind of view. */
    public static Peers of(MembershipConfig.Kind kind) {
        return of(defaults(kind));
    }

    static MembershipConfig defaults(MembershipConfig.Kind kind) {
        return switch (kind) {
            case HYPARVIEW -> MembershipConfig.hyParView(0);
            case CYCLON -> MembershipConfig.cyclon(0);
            case FULL -> MembershipConfig.full(FULL_ENTRIES);
        };
    }

    /** How long a direct answer is waited for if the file does not say: the usual time, or half a period if that is shorter. */
    static long pingMillis(long probeMillis, MembershipConfig.Detection usual) {
        return probeMillis == 0 ? usual.pingMillis() : Math.min(usual.pingMillis(), Math.max(1, probeMillis / 2));
    }

    private static void requireDuration(String field, long millis) {
        Limits.require(millis <= Limits.MAX_MICROS / 1_000, field, millis + " ms", "at most 24 h");
    }
}
