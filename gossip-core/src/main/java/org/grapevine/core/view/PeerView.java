package org.grapevine.core.view;

import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;

/** The peers that one engine knows. Used by one thread, the engine's own. */
public interface PeerView {

    /** The device whose view it is. */
    PeerAddress self();

    /** The segments that this device is in, in a fixed order. */
    List<Segment> segments();

    /** Estimated number of live devices in the segment, this one included; at least 1. */
    int size(Segment segment);

    /** How many peers of the segment can be drawn at the most. Fewer than there are, if the view is a partial one. */
    default int links(Segment segment) {
        return size(segment) - 1;
    }

    /** Share of the peers in the view that are dead, as far as this device can tell; 0 to below 1. */
    default double deadShare(Segment segment) {
        return 0;
    }

    /** True if the segment is one LAN, so that a multicast reaches all of it. */
    default boolean isLan(Segment segment) {
        return false;
    }

    /** True if the address is one of a peer of any segment: one that may be drawn, or that was found to be there. */
    boolean knows(PeerAddress peer);

    /** The same, in one segment. */
    boolean knows(Segment segment, PeerAddress peer);

    /**
     * Draws peers of a segment, uniformly and without replacement.
     *
     * @param count how many at the most
     * @param exclude who is not to be drawn
     * @return fewer than {@code count} only if there are no more; empty for a segment that this device is not in
     */
    List<PeerAddress> draw(Segment segment, int count, Set<PeerAddress> exclude, RandomGenerator random);
}
