package org.grapevine.core.engine;

import java.util.EnumMap;
import java.util.Map;

/** The running totals behind {@link GossipStats}; shared by the parts of one engine. */
final class Counters {

    long published;
    long delivered;
    long forwarded;
    long repaired;
    long controlsSent;
    private final Map<DropReason, Long> dropped = new EnumMap<>(DropReason.class);

    void drop(DropReason reason) {
        dropped.merge(reason, 1L, Long::sum);
    }

    Map<DropReason, Long> dropped() {
        return new EnumMap<>(dropped);
    }
}
