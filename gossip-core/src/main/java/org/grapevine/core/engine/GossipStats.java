package org.grapevine.core.engine;

import java.util.Map;

/**
 * What one engine has done since it was made.
 *
 * @param published messages that started here
 * @param delivered messages and requests handed to the application
 * @param forwarded copies sent, those for repair and repeated requests included
 * @param repaired messages that arrived because a digest showed them missing
 * @param controlsSent control messages sent
 * @param dropped what was not acted on, by reason
 * @param seen ids remembered now
 * @param bufferedBytes payload bytes kept for repair now
 * @param queries open queries and tombstones now
 */
public record GossipStats(
        long published,
        long delivered,
        long forwarded,
        long repaired,
        long controlsSent,
        Map<DropReason, Long> dropped,
        int seen,
        long bufferedBytes,
        int queries) {

    /** How often something was dropped for this reason. */
    public long dropped(DropReason reason) {
        return dropped.getOrDefault(reason, 0L);
    }
}
