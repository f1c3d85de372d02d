package org.grapevine.core.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipTimer;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.core.view.PeerView;
import org.jspecify.annotations.Nullable;

/**
 * One-way messages: eager push (infect and die: a device forwards once, on first sight), and repair by comparing digests with
 * a random peer of each segment until the message's lifetime ends.
 */
final class Dissemination {

    private static final long LEAST_PURGE_PAUSE_MILLIS = 1_000;

    private final GossipConfig config;
    private final PeerView view;
    private final RandomGenerator random;
    private final Counters counters;
    private final Spread spread;
    private final SeenTable seen;

    /** An id asked for: one device at a time, the next advertiser when that one stays silent. */
    private static final class Want {
        private Segment segment;
        private PeerAddress advertiser;
        private long askedAt;
        private int tries = 1;

        private Want(Segment segment, PeerAddress advertiser, long askedAt) {
            this.segment = segment;
            this.advertiser = advertiser;
            this.askedAt = askedAt;
        }
    }

    private record Asked(PeerAddress advertiser, Segment segment) {}

    private final Map<MessageId, Want> wanted = new LinkedHashMap<>();

    private boolean wantsScheduled;
    private boolean repairScheduled;
    private boolean purgeScheduled;
    private int waitingForRedelivery;

    Dissemination(GossipConfig config, PeerView view, RandomGenerator random, Counters counters, Spread spread) {
        this.config = config;
        this.view = view;
        this.random = random;
        this.counters = counters;
        this.spread = spread;
        this.seen = new SeenTable(config, counters);
    }

    void onPublished(long now, GossipMessage message, List<GossipAction> actions) {
        counters.published++;
        onFirstSight(now, message, null, null, actions);
    }

    void onReceived(long now, PeerAddress from, Hop hop, GossipMessage message, List<GossipAction> actions) {
        onFirstSight(now, message, hop, from, actions);
    }

    private void onFirstSight(
            long now,
            GossipMessage message,
            @Nullable Hop hop,
            @Nullable PeerAddress from,
            List<GossipAction> actions) {
        seen.purge(now);
        boolean repaired = wanted.remove(message.id()) != null;
        boolean repairable = message.parameters().repairPeriodMillis() > 0;
        switch (seen.see(
                message,
                Lifetimes.refusedFromMillis(config, message.parameters()),
                repairable,
                hop == null ? null : hop.segment(),
                hop == null ? 0 : hop.left())) {
            case DUPLICATE -> counters.drop(DropReason.DUPLICATE);
            case MAYBE_SEEN -> counters.drop(DropReason.MAYBE_SEEN);
            case NEW_TO_THE_APPLICATION -> deliver(message, actions);
            case NEW -> {
                if (repaired) {
                    counters.repaired++;
                }
                deliver(message, actions);
                int hops = hop == null ? 0 : hop.hop();
                Hop next = null;
                for (Spread.Target target : spread.targets(message, hop, from)) {
                    // Targets of one segment follow each other, and their copies bear the same.
                    if (next == null || !next.segment().equals(target.segment())) {
                        next = next(target.segment(), target.left(), hops);
                    }
                    send(target.peer(), next, message, actions);
                }
                if (repairable) {
                    scheduleRepair(actions);
                }
                schedulePurge(now, actions);
            }
        }
    }

    private void deliver(GossipMessage message, List<GossipAction> actions) {
        counters.delivered++;
        actions.add(new GossipAction.Deliver(message));
    }

    private static Hop next(Segment segment, int left, int hops) {
        return new Hop(segment, left, Math.min(Hop.MAX_COUNT, hops + 1), 0);
    }

    private void send(PeerAddress to, Hop hop, GossipMessage message, List<GossipAction> actions) {
        counters.forwarded++;
        actions.add(new GossipAction.Send(to, hop, message));
    }

    // Delivery that has to wait

    void onNotDelivered(GossipMessage message, List<GossipAction> actions) {
        counters.delivered--;
        if (waitingForRedelivery >= config.redeliverLimit()) {
            // It may come again, by repair, as long as it lives.
            seen.notDelivered(message.id());
            counters.drop(DropReason.UNDELIVERED);
            return;
        }
        waitingForRedelivery++;
        actions.add(new GossipAction.Schedule(config.redeliverAfterMillis(), new GossipTimer.Redeliver(message)));
    }

    void onRedeliver(long now, GossipMessage message, List<GossipAction> actions) {
        waitingForRedelivery--;
        if (now >= Lifetimes.refusedFromMillis(config, message.parameters())) {
            counters.drop(DropReason.UNDELIVERED);
        } else {
            deliver(message, actions);
        }
    }

    // Forgetting

    /** One timer at a time, and not more often than once a second: what has expired costs memory only. */
    private void schedulePurge(long now, List<GossipAction> actions) {
        OptionalLong next = seen.nextExpiryMillis();
        if (!purgeScheduled && next.isPresent()) {
            purgeScheduled = true;
            long delay = Math.max(LEAST_PURGE_PAUSE_MILLIS, next.getAsLong() - now);
            actions.add(new GossipAction.Schedule(delay, new GossipTimer.Purge()));
        }
    }

    void onPurge(long now, List<GossipAction> actions) {
        purgeScheduled = false;
        seen.purge(now);
        schedulePurge(now, actions);
    }

    // Repair

    private void scheduleRepair(List<GossipAction> actions) {
        if (repairScheduled) {
            return;
        }
        long period = Long.MAX_VALUE;
        for (SeenTable.Entry entry : seen.buffered()) {
            GossipMessage message = entry.message();
            if (message != null) {
                period = Math.min(period, message.parameters().repairPeriodMillis());
            }
        }
        if (period == Long.MAX_VALUE) {
            return;
        }
        repairScheduled = true;
        // Spread over half a period, lest all devices that a push reached at once compare at once.
        long delay = period - random.nextLong(period / 2 + 1);
        actions.add(new GossipAction.Schedule(delay, new GossipTimer.Repair()));
    }

    void onRepair(long now, List<GossipAction> actions) {
        repairScheduled = false;
        seen.purge(now);
        List<MessageId> live = liveIds(now);
        if (live.isEmpty()) {
            return;
        }
        for (Segment segment : view.segments()) {
            for (PeerAddress peer : view.draw(segment, 1, Set.of(), random)) {
                sendControl(
                        peer, new Control.Digest(segment, someOf(live), live.size() <= config.digestLimit()), actions);
            }
        }
        scheduleRepair(actions);
    }

    private List<MessageId> liveIds(long now) {
        List<MessageId> ids = new ArrayList<>();
        for (SeenTable.Entry entry : seen.buffered()) {
            GossipMessage message = entry.message();
            if (message != null && now < message.parameters().expiresAtMillis()) {
                ids.add(message.id());
            }
        }
        return ids;
    }

    /** All ids if they fit a digest, else a stretch from a random start, so that each has its turn. */
    private List<MessageId> someOf(List<MessageId> ids) {
        if (ids.size() <= config.digestLimit()) {
            return ids;
        }
        int start = random.nextInt(ids.size());
        List<MessageId> some = new ArrayList<>(config.digestLimit());
        for (int i = 0; i < config.digestLimit(); i++) {
            some.add(ids.get((start + i) % ids.size()));
        }
        return some;
    }

    void onDigest(long now, PeerAddress from, Control.Digest digest, List<GossipAction> actions) {
        if (!acceptable(from, digest.segment(), digest.ids())) {
            return;
        }
        wantMissing(now, from, digest.segment(), digest.ids(), actions);
        if (digest.complete()) {
            List<MessageId> missingThere = liveIds(now);
            missingThere.removeAll(new HashSet<>(digest.ids()));
            if (!missingThere.isEmpty()) {
                sendControl(from, new Control.IHave(digest.segment(), someOf(missingThere)), actions);
            }
        }
    }

    void onIHave(long now, PeerAddress from, Control.IHave iHave, List<GossipAction> actions) {
        if (acceptable(from, iHave.segment(), iHave.ids())) {
            wantMissing(now, from, iHave.segment(), iHave.ids(), actions);
        }
    }

    private void wantMissing(
            long now, PeerAddress from, Segment segment, List<MessageId> offered, List<GossipAction> actions) {
        List<MessageId> missing = new ArrayList<>();
        for (MessageId id : offered) {
            Want want = wanted.get(id);
            if (want != null) {
                // Both: the next advertiser may be met in another segment, and cannot send through the first one's.
                want.advertiser = from;
                want.segment = segment;
            } else if (!seen.contains(id) && wanted.size() < config.seenLimit()) {
                wanted.put(id, new Want(segment, from, now));
                missing.add(id);
            }
        }
        if (!missing.isEmpty()) {
            sendControl(from, new Control.IWant(segment, missing), actions);
            scheduleWants(actions);
        }
    }

    private void scheduleWants(List<GossipAction> actions) {
        if (!wantsScheduled && !wanted.isEmpty()) {
            wantsScheduled = true;
            actions.add(new GossipAction.Schedule(config.wantTimeoutMillis(), new GossipTimer.RepeatWants()));
        }
    }

    void onRepeatWants(long now, List<GossipAction> actions) {
        wantsScheduled = false;
        wanted.values().removeIf(want -> want.tries >= config.wantTries());
        Map<Asked, List<MessageId>> again = new LinkedHashMap<>();
        for (Map.Entry<MessageId, Want> each : wanted.entrySet()) {
            Want want = each.getValue();
            if (now - want.askedAt >= config.wantTimeoutMillis()) {
                want.askedAt = now;
                want.tries++;
                again.computeIfAbsent(new Asked(want.advertiser, want.segment), key -> new ArrayList<>())
                        .add(each.getKey());
            }
        }
        for (Map.Entry<Asked, List<MessageId>> each : again.entrySet()) {
            List<MessageId> ids = each.getValue();
            for (int i = 0; i < ids.size(); i += config.digestLimit()) {
                List<MessageId> some = ids.subList(i, Math.min(ids.size(), i + config.digestLimit()));
                sendControl(
                        each.getKey().advertiser(),
                        new Control.IWant(each.getKey().segment(), some),
                        actions);
            }
        }
        scheduleWants(actions);
    }

    void onIWant(long now, PeerAddress from, Control.IWant iWant, List<GossipAction> actions) {
        if (!acceptable(from, iWant.segment(), iWant.ids())) {
            return;
        }
        for (MessageId id : iWant.ids()) {
            SeenTable.Entry entry = seen.buffered(id);
            GossipMessage message = entry == null ? null : entry.message();
            if (entry != null && message != null && now < message.parameters().expiresAtMillis()) {
                int left = spread.left(message.parameters(), iWant.segment(), entry.segment(), entry.left());
                send(from, next(iWant.segment(), Math.max(0, left - 1), 0), message, actions);
            }
        }
    }

    /**
     * Digests are compared with known peers only: an answer may be larger than the question, and must not be drawn to a stranger's
     * address.
     */
    private boolean acceptable(PeerAddress from, Segment segment, List<MessageId> ids) {
        if (!view.knows(from)) {
            counters.drop(DropReason.UNKNOWN_PEER);
            return false;
        }
        if (!view.segments().contains(segment)) {
            counters.drop(DropReason.FOREIGN_SEGMENT);
            return false;
        }
        if (ids.size() > config.digestLimit()) {
            counters.drop(DropReason.DIGEST_TOO_LONG);
            return false;
        }
        return true;
    }

    private void sendControl(PeerAddress to, Control control, List<GossipAction> actions) {
        counters.controlsSent++;
        actions.add(new GossipAction.SendControl(to, control));
    }

    int seenIds() {
        return seen.size();
    }

    long bufferedBytes() {
        return seen.bufferedBytes();
    }
}
