package org.grapevine.core.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipTimer;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.Faults;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.Payload;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.ReplyMode;
import org.grapevine.core.message.ReplyTerms;
import org.jspecify.annotations.Nullable;

/** From the end of the gathering on: merging, and telling the parent or whoever asked. */
final class Answering {

    private final GossipConfig config;
    private final Counters counters;
    private final Outgoing outgoing;
    private final Collecting collecting;

    Answering(GossipConfig config, Counters counters, Outgoing outgoing, Collecting collecting) {
        this.config = config;
        this.counters = counters;
        this.outgoing = outgoing;
        this.collecting = collecting;
    }

    // The end of the gathering

    void ifResolved(long now, Query query, List<GossipAction> actions) {
        if (query.isGathering() && query.isResolved()) {
            resolve(now, query, false, actions);
        }
    }

    /** A value has come: of {@link ReplyMode#FIRST} it may be enough. */
    void onValue(long now, Query query, List<GossipAction> actions) {
        if (query.isGathering()
                && query.terms.mode() == ReplyMode.FIRST
                && query.completeness.counted() >= enough(query)) {
            resolve(now, query, !query.isResolved(), actions);
        } else {
            ifResolved(now, query, actions);
        }
    }

    private static int enough(Query query) {
        int enough = query.terms.enough();
        // Without a function there is no making one of several.
        boolean merges = !query.terms.aggregation().equals(ReplyTerms.NO_FUNCTION);
        return query.parent == null && merges ? Math.max(enough, query.terms.minReplies()) : enough;
    }

    void onGatheringEnds(long now, Query query, List<GossipAction> actions) {
        if (query.isGathering() && now >= query.gatherUntil) {
            resolve(now, query, false, actions);
        }
    }

    /** @param early there is enough, though more might come */
    private void resolve(long now, Query query, boolean early, List<GossipAction> actions) {
        int declined = 0;
        int timedOut = 0;
        int truncated = query.bridges.size();
        for (Slot slot : query.slots.values()) {
            slot.children = List.of();
            if (slot.state == Slot.State.DECLINED) {
                declined++;
            } else if (slot.isOpen() && slot.awaited && early) {
                truncated++;
            } else if (slot.isOpen() || slot.state == Slot.State.LOST) {
                timedOut++;
            }
        }
        if (query.ownOpen && early) {
            truncated++;
        } else if (query.ownOpen) {
            query.failed(Faults.LATE, 1);
        }
        query.completeness =
                query.completeness.plus(new Completeness(0, declined, 0, timedOut, truncated, Completeness.NONE));
        query.ownOpen = false;
        query.awaited = 0;
        query.bridges.clear();
        query.pulled = false;
        query.message = null;
        if (query.collects()) {
            query.phase = Query.Phase.DRAINING;
            drain(now, query, actions);
        } else {
            merge(now, query, actions);
        }
    }

    private void merge(long now, Query query, List<GossipAction> actions) {
        Optional<Payload> own = query.own;
        if (own.isEmpty() && query.partials.isEmpty()) {
            answer(now, query, Optional.empty(), actions);
        } else if (query.terms.mode() == ReplyMode.FIRST
                && query.terms.enough() == 1
                && query.partials.size() + (own.isPresent() ? 1 : 0) == 1) {
            answer(now, query, own.or(() -> Optional.of(query.partials.get(0).payload())), actions);
        } else {
            query.phase = Query.Phase.MERGING;
            actions.add(new GossipAction.Merge(
                    query.id, query.terms.aggregation(), own, query.partials, query.parent == null));
            schedule(Math.max(0, query.answerBy - now), new GossipTimer.AnswerDue(query.id), actions);
        }
        query.own = Optional.empty();
        query.partials = new ArrayList<>(0);
    }

    private static void schedule(long delay, GossipTimer timer, List<GossipAction> actions) {
        actions.add(new GossipAction.Schedule(delay, timer));
    }

    // Merged

    void onMerged(long now, @Nullable Query query, Optional<Payload> partial, List<GossipAction> actions) {
        if (query == null || query.phase != Query.Phase.MERGING) {
            counters.drop(DropReason.LATE_ANSWER);
            return;
        }
        int size = partial.map(Payload::sizeBytes).orElse(0);
        if (size > config.replies().valueBytes()) {
            String reason = "merge: " + size + " bytes (expected: at most "
                    + config.replies().valueBytes() + ")";
            fail(now, query, Faults.MERGE, reason, actions);
            return;
        }
        if (partial.isEmpty()) {
            // The function left this subtree out, as it may: nobody below is inside any value.
            Completeness all = query.completeness;
            query.completeness = new Completeness(
                    0, all.declined(), all.failed(), all.timedOut(), all.truncated(), Completeness.NONE, all.faults());
        }
        answer(now, query, partial, actions);
    }

    void onMergeFailed(long now, @Nullable Query query, String reason, List<GossipAction> actions) {
        if (query == null || query.phase != Query.Phase.MERGING) {
            counters.drop(DropReason.LATE_ANSWER);
            return;
        }
        fail(now, query, Faults.MERGE, reason, actions);
    }

    /** The end of the merge, of the samples, or of what is kept for another parent. */
    void onAnswerDue(long now, Query query, List<GossipAction> actions) {
        switch (query.phase) {
            case GATHERING -> {
                // Asked for by a parent that came after.
            }
            case MERGING -> {
                if (now >= query.answerBy) {
                    fail(now, query, Faults.MERGE, "merge: not done when the answer was due", actions);
                } else {
                    // Another parent waits longer.
                    schedule(query.answerBy - now, new GossipTimer.AnswerDue(query.id), actions);
                }
            }
            case DRAINING -> {
                if (now >= drainUntil(query)) {
                    answerCollected(now, query, actions);
                }
            }
            case ANSWERED, TOMBSTONE -> {
                if (now >= keptUntil(query)) {
                    query.reply = null;
                    query.phase = Query.Phase.TOMBSTONE;
                    collecting.release(query);
                }
            }
        }
    }

    // Collected

    private static long drainUntil(Query query) {
        return query.answerBy - query.terms.marginMillis() / 2;
    }

    private void drain(long now, Query query, List<GossipAction> actions) {
        if (query.parent == null || Collecting.isDrained(query) || now >= drainUntil(query)) {
            answerCollected(now, query, actions);
        } else {
            schedule(drainUntil(query) - now, new GossipTimer.AnswerDue(query.id), actions);
        }
    }

    private void answerCollected(long now, Query query, List<GossipAction> actions) {
        if (query.parent == null) {
            query.collected = null;
            finish(query, Optional.empty(), actions);
        } else {
            reply(now, query, new Control.Reply(query.id, null, collecting.covered(query)), actions);
        }
    }

    void onSamplesAck(long now, PeerAddress from, Query query, int number, List<GossipAction> actions) {
        boolean sends = query.phase == Query.Phase.GATHERING || query.phase == Query.Phase.DRAINING;
        if (sends && from.equals(query.parent)) {
            collecting.onAck(now, query, number, actions);
            if (query.phase == Query.Phase.DRAINING && Collecting.isDrained(query)) {
                answerCollected(now, query, actions);
            }
        }
    }

    // Telling

    private void answer(long now, Query query, Optional<Payload> value, List<GossipAction> actions) {
        if (query.parent == null) {
            finish(query, value, actions);
        } else {
            reply(now, query, new Control.Reply(query.id, value.orElse(null), query.completeness), actions);
        }
    }

    private static void finish(Query query, Optional<Payload> value, List<GossipAction> actions) {
        query.phase = Query.Phase.TOMBSTONE;
        int counted = query.completeness.counted();
        if (counted < query.terms.minReplies() && !query.terms.partial()) {
            String reason = "too few replies: " + counted + " (expected: at least " + query.terms.minReplies() + ")";
            actions.add(new GossipAction.Fail(query.id, reason, query.completeness));
        } else {
            actions.add(new GossipAction.Complete(query.id, value, query.completeness));
        }
    }

    void fail(long now, Query query, String kind, String reason, List<GossipAction> actions) {
        Completeness all = query.completeness;
        Faults faults = all.faults().plus(Faults.of(kind, all.counted()));
        if (faults.total() == 0) {
            faults = Faults.of(kind, 1);
        }
        Completeness lost = new Completeness(
                0, all.declined(), faults.total(), all.timedOut(), all.truncated(), Completeness.NONE, faults);
        if (query.parent == null) {
            query.phase = Query.Phase.TOMBSTONE;
            actions.add(new GossipAction.Fail(query.id, reason, lost));
        } else {
            reply(now, query, new Control.ReplyFault(query.id, reason, lost), actions);
        }
    }

    private void reply(long now, Query query, Control.AboutRequest reply, List<GossipAction> actions) {
        query.reply = reply;
        say(now, query, reply, actions);
        schedule(Math.max(0, keptUntil(query) - now), new GossipTimer.AnswerDue(query.id), actions);
    }

    private void say(long now, Query query, Control.AboutRequest reply, List<GossipAction> actions) {
        query.phase = Query.Phase.ANSWERED;
        query.repeatAfter = config.repeatAfterMillis();
        tell(query, reply, actions);
        repeatLater(now, query, actions);
    }

    /** Whoever asks in the place of the parent gathers one margin longer than the parent would have. */
    private static long keptUntil(Query query) {
        return query.answerBy + 2 * query.terms.marginMillis();
    }

    private void tell(Query query, Control.AboutRequest what, List<GossipAction> actions) {
        if (query.parent != null) {
            outgoing.control(query.parent, what, actions);
        }
    }

    private void repeatLater(long now, Query query, List<GossipAction> actions) {
        if (now + query.repeatAfter >= query.answerBy) {
            // The parent has stopped waiting, or will have: nobody needs the value any longer, but for another parent.
            query.phase = Query.Phase.TOMBSTONE;
            return;
        }
        query.repeatAt = now + query.repeatAfter;
        if (!query.repetitionScheduled) {
            query.repetitionScheduled = true;
            schedule(query.repeatAfter, new GossipTimer.RepeatReply(query.id), actions);
        }
    }

    void onRepeatReply(long now, Query query, List<GossipAction> actions) {
        query.repetitionScheduled = false;
        boolean answered = query.phase == Query.Phase.ANSWERED;
        if (query.collects() && now < query.repeatAt && query.phase != Query.Phase.TOMBSTONE) {
            // The timer of what was said before.
            query.repetitionScheduled = true;
            schedule(query.repeatAt - now, new GossipTimer.RepeatReply(query.id), actions);
        } else if (answered && query.reply != null) {
            tell(query, query.reply, actions);
            query.repeatAfter = Math.min(config.repeatAtMostMillis(), 2 * query.repeatAfter);
            repeatLater(now, query, actions);
        } else if (!answered) {
            collecting.repeat(now, query, actions);
        }
    }

    void onReplyAck(PeerAddress from, Query query) {
        if (query.phase == Query.Phase.ANSWERED && from.equals(query.parent)) {
            query.phase = Query.Phase.TOMBSTONE;
        }
    }

    // The parent

    /** The parent asks whether this device is still there. */
    void onAskedAgain(Query query, List<GossipAction> actions) {
        if (query.phase != Query.Phase.ANSWERED && query.phase != Query.Phase.TOMBSTONE) {
            tell(query, query.accept(), actions);
        } else if (query.reply != null) {
            tell(query, query.reply, actions);
        }
    }

    /** A peer asks in the place of the parent, which it takes for lost: it is told what the parent was told, and all that follows. */
    void onParentLost(long now, Query query, PeerAddress from, Hop hop, List<GossipAction> actions) {
        query.parent = from;
        query.changedOver = true;
        Slot asChild = query.slots.get(from);
        if (asChild != null && asChild.isOpen()) {
            // It will decline, or has: it is above.
            query.close(asChild, Slot.State.DECLINED);
        }
        query.answerBy = now + hop.budgetMillis();
        switch (query.phase) {
            case GATHERING, MERGING -> {
                tell(query, query.accept(), actions);
                long until = Math.max(now, query.answerBy - query.terms.marginMillis());
                if (until < query.gatherUntil && query.isGathering()) {
                    query.gatherUntil = until;
                    schedule(until - now, new GossipTimer.GatheringEnds(query.id), actions);
                }
                collecting.startAgain(now, query, actions);
                ifResolved(now, query, actions);
            }
            case DRAINING -> {
                tell(query, query.accept(), actions);
                collecting.startAgain(now, query, actions);
                drain(now, query, actions);
            }
            case ANSWERED, TOMBSTONE -> {
                if (query.samples != null) {
                    query.phase = Query.Phase.DRAINING;
                    tell(query, query.accept(), actions);
                    collecting.startAgain(now, query, actions);
                    drain(now, query, actions);
                } else if (query.reply != null) {
                    say(now, query, query.reply, actions);
                } else {
                    tell(query, new Control.Decline(query.id), actions);
                }
            }
        }
    }
}
