package org.grapevine.core.engine;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipTimer;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.Payload;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.core.message.Segment;
import org.grapevine.core.reply.Partial;
import org.jspecify.annotations.Nullable;

/**
 * Requests and their replies. A request spreads like a message; the device from which it came first becomes the parent, all
 * others are declined (the echo pattern), so that each device is inside one reply only. Each level answers a margin before its
 * parent stops waiting. Requests are repeated until answered, replies until acknowledged.
 *
 * <p>Rules and the figures behind them: docs/references.md, 2.
 */
final class ReplyTree {

    private enum Phase {
        /** Waiting for the own answer and the children's. */
        GATHERING,
        /** The values are with the aggregation function. */
        MERGING,
        /** The parent has been told, or will be told again until it acknowledges. */
        ANSWERED,
        /** Over; remembered so that a late copy starts nothing. */
        TOMBSTONE
    }

    private enum SlotState {
        ASKED,
        ACCEPTED,
        CLOSED
    }

    /** One child, or somebody who may become one. */
    private static final class Slot {
        private final Segment segment;
        private final int left;
        private SlotState state = SlotState.ASKED;

        private Slot(Segment segment, int left) {
            this.segment = segment;
            this.left = left;
        }
    }

    /** What one device knows of one request. */
    private static final class Query {
        private final MessageId id;
        private final @Nullable PeerAddress parent;
        private final long gatherUntil;
        private final long answerBy;
        private final long forgetAt;
        private final int hops;
        private final int minReplies;
        private Phase phase = Phase.GATHERING;
        /** Needed to ask again; dropped when the gathering ends. */
        private @Nullable GossipMessage message;

        private final Map<PeerAddress, Slot> slots = new LinkedHashMap<>();
        private int openSlots;
        private boolean ownOpen = true;
        private Optional<Payload> own = Optional.empty();
        private List<Partial> partials = new ArrayList<>(0);
        private Completeness completeness = Completeness.EMPTY;
        private long repeatAfter;
        private Control.@Nullable AboutRequest said;

        private Query(
                GossipMessage message,
                @Nullable PeerAddress parent,
                long gatherUntil,
                long answerBy,
                long forgetAt,
                int hops,
                int minReplies) {
            this.id = message.id();
            this.message = message;
            this.parent = parent;
            this.gatherUntil = gatherUntil;
            this.answerBy = answerBy;
            this.forgetAt = forgetAt;
            this.hops = hops;
            this.minReplies = minReplies;
        }

        private void add(int counted, int declined, int failed, int timedOut, int truncated) {
            completeness = completeness.plus(
                    new Completeness(counted, declined, failed, timedOut, truncated, Completeness.NONE));
        }
    }

    private final GossipConfig config;
    private final Counters counters;
    private final Spread spread;
    private final Outgoing outgoing;
    private final Map<MessageId, Query> queries = new LinkedHashMap<>();

    ReplyTree(GossipConfig config, Counters counters, Spread spread, Outgoing outgoing) {
        this.config = config;
        this.counters = counters;
        this.spread = spread;
        this.outgoing = outgoing;
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
            open(now, null, null, message, terms, terms.timeoutMillis(), actions);
        }
    }

    void onReceived(
            long now, PeerAddress from, Hop hop, GossipMessage message, ReplyTerms terms, List<GossipAction> actions) {
        Query query = queries.get(message.id());
        if (query == null) {
            if (isFull(now)) {
                counters.drop(DropReason.TOO_MANY_QUERIES);
                Completeness failed = new Completeness(0, 0, 1, 0, 0, Completeness.NONE);
                outgoing.control(from, new Control.ReplyFault(message.id(), tooManyQueries(), failed), actions);
            } else {
                open(now, from, hop, message, terms, hop.budgetMillis(), actions);
            }
            return;
        }
        counters.drop(DropReason.DUPLICATE);
        if (!from.equals(query.parent)) {
            outgoing.control(from, new Control.Decline(message.id()), actions);
        } else if (query.said != null) {
            outgoing.control(from, query.said, actions);
        }
    }

    private boolean isFull(long now) {
        if (queries.size() < config.queryLimit()) {
            return false;
        }
        // Timers may be late; what is past its time makes room at once.
        for (Iterator<Query> each = queries.values().iterator(); each.hasNext(); ) {
            Query query = each.next();
            if (query.forgetAt <= now && (query.parent != null || query.phase == Phase.TOMBSTONE)) {
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
            long budget,
            List<GossipAction> actions) {
        long answerBy = now + budget;
        // The id may be refused as expired later than that, so it is remembered for whichever is longer.
        long forgetAt = Math.max(
                answerBy + message.parameters().lifetimeMillis(),
                Lifetimes.refusedFromMillis(config, message.parameters()));
        Query query = new Query(
                message,
                parent,
                answerBy - terms.marginMillis(),
                answerBy,
                forgetAt,
                hop == null ? 0 : hop.hop(),
                terms.minReplies());
        query.repeatAfter = config.repeatAfterMillis();
        queries.put(query.id, query);
        actions.add(new GossipAction.Schedule(forgetAt - now, new GossipTimer.Forget(query.id)));
        if (parent != null) {
            say(query, new Control.Accept(query.id), actions);
        }
        counters.delivered++;
        actions.add(new GossipAction.Deliver(message));

        List<Spread.Target> targets = spread.targets(message, hop, parent);
        if (query.gatherUntil - now < terms.marginMillis()) {
            // A child could not answer in what would be left for it.
            if (!targets.isEmpty()) {
                query.add(0, 0, 0, 0, 1);
            }
        } else {
            for (Spread.Target target : targets) {
                Slot slot = new Slot(target.segment(), target.left());
                query.slots.put(target.peer(), slot);
                query.openSlots++;
                ask(now, query, target.peer(), slot, message, actions);
            }
        }
        actions.add(new GossipAction.Schedule(
                Math.max(0, query.gatherUntil - now), new GossipTimer.GatheringEnds(query.id)));
        if (query.openSlots > 0) {
            actions.add(new GossipAction.Schedule(query.repeatAfter, new GossipTimer.RepeatRequests(query.id)));
        }
    }

    private void ask(
            long now, Query query, PeerAddress child, Slot slot, GossipMessage message, List<GossipAction> actions) {
        long budget = Math.min(Hop.MAX_BUDGET_MILLIS, query.gatherUntil - now);
        int hop = Math.min(Hop.MAX_COUNT, query.hops + 1);
        outgoing.copy(child, new Hop(slot.segment, slot.left, hop, budget), message, actions);
    }

    void onRepeatRequests(long now, MessageId id, List<GossipAction> actions) {
        Query query = queries.get(id);
        GossipMessage message = query == null ? null : query.message;
        if (query == null || message == null || query.phase != Phase.GATHERING || now >= query.gatherUntil) {
            return;
        }
        boolean silent = false;
        for (Map.Entry<PeerAddress, Slot> slot : query.slots.entrySet()) {
            if (slot.getValue().state == SlotState.ASKED) {
                silent = true;
                ask(now, query, slot.getKey(), slot.getValue(), message, actions);
            }
        }
        if (silent) {
            query.repeatAfter = Math.min(config.repeatAtMostMillis(), 2 * query.repeatAfter);
            actions.add(new GossipAction.Schedule(query.repeatAfter, new GossipTimer.RepeatRequests(id)));
        }
    }

    // Gathering

    void onAnswered(long now, MessageId id, Optional<Payload> answer, List<GossipAction> actions) {
        Query query = gatheringOwn(id);
        if (query != null) {
            query.ownOpen = false;
            query.own = answer;
            if (answer.isPresent()) {
                query.completeness = query.completeness.plus(new Completeness(1, 0, 0, 0, 0, now));
            }
            mergeIfResolved(now, query, actions);
        }
    }

    void onAnswerFailed(long now, MessageId id, List<GossipAction> actions) {
        Query query = gatheringOwn(id);
        if (query != null) {
            query.ownOpen = false;
            query.add(0, 0, 1, 0, 0);
            mergeIfResolved(now, query, actions);
        }
    }

    private @Nullable Query gatheringOwn(MessageId id) {
        Query query = queries.get(id);
        if (query == null || query.phase != Phase.GATHERING || !query.ownOpen) {
            counters.drop(DropReason.LATE_ANSWER);
            return null;
        }
        return query;
    }

    void onAccept(PeerAddress from, Control.Accept accept) {
        Slot slot = openSlot(queries.get(accept.request()), from);
        if (slot != null) {
            slot.state = SlotState.ACCEPTED;
        }
    }

    void onDecline(long now, PeerAddress from, Control.Decline decline, List<GossipAction> actions) {
        Query query = queries.get(decline.request());
        Slot slot = openSlot(query, from);
        if (query != null && slot != null) {
            query.add(0, 1, 0, 0, 0);
            close(now, query, slot, actions);
        }
    }

    void onReply(long now, PeerAddress from, Control.Reply reply, List<GossipAction> actions) {
        Query query = acknowledge(from, reply, actions);
        Slot slot = openSlot(query, from);
        if (query != null && slot != null) {
            if (reply.payload() != null) {
                query.partials.add(
                        new Partial(reply.payload(), reply.completeness().counted()));
            }
            query.completeness = query.completeness.plus(reply.completeness());
            close(now, query, slot, actions);
        }
    }

    void onReplyFault(long now, PeerAddress from, Control.ReplyFault fault, List<GossipAction> actions) {
        Query query = acknowledge(from, fault, actions);
        Slot slot = openSlot(query, from);
        if (query != null && slot != null) {
            Completeness told = fault.completeness();
            // A fault carries no value, so nobody below it is counted, whatever it says.
            query.add(0, told.declined(), Math.max(1, told.failed()), told.timedOut(), told.truncated());
            close(now, query, slot, actions);
        }
    }

    /** A reply is acknowledged whenever its sender was asked, late or not: that is what ends its repetition. */
    private @Nullable Query acknowledge(PeerAddress from, Control.AboutRequest reply, List<GossipAction> actions) {
        Query query = queries.get(reply.request());
        Slot slot = query == null ? null : query.slots.get(from);
        if (query == null || slot == null) {
            counters.drop(DropReason.UNASKED_REPLY);
            return null;
        }
        outgoing.control(from, new Control.ReplyAck(reply.request()), actions);
        if (slot.state == SlotState.CLOSED || query.phase != Phase.GATHERING) {
            counters.drop(DropReason.LATE_REPLY);
        }
        return query;
    }

    private static @Nullable Slot openSlot(@Nullable Query query, PeerAddress from) {
        if (query == null || query.phase != Phase.GATHERING) {
            return null;
        }
        Slot slot = query.slots.get(from);
        return slot == null || slot.state == SlotState.CLOSED ? null : slot;
    }

    private void close(long now, Query query, Slot slot, List<GossipAction> actions) {
        slot.state = SlotState.CLOSED;
        query.openSlots--;
        mergeIfResolved(now, query, actions);
    }

    void onGatheringEnds(long now, MessageId id, List<GossipAction> actions) {
        Query query = queries.get(id);
        if (query == null || query.phase != Phase.GATHERING) {
            return;
        }
        if (query.ownOpen) {
            query.ownOpen = false;
            query.add(0, 0, 1, 0, 0);
        }
        for (Slot slot : query.slots.values()) {
            if (slot.state != SlotState.CLOSED) {
                slot.state = SlotState.CLOSED;
                query.add(0, 0, 0, 1, 0);
            }
        }
        query.openSlots = 0;
        mergeIfResolved(now, query, actions);
    }

    // Merging and answering

    private void mergeIfResolved(long now, Query query, List<GossipAction> actions) {
        GossipMessage message = query.message;
        if (query.ownOpen || query.openSlots > 0 || message == null) {
            return;
        }
        query.phase = Phase.MERGING;
        query.message = null;
        ReplyTerms terms = message.parameters().replies();
        if (terms == null || (query.own.isEmpty() && query.partials.isEmpty())) {
            answer(now, query, Optional.empty(), actions);
            return;
        }
        actions.add(
                new GossipAction.Merge(query.id, terms.aggregation(), query.own, query.partials, query.parent == null));
        query.own = Optional.empty();
        query.partials = new ArrayList<>(0);
        actions.add(new GossipAction.Schedule(Math.max(0, query.answerBy - now), new GossipTimer.AnswerDue(query.id)));
    }

    void onMerged(long now, MessageId id, Optional<Payload> partial, List<GossipAction> actions) {
        Query query = merging(id);
        if (query != null) {
            if (partial.isEmpty()) {
                // The function left this subtree out, as it may: nobody below is inside any value.
                Completeness all = query.completeness;
                query.completeness = Completeness.EMPTY;
                query.add(0, all.declined(), all.failed(), all.timedOut(), all.truncated());
            }
            answer(now, query, partial, actions);
        }
    }

    void onMergeFailed(long now, MessageId id, String reason, List<GossipAction> actions) {
        Query query = merging(id);
        if (query != null) {
            fail(now, query, reason, actions);
        }
    }

    private @Nullable Query merging(MessageId id) {
        Query query = queries.get(id);
        if (query == null || query.phase != Phase.MERGING) {
            counters.drop(DropReason.LATE_ANSWER);
            return null;
        }
        return query;
    }

    void onAnswerDue(long now, MessageId id, List<GossipAction> actions) {
        Query query = queries.get(id);
        if (query != null && query.phase == Phase.MERGING) {
            fail(now, query, "merge: not done when the answer was due", actions);
        }
    }

    private void answer(long now, Query query, Optional<Payload> value, List<GossipAction> actions) {
        if (query.parent == null && query.completeness.counted() < query.minReplies) {
            query.phase = Phase.TOMBSTONE;
            String reason = "too few replies: " + query.completeness.counted() + " (expected: at least "
                    + query.minReplies + ")";
            actions.add(new GossipAction.Fail(query.id, reason, query.completeness));
        } else if (query.parent == null) {
            query.phase = Phase.TOMBSTONE;
            actions.add(new GossipAction.Complete(query.id, value, query.completeness));
        } else {
            reply(now, query, new Control.Reply(query.id, value.orElse(null), query.completeness), actions);
        }
    }

    private void fail(long now, Query query, String reason, List<GossipAction> actions) {
        Completeness all = query.completeness;
        Completeness lost = new Completeness(
                0,
                all.declined(),
                Math.max(1, all.failed() + all.counted()),
                all.timedOut(),
                all.truncated(),
                Completeness.NONE);
        if (query.parent == null) {
            query.phase = Phase.TOMBSTONE;
            actions.add(new GossipAction.Fail(query.id, reason, lost));
        } else {
            reply(now, query, new Control.ReplyFault(query.id, reason, lost), actions);
        }
    }

    private void reply(long now, Query query, Control.AboutRequest reply, List<GossipAction> actions) {
        query.phase = Phase.ANSWERED;
        query.repeatAfter = config.repeatAfterMillis();
        say(query, reply, actions);
        repeatLater(now, query, actions);
    }

    private void repeatLater(long now, Query query, List<GossipAction> actions) {
        if (now + query.repeatAfter < query.answerBy) {
            actions.add(new GossipAction.Schedule(query.repeatAfter, new GossipTimer.RepeatReply(query.id)));
        } else {
            // The parent has stopped waiting, or will have: nobody needs the value any longer.
            bury(query);
        }
    }

    void onRepeatReply(long now, MessageId id, List<GossipAction> actions) {
        Query query = queries.get(id);
        if (query != null && query.phase == Phase.ANSWERED && query.said != null && query.parent != null) {
            outgoing.control(query.parent, query.said, actions);
            query.repeatAfter = Math.min(config.repeatAtMostMillis(), 2 * query.repeatAfter);
            repeatLater(now, query, actions);
        }
    }

    void onReplyAck(PeerAddress from, Control.ReplyAck ack) {
        Query query = queries.get(ack.request());
        if (query != null && query.phase == Phase.ANSWERED && from.equals(query.parent)) {
            bury(query);
        }
    }

    private static void bury(Query query) {
        query.phase = Phase.TOMBSTONE;
        query.said = null;
    }

    void onForget(long now, MessageId id, List<GossipAction> actions) {
        Query query = queries.remove(id);
        // A device that stood still for long comes here first. Whoever asked must still be told.
        if (query != null && query.parent == null && query.phase != Phase.TOMBSTONE) {
            fail(now, query, "no answer in time", actions);
        }
    }

    private void say(Query query, Control.AboutRequest said, List<GossipAction> actions) {
        query.said = said;
        if (query.parent != null) {
            outgoing.control(query.parent, said, actions);
        }
    }

    int size() {
        return queries.size();
    }
}
