package org.grapevine.core.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.jspecify.annotations.Nullable;

/**
 * Peers that had better be looked after: those that twice in succession did not give what they had advertised, and strangers that want
 * something. Each is named once in a while only, and only so many at a time.
 */
final class Doubts {

    /** Peers that are remembered; one that was doubted a moment ago is not forgotten for another. */
    static final int PEERS = 64;

    /** A peer is named no more often than that. */
    static final long AGAIN_MILLIS = 5_000;

    /** How often in succession a peer has to be silent: one message can get lost. */
    static final int SILENCES = 2;

    private final Counters counters;

    private static final class Doubt {
        private int silences;
        private long at;
        private long namedAt = Long.MIN_VALUE;
    }

    private final Map<PeerAddress, Doubt> doubts = new LinkedHashMap<>(0);

    Doubts(Counters counters) {
        this.counters = counters;
    }

    /** The peer has given what it was asked for. */
    void answered(PeerAddress peer) {
        Doubt doubt = doubts.get(peer);
        if (doubt != null) {
            doubt.silences = 0;
        }
    }

    /** The peer has not given what it had advertised. */
    void silent(long now, Segment segment, PeerAddress peer, List<GossipAction> actions) {
        Doubt doubt = doubt(now, peer);
        if (doubt != null && ++doubt.silences >= SILENCES) {
            name(now, segment, peer, doubt, actions);
        }
    }

    /** A stranger wants something. */
    void stranger(long now, Segment segment, PeerAddress peer, List<GossipAction> actions) {
        Doubt doubt = doubt(now, peer);
        if (doubt != null) {
            name(now, segment, peer, doubt, actions);
        }
    }

    /** Null if there is no room. */
    private @Nullable Doubt doubt(long now, PeerAddress peer) {
        Doubt doubt = doubts.remove(peer);
        if (doubt == null) {
            if (doubts.size() >= PEERS) {
                Map.Entry<PeerAddress, Doubt> oldest =
                        doubts.entrySet().iterator().next();
                if (now - oldest.getValue().at < AGAIN_MILLIS) {
                    counters.drop(DropReason.TOO_MANY_DOUBTS);
                    return null;
                }
                doubts.remove(oldest.getKey());
            }
            doubt = new Doubt();
        }
        doubt.at = now;
        doubts.put(peer, doubt);
        return doubt;
    }

    private static void name(long now, Segment segment, PeerAddress peer, Doubt doubt, List<GossipAction> actions) {
        if (doubt.namedAt == Long.MIN_VALUE || now - doubt.namedAt >= AGAIN_MILLIS) {
            doubt.namedAt = now;
            doubt.silences = 0;
            actions.add(new GossipAction.Check(segment, peer));
        }
    }
}
