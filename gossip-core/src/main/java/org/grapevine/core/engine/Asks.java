package org.grapevine.core.engine;

import java.util.List;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipTimer;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.PeerAddress;

/** Sends a request, or its id, to children, and says when each is due again. */
final class Asks {

    /** A child that has accepted is asked whether it is still there after this share of the time, within the bounds below. */
    private static final int CHECK_SHARE = 10;

    /** The same where everybody answers in the last moment anyway. */
    private static final int CHECK_SHARE_PULLED = 3;

    private static final long MOST_CHECK_MILLIS = 10_000;

    /** No more than 500 such questions per second. */
    private static final long MILLIS_PER_CHECK = 2;

    /** Asks of one peer that another one only named: a liar may name anybody. */
    static final int MOST_ASKS_IN_PLACE = 8;

    private final GossipConfig config;
    private final Outgoing outgoing;
    private final Patience patience;

    Asks(GossipConfig config, Outgoing outgoing, Patience patience) {
        this.config = config;
        this.outgoing = outgoing;
        this.patience = patience;
    }

    /** Opens a slot; the child is asked by whoever calls. */
    static void open(long now, Query query, PeerAddress child, Slot slot) {
        slot.heardAt = now;
        query.slots.put(child, slot);
        query.awaited++;
    }

    void ask(long now, Query query, PeerAddress child, Slot slot, GossipMessage message, List<GossipAction> actions) {
        asked(now, query, slot);
        int hop = Math.min(Hop.MAX_COUNT, query.hops() + 1);
        if (slot.state == Slot.State.ADVERTISED || (slot.state == Slot.State.ACCEPTED && query.large)) {
            outgoing.advertise(child, new Control.IHave(slot.segment, List.of(query.id), hop, slot.spare), actions);
        } else {
            Hop next = new Hop(slot.segment, slot.left, hop, budget(now, query), slot.insteadOf);
            outgoing.copy(child, next, message, actions);
        }
    }

    /** The child has just been sent something. */
    void asked(long now, Query query, Slot slot) {
        slot.asks++;
        slot.askedAt = now;
        slot.askAt = slot.insteadOf != null && slot.asks >= MOST_ASKS_IN_PLACE
                ? Long.MAX_VALUE
                : now + pause(now, query, slot);
        slot.lookAt = slot.askAt;
    }

    private long pause(long now, Query query, Slot slot) {
        long doubled = config.repeatAfterMillis() << Math.min(16, slot.asks - 1);
        long pause = Math.min(config.repeatAtMostMillis(), doubled);
        long lostBy = lostBy(query);
        if (slot.state == Slot.State.ACCEPTED && now < lostBy) {
            // So that a silent child is asked more than once even if little time is left.
            pause = Math.min(pause, Math.max(shortestPause(), (lostBy - now) / 2));
            pause = now + pause + shortestPause() > lostBy ? lostBy - now : pause;
        }
        return pause;
    }

    /** The last moment in which the children of a child can be asked in its place. */
    static long lostBy(Query query) {
        return query.gatherUntil - query.terms.marginMillis();
    }

    private long shortestPause() {
        return Math.max(1, config.repeatAfterMillis() / 8);
    }

    /** The child has said something. */
    void heard(long now, Query query, Slot slot) {
        if (!slot.spoke && slot.state == Slot.State.ASKED && slot.insteadOf == null) {
            patience.answered(Math.max(1, slot.asks));
        }
        slot.spoke = true;
        slot.asks = 0;
        slot.heardAt = now;
        slot.askAt = now + checkAfter(query);
        slot.lookAt = slot.askAt;
        query.await(slot);
    }

    private long checkAfter(Query query) {
        int of = query.pullVariant ? CHECK_SHARE_PULLED : CHECK_SHARE;
        long share = Math.min(MOST_CHECK_MILLIS, query.gatheringMillis() / of);
        return Math.max(Math.max(2 * config.repeatAfterMillis(), share), MILLIS_PER_CHECK * query.awaited);
    }

    static long budget(long now, Query query) {
        return Math.min(Hop.MAX_BUDGET_MILLIS, query.gatherUntil - now);
    }

    /** Sees to it that the slots are looked at when the first of them is due. */
    static void lookLater(long now, Query query, List<GossipAction> actions) {
        if (query.awaited == 0) {
            return;
        }
        long next = Long.MAX_VALUE;
        for (Slot slot : query.slots.values()) {
            if (slot.isOpen()) {
                next = Math.min(next, slot.lookAt);
            }
        }
        if (next < query.lookAt) {
            query.lookAt = next;
            actions.add(new GossipAction.Schedule(Math.max(1, next - now), new GossipTimer.RepeatRequests(query.id)));
        }
    }
}
