package org.grapevine.dpws.eventing;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Who may send next, if no peer is to get more than so many messages at once: those who wait for one peer stand in one line, and the
 * lines take turns, so that a slow peer holds up nobody but those who wait for it. For one thread.
 *
 * @param <T> who waits; at most once in a line
 */
final class Lanes<T> {

    /**
     * Who sends now.
     *
     * @param peer to whom
     */
    record Next<T>(String peer, T waiting) {}

    private static final class Lane<T> {
        private final LinkedHashSet<T> waiting = new LinkedHashSet<>();
        private int underWay;
    }

    private final int underWayPerPeer;
    private final Map<String, Lane<T>> lanes = new HashMap<>();
    private final LinkedHashSet<String> ready = new LinkedHashSet<>();

    /**
     * Without anybody.
     *
     * @param underWayPerPeer messages that may be under way at once to one peer, at least 1
     */
    Lanes(int underWayPerPeer) {
        this.underWayPerPeer = underWayPerPeer;
    }

    /** Stands in line for a peer; who stands there already keeps its place. */
    void offer(String peer, T waiting) {
        Lane<T> lane = lanes.computeIfAbsent(peer, name -> new Lane<>());
        lane.waiting.add(waiting);
        note(peer, lane);
    }

    /** Leaves the line, if it stands in it. */
    void withdraw(String peer, T waiting) {
        Lane<T> lane = lanes.get(peer);
        if (lane != null) {
            lane.waiting.remove(waiting);
            note(peer, lane);
        }
    }

    /** Takes out who may send now; its message is under way until {@link #landed}. */
    Optional<Next<T>> start() {
        if (ready.isEmpty()) {
            return Optional.empty();
        }
        String peer = ready.iterator().next();
        // To the end of the turn: the next one is another peer's.
        ready.remove(peer);
        Lane<T> lane = Objects.requireNonNull(lanes.get(peer), peer);
        T next = lane.waiting.iterator().next();
        lane.waiting.remove(next);
        lane.underWay++;
        note(peer, lane);
        return Optional.of(new Next<>(peer, next));
    }

    /** A message that was started to this peer is no longer under way. */
    void landed(String peer) {
        Lane<T> lane = lanes.get(peer);
        if (lane == null || lane.underWay == 0) {
            throw new IllegalStateException("lane of " + peer + ": nothing under way (expected: what has landed)");
        }
        lane.underWay--;
        note(peer, lane);
    }

    /** Peers for which somebody waits, or something is under way. */
    int size() {
        return lanes.size();
    }

    private void note(String peer, Lane<T> lane) {
        if (!lane.waiting.isEmpty() && lane.underWay < underWayPerPeer) {
            ready.add(peer);
        } else {
            ready.remove(peer);
        }
        if (lane.waiting.isEmpty() && lane.underWay == 0) {
            lanes.remove(peer);
        }
    }
}
