package org.grapevine.core.engine;

import java.util.List;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.core.view.PeerView;

/**
 * Ids are compared with known peers only: an answer may be larger than the question, and must not be drawn to a stranger's
 * address.
 */
final class PeerCheck {

    private final GossipConfig config;
    private final PeerView view;
    private final Counters counters;
    private final Doubts doubts;

    PeerCheck(GossipConfig config, PeerView view, Counters counters, Doubts doubts) {
        this.config = config;
        this.view = view;
        this.counters = counters;
        this.doubts = doubts;
    }

    /** True if ids from that sender may be looked at; counts why not, and wants to know of a stranger whether it is there. */
    boolean accepts(long now, PeerAddress from, Segment segment, int ids, List<GossipAction> actions) {
        if (!view.knows(from)) {
            counters.drop(DropReason.UNKNOWN_PEER);
            if (view.segments().contains(segment)) {
                doubts.stranger(now, segment, from, actions);
            }
            return false;
        }
        if (!view.segments().contains(segment)) {
            counters.drop(DropReason.FOREIGN_SEGMENT);
            return false;
        }
        if (ids > config.digestLimit()) {
            counters.drop(DropReason.DIGEST_TOO_LONG);
            return false;
        }
        return true;
    }

    /** True for a number of slices that ids can be dealt out to; counts if not. */
    boolean acceptsChecksums(int slices) {
        boolean accepted = slices >= 1 && slices <= Control.Slice.MAX;
        if (!accepted) {
            counters.drop(DropReason.DIGEST_TOO_LONG);
        }
        return accepted;
    }
}
