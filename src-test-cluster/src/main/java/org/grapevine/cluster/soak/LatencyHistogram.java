package org.grapevine.cluster.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How long deliveries took, in buckets that are a thirty-second of their value wide: 1 µs to twelve days in 1,184 numbers. Any thread
 * may add; {@link #take} empties it.
 */
final class LatencyHistogram {

    private static final int SUB_BITS = 5;
    private static final int SUB = 1 << SUB_BITS;
    private static final int HIGHEST_BIT = 40;
    private static final int BUCKETS = (HIGHEST_BIT - SUB_BITS + 2) * SUB;

    private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);
    private final AtomicLong most = new AtomicLong();

    /** What was counted. */
    static final class Snapshot {

        static final Snapshot NOTHING = new Snapshot(new long[BUCKETS], 0);

        private final long[] counts; // by bucket; never changed
        private final long mostMicros;

        private Snapshot(long[] counts, long mostMicros) {
            this.counts = counts;
            this.mostMicros = mostMicros;
        }

        /** The slowest one, µs; 0 if there is none. */
        long mostMicros() {
            return mostMicros;
        }

        Snapshot and(Snapshot other) {
            long[] sums = counts.clone();
            for (int i = 0; i < BUCKETS; i++) {
                sums[i] += other.counts[i];
            }
            return new Snapshot(sums, Math.max(mostMicros, other.mostMicros));
        }

        /**
         * The time within which a share of the deliveries was made, µs: the upper end of its bucket, so never too good, and at most
         * a thirty-second too bad. 0 if there were none.
         */
        long percentileMicros(double share) {
            long all = 0;
            for (long count : counts) {
                all += count;
            }
            long rank = Math.max(1, (long) Math.ceil(all * share));
            long sum = 0;
            for (int i = 0; i < BUCKETS; i++) {
                sum += counts[i];
                if (sum >= rank && all > 0) {
                    return Math.min(highestOf(i), mostMicros);
                }
            }
            return 0;
        }

        /** {@code most;bucket:count,...}: what {@link #parse} reads. */
        String text() {
            List<String> filled = new ArrayList<>();
            for (int i = 0; i < BUCKETS; i++) {
                if (counts[i] > 0) {
                    filled.add(i + ":" + counts[i]);
                }
            }
            return mostMicros + ";" + String.join(",", filled);
        }

        /** @throws IllegalArgumentException for a text that is none of {@link #text} */
        static Snapshot parse(String text) {
            String[] parts = text.split(";", 2);
            if (parts.length != 2) {
                throw new IllegalArgumentException("latencies: " + text + " (expected: most;bucket:count,...)");
            }
            long[] counts = new long[BUCKETS];
            for (String filled : parts[1].isEmpty() ? new String[0] : parts[1].split(",")) {
                int colon = filled.indexOf(':');
                int bucket = colon < 0 ? -1 : Integer.parseInt(filled.substring(0, colon));
                if (bucket < 0 || bucket >= BUCKETS) {
                    throw new IllegalArgumentException(
                            "bucket: " + filled + " (expected: 0.." + (BUCKETS - 1) + ":count)");
                }
                counts[bucket] = Long.parseLong(filled.substring(colon + 1));
            }
            return new Snapshot(counts, Long.parseLong(parts[0]));
        }
    }

    void add(long micros) {
        long value = Math.max(0, micros);
        counts.incrementAndGet(bucketOf(value));
        most.accumulateAndGet(value, Math::max);
    }

    /** What was added since the last time. */
    Snapshot take() {
        long[] taken = new long[BUCKETS];
        for (int i = 0; i < BUCKETS; i++) {
            taken[i] = counts.getAndSet(i, 0);
        }
        return new Snapshot(taken, most.getAndSet(0));
    }

    private static int bucketOf(long value) {
        if (value < SUB) {
            return (int) value;
        }
        int bit = 63 - Long.numberOfLeadingZeros(value);
        if (bit > HIGHEST_BIT) {
            return BUCKETS - 1;
        }
        int sub = (int) (value >> (bit - SUB_BITS)) & (SUB - 1);
        return (bit - SUB_BITS + 1) * SUB + sub;
    }

    private static long highestOf(int bucket) {
        if (bucket < SUB) {
            return bucket;
        }
        int bit = bucket / SUB - 1 + SUB_BITS;
        long lowest = (1L << bit) + ((long) (bucket % SUB) << (bit - SUB_BITS));
        return lowest + (1L << (bit - SUB_BITS)) - 1;
    }
}
