package org.grapevine.core.view;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.jspecify.annotations.Nullable;

/**
 * The peers that somebody else chooses: all that discovery finds, or the links that a {@link
 * org.grapevine.core.membership.Membership} keeps. Draws are exact, at the price of one entry per peer.
 *
 * <p>Not thread-safe; owned by the thread of the engine that uses it.
 */
public final class SegmentPeers implements PeerView {

    private final PeerAddress self;
    private final List<Segment> segments;
    private final Set<Segment> lans;
    private final Map<Segment, Members> peers = new LinkedHashMap<>();
    private final Map<Segment, Integer> sizes = new HashMap<>(2);
    private final Map<Segment, Set<PeerAddress>> met = new HashMap<>(2);
    private final int limitPerSegment;
    private long refused;

    /** The peers of one segment, and the place of each in the list. */
    private static final class Members {
        private final List<PeerAddress> list = new ArrayList<>(0);
        private final Map<PeerAddress, Integer> places = new HashMap<>(0);

        private void add(PeerAddress peer) {
            places.put(peer, list.size());
            list.add(peer);
        }

        private void remove(PeerAddress peer) {
            Integer place = places.remove(peer);
            if (place == null) {
                return;
            }
            // The last one takes the place: the order in a full view means nothing.
            PeerAddress last = list.remove(list.size() - 1);
            if (place < list.size()) {
                list.set(place, last);
                places.put(last, place);
            }
        }

        private void swap(int a, int b) {
            if (a != b) {
                PeerAddress first = list.get(a);
                PeerAddress second = list.get(b);
                list.set(a, second);
                list.set(b, first);
                places.put(second, a);
                places.put(first, b);
            }
        }
    }

    /**
     * @param self never joins its own view
     * @param segments the segments that this device is in; more cannot join later
     * @param limitPerSegment entries per segment at the most; who comes later is refused and counted, since dropping a known
     *     peer for an unknown one would let a stranger empty the view
     */
    public SegmentPeers(PeerAddress self, List<Segment> segments, int limitPerSegment) {
        this(self, segments, Set.of(), limitPerSegment);
    }

    /**
     * As above.
     *
     * @param lans segments that are one LAN each
     */
    public SegmentPeers(PeerAddress self, List<Segment> segments, Set<Segment> lans, int limitPerSegment) {
        if (limitPerSegment < 1) {
            throw new IllegalArgumentException("limitPerSegment: " + limitPerSegment + " (expected: >= 1)");
        }
        this.self = self;
        this.segments = segments.stream().distinct().toList();
        this.lans = Set.copyOf(lans);
        this.limitPerSegment = limitPerSegment;
        for (Segment segment : this.segments) {
            peers.put(segment, new Members());
        }
    }

    /**
     * Adds a peer; one that is there already stays.
     *
     * @return true if the peer is in the view of the segment afterwards
     */
    public boolean join(Segment segment, PeerAddress peer) {
        Members members = peers.get(segment);
        if (members == null || peer.equals(self)) {
            return false;
        }
        if (members.places.containsKey(peer)) {
            return true;
        }
        if (members.list.size() >= limitPerSegment) {
            refused++;
            return false;
        }
        members.add(peer);
        return true;
    }

    /** Removes a peer from one segment. */
    public void leave(Segment segment, PeerAddress peer) {
        Members members = peers.get(segment);
        if (members != null) {
            members.remove(peer);
        }
    }

    /**
     * Tells how many devices the segment has, this one included. As long as nobody does, they are those that are in the view.
     *
     * @param devices at least 1; fewer than there are in the view count as those
     */
    public void sized(Segment segment, int devices) {
        if (peers.containsKey(segment)) {
            sizes.put(segment, devices);
        }
    }

    /** Lets a peer be known that is not drawn: who chooses the peers has found that it is there. Its owner limits their number. */
    public void met(Segment segment, PeerAddress peer) {
        if (peers.containsKey(segment) && !peer.equals(self)) {
            met.computeIfAbsent(segment, each -> new HashSet<>(2)).add(peer);
        }
    }

    /** Ends {@link #met}; a peer that is drawn stays. */
    public void forget(Segment segment, PeerAddress peer) {
        met.computeIfPresent(segment, (each, peersMet) -> {
            peersMet.remove(peer);
            return peersMet.isEmpty() ? null : peersMet;
        });
    }

    /** Peers that found a full segment. */
    public long refused() {
        return refused;
    }

    /** The peers of a segment, in no particular order. */
    public List<PeerAddress> peers(Segment segment) {
        Members members = peers.get(segment);
        return members == null ? List.of() : List.copyOf(members.list);
    }

    @Override
    public PeerAddress self() {
        return self;
    }

    @Override
    public List<Segment> segments() {
        return segments;
    }

    @Override
    public int size(Segment segment) {
        Members members = peers.get(segment);
        return members == null ? 1 : Math.max(1 + members.list.size(), sizes.getOrDefault(segment, 1));
    }

    @Override
    public int links(Segment segment) {
        Members members = peers.get(segment);
        return members == null ? 0 : members.list.size();
    }

    @Override
    public boolean isLan(Segment segment) {
        return lans.contains(segment);
    }

    @Override
    public boolean knows(PeerAddress peer) {
        for (Segment segment : segments) {
            if (knows(segment, peer)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean knows(Segment segment, PeerAddress peer) {
        Members members = peers.get(segment);
        return (members != null && members.places.containsKey(peer))
                || met.getOrDefault(segment, Set.of()).contains(peer);
    }

    @Override
    public List<PeerAddress> draw(Segment segment, int count, Set<PeerAddress> exclude, RandomGenerator random) {
        @Nullable Members members = peers.get(segment);
        if (members == null) {
            return List.of();
        }
        List<PeerAddress> list = members.list;
        List<PeerAddress> drawn = new ArrayList<>(Math.min(count, list.size()));
        // A partial Fisher-Yates shuffle in place: the order in a full view means nothing.
        for (int i = 0; i < list.size() && drawn.size() < count; i++) {
            members.swap(i, random.nextInt(i, list.size()));
            if (!exclude.contains(list.get(i))) {
                drawn.add(list.get(i));
            }
        }
        return drawn;
    }
}
