package org.grapevine.core.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.PeerAddress;
import org.jspecify.annotations.Nullable;

/**
 * Asks silent children again, and at last does without them.
 *
 * <p>A child that has accepted names its own children. If it falls silent, they are asked in its place, and from then on nothing
 * that it still says is counted. <b>Nobody is counted twice</b>, whatever is lost, late, or doubled, and also if the child was not
 * dead at all. Be T the tree of first parents: each device has one, for it remembers the request, and each parent had the request
 * earlier than its child, so T has no loops.
 *
 * <ol>
 *   <li>A device changes its parent once at the most, only from its first one y, and only to a v that asks in the place of y. v does
 *       that only if y had accepted v, so v was a parent of y, and only after it has marked y as lost.
 *   <li>If v is a parent of u, then v is above u in T, and v has marked all devices between them as lost. If v is the first parent
 *       there is nobody between. Else v has marked the first parent y of u as lost and was a parent of y: use the same for y and v,
 *       which are fewer steps apart.
 *   <li>Be u and w children whose replies v counted, one each. If w were above u in T, it would stand between u and v, and v would
 *       have marked it as lost, and not counted it. So neither stands above the other, and what is below them in T has nobody in
 *       common. What a reply has inside comes from below, or is the sender's own: by 2 every reply goes up in T.
 * </ol>
 *
 * That a device changes over once only is what 2 needs: if u came from y to p, and p is lost in turn, then whoever asks in the place
 * of p may well ask y too, which it has not marked, and which may be alive and have u inside. So u declines, and is missing with p.
 */
final class SilentChildren {

    /** A child that never said anything, or fell silent, has had this share of the time to speak. */
    private static final double SHARE = 0.4;

    private final GossipConfig config;
    private final Counters counters;
    private final RequestSpread spread;
    private final Asks asks;
    private final Patience patience;
    private final Answering answering;

    SilentChildren(
            GossipConfig config,
            Counters counters,
            RequestSpread spread,
            Asks asks,
            Patience patience,
            Answering answering) {
        this.config = config;
        this.counters = counters;
        this.spread = spread;
        this.asks = asks;
        this.patience = patience;
        this.answering = answering;
    }

    void onLook(long now, Query query, List<GossipAction> actions) {
        GossipMessage message = query.message;
        if (message == null || !query.isGathering() || now >= query.gatherUntil || now < query.lookAt) {
            return;
        }
        query.lookAt = Long.MAX_VALUE;
        Patience.Limits limits = patience.limits();
        List<PeerAddress> silent = new ArrayList<>(0);
        for (Map.Entry<PeerAddress, Slot> child : query.slots.entrySet()) {
            Slot slot = child.getValue();
            if (!slot.isOpen() || now < slot.lookAt) {
                continue;
            }
            if (now >= givenUpAt(query, slot, limits)) {
                silent.add(child.getKey());
            } else if (now >= slot.askAt) {
                asks.ask(now, query, child.getKey(), slot, message, actions);
            }
            long givenUpAt = givenUpAt(query, slot, limits);
            slot.lookAt = Math.max(now + 1, Math.min(slot.askAt, givenUpAt <= now ? Long.MAX_VALUE : givenUpAt));
        }
        for (PeerAddress child : silent) {
            giveUp(now, query, child, message, actions);
        }
        Asks.lookLater(now, query, actions);
        answering.ifResolved(now, query, actions);
    }

    /** When the child is to be given up if it is not asked again and says nothing. */
    private long givenUpAt(Query query, Slot slot, Patience.Limits limits) {
        if (!slot.awaited || slot.asks == 0) {
            return Long.MAX_VALUE;
        }
        long at = Long.MAX_VALUE;
        long answerDue = slot.askedAt + config.repeatAfterMillis();
        if (slot.asks >= limits.sure()) {
            at = answerDue;
        } else if (slot.asks >= limits.likely()) {
            at = Math.max(answerDue, slot.heardAt + (long) (SHARE * (query.gatherUntil - slot.heardAt)));
        }
        if (slot.state == Slot.State.ADVERTISED && at != Long.MAX_VALUE) {
            // It may be asking another device for the request that told it the id, too.
            at = Math.max(at, slot.heardAt + config.variants().graftAfterMillis() + 2 * config.wantTimeoutMillis());
        }
        if (slot.state == Slot.State.ACCEPTED && slot.asks >= limits.hasty() && slot.askedAt <= Asks.lostBy(query)) {
            at = Math.min(at, Asks.lostBy(query));
        }
        return at;
    }

    /** The answer does without it. If it has named children they are asked in its place. */
    private void giveUp(long now, Query query, PeerAddress child, GossipMessage message, List<GossipAction> actions) {
        Slot slot = query.slots.get(child);
        if (slot == null) {
            return;
        }
        counters.drop(DropReason.SILENT_CHILD);
        List<PeerAddress> children = slot.children;
        query.giveUp(slot);
        if (slot.state != Slot.State.ACCEPTED || !query.hasTimeFor(now, 1)) {
            return;
        }
        for (PeerAddress grandchild : children) {
            Slot its = slotFor(now, query, grandchild, slot);
            if (its != null) {
                query.close(slot, Slot.State.LOST);
                its.insteadOf = child;
                its.state = Slot.State.ASKED;
                its.asks = 0;
                its.heardAt = now;
                query.await(its);
                asks.ask(now, query, grandchild, its, message, actions);
            }
        }
    }

    /** The slot of a device that is asked in the place of a lost one; null if it is not to be asked. */
    private @Nullable Slot slotFor(long now, Query query, PeerAddress peer, Slot lost) {
        if (peer.equals(query.parent) || peer.equals(query.origin) || spread.isSelf(peer)) {
            return null;
        }
        Slot slot = query.slots.get(peer);
        if (slot == null) {
            if (query.slots.size() >= RequestSpread.CHILDREN_LIMIT) {
                return null;
            }
            slot = new Slot(new RequestSpread.Child(peer, lost.segment, lost.left, RequestSpread.Opening.REQUEST));
            Asks.open(now, query, peer, slot);
            return slot;
        }
        // Its own child already, or lost itself: neither is asked for another.
        return slot.state == Slot.State.ADVERTISED
                        || slot.state == Slot.State.ASKED
                        || slot.state == Slot.State.DECLINED
                ? slot
                : null;
    }
}
