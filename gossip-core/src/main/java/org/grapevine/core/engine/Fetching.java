package org.grapevine.core.engine;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipTimer;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;

/** Asking for payloads whose ids were advertised, and giving them: one device is asked for an id at a time. */
final class Fetching {

    private final GossipConfig config;
    private final SeenTable seen;
    private final Spread spread;
    private final Outgoing outgoing;

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
    private boolean repetitionScheduled;

    Fetching(GossipConfig config, SeenTable seen, Spread spread, Outgoing outgoing) {
        this.config = config;
        this.seen = seen;
        this.spread = spread;
        this.outgoing = outgoing;
    }

    /** The payload has come. @return whether it had been asked for */
    boolean arrived(MessageId id) {
        return wanted.remove(id) != null;
    }

    /** Asks for those of the ids that are missing here and not asked for yet. */
    void wantMissing(long now, PeerAddress from, Segment segment, List<MessageId> offered, List<GossipAction> actions) {
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
            outgoing.control(from, new Control.IWant(segment, missing, false), actions);
            scheduleRepetition(actions);
        }
    }

    private void scheduleRepetition(List<GossipAction> actions) {
        if (!repetitionScheduled && !wanted.isEmpty()) {
            repetitionScheduled = true;
            actions.add(new GossipAction.Schedule(config.wantTimeoutMillis(), new GossipTimer.RepeatWants()));
        }
    }

    void onRepeatWants(long now, List<GossipAction> actions) {
        repetitionScheduled = false;
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
                outgoing.control(
                        each.getKey().advertiser(),
                        new Control.IWant(each.getKey().segment(), some, false),
                        actions);
            }
        }
        scheduleRepetition(actions);
    }

    /** Gives what was asked for, as far as it is held and alive. */
    void onIWant(long now, PeerAddress from, Control.IWant iWant, List<GossipAction> actions) {
        for (MessageId id : iWant.ids()) {
            SeenTable.Entry entry = seen.buffered(id);
            GossipMessage message = entry == null ? null : entry.message();
            if (entry != null && message != null && now < message.parameters().expiresAtMillis()) {
                int left = spread.left(message.parameters(), iWant.segment(), entry.segment(), entry.left());
                outgoing.copy(
                        from, Outgoing.hop(iWant.segment(), Math.max(0, left - 1), entry.hops()), message, actions);
            }
        }
    }
}
