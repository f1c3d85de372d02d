package org.grapevine.core.engine;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.jspecify.annotations.Nullable;

/**
 * The ids handled already, each kept until no copy of it can be accepted any longer, and the payloads kept for repair.
 *
 * <p>Bounded without ever saying "new" twice for one id: an origin that has to lose an id early also loses the right to
 * deliver anything published no later than it (its watermark). Evictions hit the origin that holds most, so a loud one pays
 * for itself.
 */
final class SeenTable {

    enum Sighting {
        NEW,
        DUPLICATE,
        MAYBE_SEEN
    }

    /** One id, and its message as long as that is kept for repair. */
    static final class Entry {
        private final MessageId id;
        private final PeerAddress origin;
        private final long originTimeMillis;
        private final long expiresAtMillis;
        /** The segment of the first copy; null at the origin. */
        private final @Nullable Segment segment;

        private final int left;
        private @Nullable GossipMessage message;
        private boolean forgotten;

        private Entry(GossipMessage message, long expiresAtMillis, @Nullable Segment segment, int left) {
            this.id = message.id();
            this.origin = message.origin();
            this.originTimeMillis = message.parameters().originTimeMillis();
            this.expiresAtMillis = expiresAtMillis;
            this.segment = segment;
            this.left = left;
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

    private final Map<MessageId, Entry> entries = new HashMap<>();
    private final Map<PeerAddress, Share> shares = new LinkedHashMap<>();
    private final PriorityQueue<Entry> byExpiry =
            new PriorityQueue<>(Comparator.comparingLong(entry -> entry.expiresAtMillis));
    private final Map<MessageId, Entry> bufferedEntries = new LinkedHashMap<>();
    private long bufferedBytes;
    /** Stands in for the watermarks of origins that have no share of their own any longer. */
    private long commonWatermarkMillis = Long.MIN_VALUE;

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
     * @param keepPayload true to buffer the message for repair
     */
    Sighting see(
            GossipMessage message, long expiresAtMillis, boolean keepPayload, @Nullable Segment segment, int left) {
        if (entries.containsKey(message.id())) {
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
        Entry entry = new Entry(message, expiresAtMillis, segment, left);
        entries.put(entry.id, entry);
        share.ids.add(entry);
        byExpiry.add(entry);
        if (keepPayload) {
            buffer(entry, share, message);
        }
        if (entries.size() > limit) {
            forgetFromLargestShare();
        }
        return Sighting.NEW;
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
            forget(oldest, largest);
        }
    }

    private void foldOldestShare() {
        Iterator<Share> oldestFirst = shares.values().iterator();
        Share oldest = oldestFirst.next();
        commonWatermarkMillis = Math.max(commonWatermarkMillis, oldest.watermarkMillis);
        for (Entry entry : new ArrayList<>(oldest.ids)) {
            commonWatermarkMillis = Math.max(commonWatermarkMillis, entry.originTimeMillis);
            forget(entry, oldest);
        }
        oldestFirst.remove();
    }

    private void forget(Entry entry, Share share) {
        entry.forgotten = true;
        entries.remove(entry.id);
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

    /** Lets an id be new again, because the application never got its message. */
    void unsee(MessageId id) {
        Entry entry = entries.get(id);
        Share share = entry == null ? null : shares.get(entry.origin);
        if (entry != null && share != null) {
            forget(entry, share);
        }
    }

    /** Forgets what has expired. */
    void purge(long nowMillis) {
        for (Entry first = byExpiry.peek();
                first != null && first.expiresAtMillis <= nowMillis;
                first = byExpiry.peek()) {
            byExpiry.remove();
            Share share = shares.get(first.origin);
            if (!first.forgotten && share != null) {
                forget(first, share);
                // A watermark above the common one still protects something that was forgotten early.
                if (share.ids.isEmpty() && share.watermarkMillis <= commonWatermarkMillis) {
                    shares.remove(first.origin);
                }
            }
        }
    }

    /** When the next id expires; empty if there is none. */
    OptionalLong nextExpiryMillis() {
        Entry first = byExpiry.peek();
        return first == null ? OptionalLong.empty() : OptionalLong.of(first.expiresAtMillis);
    }

    boolean contains(MessageId id) {
        return entries.containsKey(id);
    }

    /** The message behind an id, if it is kept for repair. */
    @Nullable
    Entry buffered(MessageId id) {
        return bufferedEntries.get(id);
    }

    /** All messages kept for repair, oldest first. */
    List<GossipMessage> bufferedMessages() {
        List<GossipMessage> messages = new ArrayList<>(bufferedEntries.size());
        for (Entry entry : bufferedEntries.values()) {
            if (entry.message != null) {
                messages.add(entry.message);
            }
        }
        return messages;
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
