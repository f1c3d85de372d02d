package org.grapevine.core.engine;

import java.util.List;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;

/** The one way out of an engine: whatever is sent is counted. */
final class Outgoing {

    private final Counters counters;

    Outgoing(Counters counters) {
        this.counters = counters;
    }

    /** The hop of copies that go into a segment, after so many hops so far. */
    static Hop hop(Segment segment, int left, int hopsSoFar) {
        return new Hop(segment, left, Math.min(Hop.MAX_COUNT, hopsSoFar + 1), 0);
    }

    void copy(PeerAddress to, Hop hop, GossipMessage message, List<GossipAction> actions) {
        counters.forwarded++;
        actions.add(new GossipAction.Send(to, hop, message));
    }

    /**
     * One copy to a whole segment. Nobody there is to pass it on inside the segment, so none of the hops is left.
     *
     * @param budgetMillis time left for replies, ms; 0 for one-way messages
     */
    void multicast(
            Segment segment, int hopsSoFar, long budgetMillis, GossipMessage message, List<GossipAction> actions) {
        counters.forwarded++;
        Hop hop = new Hop(segment, 0, Math.min(Hop.MAX_COUNT, hopsSoFar + 1), budgetMillis);
        actions.add(new GossipAction.Multicast(segment, hop, message));
    }

    void control(PeerAddress to, Control control, List<GossipAction> actions) {
        counters.controlsSent++;
        actions.add(new GossipAction.SendControl(to, control));
    }

    /** The advertisement that stands for a copy with that hop. */
    static Control.IHave iHave(Hop instead, MessageId id) {
        return new Control.IHave(instead.segment(), List.of(id), instead.hop(), false);
    }

    void advertise(PeerAddress to, Control.IHave iHave, List<GossipAction> actions) {
        counters.advertised += iHave.ids().size();
        control(to, iHave, actions);
    }
}
