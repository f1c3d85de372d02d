package org.grapevine.simulation.world;

import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.core.view.PeerView;
import org.grapevine.core.view.SegmentPeers;

/**
 * What one device knows where membership engines choose: of a segment that is a LAN everybody, as discovery finds them, and of any
 * other the links of its own engine.
 */
final class OwnView implements PeerView {

    private final Device self;
    private final SharedView found;
    private final SegmentPeers chosen;

    /** @param limit links of a segment at the most */
    OwnView(Device self, int limit) {
        this.self = self;
        this.found = new SharedView(self);
        this.chosen = new SegmentPeers(self.address(), self.segments(), limit);
    }

    SegmentPeers chosen() {
        return chosen;
    }

    private PeerView of(Segment segment) {
        return isLan(segment) ? found : chosen;
    }

    @Override
    public PeerAddress self() {
        return self.address();
    }

    @Override
    public List<Segment> segments() {
        return self.segments();
    }

    @Override
    public int size(Segment segment) {
        return of(segment).size(segment);
    }

    @Override
    public int links(Segment segment) {
        return of(segment).links(segment);
    }

    @Override
    public boolean isLan(Segment segment) {
        return found.isLan(segment);
    }

    @Override
    public boolean knows(PeerAddress peer) {
        for (Segment segment : self.segments()) {
            if (knows(segment, peer)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean knows(Segment segment, PeerAddress peer) {
        return of(segment).knows(segment, peer);
    }

    @Override
    public List<PeerAddress> draw(Segment segment, int count, Set<PeerAddress> exclude, RandomGenerator random) {
        return of(segment).draw(segment, count, exclude, random);
    }
}
