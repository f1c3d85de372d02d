package org.grapevine.core.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;

/** The requests of one device among advertised, wanted and pulled ids. */
final class RequestIds implements KnownRequests {

    private final Map<MessageId, Query> queries;
    private final Outgoing outgoing;
    private final Asks asks;
    private final Asking asking;
    private final Answering answering;

    /** @param queries changed by their owner */
    RequestIds(Map<MessageId, Query> queries, Outgoing outgoing, Asks asks, Asking asking, Answering answering) {
        this.queries = queries;
        this.outgoing = outgoing;
        this.asks = asks;
        this.asking = asking;
        this.answering = answering;
    }

    @Override
    public boolean knows(MessageId id) {
        return queries.containsKey(id);
    }

    @Override
    public List<MessageId> onIHave(PeerAddress from, List<MessageId> ids, List<GossipAction> actions) {
        if (queries.isEmpty()) {
            return ids;
        }
        List<MessageId> others = new ArrayList<>(ids.size());
        for (MessageId id : ids) {
            Query query = queries.get(id);
            if (query == null) {
                others.add(id);
            } else if (!from.equals(query.parent)) {
                outgoing.control(from, new Control.Decline(id), actions);
            } else if (query.large) {
                // That is how the parent of a large request asks whether its child is still there.
                answering.onAskedAgain(query, actions);
            }
        }
        return others;
    }

    @Override
    public void onIWant(long now, PeerAddress from, Control.IWant iWant, List<GossipAction> actions) {
        for (MessageId id : iWant.ids()) {
            Query query = queries.get(id);
            GossipMessage message = query == null ? null : query.message;
            if (query == null || message == null || !query.isGathering()) {
                continue;
            }
            Slot slot = query.slots.get(from);
            if (slot == null) {
                if (message.parameters().variant() == GossipVariant.PUSH_PULL) {
                    // It was offered in a pull.
                    asking.addPuller(
                            now, query, from, iWant.segment(), message, RequestSpread.Opening.REQUEST, actions);
                }
            } else if (slot.state == Slot.State.ADVERTISED || slot.state == Slot.State.ASKED) {
                give(now, query, from, slot, message, actions);
            }
        }
    }

    private void give(
            long now, Query query, PeerAddress to, Slot slot, GossipMessage message, List<GossipAction> actions) {
        asks.heard(now, query, slot);
        if (query.hasTimeFor(now, 1)) {
            slot.state = Slot.State.ASKED;
            asks.ask(now, query, to, slot, message, actions);
            if (query.lookAt == Long.MAX_VALUE) {
                Asks.lookLater(now, query, actions);
            }
        } else {
            query.truncated(1);
            query.close(slot, Slot.State.ANSWERED);
            answering.ifResolved(now, query, actions);
        }
    }

    @Override
    public List<MessageId> known(long now) {
        List<MessageId> known = new ArrayList<>();
        for (Query query : queries.values()) {
            if (query.pullVariant && now < query.namedUntil) {
                known.add(query.id);
            }
        }
        return known;
    }

    @Override
    public List<MessageId> offered(long now) {
        List<MessageId> offered = new ArrayList<>();
        for (Query query : queries.values()) {
            GossipMessage message = query.message;
            if (message != null
                    && query.pulled
                    && query.isGathering()
                    && message.parameters().variant() == GossipVariant.PUSH_PULL
                    && query.hasTimeFor(now, Asking.MARGINS_FOR_A_PULLER)) {
                offered.add(query.id);
            }
        }
        return offered;
    }

    @Override
    public void onPull(
            long now,
            PeerAddress from,
            Control.PullRequest pull,
            Set<MessageId> has,
            int limit,
            List<GossipAction> actions) {
        int sent = 0;
        for (Query query : queries.values()) {
            GossipMessage message = query.message;
            if (sent >= limit) {
                return;
            }
            if (message == null
                    || !query.pulled
                    || !query.isGathering()
                    || !pull.slice().contains(query.id)
                    || has.contains(query.id)) {
                continue;
            }
            boolean idFirst = message.parameters().variant() == GossipVariant.LAZY_PULL
                    || message.payload().onRequestOnly();
            RequestSpread.Opening opening = idFirst ? RequestSpread.Opening.ID : RequestSpread.Opening.REQUEST;
            sent += asking.addPuller(now, query, from, pull.segment(), message, opening, actions) ? 1 : 0;
        }
    }
}
