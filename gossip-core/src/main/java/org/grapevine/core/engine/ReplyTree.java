package org.grapevine.core.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipTimer;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipVariant;
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
final class ReplyTree implements KnownRequests {

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
        /** The child has the id and may want the request. */
        ADVERTISED,
        ASKED,
        ACCEPTED,
        CLOSED
    }

    /** One child, or somebody who may become one. */
    private static final class Slot {
        private final Segment segment;
        private final int left;
        /** What it has is advertised along a spare link of the tree. */
        private final boolean spare;

        private SlotState state;
        private long askedAt;

        private Slot(RequestSpread.Child child) {
            this.segment = child.segment();
            this.left = child.left();
            this.spare = child.opening() == RequestSpread.Opening.SPARE_ID;
            this.state = child.opening() == RequestSpread.Opening.REQUEST ? SlotState.ASKED : SlotState.ADVERTISED;
        }
    }

    /** What one device knows of one request. */
    private static final class Query {
        private final MessageId id;
        private final @Nullable PeerAddress parent;
        private final long gatherUntil;
        private final long answerBy;
        private final long forgetAt;
        /** By which it came; null at the initiator. */
        private final @Nullable Hop arrived;

        private final ReplyTerms terms;
        /** Somebody else may still be asking for it. */
        private final long namedUntil;

        private Phase phase = Phase.GATHERING;
        /** Needed to ask again; dropped when the gathering ends. */
        private @Nullable GossipMessage message;

        private final Map<PeerAddress, Slot> slots = new LinkedHashMap<>();
        private int openSlots;
        /** LANs that it enters unless somebody else carries it there. */
        private final List<Segment> bridges = new ArrayList<>(0);
        /** Of a variant that is pulled. */
        private final boolean pullVariant;
        /** Whoever pulls it here becomes a child. */
        private boolean pulled;

        private boolean ownOpen = true;
        private Optional<Payload> own = Optional.empty();
        private List<Partial> partials = new ArrayList<>(0);
        private Completeness completeness = Completeness.EMPTY;
        private long repeatAfter;
        private boolean repetitionScheduled;
        private Control.@Nullable AboutRequest said;

        private Query(
                long now,
                GossipMessage message,
                ReplyTerms terms,
                @Nullable PeerAddress parent,
                @Nullable Hop hop,
                long answerBy,
                long forgetAt) {
            this.id = message.id();
            this.message = message;
            this.terms = terms;
            this.parent = parent;
            this.arrived = hop;
            this.gatherUntil = answerBy - terms.marginMillis();
            this.answerBy = answerBy;
            this.forgetAt = forgetAt;
            // The initiator gathers longest, and no longer than its whole budget from now on.
            this.namedUntil = now + terms.timeoutMillis();
            this.pullVariant = message.parameters().variant().isPulled();
        }

        private int hops() {
            return arrived == null ? 0 : arrived.hop();
        }

        /** True if a child that is asked now can still answer. */
        private boolean hasTimeFor(long now, int margins) {
            return gatherUntil - now >= margins * terms.marginMillis();
        }

        private boolean isGathering() {
            return phase == Phase.GATHERING && message != null;
        }

        private void add(int counted, int declined, int failed, int timedOut, int truncated) {
            completeness = completeness.plus(
                    new Completeness(counted, declined, failed, timedOut, truncated, Completeness.NONE));
        }
    }

    /** A puller needs one margin to answer in, and one for itself: others come late because they are asked late, it always does. */
    private static final int MARGINS_FOR_A_PULLER = 2;

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
    private final Map<MessageId, Query> queries = new LinkedHashMap<>();

    ReplyTree(GossipConfig config, Counters counters, RequestSpread spread, Outgoing outgoing) {
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
        if (query == null) {
            if (isFull(now)) {
                counters.drop(DropReason.TOO_MANY_QUERIES);
                Completeness failed = new Completeness(0, 0, 1, 0, 0, Completeness.NONE);
                outgoing.control(from, new Control.ReplyFault(message.id(), tooManyQueries(), failed), actions);
            } else {
                open(now, from, hop, message, terms, advertised, hop.budgetMillis(), actions);
            }
            return;
        }
        counters.drop(DropReason.DUPLICATE);
        if (!from.equals(query.parent)) {
            outgoing.control(from, new Control.Decline(message.id()), actions);
            spread.onSecond(now, message, query.arrived, query.parent, hop, from, actions);
        } else if (query.said != null) {
            outgoing.control(from, query.said, actions);
        }
        if (query.bridges.remove(hop.segment())) {
            // It has been carried into that LAN, and whoever did that gathers there.
            mergeIfResolved(now, query, actions);
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
            Advertised advertised,
            long budget,
            List<GossipAction> actions) {
        long answerBy = now + budget;
        // The id may be refused as expired later than that, so it is remembered for whichever is longer.
        long forgetAt = Math.max(
                answerBy + message.parameters().lifetimeMillis(),
                Lifetimes.refusedFromMillis(config, message.parameters()));
        Query query = new Query(now, message, terms, parent, hop, answerBy, forgetAt);
        query.repeatAfter = config.repeatAfterMillis();
        queries.put(query.id, query);
        actions.add(new GossipAction.Schedule(forgetAt - now, new GossipTimer.Forget(query.id)));
        if (parent != null && hop != null) {
            say(query, new Control.Accept(query.id, List.of()), actions);
            spread.onFirst(now, message, hop, parent, advertised.fetched(), actions);
            for (PeerAddress other : advertised.by()) {
                if (!other.equals(parent)) {
                    outgoing.control(other, new Control.Decline(query.id), actions);
                }
            }
        }
        counters.delivered++;
        actions.add(new GossipAction.Deliver(message));
        askChildren(now, query, message, RequestSpread.holders(message, parent, advertised.by()), actions);
        actions.add(new GossipAction.Schedule(
                Math.max(0, query.gatherUntil - now), new GossipTimer.GatheringEnds(query.id)));
        repeatRequestsLater(query, actions);
    }

    private void askChildren(
            long now, Query query, GossipMessage message, Set<PeerAddress> holders, List<GossipAction> actions) {
        List<RequestSpread.Child> children = spread.children(message, query.arrived, query.parent, actions);
        List<Segment> lans = spread.lansToEnter(message, query.arrived);
        if (!query.hasTimeFor(now, 1)) {
            // A child could not answer in what would be left for it.
            if (!children.isEmpty() || !lans.isEmpty() || spread.mayBePulled(message, query.arrived)) {
                query.add(0, 0, 0, 0, 1);
            }
            return;
        }
        for (RequestSpread.Child child : children) {
            if (!holders.contains(child.peer())) {
                addSlot(now, query, child, message, actions);
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
            query.add(0, 0, 0, 0, query.pulled ? 0 : 1);
        }
    }

    private void addSlot(
            long now, Query query, RequestSpread.Child child, GossipMessage message, List<GossipAction> actions) {
        Slot slot = new Slot(child);
        query.slots.put(child.peer(), slot);
        query.openSlots++;
        ask(now, query, child.peer(), slot, message, actions);
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
            slot.askedAt = now;
            query.slots.put(child.peer(), slot);
            query.openSlots++;
        }
        if (spread.isTooLarge(lan)) {
            query.add(0, 0, 0, 0, 1);
        }
        if (!children.isEmpty()) {
            outgoing.multicast(lan, query.hops(), budget(now, query), message, actions);
        }
    }

    void onBridge(long now, MessageId id, Segment lan, List<GossipAction> actions) {
        Query query = queries.get(id);
        GossipMessage message = query == null ? null : query.message;
        if (query == null || message == null || !query.isGathering() || !query.bridges.remove(lan)) {
            return;
        }
        if (query.hasTimeFor(now, 1)) {
            enter(now, query, lan, message, RequestSpread.holders(message, query.parent, List.of()), actions);
            repeatRequestsLater(query, actions);
        } else {
            query.add(0, 0, 0, 0, 1);
        }
        mergeIfResolved(now, query, actions);
    }

    private static long budget(long now, Query query) {
        return Math.min(Hop.MAX_BUDGET_MILLIS, query.gatherUntil - now);
    }

    private void ask(
            long now, Query query, PeerAddress child, Slot slot, GossipMessage message, List<GossipAction> actions) {
        slot.askedAt = now;
        int hop = Math.min(Hop.MAX_COUNT, query.hops() + 1);
        if (slot.state == SlotState.ADVERTISED) {
            outgoing.advertise(child, new Control.IHave(slot.segment, List.of(query.id), hop, slot.spare), actions);
        } else {
            outgoing.copy(child, new Hop(slot.segment, slot.left, hop, budget(now, query)), message, actions);
        }
    }

    private void repeatRequestsLater(Query query, List<GossipAction> actions) {
        if (query.openSlots > 0 && !query.repetitionScheduled) {
            query.repetitionScheduled = true;
            actions.add(new GossipAction.Schedule(query.repeatAfter, new GossipTimer.RepeatRequests(query.id)));
        }
    }

    void onRepeatRequests(long now, MessageId id, List<GossipAction> actions) {
        Query query = queries.get(id);
        GossipMessage message = query == null ? null : query.message;
        if (query == null || message == null || !query.isGathering() || now >= query.gatherUntil) {
            return;
        }
        query.repetitionScheduled = false;
        boolean silent = false;
        for (Map.Entry<PeerAddress, Slot> slot : query.slots.entrySet()) {
            SlotState state = slot.getValue().state;
            if (state == SlotState.ASKED || state == SlotState.ADVERTISED) {
                silent = true;
                if (now - slot.getValue().askedAt >= config.repeatAfterMillis()) {
                    ask(now, query, slot.getKey(), slot.getValue(), message, actions);
                }
            }
        }
        if (silent) {
            query.repeatAfter = Math.min(config.repeatAtMostMillis(), 2 * query.repeatAfter);
            repeatRequestsLater(query, actions);
        }
    }

    // Ids of requests

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
                    addPuller(now, query, from, iWant.segment(), message, RequestSpread.Opening.REQUEST, actions);
                }
            } else if (slot.state == SlotState.ADVERTISED || slot.state == SlotState.ASKED) {
                if (query.hasTimeFor(now, 1)) {
                    slot.state = SlotState.ASKED;
                    ask(now, query, from, slot, message, actions);
                } else {
                    query.add(0, 0, 0, 0, 1);
                    close(now, query, slot, actions);
                }
            }
        }
    }

    /** A peer lacks the request and becomes a child, if time and rounds are left. Returns whether it did. */
    private boolean addPuller(
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
            query.add(0, 0, 0, 0, 1);
            mergeIfResolved(now, query, actions);
            return false;
        }
        addSlot(now, query, new RequestSpread.Child(peer, segment, left, opening), message, actions);
        repeatRequestsLater(query, actions);
        return true;
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
                    && query.hasTimeFor(now, MARGINS_FOR_A_PULLER)) {
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
            sent += addPuller(now, query, from, pull.segment(), message, opening, actions) ? 1 : 0;
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

    void onAnswerFailed(long now, MessageId id, String kind, List<GossipAction> actions) {
        Query query = gatheringOwn(id);
        if (query != null) {
            query.ownOpen = false;
            query.completeness = query.completeness.plus(Completeness.failed(kind, 1));
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
        query.add(0, 0, 0, 0, query.bridges.size());
        query.bridges.clear();
        query.pulled = false;
        mergeIfResolved(now, query, actions);
    }

    // Merging and answering

    private void mergeIfResolved(long now, Query query, List<GossipAction> actions) {
        GossipMessage message = query.message;
        if (query.ownOpen || query.openSlots > 0 || message == null || query.pulled || !query.bridges.isEmpty()) {
            return;
        }
        query.phase = Phase.MERGING;
        query.message = null;
        if (query.own.isEmpty() && query.partials.isEmpty()) {
            answer(now, query, Optional.empty(), actions);
            return;
        }
        actions.add(new GossipAction.Merge(
                query.id, query.terms.aggregation(), query.own, query.partials, query.parent == null));
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
        if (query.parent == null && query.completeness.counted() < query.terms.minReplies()) {
            query.phase = Phase.TOMBSTONE;
            String reason = "too few replies: " + query.completeness.counted() + " (expected: at least "
                    + query.terms.minReplies() + ")";
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
