package org.grapevine.core.engine;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipTimer;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;

/** Whom a device asks of its own accord when a request has come: peers one by one, and LANs by one multicast each. */
final class Asking {

    /** A puller needs one margin to answer in, and one for itself: others come late because they are asked late, it always does. */
    static final int MARGINS_FOR_A_PULLER = 2;

    private final RequestSpread spread;
    private final Outgoing outgoing;
    private final Asks asks;
    private final Answering answering;

    Asking(RequestSpread spread, Outgoing outgoing, Asks asks, Answering answering) {
        this.spread = spread;
        this.outgoing = outgoing;
        this.asks = asks;
        this.answering = answering;
    }

    void start(long now, Query query, GossipMessage message, Set<PeerAddress> holders, List<GossipAction> actions) {
        if (query.parent == null && query.pullVariant) {
            // Nobody knows who has not pulled it.
            query.truncated(1);
        }
        List<RequestSpread.Child> children = spread.children(message, query.arrived, query.parent, actions);
        List<Segment> lans = spread.lansToEnter(message, query.arrived);
        if (!query.hasTimeFor(now, 1)) {
            // A child could not answer in what would be left for it.
            if (!children.isEmpty() || !lans.isEmpty() || spread.mayBePulled(message, query.arrived)) {
                query.truncated(1);
            }
            return;
        }
        if (spread.runsOut(message, query.arrived, query.parent)) {
            query.truncated(1);
        }
        for (RequestSpread.Child child : children) {
            if (!holders.contains(child.peer())) {
                add(now, query, child, message, actions);
            }
        }
        for (Segment lan : lans) {
            if (query.arrived == null) {
                enter(now, query, lan, message, holders, actions);
            } else {
                query.bridges.add(lan);
                actions.add(new GossipAction.Schedule(spread.bridgeDelay(), new GossipTimer.Bridge(query.id, lan)));
            }
        }
        if (spread.mayBePulled(message, query.arrived)) {
            query.pulled = query.hasTimeFor(now, MARGINS_FOR_A_PULLER);
            query.truncated(query.pulled ? 0 : 1);
        }
        Asks.lookLater(now, query, actions);
    }

    private void add(
            long now, Query query, RequestSpread.Child child, GossipMessage message, List<GossipAction> actions) {
        Slot slot = new Slot(child);
        Asks.open(now, query, child.peer(), slot);
        asks.ask(now, query, child.peer(), slot, message, actions);
    }

    /** One multicast asks all known peers of a LAN; whoever stays silent is asked again alone. */
    private void enter(
            long now,
            Query query,
            Segment lan,
            GossipMessage message,
            Set<PeerAddress> holders,
            List<GossipAction> actions) {
        Set<PeerAddress> exclude = new HashSet<>(holders);
        exclude.addAll(query.slots.keySet());
        List<RequestSpread.Child> children = spread.inLan(lan, exclude);
        for (RequestSpread.Child child : children) {
            Slot slot = new Slot(child);
            Asks.open(now, query, child.peer(), slot);
            asks.asked(now, query, slot);
        }
        if (spread.isTooLarge(lan)) {
            query.truncated(1);
        }
        if (!children.isEmpty()) {
            outgoing.multicast(lan, query.hops(), Asks.budget(now, query), message, actions);
        }
    }

    void onBridge(long now, Query query, Segment lan, List<GossipAction> actions) {
        GossipMessage message = query.message;
        if (message == null || !query.isGathering() || !query.bridges.remove(lan)) {
            return;
        }
        if (query.hasTimeFor(now, 1)) {
            enter(now, query, lan, message, RequestSpread.holders(message, query.parent, List.of()), actions);
            Asks.lookLater(now, query, actions);
        } else {
            query.truncated(1);
        }
        answering.ifResolved(now, query, actions);
    }

    /** A peer lacks the request and becomes a child, if time and rounds are left. Returns whether it did. */
    boolean addPuller(
            long now,
            Query query,
            PeerAddress peer,
            Segment segment,
            GossipMessage message,
            RequestSpread.Opening opening,
            List<GossipAction> actions) {
        int left = spread.leftForPuller(message, segment, query.arrived);
        boolean known = peer.equals(query.parent) || peer.equals(message.origin()) || query.slots.containsKey(peer);
        if (known || left < 0 || !query.pulled) {
            return false;
        }
        if (!query.hasTimeFor(now, MARGINS_FOR_A_PULLER) || query.slots.size() >= RequestSpread.CHILDREN_LIMIT) {
            // Said once: it is this device that asks on no longer.
            query.pulled = false;
            query.truncated(1);
            answering.ifResolved(now, query, actions);
            return false;
        }
        add(now, query, new RequestSpread.Child(peer, segment, left, opening), message, actions);
        Asks.lookLater(now, query, actions);
        return true;
    }
}
