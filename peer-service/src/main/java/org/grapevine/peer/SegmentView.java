package org.grapevine.peer;

import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import javax.xml.namespace.QName;
import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.core.membership.MembershipStats;
import org.grapevine.core.membership.PeerEntry;
import org.grapevine.core.membership.Standing;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;

/**
 * What one shadow of this host knows of one of its segments. Any thread; the futures are completed on the event loop of the shadow,
 * which must not be blocked, and fail with RejectedExecutionException if that is full or closed.
 */
public interface SegmentView {

    /** What the members of the overlay have in common, beside the segment. */
    QName portType();

    Segment segment();

    /** The shadow's own entry, of age 0. */
    PeerEntry self();

    /** A snapshot. */
    CompletableFuture<Status> status();

    /** Draws from the view, uniformly and without replacement; fewer only if there are no more. */
    CompletableFuture<List<PeerEntry>> draw(int count, Set<PeerAddress> exclude);

    /** Names peers that somebody knows; what can be none is refused and counted. */
    void contacts(List<PeerEntry> peers);

    /**
     * How a view stands.
     *
     * @param standings every peer in the view, links first
     */
    record Status(MembershipConfig.Kind kind, List<Standing> standings, MembershipStats stats) {
        public Status {
            standings = List.copyOf(standings);
        }
    }
}
