package org.grapevine.cluster.report;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.grapevine.cluster.record.Entry;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.ReplyMode;
import org.jspecify.annotations.Nullable;

/** A request while its record is read. */
final class Answering {

    private final Entry.Published published;
    private final long atMicros;
    private final ReplyMode mode;

    /** Devices whose answers the initiator has. */
    final BitSet inside = new BitSet();

    /** When it was over, µs; -1 before. */
    long endMicros = -1;

    boolean sumRight = true;

    @Nullable
    Completeness completeness;

    @Nullable
    String failure;

    Answering(Entry.Published published, long atMicros, ReplyMode mode) {
        this.published = published;
        this.atMicros = atMicros;
        this.mode = mode;
    }

    boolean isCollected() {
        return mode == ReplyMode.COLLECT;
    }

    /** @param runEndMicros until then devices must have been up if it was never over */
    Answer answer(Lives lives, int devices, long runEndMicros) {
        long end = endMicros < 0 ? runEndMicros : endMicros;
        List<Integer> missing = new ArrayList<>();
        int live = 0;
        int missingInAll = 0;
        for (int device = 0; device < devices; device++) {
            if (lives.spans(device, atMicros, end)) {
                live++;
                if (!inside.get(device)) {
                    missingInAll++;
                    if (missing.size() < Answer.SHOWN) {
                        missing.add(device);
                    }
                }
            }
        }
        return new Answer(
                published.message(),
                published.device(),
                atMicros,
                endMicros < 0 ? -1 : endMicros - atMicros,
                inside.cardinality(),
                live,
                missing,
                missingInAll,
                completeness,
                failure,
                sumRight,
                mode != ReplyMode.FIRST);
    }
}
