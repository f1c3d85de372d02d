package org.grapevine.core.engine;

import java.util.List;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.PeerAddress;
import org.jspecify.annotations.Nullable;

/**
 * Push to fanout peers of each segment (infect and die: a device forwards once, on first sight). Eager push sends the payload at
 * once; lazy push sends its id, and the payload to who asks. A lazy push may be eager for its first hops, while few devices have
 * the message and hardly any copy comes twice: TTL(u) of Carvalho et al. 2007.
 */
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
        Control.@Nullable IHave iHave = null;
        for (Spread.Target target : spread.targets(message, hop, from)) {
            // Targets of one segment follow each other, and what they get bears the same.
            if (next == null || !next.segment().equals(target.segment())) {
                next = Outgoing.hop(target.segment(), target.left(), hops);
                iHave = isEager(message, next, hop) ? null : Outgoing.iHave(next, message.id());
            }
            if (iHave == null) {
                outgoing.copy(target.peer(), next, message, actions);
            } else {
                outgoing.advertise(target.peer(), iHave, actions);
            }
        }
    }

    private boolean isEager(GossipMessage message, Hop next, @Nullable Hop arrived) {
        if (message.payload().onRequestOnly()) {
            return false;
        }
        return message.parameters().variant() != GossipVariant.LAZY_PUSH
                || spread.isEagerHop(message.parameters(), next.segment(), arrived);
    }
}
