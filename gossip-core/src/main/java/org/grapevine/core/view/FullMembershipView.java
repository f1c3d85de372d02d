package org.grapevine.core.view;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;

/**
 * Knows every peer of each of its segments: exact draws at the price of one entry per peer. For small segments.
 *
 * <p>Not thread-safe; owned by the thread of the engine that uses it.
 */
public final class FullMembershipView implements PeerView {

    private final PeerAddress self;
    private final List<Segment> segments;
    private final Map<Segment, List<PeerAddress>> peers = new LinkedHashMap<>();
    private final int limitPerSegment;
    private long refused;

    /**
     * @param self never joins its own view
     * @param segments the segments that this device is in; more cannot join later
     * @param limitPerSegment entries per segment at the most; who comes later is refused and counted, since dropping a known
     *     peer for an unknown one would let a stranger empty the view
     */
    public FullMembershipView(PeerAddress self, List<Segment> segments, int limitPerSegment) {
        if (limitPerSegment < 1) {
            throw new IllegalArgumentException("limitPerSegment: " + limitPerSegment + " (expected: >= 1)");
        }
        this.self = self;
        this.segments = segments.stream().distinct().toList();
        this.limitPerSegment = limitPerSegment;
        for (Segment segment : this.segments) {
            peers.put(segment, new ArrayList<>(0));
        }
    }

    /**
     * Adds a peer; one that is there already stays.
     *
     * @return true if the peer is in the view of the segment afterwards
     */
    public boolean join(Segment segment, PeerAddress peer) {
        List<PeerAddress> members = peers.get(segment);
        if (members == null || peer.equals(self)) {
            return false;
        }
        if (members.contains(peer)) {
            return true;
        }
        if (members.size() >= limitPerSegment) {
            refused++;
            return false;
        }
        return members.add(peer);
    }

    /** Removes a peer from one segment. */
    public void leave(Segment segment, PeerAddress peer) {
        List<PeerAddress> members = peers.get(segment);
        if (members != null) {
            members.remove(peer);
        }
    }

    /** Peers that found a full segment. */
    public long refused() {
        return refused;
    }

    /** The peers of a segment, in no particular order. */
    public List<PeerAddress> peers(Segment segment) {
        return List.copyOf(peers.getOrDefault(segment, List.of()));
    }

    @Override
    public List<Segment> segments() {
        return segments;
    }

    @Override
    public int size(Segment segment) {
        return 1 + peers.getOrDefault(segment, List.of()).size();
    }

    @Override
    public boolean knows(PeerAddress peer) {
        return peers.values().stream().anyMatch(members -> members.contains(peer));
    }

    @Override
    public List<PeerAddress> draw(Segment segment, int count, Set<PeerAddress> exclude, RandomGenerator random) {
        List<PeerAddress> members = peers.getOrDefault(segment, List.of());
        List<PeerAddress> drawn = new ArrayList<>(Math.min(count, members.size()));
        // A partial Fisher-Yates shuffle in place: the order in a full view means nothing.
        for (int i = 0; i < members.size() && drawn.size() < count; i++) {
            Collections.swap(members, i, random.nextInt(i, members.size()));
            if (!exclude.contains(members.get(i))) {
                drawn.add(members.get(i));
            }
        }
        return drawn;
    }
}
