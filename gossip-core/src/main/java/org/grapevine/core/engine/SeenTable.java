package org.grapevine.core.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.jspecify.annotations.Nullable;

/**
 * The ids handled already, each kept until no copy of it can be accepted any longer, and the payloads kept for those who ask.
 *
 * <p>Bounded without ever saying "new" twice for one id: an origin that has to lose an id early also loses the right to
 * deliver anything published no later than it (its watermark). Evictions hit the origin that holds most, so a loud one pays
 * for itself.
 */
final class SeenTable {

    enum Sighting {
        NEW,
        DUPLICATE,
        /** Known and passed on, but the application never got it. */
        NEW_TO_THE_APPLICATION,
        MAYBE_SEEN
    }

    /** What devices compare their ids for. */
    enum Kind {
        /** Neither: pushed, and not repaired. */
        NONE,
        /** What a push misses is found by comparing digests. */
        REPAIRED,
        /** It is pulled. */
        PULLED;

        static Kind of(GossipParameters parameters) {
            if (parameters.variant().isPulled()) {
                return PULLED;
            }
            return parameters.repairPeriodMillis() > 0 ? REPAIRED : NONE;
        }
    }

    /** One id, and its message as long as that is kept for those who ask. */
    static final class Entry {
        private final MessageId id;
        private final PeerAddress origin;
        private final Share share;
        private final long originTimeMillis;
        private final long expiresAtMillis;
        /** By the origin's clock, as other devices have it. */
        private final long lifetimeEndsMillis;

        private final Kind kind;
        /** The segment of the first copy; null at the origin. */
        private final @Nullable Segment segment;

        private final int left;
        /** Hops that the first copy had travelled; 0 at the origin. */
        private final int hops;

        private @Nullable GossipMessage message;
        /** Of the id; 0 until it is needed. */
        private long checksum;

        private boolean forgotten;
        private boolean undelivered;

        private Entry(GossipMessage message, Share share, long expiresAtMillis, @Nullable Hop first) {
            this.id = message.id();
            this.origin = message.origin();
            this.share = share;
            this.originTimeMillis = message.parameters().originTimeMillis();
            this.expiresAtMillis = expiresAtMillis;
            this.lifetimeEndsMillis = message.parameters().expiresAtMillis();
            this.kind = Kind.of(message.parameters());
            this.segment = first == null ? null : first.segment();
            this.left = first == null ? 0 : first.left();
            this.hops = first == null ? 0 : first.hop();
        }

        MessageId id() {
            return id;
        }

        Kind kind() {
            return kind;
        }

        /** {@link MessageId#checksum}, worked out once: comparisons need it again and again. */
        long checksum() {
            if (checksum == 0) {
                checksum = id.checksum();
            }
            return checksum;
        }

        boolean isIn(Control.Slice slice) {
            return slice.of() == 1 || Long.remainderUnsigned(checksum(), slice.of()) == slice.index();
        }

        /** When it was published, by its origin's clock. */
        long originTimeMillis() {
            return originTimeMillis;
        }

        /** When it stops being worth delivering, by its origin's clock. */
        long lifetimeEndsMillis() {
            return lifetimeEndsMillis;
        }

        @Nullable
        GossipMessage message() {
            return message;
        }

        @Nullable
        Segment segment() {
            return segment;
        }

        int left() {
            return left;
        }

        int hops() {
            return hops;
        }
    }

    /** What one origin takes up. */
    private static final class Share {
        private final Deque<Entry> ids = new ArrayDeque<>();
        private final Deque<Entry> buffered = new ArrayDeque<>();
        private long bufferedBytes;
        private long watermarkMillis;

        private Share(long watermarkMillis) {
            this.watermarkMillis = watermarkMillis;
        }
    }

    private final int limit;
    private final int originLimit;
    private final long bufferLimitBytes;
    private final Counters counters;

    /** In the order of arrival, which is that of what is sent from it. */
    private final Map<MessageId, Entry> entries = new LinkedHashMap<>();
    /** How many are compared, to save the walk where there are none. */
    private int toRepair;

    private int toPull;

    private final Map<PeerAddress, Share> shares = new LinkedHashMap<>();
    private final PriorityQueue<Entry> byExpiry =
            new PriorityQueue<>(Comparator.comparingLong(entry -> entry.expiresAtMillis));
    /** Nothing expires before this: saves most copies the look into the queue. */
    private long nothingExpiresBefore = Long.MAX_VALUE;

    private final Map<MessageId, Entry> bufferedEntries = new LinkedHashMap<>();
    /** The id handled last: copies of one message come in bursts, and most are known without a search. */
    private @Nullable MessageId latest;

    private long bufferedBytes;
    /** Stands in for the watermarks of origins that have no share of their own any longer. */
    private long commonWatermarkMillis = Long.MIN_VALUE;
    /** When the last id that a watermark stands for has expired. */
    private long watermarksNeededUntilMillis = Long.MIN_VALUE;

    SeenTable(GossipConfig config, Counters counters) {
        this.limit = config.seenLimit();
        this.originLimit = config.originLimit();
        this.bufferLimitBytes = config.bufferLimitBytes();
        this.counters = counters;
    }

    /**
     * Remembers the id if it is new.
     *
     * @param expiresAtMillis by this device's clock; from then on the caller refuses every copy as expired
     * @param keepPayload true to buffer the message for those who will ask for it
     * @param first the hop by which it came; null if it starts here
     */
    Sighting see(GossipMessage message, long expiresAtMillis, boolean keepPayload, @Nullable Hop first) {
        if (message.id().equals(latest)) {
            return Sighting.DUPLICATE;
        }
        Entry known = entries.get(message.id());
        if (known != null) {
            latest = known.id;
            if (known.undelivered) {
                known.undelivered = false;
                return Sighting.NEW_TO_THE_APPLICATION;
            }
            return Sighting.DUPLICATE;
        }
        Share share = shares.get(message.origin());
        long watermark = share == null ? commonWatermarkMillis : share.watermarkMillis;
        if (message.parameters().originTimeMillis() <= watermark) {
            return Sighting.MAYBE_SEEN;
        }
        if (share == null) {
            if (shares.size() >= originLimit) {
                foldOldestShare();
            }
            share = new Share(commonWatermarkMillis);
            shares.put(message.origin(), share);
        }
        Entry entry = new Entry(message, share, expiresAtMillis, first);
        entries.put(entry.id, entry);
        count(entry.kind, 1);
        share.ids.add(entry);
        byExpiry.add(entry);
        nothingExpiresBefore = Math.min(nothingExpiresBefore, expiresAtMillis);
        if (keepPayload) {
            buffer(entry, share, message);
        }
        latest = entry.id;
        if (entries.size() > limit) {
            forgetFromLargestShare();
        }
        return Sighting.NEW;
    }

    private void count(Kind kind, int more) {
        if (kind == Kind.PULLED) {
            toPull += more;
        } else if (kind == Kind.REPAIRED) {
            toRepair += more;
        }
    }

    private void buffer(Entry entry, Share share, GossipMessage message) {
        int size = message.payload().sizeBytes();
        entry.message = message;
        share.buffered.add(entry);
        share.bufferedBytes += size;
        bufferedBytes += size;
        bufferedEntries.put(entry.id, entry);
        while (bufferedBytes > bufferLimitBytes) {
            Share largest = largest(Comparator.comparingLong(each -> each.bufferedBytes));
            unbuffer(largest.buffered.getFirst(), largest);
            counters.drop(DropReason.BUFFER_FULL);
        }
    }

    private void unbuffer(Entry entry, Share share) {
        GossipMessage message = entry.message;
        if (message != null) {
            entry.message = null;
            share.buffered.remove(entry);
            share.bufferedBytes -= message.payload().sizeBytes();
            bufferedBytes -= message.payload().sizeBytes();
            bufferedEntries.remove(entry.id);
        }
    }

    private Share largest(Comparator<Share> order) {
        return shares.values().stream().max(order).orElseThrow();
    }

    private void forgetFromLargestShare() {
        Share largest = largest(Comparator.comparingInt(each -> each.ids.size()));
        // In batches, for finding the largest share walks over all of them.
        int batch = Math.max(1, largest.ids.size() / 8);
        for (int i = 0; i < batch; i++) {
            Entry oldest = largest.ids.getFirst();
            largest.watermarkMillis = Math.max(largest.watermarkMillis, oldest.originTimeMillis);
            watermarksNeededUntilMillis = Math.max(watermarksNeededUntilMillis, oldest.expiresAtMillis);
            forget(oldest, largest);
        }
    }

    private void foldOldestShare() {
        Iterator<Share> oldestFirst = shares.values().iterator();
        Share oldest = oldestFirst.next();
        commonWatermarkMillis = Math.max(commonWatermarkMillis, oldest.watermarkMillis);
        for (Entry entry : new ArrayList<>(oldest.ids)) {
            commonWatermarkMillis = Math.max(commonWatermarkMillis, entry.originTimeMillis);
            watermarksNeededUntilMillis = Math.max(watermarksNeededUntilMillis, entry.expiresAtMillis);
            forget(entry, oldest);
        }
        oldestFirst.remove();
    }

    private void forget(Entry entry, Share share) {
        entry.forgotten = true;
        entries.remove(entry.id);
        count(entry.kind, -1);
        if (entry.id.equals(latest)) {
            latest = null;
        }
        unbuffer(entry, share);
        if (!share.ids.isEmpty() && share.ids.getFirst() == entry) {
            share.ids.removeFirst();
        } else {
            share.ids.remove(entry);
        }
        // Forgotten entries leave the queue when their time comes; a flood must not let them pile up until then.
        if (byExpiry.size() > 2 * limit + 16) {
            byExpiry.removeIf(each -> each.forgotten);
        }
    }

    /** The application did not get its message: the next copy is for the application again, though it is not passed on again. */
    void notDelivered(MessageId id) {
        Entry entry = entries.get(id);
        if (entry != null) {
            entry.undelivered = true;
            if (id.equals(latest)) {
                latest = null;
            }
        }
    }

    /** Forgets what has expired. */
    void purge(long nowMillis) {
        if (nowMillis < nothingExpiresBefore) {
            return;
        }
        for (Entry first = byExpiry.peek();
                first != null && first.expiresAtMillis <= nowMillis;
                first = byExpiry.peek()) {
            byExpiry.remove();
            if (!first.forgotten) {
                Share share = first.share;
                forget(first, share);
                // A watermark above the common one still protects something that was forgotten early.
                if (share.ids.isEmpty() && share.watermarkMillis <= commonWatermarkMillis) {
                    shares.remove(first.origin);
                }
            }
        }
        Entry next = byExpiry.peek();
        nothingExpiresBefore = next == null ? Long.MAX_VALUE : next.expiresAtMillis;
    }

    /** When the next id expires; empty if there is none. */
    OptionalLong nextExpiryMillis() {
        Entry first = byExpiry.peek();
        return first == null ? OptionalLong.empty() : OptionalLong.of(first.expiresAtMillis);
    }

    /** True if no further copy of the message is needed. */
    boolean contains(MessageId id) {
        Entry entry = entries.get(id);
        return entry != null && !entry.undelivered;
    }

    /**
     * What the application got, or will get, and whose lifetime is not over, oldest first: also what is no longer kept for those
     * who ask.
     */
    List<Entry> live(long nowMillis, Kind kind) {
        int most = kind == Kind.PULLED ? toPull : toRepair;
        if (most == 0) {
            return List.of();
        }
        List<Entry> live = new ArrayList<>(most);
        for (Entry entry : entries.values()) {
            if (entry.kind == kind && !entry.undelivered && nowMillis < entry.lifetimeEndsMillis) {
                live.add(entry);
            }
        }
        return live;
    }

    /** The message behind an id, if it is kept for those who ask. */
    @Nullable
    Entry buffered(MessageId id) {
        return bufferedEntries.get(id);
    }

    /** Whatever is kept for those who ask, oldest first; a view, not to be kept. */
    Collection<Entry> buffered() {
        return bufferedEntries.values();
    }

    /** True if a table without any ids would say the same of every copy that may still come. */
    boolean remembersNothing(long nowMillis) {
        purge(nowMillis);
        return entries.isEmpty() && nowMillis >= watermarksNeededUntilMillis;
    }

    int size() {
        return entries.size();
    }

    int origins() {
        return shares.size();
    }

    long bufferedBytes() {
        return bufferedBytes;
    }
}
