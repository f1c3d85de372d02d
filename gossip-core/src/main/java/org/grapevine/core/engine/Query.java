package org.grapevine.core.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.Payload;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.ReplyMode;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.core.message.Segment;
import org.grapevine.core.reply.Partial;
import org.jspecify.annotations.Nullable;

/** What one device knows of one request. */
final class Query {

    enum Phase {
        /** Waiting for the own answer and the children's. */
        GATHERING,
        /** The values are with the aggregation function. */
        MERGING,
        /** The last samples are on their way to the parent. */
        DRAINING,
        /** The parent has been told, or will be told again until it acknowledges. */
        ANSWERED,
        /** Over; remembered so that a late copy starts nothing. */
        TOMBSTONE
    }

    final MessageId id;
    final PeerAddress origin;
    final ReplyTerms terms;
    /** By which it came; null at the initiator. */
    final @Nullable Hop arrived;

    final long openedAt;
    final long forgetAt;
    /** Somebody else may still be asking for it. */
    final long namedUntil;
    /** Of a variant that is pulled. */
    final boolean pullVariant;
    /** Not sent unasked. */
    final boolean large;

    /** Null at the initiator. */
    @Nullable
    PeerAddress parent;
    /** The parent is not the first one, but asked in its place. */
    boolean changedOver;

    long gatherUntil;
    long answerBy;

    Phase phase = Phase.GATHERING;
    /** Needed to ask again; dropped when the gathering ends. */
    @Nullable
    GossipMessage message;

    final Map<PeerAddress, Slot> slots = new LinkedHashMap<>();
    /** Slots that the answer waits for. */
    int awaited;
    /** When the next look at silent children is due; {@link Long#MAX_VALUE} if no timer for one is set. */
    long lookAt = Long.MAX_VALUE;
    /** LANs that it enters unless somebody else carries it there. */
    final List<Segment> bridges = new ArrayList<>(0);
    /** Whoever pulls it here becomes a child. */
    boolean pulled;

    boolean ownOpen = true;
    Optional<Payload> own = Optional.empty();
    List<Partial> partials = new ArrayList<>(0);
    /** All but the slots that have not answered. */
    Completeness completeness = Completeness.EMPTY;
    /** Of a query that collects, once there is a sample. */
    @Nullable
    SampleQueue samples;
    /** At the initiator of a query that collects: whose samples there are. */
    @Nullable
    Set<PeerAddress> collected;
    /** What the parent is told, kept for another one that may take its place. */
    Control.@Nullable AboutRequest reply;

    /** Pause before the reply or a batch of samples is said again, ms. */
    long repeatAfter;
    /** When that is due. */
    long repeatAt;

    boolean repetitionScheduled;

    Query(
            long now,
            GossipMessage message,
            ReplyTerms terms,
            @Nullable PeerAddress parent,
            @Nullable Hop hop,
            long answerBy,
            long forgetAt) {
        this.id = message.id();
        this.origin = message.origin();
        this.message = message;
        this.terms = terms;
        this.parent = parent;
        this.arrived = hop;
        this.openedAt = now;
        this.gatherUntil = answerBy - terms.marginMillis();
        this.answerBy = answerBy;
        this.forgetAt = forgetAt;
        // The initiator gathers longest, and no longer than its whole budget from now on.
        this.namedUntil = now + terms.timeoutMillis();
        this.pullVariant = message.parameters().variant().isPulled();
        this.large = message.payload().onRequestOnly();
    }

    int hops() {
        return arrived == null ? 0 : arrived.hop();
    }

    boolean collects() {
        return terms.mode() == ReplyMode.COLLECT;
    }

    /** Time to gather in all, ms. */
    long gatheringMillis() {
        return gatherUntil - openedAt;
    }

    /** True if a child that is asked now can still answer. */
    boolean hasTimeFor(long now, int margins) {
        return gatherUntil - now >= margins * terms.marginMillis();
    }

    boolean isGathering() {
        return phase == Phase.GATHERING && message != null;
    }

    /** True if nothing more is waited for. */
    boolean isResolved() {
        return !ownOpen && awaited == 0 && !pulled && bridges.isEmpty();
    }

    /** The slot waits no longer. */
    void close(Slot slot, Slot.State state) {
        slot.state = state;
        slot.children = List.of();
        giveUp(slot);
    }

    /** The answer waits for the slot no longer. */
    void giveUp(Slot slot) {
        if (slot.awaited) {
            slot.awaited = false;
            awaited--;
        }
    }

    /** The answer waits for the slot again. */
    void await(Slot slot) {
        if (!slot.awaited) {
            slot.awaited = true;
            awaited++;
        }
    }

    void truncated(int devices) {
        completeness = completeness.plus(new Completeness(0, 0, 0, 0, devices, Completeness.NONE));
    }

    void failed(String kind, int devices) {
        completeness = completeness.plus(Completeness.failed(kind, devices));
    }

    /** "I am your child, and these may be mine." */
    Control.Accept accept() {
        if (slots.isEmpty()) {
            return new Control.Accept(id, List.of());
        }
        List<PeerAddress> children = new ArrayList<>(Math.min(slots.size(), Control.Accept.MOST_CHILDREN));
        addChildren(children, true);
        addChildren(children, false);
        return new Control.Accept(id, children);
    }

    /** Those that are known to be children first, for want of room. */
    private void addChildren(List<PeerAddress> children, boolean known) {
        for (Map.Entry<PeerAddress, Slot> slot : slots.entrySet()) {
            Slot.State state = slot.getValue().state;
            boolean isKnown = state == Slot.State.ACCEPTED || state == Slot.State.ANSWERED;
            boolean mayBe = state == Slot.State.ASKED || state == Slot.State.ADVERTISED;
            // Whoever may ask in this device's place is in the segment of its parent, and reaches nobody elsewhere.
            boolean reached = arrived != null && slot.getValue().segment.equals(arrived.segment());
            if (reached && children.size() < Control.Accept.MOST_CHILDREN && (known ? isKnown : mayBe)) {
                children.add(slot.getKey());
            }
        }
    }
}
