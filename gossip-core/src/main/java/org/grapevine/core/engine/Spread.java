package org.grapevine.core.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.core.view.PeerView;
import org.jspecify.annotations.Nullable;

/** Whom a message goes on to: fanout peers of every segment of this device that still has rounds for it. */
final class Spread {

    /** One copy to send, and how far it may go on. */
    record Target(PeerAddress peer, Segment segment, int left) {}

    private final GossipConfig config;
    private final FanoutRule requestRule;
    private final PeerView view;
    private final RandomGenerator random;
    private final LossEstimate loss;

    Spread(GossipConfig config, PeerView view, RandomGenerator random) {
        this.config = config;
        this.requestRule = config.fanoutRule().forRequests();
        this.view = view;
        this.random = random;
        this.loss = new LossEstimate(config.fanoutRule().loss());
    }

    /** What the fanout takes for the share of messages that get lost; fed by whoever asks peers and is answered. */
    LossEstimate loss() {
        return loss;
    }

    /**
     * @param arrived the hop by which the message came; null if it starts here
     * @param from who sent it; null if it starts here
     */
    List<Target> targets(GossipMessage message, @Nullable Hop arrived, @Nullable PeerAddress from) {
        return targets(message, arrived, from, segment -> true);
    }

    /** The same, in some of the segments only. */
    List<Target> targets(
            GossipMessage message, @Nullable Hop arrived, @Nullable PeerAddress from, Predicate<Segment> into) {
        Set<PeerAddress> exclude = new HashSet<>();
        exclude.add(message.origin());
        if (from != null) {
            exclude.add(from);
        }
        List<Target> targets = new ArrayList<>();
        for (Segment segment : view.segments()) {
            int left = left(
                    message.parameters(),
                    segment,
                    arrived == null ? null : arrived.segment(),
                    arrived == null ? 0 : arrived.left());
            if (left > 0 && into.test(segment)) {
                int fanout = fanout(message.parameters(), segment);
                for (PeerAddress peer : view.draw(segment, fanout, exclude, random)) {
                    targets.add(new Target(peer, segment, left - 1));
                    exclude.add(peer);
                }
            }
        }
        return targets;
    }

    /**
     * Hops left at this device for a segment: what the copy brought if it came through that segment, the full rounds in any
     * other, and never more than this device would have allowed itself.
     *
     * <p>A tree is deeper than a gossip: after losses a branch may be as long as the longest way between two devices, and
     * nobody else sends the payload. A request that runs out of rounds is not repaired either, and over a partial view that has not
     * yet found out how large the segment is there are too few. So under {@code auto} the rounds of both are all that this device
     * allows. They bound nothing, since a device passes a message on once.
     */
    int left(GossipParameters parameters, Segment segment, @Nullable Segment arrivedThrough, int arrivedLeft) {
        int own = rounds(parameters, segment);
        return segment.equals(arrivedThrough) ? Math.min(arrivedLeft, own) : own;
    }

    private int rounds(GossipParameters parameters, Segment segment) {
        int rounds = parameters.rounds();
        if (rounds == GossipParameters.AUTO) {
            rounds = parameters.variant() == GossipVariant.TREE || parameters.replies() != null
                    ? GossipParameters.MAX_ROUNDS
                    : FanoutRule.rounds(view.size(segment), fanout(parameters, segment));
        }
        return Math.min(rounds, config.maxRounds());
    }

    /**
     * True if the hop that a lazy push takes next into a segment is one of those that take the payload at once.
     *
     * @param arrived the hop by which the message came; null if it starts here
     */
    boolean isEagerHop(GossipParameters parameters, Segment segment, @Nullable Hop arrived) {
        int hops = 0;
        if (arrived != null && arrived.segment().equals(segment)) {
            // Like rounds, eager hops count inside a segment. What is left of the rounds tells how many there were, as
            // far as
            // devices agree on the rounds; it is never more than the hops over all segments.
            hops = Math.min(arrived.hop(), Math.max(0, rounds(parameters, segment) - arrived.left()));
        }
        int eager = parameters.eagerHops() == GossipParameters.AUTO_EAGER_HOPS
                ? FanoutRule.eagerHops(view.size(segment), fanout(parameters, segment))
                : parameters.eagerHops();
        return hops < eager;
    }

    int fanout(GossipParameters parameters, Segment segment) {
        int fanout = parameters.fanout();
        if (fanout == GossipParameters.AUTO) {
            FanoutRule rule = parameters.replies() == null ? config.fanoutRule() : requestRule;
            fanout = rule.with(loss.value(), Math.max(rule.dead(), view.deadShare(segment)))
                    .fanout(view.size(segment));
        }
        // Over a partial view a message takes all links there are, and needs the rounds of so few.
        return Math.min(config.maxFanout(), Math.min(fanout, Math.max(1, view.links(segment))));
    }
}
