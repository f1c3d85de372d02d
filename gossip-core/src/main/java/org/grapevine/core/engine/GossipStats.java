package org.grapevine.core.engine;

import java.util.Map;

/**
 * What one engine has done since it was made.
 *
 * @param published messages that started here
 * @param delivered messages and requests handed to the application
 * @param forwarded copies sent, those for repair and repeated requests included
 * @param repaired messages that arrived because a digest showed them missing
 * @param fetched messages that arrived because their ids had been advertised
 * @param pulled messages of pulled variants that arrived
 * @param controlsSent control messages sent
 * @param advertised ids sent in place of payloads, counted for each peer
 * @param served copies sent because a peer asked for them; among those forwarded
 * @param pulls pulls begun
 * @param heldBack messages that had to wait for earlier ones of their origin
 * @param dropped what was not acted on, by reason
 * @param seen ids remembered now
 * @param bufferedBytes payload bytes kept for repair now
 * @param queries open queries and tombstones now
 * @param wanted ids that are being asked for now
 * @param held messages that wait for earlier ones of their origin now
 */
public record GossipStats(
        long published,
        long delivered,
        long forwarded,
        long repaired,
        long fetched,
        long pulled,
        long controlsSent,
        long advertised,
        long served,
        long pulls,
        long heldBack,
        Map<DropReason, Long> dropped,
        int seen,
        long bufferedBytes,
        int queries,
        int wanted,
        int held) {

    /** Of an engine that has done nothing yet. */
    public static final GossipStats NONE = new GossipStats(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Map.of(), 0, 0, 0, 0, 0);

    /** How often something was dropped for this reason. */
    public long dropped(DropReason reason) {
        return dropped.getOrDefault(reason, 0L);
    }
}
