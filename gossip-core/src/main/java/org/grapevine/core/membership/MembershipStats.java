package org.grapevine.core.membership;

import java.util.Map;

/**
 * What a membership engine has done and holds.
 *
 * @param links peers that messages go to
 * @param entries peers in the view, links included
 * @param suspects links that are under suspicion
 * @param contacts old contacts that are remembered
 * @param size estimated devices in the segment, this one included
 * @param sent messages
 * @param received messages, those that were refused included
 * @param probes peers pinged
 * @param unanswered probes without an answer of any kind
 * @param declaredDead peers taken out since they failed
 * @param contradicted suspicions that turned out wrong
 * @param dropped what was refused, by reason; reasons that never occurred may be absent
 */
public record MembershipStats(
        int links,
        int entries,
        int suspects,
        int contacts,
        int size,
        long sent,
        long received,
        long probes,
        long unanswered,
        long declaredDead,
        long contradicted,
        Map<MembershipDrop, Long> dropped) {

    public MembershipStats {
        dropped = Map.copyOf(dropped);
    }
}
