package org.grapevine.core.engine;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The running totals behind {@link GossipStats}; shared by the parts of one engine. */
final class Counters {

    long published;
    long delivered;
    long forwarded;
    long repaired;
    long fetched;
    long pulled;
    long controlsSent;
    long advertised;
    long served;
    long pulls;
    long heldBack;
    /** Apart from the other reasons: the fate of most copies, and all that most devices ever drop. */
    private long duplicates;

    private @Nullable Map<DropReason, Long> others;

    void drop(DropReason reason) {
        if (reason == DropReason.DUPLICATE) {
            duplicates++;
            return;
        }
        if (others == null) {
            others = new EnumMap<>(DropReason.class);
        }
        others.merge(reason, 1L, Long::sum);
    }

    Map<DropReason, Long> dropped() {
        Map<DropReason, Long> all = new EnumMap<>(DropReason.class);
        if (others != null) {
            all.putAll(others);
        }
        if (duplicates > 0) {
            all.put(DropReason.DUPLICATE, duplicates);
        }
        return all;
    }
}
