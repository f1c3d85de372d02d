package org.grapevine.gossip.driver;

import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that wait, in bounded lanes. Inside a lane their owners take turns, and the tasks of one owner keep their order, so that
 * one shadow's flood delays no other shadow. Any thread.
 *
 * <p>An owner may have as many tasks in a lane as there is still room for: alone it fills half of the lane, and whoever comes later
 * finds room.
 */
final class Lanes {

    private static final Lane[] BY_RANK = Lane.values();

    private final int capacity;
    private final int atOncePerOwner;
    private final Queue<Owner>[] ready;
    private final int[] waiting = new int[BY_RANK.length];
    private final int[] credit = new int[BY_RANK.length];
    private int waitingInAll;
    private boolean closed;

    /** Whose tasks they are. All is guarded by the lanes. */
    final class Owner {
        private final @Nullable ArrayDeque<Runnable>[] tasks = newArray();
        private final boolean[] isReady = new boolean[BY_RANK.length];
        private final long[] refused = new long[BY_RANK.length];
        private int running;

        /**
         * Puts a task at the end of its lane.
         *
         * @return false if the lane has no room for it: the task will not run, and was counted
         */
        boolean offer(Lane lane, Runnable task) {
            synchronized (Lanes.this) {
                int rank = lane.rank();
                ArrayDeque<Runnable> own = tasks[rank];
                int mine = own == null ? 0 : own.size();
                if (closed || mine >= capacity - waiting[rank]) {
                    refused[rank]++;
                    return false;
                }
                if (own == null) {
                    own = new ArrayDeque<>(4);
                    tasks[rank] = own;
                }
                own.add(task);
                waiting[rank]++;
                waitingInAll++;
                makeReady(rank);
                return true;
            }
        }

        /** Counts a task that found no room before it came here. */
        void refuse(Lane lane) {
            synchronized (Lanes.this) {
                refused[lane.rank()]++;
            }
        }

        /** True if nothing of its waits or is under way. */
        boolean isIdle() {
            synchronized (Lanes.this) {
                if (running > 0) {
                    return false;
                }
                for (ArrayDeque<Runnable> own : tasks) {
                    if (own != null && !own.isEmpty()) {
                        return false;
                    }
                }
                return true;
            }
        }

        /** Takes out a task that was just put in, and counts it as refused; false if it has been taken already. */
        boolean takeBack(Lane lane, Runnable task) {
            synchronized (Lanes.this) {
                int rank = lane.rank();
                ArrayDeque<Runnable> own = tasks[rank];
                if (own == null || !own.removeLastOccurrence(task)) {
                    return false;
                }
                waiting[rank]--;
                waitingInAll--;
                refused[rank]++;
                if (own.isEmpty()) {
                    forget(rank);
                }
                return true;
            }
        }

        private void forget(int rank) {
            tasks[rank] = null;
            if (isReady[rank]) {
                isReady[rank] = false;
                ready[rank].remove(this);
            }
        }

        /** Tasks that found no room, by lane; lanes without any are left out. */
        Map<Lane, Long> refused() {
            synchronized (Lanes.this) {
                Map<Lane, Long> all = new EnumMap<>(Lane.class);
                for (Lane lane : BY_RANK) {
                    if (refused[lane.rank()] > 0) {
                        all.put(lane, refused[lane.rank()]);
                    }
                }
                return all;
            }
        }

        /** Forgets what waits. */
        void clear() {
            synchronized (Lanes.this) {
                for (int rank = 0; rank < BY_RANK.length; rank++) {
                    ArrayDeque<Runnable> own = tasks[rank];
                    if (own != null) {
                        waiting[rank] -= own.size();
                        waitingInAll -= own.size();
                        forget(rank);
                    }
                }
            }
        }

        private void makeReady(int rank) {
            ArrayDeque<Runnable> own = tasks[rank];
            if (!isReady[rank] && running < atOncePerOwner && own != null && !own.isEmpty()) {
                isReady[rank] = true;
                ready[rank].add(this);
            }
        }
    }

    /** A task that was taken out, and by whose right. */
    record Taken(Owner owner, Lane lane, Runnable task) {}

    /**
     * @param capacity tasks that may wait in each lane
     * @param atOncePerOwner tasks of one owner that may be taken and not {@link #finished} yet
     */
    @SuppressWarnings("unchecked") // Arrays of a generic type cannot be made otherwise.
    Lanes(int capacity, int atOncePerOwner) {
        if (capacity < 1) {
            throw new IllegalArgumentException("lane capacity: " + capacity + " (expected: >= 1)");
        }
        this.capacity = capacity;
        this.atOncePerOwner = atOncePerOwner;
        this.ready = (Queue<Owner>[]) new Queue<?>[BY_RANK.length];
        for (int rank = 0; rank < BY_RANK.length; rank++) {
            ready[rank] = new ArrayDeque<>();
            credit[rank] = BY_RANK[rank].credit();
        }
    }

    @SuppressWarnings("unchecked") // As above.
    private static @Nullable ArrayDeque<Runnable>[] newArray() {
        return (ArrayDeque<Runnable>[]) new ArrayDeque<?>[BY_RANK.length];
    }

    /** For one more shadow. */
    Owner owner() {
        return new Owner();
    }

    /**
     * Takes out what is next; whoever runs it says {@link #finished} afterwards.
     *
     * @param last the lane up to which it may be taken
     * @return null if nothing waits there
     */
    synchronized @Nullable Taken take(Lane last) {
        boolean anyReady = false;
        for (int round = 0; round < 2; round++) {
            for (int rank = 0; rank <= last.rank(); rank++) {
                if (!ready[rank].isEmpty()) {
                    anyReady = true;
                    if (credit[rank] > 0) {
                        credit[rank]--;
                        return takeOut(rank);
                    }
                }
            }
            if (!anyReady) {
                return null;
            }
            for (int rank = 0; rank < BY_RANK.length; rank++) {
                credit[rank] = BY_RANK[rank].credit();
            }
        }
        return null;
    }

    private Taken takeOut(int rank) {
        Owner owner = ready[rank].remove();
        owner.isReady[rank] = false;
        ArrayDeque<Runnable> own = owner.tasks[rank];
        if (own == null) {
            throw new IllegalStateException("an owner without tasks stands in line");
        }
        Runnable task = own.remove();
        if (own.isEmpty()) {
            // Thousands of owners are idle most of the time.
            owner.tasks[rank] = null;
        }
        waiting[rank]--;
        waitingInAll--;
        owner.running++;
        if (owner.running < atOncePerOwner) {
            owner.makeReady(rank);
        } else {
            withdraw(owner);
        }
        return new Taken(owner, BY_RANK[rank], task);
    }

    private void withdraw(Owner owner) {
        for (int rank = 0; rank < BY_RANK.length; rank++) {
            if (owner.isReady[rank]) {
                ready[rank].remove(owner);
                owner.isReady[rank] = false;
            }
        }
    }

    /** Takes out several at once, for a single taker. */
    synchronized void take(List<Runnable> into, int most) {
        while (into.size() < most) {
            Taken next = take(Lane.BULK);
            if (next == null) {
                return;
            }
            into.add(next.task());
            finished(next.owner());
        }
    }

    /** A task that was taken has been run. */
    synchronized void finished(Owner owner) {
        owner.running--;
        for (int rank = 0; rank < BY_RANK.length; rank++) {
            owner.makeReady(rank);
        }
    }

    /** True if nothing waits. */
    synchronized boolean isEmpty() {
        return waitingInAll == 0;
    }

    /** Tasks that wait in a lane now. */
    synchronized int waiting(Lane lane) {
        return waiting[lane.rank()];
    }

    /** Takes nothing any more. */
    synchronized void close() {
        closed = true;
    }
}
