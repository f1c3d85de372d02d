package org.grapevine.core.engine;

import java.util.List;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.PeerAddress;
import org.jspecify.annotations.Nullable;

/** Eager push: the payload at once to fanout peers of each segment (infect and die: a device forwards once, on first sight). */
final class Push implements Spreading {

    private final Spread spread;
    private final Outgoing outgoing;

    Push(Spread spread, Outgoing outgoing) {
        this.spread = spread;
        this.outgoing = outgoing;
    }

    @Override
    public void onNew(
            long now,
            GossipMessage message,
            @Nullable Hop hop,
            @Nullable PeerAddress from,
            List<GossipAction> actions) {
        int hops = hop == null ? 0 : hop.hop();
        Hop next = null;
        for (Spread.Target target : spread.targets(message, hop, from)) {
            // Targets of one segment follow each other, and their copies bear the same.
            if (next == null || !next.segment().equals(target.segment())) {
                next = Outgoing.hop(target.segment(), target.left(), hops);
            }
            outgoing.copy(target.peer(), next, message, actions);
        }
    }
}
