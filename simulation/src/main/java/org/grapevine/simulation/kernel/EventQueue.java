package org.grapevine.simulation.kernel;

import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * What is to happen, by virtual time, and among equal times in the order in which it was added.
 *
 * <p>A radix heap (Ahuja, Mehlhorn, Orlin, Tarjan 1990): time never goes back, so an entry is filed under the highest bit in
 * which its time differs from the current one, and moves to a lower file at most once per bit. Files are chains of blocks read
 * and written from end to end, which suits the processor's caches far better than a binary heap of millions, and blocks are used
 * again. Moving keeps the order within a file, and entries of equal time are always in the same file: that is what keeps them in
 * the order of their addition. For one thread.
 */
public final class EventQueue<E> {

    private static final int BLOCK = 256;

    private static final class Block {
        private final long[] times = new long[BLOCK];
        private final @Nullable Object[] events = new Object[BLOCK];
        private int from;
        private int to;
        private @Nullable Block next;
    }

    /** First block, to read from, and last block, to write to, of each file. File 0 holds the current time only. */
    private final @Nullable Block[] first = new Block[65];

    private final @Nullable Block[] last = new Block[65];
    private @Nullable Block spare;
    private int spares;
    private long now;
    private long size;

    /** Virtual time of the entry taken last. */
    public long now() {
        return now;
    }

    public long size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /**
     * Adds an entry.
     *
     * @param time not before {@link #now}
     */
    public void add(long time, E event) {
        if (time < now) {
            throw new IllegalArgumentException("time: " + time + " (expected: not before " + now + ")");
        }
        append(file(time), time, event);
        size++;
    }

    private int file(long time) {
        return 64 - Long.numberOfLeadingZeros(time ^ now);
    }

    private void append(int file, long time, Object event) {
        Block block = last[file];
        if (block == null || block.to == BLOCK) {
            Block fresh = fresh();
            if (block == null) {
                first[file] = fresh;
            } else {
                block.next = fresh;
            }
            last[file] = fresh;
            block = fresh;
        }
        block.times[block.to] = time;
        block.events[block.to] = event;
        block.to++;
    }

    private Block fresh() {
        Block block = spare;
        if (block == null) {
            return new Block();
        }
        spare = block.next;
        spares--;
        block.next = null;
        block.from = 0;
        block.to = 0;
        return block;
    }

    private void recycle(Block block) {
        // A few thousand blocks save the allocation; more would only hold memory that others want.
        if (spares < 4_096) {
            block.next = spare;
            spare = block;
            spares++;
        }
    }

    /**
     * Takes the next entry; {@link #now} is then its time.
     *
     * @throws NoSuchElementException if there is none
     */
    @SuppressWarnings("unchecked") // Only E gets in.
    public E take() {
        settle();
        Block block = first[0];
        if (block == null) {
            throw new NoSuchElementException("the queue is empty");
        }
        Object event = block.events[block.from];
        block.events[block.from] = null;
        block.from++;
        if (block.from == block.to) {
            first[0] = block.next;
            if (block.next == null) {
                last[0] = null;
            }
            recycle(block);
        }
        size--;
        if (event == null) {
            throw new AssertionError("an empty place inside a block");
        }
        return (E) event;
    }

    /** Moves time on to the next entry, so that file 0 holds something. */
    private void settle() {
        if (first[0] != null) {
            return;
        }
        if (size == 0) {
            throw new NoSuchElementException("the queue is empty");
        }
        int file = 1;
        while (first[file] == null) {
            file++;
        }
        long least = Long.MAX_VALUE;
        for (Block block = first[file]; block != null; block = block.next) {
            for (int i = block.from; i < block.to; i++) {
                least = Math.min(least, block.times[i]);
            }
        }
        now = least;
        Block block = first[file];
        first[file] = null;
        last[file] = null;
        while (block != null) {
            for (int i = block.from; i < block.to; i++) {
                Object event = block.events[i];
                block.events[i] = null;
                if (event != null) {
                    append(file(block.times[i]), block.times[i], event);
                }
            }
            Block done = block;
            block = block.next;
            recycle(done);
        }
    }
}
