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

/**
 * Repair: while a device holds a live pushed message that asks for it, it compares ids with a random peer of each segment. Few
 * ids go as one digest. Many go as checksums of slices, and only slices that differ are told in full, so that thousands of live
 * messages cost one datagram per period as long as nothing is missing.
 */
final class Repair {

    /** Slices that ids are dealt out to for their checksums, which then fit a datagram with digests of about half their limit. */
    static final int SLICES = 128;

    /** Digests in one answer. */
    static final int DIGESTS_IN_ANSWER = 16;

    private final GossipConfig config;
    private final PeerView view;
    private final RandomGenerator random;
    private final SeenTable seen;
    private final Fetching fetching;
    private final Outgoing outgoing;
    private final Lag lag;
    private final Counters counters;
    private boolean scheduled;
    private long dueAt;

    Repair(
            GossipConfig config,
            PeerView view,
            RandomGenerator random,
            SeenTable seen,
            Fetching fetching,
            Outgoing outgoing,
            Lag lag,
            Counters counters) {
        this.config = config;
        this.view = view;
        this.random = random;
        this.seen = seen;
        this.fetching = fetching;
        this.outgoing = outgoing;
        this.lag = lag;
        this.counters = counters;
    }

    void schedule(long now, List<GossipAction> actions) {
        if (scheduled) {
            return;
        }
        long period = Long.MAX_VALUE;
        for (SeenTable.Entry entry : seen.buffered()) {
            GossipMessage message = entry.message();
            if (message != null && entry.kind() == SeenTable.Kind.REPAIRED) {
                period = Math.min(period, message.parameters().repairPeriodMillis());
            }
        }
        if (period == Long.MAX_VALUE) {
            return;
        }
        scheduled = true;
        // Spread over half a period, lest all devices that a push reached at once compare at once.
        long delay = period - random.nextLong(period / 2 + 1);
        dueAt = now + delay;
        actions.add(new GossipAction.Schedule(delay, new GossipTimer.Repair()));
    }

    void onTimer(long now, List<GossipAction> actions) {
        scheduled = false;
        lag.compare(now - dueAt);
        fetching.beginComparison(now);
        seen.purge(now);
        List<SeenTable.Entry> kept = kept(now);
        if (kept.isEmpty()) {
            return;
        }
        List<SeenTable.Entry> live = seen.live(now, SeenTable.Kind.REPAIRED);
        // What was published a moment ago is still on its way to somebody, or waits here, and is no difference yet.
        long until = now - Math.max(config.wantTimeoutMillis(), lag.millis());
        List<Long> checksums = live.size() <= config.digestLimit() ? List.of() : checksums(live, SLICES, now, until);
        for (Segment segment : view.segments()) {
            for (PeerAddress peer : view.draw(segment, 1, Set.of(), random)) {
                Control comparison = checksums.isEmpty()
                        ? new Control.Digest(segment, ids(kept), Control.Slice.WHOLE)
                        : new Control.Summary(segment, now, until, checksums);
                outgoing.control(peer, comparison, actions);
            }
        }
        schedule(now, actions);
    }

    /** Also over what left the buffer: it was got, and comparing its slice again and again would bring nothing. */
    private static List<Long> checksums(List<SeenTable.Entry> live, int slices, long afterMillis, long untilMillis) {
        long[] sums = new long[slices];
        for (SeenTable.Entry entry : live) {
            if (entry.originTimeMillis() <= untilMillis && entry.lifetimeEndsMillis() > afterMillis) {
                sums[(int) Long.remainderUnsigned(entry.checksum(), slices)] ^= entry.checksum();
            }
        }
        List<Long> checksums = new ArrayList<>(slices);
        for (long sum : sums) {
            checksums.add(sum);
        }
        return checksums;
    }

    void onSummary(long now, PeerAddress from, Control.Summary summary, List<GossipAction> actions) {
        if (isBehind(now, summary.untilMillis())) {
            counters.drop(DropReason.BEHIND);
            return;
        }
        int slices = summary.checksums().size();
        // Whatever the sender's clock shows, what has expired for it but not here belongs to neither sum, and the other
        // way round
        // to both: so everything that is remembered is asked, not only what is alive here.
        List<Long> own = checksums(
                seen.live(Long.MIN_VALUE, SeenTable.Kind.REPAIRED),
                slices,
                summary.afterMillis(),
                summary.untilMillis());
        List<SeenTable.Entry> kept = kept(now);
        int first = random.nextInt(slices);
        int told = 0;
        for (int i = 0; i < slices && told < DIGESTS_IN_ANSWER; i++) {
            int index = (first + i) % slices;
            if (!own.get(index).equals(summary.checksums().get(index))) {
                told++;
                outgoing.control(from, digest(summary.segment(), kept, new Control.Slice(index, slices)), actions);
            }
        }
    }

    /** What was published until then still waits here, maybe; all of it would look like missing. */
    private boolean isBehind(long now, long untilMillis) {
        return lag.millis() > config.wantTimeoutMillis()
                && untilMillis > now - lag.millis() + config.wantTimeoutMillis();
    }

    /** A digest of the slice, or of a part of it drawn at random if the slice has more than a digest may. */
    private Control.Digest digest(Segment segment, List<SeenTable.Entry> kept, Control.Slice slice) {
        List<SeenTable.Entry> told = ofSlice(kept, slice);
        Control.Slice part = slice;
        while (told.size() > config.digestLimit() && 2 * part.of() <= Control.Slice.MAX) {
            // An id in place i of n is in place i or i + n of 2 n.
            part = new Control.Slice(part.index() + (random.nextBoolean() ? part.of() : 0), 2 * part.of());
            told = ofSlice(told, part);
        }
        return new Control.Digest(segment, ids(told), part);
    }

    /** What is alive and can be given. */
    private List<SeenTable.Entry> kept(long now) {
        List<SeenTable.Entry> kept = new ArrayList<>();
        for (SeenTable.Entry entry : seen.buffered()) {
            if (entry.kind() == SeenTable.Kind.REPAIRED && now < entry.lifetimeEndsMillis()) {
                kept.add(entry);
            }
        }
        return kept;
    }

    private static List<SeenTable.Entry> ofSlice(List<SeenTable.Entry> entries, Control.Slice slice) {
        return entries.stream().filter(entry -> entry.isIn(slice)).toList();
    }

    private static List<MessageId> ids(List<SeenTable.Entry> entries) {
        return entries.stream().map(SeenTable.Entry::id).toList();
    }

    void onDigest(long now, PeerAddress from, Control.Digest digest, List<GossipAction> actions) {
        fetching.wantMissing(now, from, digest.segment(), digest.ids(), Fetching.Reason.REPAIR, actions);
        Set<MessageId> there = new HashSet<>(digest.ids());
        List<MessageId> missingThere = new ArrayList<>();
        for (SeenTable.Entry entry : kept(now)) {
            if (missingThere.size() == config.digestLimit()) {
                break;
            }
            if (entry.isIn(digest.slice()) && !there.contains(entry.id())) {
                missingThere.add(entry.id());
            }
        }
        if (!missingThere.isEmpty()) {
            outgoing.control(from, new Control.IHave(digest.segment(), missingThere, 0, false), actions);
        }
    }
}
