package org.grapevine.core.membership;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grapevine.core.message.PeerAddress;

/** Peers that are no links but were found to be there, and the strangers that were asked whether they are. */
final class Acquaintances {

    /** Peers that are known to be there at the same time. */
    static final int MET = 64;

    /** How long a peer that answered counts as being there. */
    static final long MET_MILLIS = 60_000;

    /** Strangers that are pinged in {@link #AGAIN_MILLIS}. */
    static final int ASKED = 16;

    /** A stranger is pinged no more often than that. */
    static final long AGAIN_MILLIS = 5_000;

    private final Tally tally;
    private final Map<PeerAddress, Long> met = new LinkedHashMap<>(0);
    private final Map<PeerAddress, Long> asked = new LinkedHashMap<>(0);

    Acquaintances(Tally tally) {
        this.tally = tally;
    }

    /** True if the peer may be pinged now. */
    boolean mayAsk(long now, PeerAddress peer) {
        dropOlder(asked, now - AGAIN_MILLIS);
        if (asked.containsKey(peer)) {
            return false;
        }
        if (asked.size() >= ASKED) {
            tally.drop(MembershipDrop.TABLE_FULL);
            return false;
        }
        asked.put(peer, now);
        return true;
    }

    /** True if somebody wanted to know of the peer a moment ago. */
    boolean isAsked(PeerAddress peer) {
        return asked.containsKey(peer);
    }

    /** The peer has answered. Nobody is forgotten for it: strangers must not push each other out. */
    void met(long now, PeerAddress peer, List<MembershipAction> out) {
        forgetOld(now, out);
        boolean isNew = met.remove(peer) == null;
        if (isNew && met.size() >= MET) {
            tally.drop(MembershipDrop.TABLE_FULL);
            return;
        }
        met.put(peer, now);
        if (isNew) {
            out.add(new MembershipAction.Met(peer));
        }
    }

    /** Forgets those who were met too long ago. */
    void forgetOld(long now, List<MembershipAction> out) {
        for (PeerAddress peer : dropOlder(met, now - MET_MILLIS)) {
            out.add(new MembershipAction.Forgot(peer));
        }
    }

    void forget(PeerAddress peer, List<MembershipAction> out) {
        if (met.remove(peer) != null) {
            out.add(new MembershipAction.Forgot(peer));
        }
    }

    /** The oldest come first: a time is only ever put at the end. */
    private static List<PeerAddress> dropOlder(Map<PeerAddress, Long> times, long until) {
        List<PeerAddress> dropped = new ArrayList<>(0);
        for (Iterator<Map.Entry<PeerAddress, Long>> each = times.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<PeerAddress, Long> oldest = each.next();
            if (oldest.getValue() > until) {
                break;
            }
            dropped.add(oldest.getKey());
            each.remove();
        }
        return dropped;
    }
}
