package org.grapevine.core.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipTimer;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.core.view.PeerView;

/** Repair: while a device holds a live message that asks for it, it compares digests with a random peer of each segment. */
final class Repair {

    private final GossipConfig config;
    private final PeerView view;
    private final RandomGenerator random;
    private final SeenTable seen;
    private final Fetching fetching;
    private final Outgoing outgoing;
    private boolean scheduled;

    Repair(
            GossipConfig config,
            PeerView view,
            RandomGenerator random,
            SeenTable seen,
            Fetching fetching,
            Outgoing outgoing) {
        this.config = config;
        this.view = view;
        this.random = random;
        this.seen = seen;
        this.fetching = fetching;
        this.outgoing = outgoing;
    }

    void schedule(List<GossipAction> actions) {
        if (scheduled) {
            return;
        }
        long period = Long.MAX_VALUE;
        for (SeenTable.Entry entry : seen.buffered()) {
            GossipMessage message = entry.message();
            if (message != null && message.parameters().repairPeriodMillis() > 0) {
                period = Math.min(period, message.parameters().repairPeriodMillis());
            }
        }
        if (period == Long.MAX_VALUE) {
            return;
        }
        scheduled = true;
        // Spread over half a period, lest all devices that a push reached at once compare at once.
        long delay = period - random.nextLong(period / 2 + 1);
        actions.add(new GossipAction.Schedule(delay, new GossipTimer.Repair()));
    }

    void onTimer(long now, List<GossipAction> actions) {
        scheduled = false;
        seen.purge(now);
        List<MessageId> live = liveIds(now);
        if (live.isEmpty()) {
            return;
        }
        for (Segment segment : view.segments()) {
            for (PeerAddress peer : view.draw(segment, 1, Set.of(), random)) {
                outgoing.control(peer, digest(segment, live), actions);
            }
        }
        schedule(actions);
    }

    private Control.Digest digest(Segment segment, List<MessageId> live) {
        Control.Slice slice = slice(live);
        return new Control.Digest(segment, live.stream().filter(slice::contains).toList(), slice);
    }

    /** All ids if they fit a digest, else a slice drawn at random, so that each has its turn. */
    private Control.Slice slice(List<MessageId> ids) {
        int slices = 1;
        while (true) {
            Control.Slice slice = slices == 1 ? Control.Slice.WHOLE : new Control.Slice(random.nextInt(slices), slices);
            if (slices == Control.Slice.MAX
                    || ids.stream().filter(slice::contains).count() <= config.digestLimit()) {
                return slice;
            }
            slices = Math.min(
                    Control.Slice.MAX, Math.max(2 * slices, 2 * ids.size() / Math.max(1, config.digestLimit())));
        }
    }

    private List<MessageId> liveIds(long now) {
        List<MessageId> ids = new ArrayList<>();
        for (SeenTable.Entry entry : seen.buffered()) {
            GossipMessage message = entry.message();
            if (message != null
                    && message.parameters().repairPeriodMillis() > 0
                    && now < message.parameters().expiresAtMillis()) {
                ids.add(message.id());
            }
        }
        return ids;
    }

    void onDigest(long now, PeerAddress from, Control.Digest digest, List<GossipAction> actions) {
        fetching.wantMissing(now, from, digest.segment(), digest.ids(), actions);
        List<MessageId> missingThere = liveIds(now);
        missingThere.removeIf(id -> !digest.slice().contains(id));
        missingThere.removeAll(new HashSet<>(digest.ids()));
        if (!missingThere.isEmpty()) {
            List<MessageId> some = missingThere.subList(0, Math.min(missingThere.size(), config.digestLimit()));
            outgoing.control(from, new Control.IHave(digest.segment(), some, 0, false), actions);
        }
    }
}
