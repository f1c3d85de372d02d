package org.grapevine.core.engine;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipTimer;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.Faults;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.Payload;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.core.message.Segment;
import org.jspecify.annotations.Nullable;

/**
 * Requests and their replies. A request spreads like a message; the device from which it came first becomes the parent, all
 * others are declined (the echo pattern), so that each device is inside one reply only. Each level answers a margin before its
 * parent stops waiting. Requests are repeated until answered, replies until acknowledged. What becomes of a child that falls silent:
 * {@link SilentChildren}, with the proof that nobody is counted twice.
 *
 * <p>Rules and the figures behind them: docs/references.md, 2.
 */
final class ReplyTree {

    /**
     * Who told the id of a request before it came.
     *
     * @param fetched it had been asked for
     */
    record Advertised(List<PeerAddress> by, boolean fetched) {
        static final Advertised NOWHERE = new Advertised(List.of(), false);
    }

    private final GossipConfig config;
    private final Counters counters;
    private final RequestSpread spread;
    private final Outgoing outgoing;
    private final Collecting collecting;
    private final Answering answering;
    private final Asking asking;
    private final SilentChildren silentChildren;
    private final Gathering gathering;
    private final RequestIds ids;
    private final Map<MessageId, Query> queries = new LinkedHashMap<>();

    /** @param loss what is known about the loss of messages */
    ReplyTree(GossipConfig config, Counters counters, RequestSpread spread, Outgoing outgoing, LossEstimate loss) {
        this.config = config;
        this.counters = counters;
        this.spread = spread;
        this.outgoing = outgoing;
        Patience patience = new Patience(loss);
        Asks asks = new Asks(config, outgoing, patience);
        this.collecting = new Collecting(config, counters, spread, outgoing);
        this.answering = new Answering(config, counters, outgoing, collecting);
        this.asking = new Asking(spread, outgoing, asks, answering);
        this.silentChildren = new SilentChildren(config, counters, spread, asks, patience, answering);
        Plausibility plausibility = new Plausibility(config.replies(), spread);
        this.gathering = new Gathering(config.replies(), counters, outgoing, asks, plausibility, collecting, answering);
        this.ids = new RequestIds(queries, outgoing, asks, asking, answering);
    }

    /** The part of requests in advertised, wanted and pulled ids. */
    KnownRequests ids() {
        return ids;
    }

    // The request

    void onPublished(long now, GossipMessage message, ReplyTerms terms, List<GossipAction> actions) {
        counters.published++;
        if (queries.containsKey(message.id())) {
            // Asked again under the same id: its answer has been given, and asking on would count devices twice.
            counters.drop(DropReason.DUPLICATE);
            actions.add(new GossipAction.Fail(message.id(), "this request was made before", Completeness.EMPTY));
        } else if (isFull(now)) {
            counters.drop(DropReason.TOO_MANY_QUERIES);
            actions.add(new GossipAction.Fail(message.id(), tooManyQueries(), Completeness.EMPTY));
        } else {
            open(now, null, null, message, terms, Advertised.NOWHERE, terms.timeoutMillis(), actions);
        }
    }

    /**
     * A request came.
     *
     * @param advertised who had told its id before
     */
    void onReceived(
            long now,
            PeerAddress from,
            Hop hop,
            GossipMessage message,
            ReplyTerms terms,
            Advertised advertised,
            List<GossipAction> actions) {
        Query query = queries.get(message.id());
        if (query != null) {
            onSecond(now, from, hop, message, query, actions);
        } else if (isFull(now)) {
            counters.drop(DropReason.TOO_MANY_QUERIES);
            Completeness failed = Completeness.failed(Faults.BUSY, 1);
            outgoing.control(from, new Control.ReplyFault(message.id(), tooManyQueries(), failed), actions);
        } else {
            open(now, from, hop, message, terms, advertised, hop.budgetMillis(), actions);
        }
    }

    private void onSecond(
            long now, PeerAddress from, Hop hop, GossipMessage message, Query query, List<GossipAction> actions) {
        counters.drop(DropReason.DUPLICATE);
        if (from.equals(query.parent)) {
            answering.onAskedAgain(query, actions);
        } else if (hop.insteadOf() != null && hop.insteadOf().equals(query.parent) && !query.changedOver) {
            answering.onParentLost(now, query, from, hop, actions);
        } else {
            outgoing.control(from, new Control.Decline(message.id()), actions);
            if (hop.insteadOf() == null) {
                spread.onSecond(now, message, query.arrived, query.parent, hop, from, actions);
            }
        }
        if (hop.insteadOf() == null && query.bridges.remove(hop.segment())) {
            // It has been carried into that LAN, and whoever did that gathers there.
            answering.ifResolved(now, query, actions);
        }
    }

    private boolean isFull(long now) {
        if (queries.size() < config.queryLimit()) {
            return false;
        }
        // Timers may be late; what is past its time makes room at once.
        for (Iterator<Query> each = queries.values().iterator(); each.hasNext(); ) {
            Query query = each.next();
            if (query.forgetAt <= now && (query.parent != null || query.phase == Query.Phase.TOMBSTONE)) {
                collecting.release(query);
                each.remove();
            }
        }
        return queries.size() >= config.queryLimit();
    }

    private String tooManyQueries() {
        return "too many requests under way: " + queries.size() + " (allowed: " + config.queryLimit() + ")";
    }

    private void open(
            long now,
            @Nullable PeerAddress parent,
            @Nullable Hop hop,
            GossipMessage message,
            ReplyTerms terms,
            Advertised advertised,
            long budget,
            List<GossipAction> actions) {
        long answerBy = now + budget;
        // The id may be refused as expired later than that, so it is remembered for whichever is longer.
        long forgetAt = Math.max(
                answerBy + message.parameters().lifetimeMillis(),
                Lifetimes.refusedFromMillis(config, message.parameters()));
        Query query = new Query(now, message, terms, parent, hop, answerBy, forgetAt);
        queries.put(query.id, query);
        actions.add(new GossipAction.Schedule(forgetAt - now, new GossipTimer.Forget(query.id)));
        int accept = actions.size();
        if (parent != null && hop != null) {
            if (hop.insteadOf() == null) {
                spread.onFirst(now, message, hop, parent, advertised.fetched(), actions);
            }
            for (PeerAddress other : advertised.by()) {
                if (!other.equals(parent)) {
                    outgoing.control(other, new Control.Decline(query.id), actions);
                }
            }
        }
        counters.delivered++;
        actions.add(new GossipAction.Deliver(message));
        asking.start(now, query, message, RequestSpread.holders(message, parent, advertised.by()), actions);
        if (parent != null) {
            // It names those who have just been asked, and goes before all that.
            counters.controlsSent++;
            actions.add(accept, new GossipAction.SendControl(parent, query.accept()));
        }
        actions.add(new GossipAction.Schedule(
                Math.max(0, query.gatherUntil - now), new GossipTimer.GatheringEnds(query.id)));
    }

    void onBridge(long now, MessageId id, Segment lan, List<GossipAction> actions) {
        Query query = queries.get(id);
        if (query != null) {
            asking.onBridge(now, query, lan, actions);
        }
    }

    void onRepeatRequests(long now, MessageId id, List<GossipAction> actions) {
        Query query = queries.get(id);
        if (query != null) {
            silentChildren.onLook(now, query, actions);
        }
    }

    // Gathering

    void onAnswered(long now, MessageId id, Optional<Payload> answer, List<GossipAction> actions) {
        gathering.onAnswered(now, queries.get(id), answer, actions);
    }

    void onAnswerFailed(long now, MessageId id, String kind, List<GossipAction> actions) {
        gathering.onAnswerFailed(now, queries.get(id), kind, actions);
    }

    void onAccept(long now, PeerAddress from, Control.Accept accept) {
        Query query = queries.get(accept.request());
        if (query != null) {
            gathering.onAccept(now, from, query, accept);
        }
    }

    void onDecline(long now, PeerAddress from, Control.Decline decline, List<GossipAction> actions) {
        Query query = queries.get(decline.request());
        if (query != null) {
            gathering.onDecline(now, from, query, actions);
        }
    }

    void onReply(long now, PeerAddress from, Control.Reply reply, List<GossipAction> actions) {
        gathering.onReply(now, from, reply, queries.get(reply.request()), actions);
    }

    void onReplyFault(long now, PeerAddress from, Control.ReplyFault fault, List<GossipAction> actions) {
        gathering.onReplyFault(now, from, fault, queries.get(fault.request()), actions);
    }

    void onSamples(long now, PeerAddress from, Control.Samples samples, List<GossipAction> actions) {
        gathering.onSamples(now, from, samples, queries.get(samples.request()), actions);
    }

    void onGatheringEnds(long now, MessageId id, List<GossipAction> actions) {
        Query query = queries.get(id);
        if (query != null) {
            answering.onGatheringEnds(now, query, actions);
        }
    }

    // Answering

    void onMerged(long now, MessageId id, Optional<Payload> partial, List<GossipAction> actions) {
        answering.onMerged(now, queries.get(id), partial, actions);
    }

    void onMergeFailed(long now, MessageId id, String reason, List<GossipAction> actions) {
        answering.onMergeFailed(now, queries.get(id), reason, actions);
    }

    void onAnswerDue(long now, MessageId id, List<GossipAction> actions) {
        Query query = queries.get(id);
        if (query != null) {
            answering.onAnswerDue(now, query, actions);
        }
    }

    void onRepeatReply(long now, MessageId id, List<GossipAction> actions) {
        Query query = queries.get(id);
        if (query != null) {
            answering.onRepeatReply(now, query, actions);
        }
    }

    void onReplyAck(PeerAddress from, Control.ReplyAck ack) {
        Query query = queries.get(ack.request());
        if (query != null) {
            answering.onReplyAck(from, query);
        }
    }

    void onSamplesAck(long now, PeerAddress from, Control.SamplesAck ack, List<GossipAction> actions) {
        Query query = queries.get(ack.request());
        if (query != null) {
            answering.onSamplesAck(now, from, query, ack.number(), actions);
        }
    }

    void onForget(long now, MessageId id, List<GossipAction> actions) {
        Query query = queries.remove(id);
        if (query == null) {
            return;
        }
        collecting.release(query);
        // A device that stood still for long comes here first. Whoever asked must still be told.
        if (query.parent == null && query.phase != Query.Phase.TOMBSTONE) {
            answering.fail(now, query, Faults.LATE, "no answer in time", actions);
        }
    }

    int size() {
        return queries.size();
    }

    /** Bytes of samples held. */
    long sampleBytes() {
        return collecting.bytes();
    }
}
