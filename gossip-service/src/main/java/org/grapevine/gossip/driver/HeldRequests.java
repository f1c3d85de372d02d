package org.grapevine.gossip.driver;

import java.net.URI;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.grapevine.core.contract.GossipEvent;
import org.grapevine.core.memory.RecentlyUsed;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.Faults;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.ReplyTerms;
import org.jspecify.annotations.Nullable;

/**
 * Requests that need an aggregation function which this device does not have. They are kept back from the engine while its text is
 * fetched from whoever sent them, so that a device never has children whose values it could not merge: once the function is there, the
 * engine gets them as if they had come now. If it does not come, or is refused, the device fails for itself alone: it tells the first
 * sender so, declines the others, and has asked nobody.
 *
 * <p>Bounded in the requests kept back, in their copies, and in those that are remembered as refused. For the event loop of a shadow.
 */
final class HeldRequests {

    /** Requests that are kept back at once; guesses, like all that follow. */
    static final int MOST_HELD = 64;

    private static final int MOST_SENDERS = 8;
    private static final int MOST_REMEMBERED = 4_096;

    /** How long another sender may take to appear, if nobody who is known so far gives the text. */
    private static final long PATIENCE_MILLIS = 200;

    private static final long FIRST_REPETITION_MILLIS = 100;
    private static final int MOST_REPETITIONS = 3;

    /** What it needs of the shadow around it. */
    interface Shadow {
        long nowMillis();

        /** Lets the engine have a request. */
        void release(GossipEvent.Received request);

        void say(PeerAddress to, Control control);

        /** Runs a task on the event loop after a while; a device without room for timers is lost anyhow. */
        void later(long delayMillis, Runnable task);

        /** Where a peer takes HTTP; null if nobody said. */
        @Nullable
        URI http(PeerAddress peer);
    }

    /** Copies by sender, the parent's first. */
    private static final class Held {
        private final String function;
        private final PeerAddress parent;
        private final long endMillis;
        private final Map<PeerAddress, Kept> copies = new LinkedHashMap<>();
        private int asking;
        private String failure = "nobody who sent the request takes HTTP";

        Held(String function, PeerAddress parent, long endMillis) {
            this.function = function;
            this.parent = parent;
            this.endMillis = endMillis;
        }
    }

    private record Kept(GossipEvent.Received copy, long sinceMillis) {}

    /** What a refused request's parent is told until it says that it knows. */
    private static final class Refused {
        private PeerAddress parent;
        private final Control.ReplyFault fault;
        private boolean acknowledged;

        Refused(PeerAddress parent, Control.ReplyFault fault) {
            this.parent = parent;
            this.fault = fault;
        }
    }

    private final StylesheetExchange exchange;
    private final Shadow shadow;
    private final Map<MessageId, Held> held = new LinkedHashMap<>();
    private final Map<MessageId, Refused> refused = new RecentlyUsed<>(MOST_REMEMBERED);
    private final Map<MessageId, Boolean> released = new RecentlyUsed<>(MOST_REMEMBERED);
    private long noRoom;

    HeldRequests(StylesheetExchange exchange, Shadow shadow) {
        this.exchange = exchange;
        this.shadow = shadow;
    }

    /** Takes a copy that is not for the engine now; false if it is. */
    boolean take(GossipEvent.Received copy) {
        ReplyTerms terms = copy.message().parameters().replies();
        MessageId id = copy.message().id();
        if (terms == null || !terms.merges() || released.containsKey(id)) {
            return false;
        }
        Held known = held.get(id);
        if (known != null) {
            again(id, known, copy);
            return true;
        }
        Refused no = refused.get(id);
        if (no != null) {
            again(no, copy);
            return true;
        }
        String function = terms.aggregation();
        if (exchange.isKnown(function)) {
            released.put(id, true);
            return false;
        }
        if (!exchange.mayObtain(function)) {
            refuse(id, copy.from(), StylesheetExchange.FAULT_KIND, function, "not one that this device runs");
        } else if (held.size() >= MOST_HELD) {
            noRoom++;
            refuse(id, copy.from(), Faults.BUSY, function, "too many requests wait for a function");
        } else {
            hold(id, function, copy);
        }
        return true;
    }

    private void hold(MessageId id, String function, GossipEvent.Received copy) {
        long now = shadow.nowMillis();
        // Half of the budget is for what it is all about.
        Held kept = new Held(function, copy.from(), now + copy.hop().budgetMillis() / 2);
        held.put(id, kept);
        again(id, kept, copy);
        shadow.later(copy.hop().budgetMillis() / 2, () -> giveUp(id, kept));
    }

    private void again(MessageId id, Held kept, GossipEvent.Received copy) {
        boolean isNew = !kept.copies.containsKey(copy.from());
        if (isNew && kept.copies.size() >= MOST_SENDERS) {
            return;
        }
        kept.copies.put(copy.from(), new Kept(copy, shadow.nowMillis()));
        if (copy.from().equals(kept.parent)) {
            // It need not ask again: whatever comes of the function, it will be told.
            shadow.say(kept.parent, new Control.Accept(id, List.of()));
        }
        if (!isNew) {
            return;
        }
        URI source = shadow.http(copy.from());
        if (source == null) {
            waitForOthers(id, kept);
            return;
        }
        kept.asking++;
        long left = Math.max(1, kept.endMillis - shadow.nowMillis());
        CompletableFuture<Void> unused = exchange.obtain(kept.function, source, left)
                .thenAccept(outcome -> shadow.later(0, () -> obtained(id, kept, outcome)));
    }

    private void obtained(MessageId id, Held kept, StylesheetExchange.Outcome outcome) {
        kept.asking--;
        if (held.get(id) != kept) {
            return;
        }
        if (outcome.failure().isEmpty()) {
            release(id, kept);
            return;
        }
        kept.failure = outcome.failure().get();
        waitForOthers(id, kept);
    }

    private void waitForOthers(MessageId id, Held kept) {
        int senders = kept.copies.size();
        shadow.later(PATIENCE_MILLIS, () -> {
            if (kept.asking == 0 && kept.copies.size() == senders) {
                giveUp(id, kept);
            }
        });
    }

    private void giveUp(MessageId id, Held kept) {
        if (held.get(id) != kept) {
            return;
        }
        held.remove(id);
        Iterator<PeerAddress> senders = kept.copies.keySet().iterator();
        refuse(id, senders.next(), StylesheetExchange.FAULT_KIND, kept.function, kept.failure);
        senders.forEachRemaining(other -> shadow.say(other, new Control.Decline(id)));
    }

    private void release(MessageId id, Held kept) {
        held.remove(id);
        released.put(id, true);
        long now = shadow.nowMillis();
        for (Kept one : kept.copies.values()) {
            shadow.release(later(one.copy(), now - one.sinceMillis()));
        }
    }

    /** The time that it was kept back is gone. */
    private static GossipEvent.Received later(GossipEvent.Received copy, long millis) {
        Hop hop = copy.hop();
        long left = Math.max(0, hop.budgetMillis() - Math.max(0, millis));
        Hop now = new Hop(hop.segment(), hop.left(), hop.hop(), left, hop.insteadOf());
        return new GossipEvent.Received(copy.from(), now, copy.message());
    }

    // Refused

    private void refuse(MessageId id, PeerAddress parent, String kind, String function, String why) {
        String reason = "aggregation " + function + ": " + why;
        Refused no = new Refused(parent, new Control.ReplyFault(id, reason, failedAlone(kind)));
        refused.put(id, no);
        tell(no, FIRST_REPETITION_MILLIS, MOST_REPETITIONS);
    }

    /** It fails, and has not asked on either. */
    private static Completeness failedAlone(String kind) {
        return Completeness.failed(kind, 1).plus(new Completeness(0, 0, 0, 0, 1, Completeness.NONE));
    }

    private void tell(Refused no, long repeatAfter, int times) {
        shadow.say(no.parent, no.fault);
        if (times > 0) {
            shadow.later(repeatAfter, () -> {
                if (!no.acknowledged) {
                    tell(no, 2 * repeatAfter, times - 1);
                }
            });
        }
    }

    private void again(Refused no, GossipEvent.Received copy) {
        if (no.parent.equals(copy.hop().insteadOf())) {
            no.parent = copy.from();
            no.acknowledged = false;
        }
        if (no.parent.equals(copy.from())) {
            shadow.say(no.parent, no.fault);
        } else {
            shadow.say(copy.from(), new Control.Decline(copy.message().id()));
        }
    }

    /** Looks at what a peer says about a request that was refused here. */
    void heard(GossipEvent.ControlReceived control) {
        if (control.control() instanceof Control.ReplyAck ack) {
            Refused no = refused.get(ack.request());
            if (no != null && no.parent.equals(control.from())) {
                no.acknowledged = true;
            }
        }
    }

    /** True if the engine may still get a request from here. */
    boolean isEmpty() {
        return held.isEmpty();
    }

    /** Requests that were refused because too many were kept back. */
    long noRoom() {
        return noRoom;
    }
}
