package org.grapevine.gossip.shadow;

import java.util.Optional;
import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.peer.Appetite;
import org.grapevine.peer.FeedOptions;
import org.grapevine.policy.Gossip;
import org.grapevine.policy.View;

/**
 * How the shadows of a host keep their views of a segment. Periods and sizes that are not named here are those of {@link
 * MembershipConfig}.
 *
 * @param defaultView where a policy names none
 * @param mostPeers of a full view
 * @param detection how failed peers are found
 * @param estimate how the size of a segment is estimated, where the view is a partial one
 * @param shuffleMillis period in which peers tell each other of others, ms
 * @param tendMillis how soon too few links are looked after, ms
 * @param contactMillis how often an old contact, lost without a Bye, is tried again, ms
 * @param feed how the host learns of peers to begin with
 * @param membership the view where a policy names none, with every size and period of its own, in place of what is said above; empty
 *     for that
 */
public record PeerOptions(
        View defaultView,
        int mostPeers,
        MembershipConfig.Detection detection,
        MembershipConfig.Estimate estimate,
        long shuffleMillis,
        long tendMillis,
        long contactMillis,
        FeedOptions feed,
        Optional<MembershipConfig> membership) {

    /** Peers of a segment that a partial view begins with; it finds the others by itself. */
    static final Appetite CONTACTS = Appetite.some(8);

    /** What an automatic fanout is taken for. */
    private static final int AUTO_FANOUT = 4;

    public static PeerOptions defaults() {
        MembershipConfig.View view = MembershipConfig.hyParView(AUTO_FANOUT).view();
        return new PeerOptions(
                View.HYPARVIEW,
                10_000,
                MembershipConfig.Detection.defaults(),
                MembershipConfig.Estimate.defaults(),
                view.shuffleMillis(),
                view.tendMillis(),
                view.contactMillis(),
                FeedOptions.defaults(),
                Optional.empty());
    }

    /** Another view where a policy names none. */
    public PeerOptions withDefaultView(View other) {
        return new PeerOptions(
                other, mostPeers, detection, estimate, shuffleMillis, tendMillis, contactMillis, feed, membership);
    }

    /** Other periods, ms. */
    public PeerOptions withTimes(long shuffle, long tend, long contact) {
        return new PeerOptions(defaultView, mostPeers, detection, estimate, shuffle, tend, contact, feed, membership);
    }

    /** Another failure detection. */
    public PeerOptions withDetection(MembershipConfig.Detection other) {
        return new PeerOptions(
                defaultView, mostPeers, other, estimate, shuffleMillis, tendMillis, contactMillis, feed, membership);
    }

    /** Another estimate. */
    public PeerOptions withEstimate(MembershipConfig.Estimate other) {
        return new PeerOptions(
                defaultView, mostPeers, detection, other, shuffleMillis, tendMillis, contactMillis, feed, membership);
    }

    /** Other ways to learn of peers, or at another rate. */
    public PeerOptions withFeed(FeedOptions other) {
        return new PeerOptions(
                defaultView,
                mostPeers,
                detection,
                estimate,
                shuffleMillis,
                tendMillis,
                contactMillis,
                other,
                membership);
    }

    /** Exactly this view where a policy names none. */
    public PeerOptions withMembership(MembershipConfig exactly) {
        return new PeerOptions(
                View.valueOf(exactly.kind().name()),
                mostPeers,
                detection,
                estimate,
                shuffleMillis,
                tendMillis,
                contactMillis,
                feed,
                Optional.of(exactly));
    }

    /** A view of that kind for messages of that fanout; {@link Gossip#AUTO} for what each device works out. */
    MembershipConfig config(View kind, int fanout) {
        if (membership.isPresent() && kind == defaultView) {
            return membership.get();
        }
        int links = fanout == Gossip.AUTO ? AUTO_FANOUT : fanout;
        MembershipConfig standard =
                switch (kind) {
                    case HYPARVIEW -> MembershipConfig.hyParView(links);
                    case CYCLON -> MembershipConfig.cyclon(links);
                    case FULL -> MembershipConfig.full(mostPeers);
                };
        return timed(kind == View.FULL ? standard : standard.withEstimate(estimate));
    }

    /** That of a device which another one's Peer Service tells whom to send to. */
    MembershipConfig leaf() {
        return timed(MembershipConfig.leaf());
    }

    private MembershipConfig timed(MembershipConfig standard) {
        return standard.withDetection(detection)
                .withView(standard.view().withPeriods(shuffleMillis, tendMillis, contactMillis));
    }
}
