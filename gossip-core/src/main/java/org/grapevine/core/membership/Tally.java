package org.grapevine.core.membership;

import java.util.EnumMap;
import java.util.Map;

/** Counters of one membership engine. */
final class Tally {

    long sent;
    long received;
    long probes;
    long unanswered;
    long declaredDead;
    long contradicted;
    private final Map<MembershipDrop, Long> dropped = new EnumMap<>(MembershipDrop.class);

    void drop(MembershipDrop reason) {
        dropped.merge(reason, 1L, Long::sum);
    }

    Map<MembershipDrop, Long> dropped() {
        return dropped;
    }
}
