package org.grapevine.core.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipTimer;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.jspecify.annotations.Nullable;

/**
 * Asking for payloads whose ids were advertised, and giving them: one device is asked for an id at a time, the next advertiser
 * when that one stays silent. What a comparison showed missing waits until the {@link RepairWindow} has room.
 */
final class Fetching {

    /** Advertisers remembered for an id beside the one that is asked: of five, one is alive and reachable as good as always. */
    static final int FURTHER_ADVERTISERS = 4;

    /** Ids that may wait for the window: what one answer to a comparison brings. */
    static final int WAITING_LIMIT = 1_000;

    private static final long CAREFUL_MILLIS = 10_000;

    /** Why a payload was asked for. */
    enum Reason {
        /** It was advertised while it spread. */
        ADVERTISED,
        /** A comparison of digests showed it missing. */
        REPAIR
    }

    private final GossipConfig config;
    private final SeenTable seen;
    private final Spread spread;
    private final Outgoing outgoing;
    private final Counters counters;
    private final Doubts doubts;
    private final Lag lag;
    private final RepairWindow window;

    private record Advertiser(PeerAddress peer, Segment segment) {}

    /** An id asked for. */
    private static final class Want {
        private final Reason reason;
        private Advertiser asked;
        private long askedAt;
        private int tries = 1;
        /** Null as long as nobody else has it to offer: most ids are asked for once. */
        private @Nullable Deque<Advertiser> further;

        private Want(Reason reason, Advertiser asked, long askedAt) {
            this.reason = reason;
            this.asked = asked;
            this.askedAt = askedAt;
        }

        private boolean names(PeerAddress peer) {
            return asked.peer().equals(peer)
                    || (further != null
                            && further.stream().anyMatch(each -> each.peer().equals(peer)));
        }

        /** The one that was silent comes last: what got lost was perhaps the message, not the peer. */
        private void askNext(long now) {
            if (further != null && !further.isEmpty()) {
                Advertiser silent = asked;
                asked = further.removeFirst();
                further.addLast(silent);
            }
            askedAt = now;
            tries++;
        }
    }

    private final Map<MessageId, Want> wanted = new LinkedHashMap<>();
    /** Missing, but not asked for yet. */
    private final Map<MessageId, Advertiser> waiting = new LinkedHashMap<>(0);
    /** How many ids each peer is being asked for: who advertises what does not exist must not fill the table. */
    private final Map<PeerAddress, Integer> askedOf = new HashMap<>();

    private boolean repetitionScheduled;
    /** Until then repair asks for few ids at a time. */
    private long carefulUntil = Long.MIN_VALUE;

    Fetching(
            GossipConfig config,
            SeenTable seen,
            Spread spread,
            Outgoing outgoing,
            Counters counters,
            Doubts doubts,
            Lag lag) {
        this.config = config;
        this.seen = seen;
        this.spread = spread;
        this.outgoing = outgoing;
        this.counters = counters;
        this.doubts = doubts;
        this.lag = lag;
        this.window = new RepairWindow(mostOfOnePeer(), config.wantTimeoutMillis());
    }

    /**
     * The payload has come.
     *
     * @param from who sent it; null if it starts here
     * @return why it had been asked for; null if it had not
     */
    @Nullable
    Reason arrived(long now, MessageId id, @Nullable PeerAddress from) {
        waiting.remove(id);
        Want want = wanted.remove(id);
        if (want == null) {
            return null;
        }
        countAsked(want.asked.peer(), -1);
        if (want.reason == Reason.REPAIR) {
            window.closed();
            if (!want.asked.peer().equals(from)) {
                window.inVain(now);
            } else if (want.tries == 1) {
                window.answered();
            }
        }
        if (want.tries == 1 && want.asked.peer().equals(from)) {
            spread.loss().answered();
        }
        return want.reason;
    }

    /** Who advertised an id that is being asked for; empty for any other. */
    List<PeerAddress> advertisers(MessageId id) {
        Want want = wanted.get(id);
        if (want == null) {
            return List.of();
        }
        List<PeerAddress> advertisers = new ArrayList<>();
        advertisers.add(want.asked.peer());
        if (want.further != null) {
            want.further.forEach(each -> advertisers.add(each.peer()));
        }
        return advertisers;
    }

    /** Asks for those of the advertised ids that are missing here and not asked for yet. */
    void wantMissing(long now, PeerAddress from, Segment segment, List<MessageId> offered, List<GossipAction> actions) {
        wantMissing(now, from, segment, offered, Reason.ADVERTISED, actions);
    }

    void wantMissing(
            long now,
            PeerAddress from,
            Segment segment,
            List<MessageId> offered,
            Reason reason,
            List<GossipAction> actions) {
        Advertiser advertiser = new Advertiser(from, segment);
        List<MessageId> missing = new ArrayList<>();
        for (MessageId id : offered) {
            Want want = wanted.get(id);
            if (want != null) {
                remember(want, from, segment);
            } else if (!seen.contains(id)) {
                if (reason == Reason.REPAIR && window.room() == 0 && now >= carefulUntil) {
                    putOff(id, advertiser);
                } else if (!mayAsk(now, from, reason)) {
                    counters.drop(DropReason.TOO_MANY_WANTS);
                } else {
                    want(now, id, advertiser, reason);
                    missing.add(id);
                }
            }
        }
        if (!missing.isEmpty()) {
            outgoing.control(from, new Control.IWant(segment, missing, false), actions);
            scheduleRepetition(now, actions);
        }
    }

    private void want(long now, MessageId id, Advertiser advertiser, Reason reason) {
        waiting.remove(id);
        countAsked(advertiser.peer(), 1);
        wanted.put(id, new Want(reason, advertiser, now));
        if (reason == Reason.REPAIR) {
            window.asked();
        }
    }

    private void putOff(MessageId id, Advertiser advertiser) {
        if (waiting.size() < WAITING_LIMIT) {
            waiting.putIfAbsent(id, advertiser);
        } else {
            counters.drop(DropReason.TOO_MANY_WANTS);
        }
    }

    /** What is still missing is found again. */
    void beginComparison(long now) {
        waiting.clear();
        window.rest(now);
    }

    /** Asks for what waits, as far as the window allows; not for each id alone. */
    void askOn(long now, List<GossipAction> actions) {
        int some = Math.min(config.digestLimit(), Math.max(1, window.size() / 4));
        if (waiting.isEmpty() || window.room() < Math.min(some, waiting.size())) {
            return;
        }
        Map<Advertiser, List<MessageId>> asked = new LinkedHashMap<>();
        for (var each = waiting.entrySet().iterator(); each.hasNext() && window.room() > 0; ) {
            Map.Entry<MessageId, Advertiser> next = each.next();
            MessageId id = next.getKey();
            Advertiser advertiser = next.getValue();
            each.remove();
            if (!seen.contains(id) && mayAsk(now, advertiser.peer(), Reason.REPAIR)) {
                want(now, id, advertiser, Reason.REPAIR);
                asked.computeIfAbsent(advertiser, key -> new ArrayList<>()).add(id);
            }
        }
        ask(asked, actions);
        scheduleRepetition(now, actions);
    }

    private void ask(Map<Advertiser, List<MessageId>> of, List<GossipAction> actions) {
        for (Map.Entry<Advertiser, List<MessageId>> each : of.entrySet()) {
            List<MessageId> ids = each.getValue();
            for (int i = 0; i < ids.size(); i += config.digestLimit()) {
                List<MessageId> some = ids.subList(i, Math.min(ids.size(), i + config.digestLimit()));
                outgoing.control(
                        each.getKey().peer(), new Control.IWant(each.getKey().segment(), some, false), actions);
            }
        }
    }

    /**
     * A payload came that repair had asked for, only to be refused as seen before: this device has forgotten more than it can
     * tell from what it lacks. Asking for all of it, period after period, would bring a flood for nothing.
     */
    void wasted(long now, @Nullable Reason reason) {
        if (reason == Reason.REPAIR) {
            carefulUntil = now + CAREFUL_MILLIS;
        }
    }

    private boolean mayAsk(long now, PeerAddress peer, Reason reason) {
        return wanted.size() < config.seenLimit()
                && askedOf.getOrDefault(peer, 0) < mostOfOnePeer()
                && (reason != Reason.REPAIR
                        || (window.room() > 0 && (now >= carefulUntil || wanted.size() < config.digestLimit())));
    }

    private int mostOfOnePeer() {
        return Math.max(1, config.seenLimit() / 4);
    }

    private void countAsked(PeerAddress peer, int more) {
        int count = askedOf.getOrDefault(peer, 0) + more;
        if (count == 0) {
            askedOf.remove(peer);
        } else {
            askedOf.put(peer, count);
        }
    }

    private void remember(Want want, PeerAddress from, Segment segment) {
        if (want.names(from)) {
            return;
        }
        Deque<Advertiser> further = want.further;
        if (further == null) {
            further = new ArrayDeque<>(FURTHER_ADVERTISERS);
            want.further = further;
        }
        if (further.size() < FURTHER_ADVERTISERS) {
            // Its segment too: an advertiser in another one cannot send through the first one's.
            further.add(new Advertiser(from, segment));
        } else {
            counters.drop(DropReason.SPARE_ADVERTISER);
        }
    }

    /** For the id that has waited longest; others that are due soon after it wait for the next time, and are asked together. */
    private void scheduleRepetition(long now, List<GossipAction> actions) {
        if (repetitionScheduled || wanted.isEmpty()) {
            return;
        }
        long dueFirst = Long.MAX_VALUE;
        for (Want want : wanted.values()) {
            dueFirst = Math.min(dueFirst, want.askedAt + patience(want));
        }
        repetitionScheduled = true;
        long least = Math.max(1, config.wantTimeoutMillis() / 4);
        long delay = Math.max(least, dueFirst - now);
        actions.add(new GossipAction.Schedule(delay, new GossipTimer.RepeatWants()));
    }

    void onRepeatWants(long now, List<GossipAction> actions) {
        repetitionScheduled = false;
        Map<Advertiser, List<MessageId>> again = new LinkedHashMap<>();
        Set<Advertiser> silent = new LinkedHashSet<>();
        for (var each = wanted.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<MessageId, Want> entry = each.next();
            Want want = entry.getValue();
            if (now - want.askedAt < patience(want)) {
                continue;
            }
            boolean ofRepair = want.reason == Reason.REPAIR;
            if (ofRepair) {
                window.inVain(now);
            }
            if (want.tries == 1) {
                spread.loss().unanswered();
            }
            silent.add(want.asked);
            countAsked(want.asked.peer(), -1);
            if (want.tries >= config.wantTries()) {
                counters.drop(DropReason.NEVER_CAME);
                each.remove();
                if (ofRepair) {
                    window.closed();
                }
            } else if (ofRepair && window.isOverdrawn()) {
                counters.drop(DropReason.REPAIR_HELD_BACK);
                each.remove();
                window.closed();
            } else {
                want.askNext(now);
                countAsked(want.asked.peer(), 1);
                again.computeIfAbsent(want.asked, key -> new ArrayList<>()).add(entry.getKey());
            }
        }
        ask(again, actions);
        for (Advertiser each : silent) {
            doubts.silent(now, each.segment(), each.peer(), actions);
        }
        askOn(now, actions);
        scheduleRepetition(now, actions);
    }

    /** An answer waits here as long as all else does. */
    private long patience(Want want) {
        return config.wantTimeoutMillis() + (want.reason == Reason.REPAIR ? lag.millis() : 0);
    }

    /** Gives what was asked for, as far as it is held and alive. */
    void onIWant(long now, PeerAddress from, Control.IWant iWant, List<GossipAction> actions) {
        for (MessageId id : iWant.ids()) {
            SeenTable.Entry entry = seen.buffered(id);
            if (entry != null) {
                give(now, from, iWant.segment(), entry, actions);
            }
        }
    }

    /** Gives one message to a peer that asked for it, unless its lifetime is over. */
    void give(long now, PeerAddress to, Segment segment, SeenTable.Entry entry, List<GossipAction> actions) {
        GossipMessage message = entry.message();
        if (message != null && now < message.parameters().expiresAtMillis()) {
            int left = spread.left(message.parameters(), segment, entry.segment(), entry.left());
            counters.served++;
            outgoing.copy(to, Outgoing.hop(segment, Math.max(0, left - 1), entry.hops()), message, actions);
        }
    }

    int size() {
        return wanted.size();
    }
}
