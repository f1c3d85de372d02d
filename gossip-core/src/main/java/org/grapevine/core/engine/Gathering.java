package org.grapevine.core.engine;

import java.util.List;
import java.util.Optional;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.Faults;
import org.grapevine.core.message.Payload;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.reply.Partial;
import org.jspecify.annotations.Nullable;

/** What the device's own service and the children say to a request. */
final class Gathering {

    private final ReplyLimits limits;
    private final Counters counters;
    private final Outgoing outgoing;
    private final Asks asks;
    private final Plausibility plausibility;
    private final Collecting collecting;
    private final Answering answering;

    Gathering(
            ReplyLimits limits,
            Counters counters,
            Outgoing outgoing,
            Asks asks,
            Plausibility plausibility,
            Collecting collecting,
            Answering answering) {
        this.limits = limits;
        this.counters = counters;
        this.outgoing = outgoing;
        this.asks = asks;
        this.plausibility = plausibility;
        this.collecting = collecting;
        this.answering = answering;
    }

    // The own value

    void onAnswered(long now, @Nullable Query asked, Optional<Payload> answer, List<GossipAction> actions) {
        Query query = waiting(asked);
        if (query == null) {
            return;
        }
        query.ownOpen = false;
        if (answer.isPresent()) {
            Payload value = answer.get();
            if (value.sizeBytes() > limits.valueBytes()) {
                query.failed(Faults.OTHER, 1);
            } else if (query.collects()) {
                collecting.onOwn(now, query, value, actions);
            } else {
                query.own = answer;
                query.completeness = query.completeness.plus(new Completeness(1, 0, 0, 0, 0, now));
            }
        }
        answering.onValue(now, query, actions);
    }

    void onAnswerFailed(long now, @Nullable Query asked, String kind, List<GossipAction> actions) {
        Query query = waiting(asked);
        if (query == null) {
            return;
        }
        query.ownOpen = false;
        query.failed(kind, 1);
        answering.ifResolved(now, query, actions);
    }

    /** The query, if it waits for the own value. */
    private @Nullable Query waiting(@Nullable Query query) {
        if (query == null || !query.isGathering() || !query.ownOpen) {
            counters.drop(DropReason.LATE_ANSWER);
            return null;
        }
        return query;
    }

    // The children

    void onAccept(long now, PeerAddress from, Query query, Control.Accept accept) {
        Slot slot = query.slots.get(from);
        if (slot == null || !query.isGathering() || !slot.mayAnswer()) {
            return;
        }
        asks.heard(now, query, slot);
        slot.state = Slot.State.ACCEPTED;
        slot.children = accept.children();
    }

    void onDecline(long now, PeerAddress from, Query query, List<GossipAction> actions) {
        Slot slot = query.slots.get(from);
        if (slot == null || !query.isGathering() || !slot.isOpen()) {
            return;
        }
        asks.heard(now, query, slot);
        query.close(slot, Slot.State.DECLINED);
        answering.ifResolved(now, query, actions);
    }

    void onReply(long now, PeerAddress from, Control.Reply reply, @Nullable Query query, List<GossipAction> actions) {
        Slot slot = acknowledge(from, reply, query, actions);
        if (query == null || slot == null) {
            return;
        }
        asks.heard(now, query, slot);
        query.close(slot, Slot.State.ANSWERED);
        if (!plausibility.isPlausible(query, slot, reply)) {
            refuse(query);
        } else {
            if (reply.payload() != null) {
                query.partials.add(
                        new Partial(reply.payload(), reply.completeness().counted()));
            }
            Completeness told = reply.completeness();
            query.completeness = query.completeness.plus(query.collects() ? withoutCounted(told) : told);
        }
        answering.onValue(now, query, actions);
    }

    /** What nobody below is counted in. */
    private static Completeness withoutCounted(Completeness told) {
        return new Completeness(
                0, told.declined(), told.failed(), told.timedOut(), told.truncated(), Completeness.NONE, told.faults());
    }

    void onReplyFault(
            long now, PeerAddress from, Control.ReplyFault fault, @Nullable Query query, List<GossipAction> actions) {
        Slot slot = acknowledge(from, fault, query, actions);
        if (query == null || slot == null) {
            return;
        }
        asks.heard(now, query, slot);
        query.close(slot, Slot.State.ANSWERED);
        // A fault carries no value, so nobody below it is counted, whatever it says.
        query.completeness = query.completeness.plus(withoutCounted(fault.completeness()));
        if (fault.completeness().failed() == 0) {
            query.failed(Faults.OTHER, 1);
        }
        answering.ifResolved(now, query, actions);
    }

    /**
     * A reply is acknowledged whenever its sender was asked, late or not: that is what ends its repetition. Returns its slot if the
     * reply counts.
     */
    private @Nullable Slot acknowledge(
            PeerAddress from, Control.AboutRequest reply, @Nullable Query query, List<GossipAction> actions) {
        Slot slot = query == null ? null : query.slots.get(from);
        if (query == null || slot == null) {
            counters.drop(DropReason.UNASKED_REPLY);
            return null;
        }
        outgoing.control(from, new Control.ReplyAck(reply.request()), actions);
        if (!slot.mayAnswer() || !query.isGathering()) {
            counters.drop(DropReason.LATE_REPLY);
            return null;
        }
        return slot;
    }

    private void refuse(Query query) {
        counters.drop(DropReason.IMPLAUSIBLE);
        query.failed(Faults.IMPLAUSIBLE, 1);
    }

    void onSamples(
            long now, PeerAddress from, Control.Samples batch, @Nullable Query query, List<GossipAction> actions) {
        Slot slot = query == null ? null : query.slots.get(from);
        if (query == null || slot == null) {
            counters.drop(DropReason.UNASKED_REPLY);
            return;
        }
        Control taken = new Control.SamplesAck(batch.request(), batch.number());
        if (!slot.mayAnswer() || !query.isGathering()) {
            counters.drop(DropReason.LATE_REPLY);
            outgoing.control(from, taken, actions);
            return;
        }
        asks.heard(now, query, slot);
        if (batch.number() < slot.batches) {
            outgoing.control(from, taken, actions);
        } else if (!plausibility.isPlausible(query, from, slot, batch)) {
            outgoing.control(from, taken, actions);
            query.close(slot, Slot.State.ANSWERED);
            refuse(query);
            answering.ifResolved(now, query, actions);
        } else if (collecting.take(now, query, batch.samples(), actions)) {
            slot.state = Slot.State.ACCEPTED;
            slot.batches++;
            slot.samples += batch.samples().size();
            outgoing.control(from, taken, actions);
        } else {
            slot.state = Slot.State.ACCEPTED;
            counters.drop(DropReason.SAMPLES_HELD_OFF);
        }
    }
}
