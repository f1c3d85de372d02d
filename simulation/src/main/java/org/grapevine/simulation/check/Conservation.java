package org.grapevine.simulation.check;

import java.util.List;
import org.grapevine.core.membership.PeerMessage;
import org.grapevine.core.message.Control;
import org.grapevine.simulation.kernel.SeededRandom;
import org.grapevine.simulation.world.Loss;
import org.grapevine.simulation.world.Observer;
import org.grapevine.simulation.world.Transit;
import org.grapevine.simulation.world.World;

/**
 * What is sent or doubled arrives, is lost, or is still under way, each kind for itself; nothing arrives that was not sent. When a
 * run has ended because nothing was left to do, nothing is under way.
 */
final class Conservation implements Observer {

    static final String NAME = "conservation";

    private static final List<Class<? extends Control>> CONTROLS = List.of(
            Control.Digest.class,
            Control.IHave.class,
            Control.IWant.class,
            Control.Accept.class,
            Control.Decline.class,
            Control.Reply.class,
            Control.ReplyFault.class,
            Control.ReplyAck.class,
            Control.Summary.class,
            Control.PullRequest.class,
            Control.Prune.class,
            Control.IDontWant.class,
            Control.Samples.class,
            Control.SamplesAck.class);

    private static final List<Class<? extends PeerMessage>> PEERINGS = List.of(
            PeerMessage.Ping.class,
            PeerMessage.Ack.class,
            PeerMessage.Average.class,
            PeerMessage.AverageAnswer.class,
            PeerMessage.Shuffle.class,
            PeerMessage.ShuffleAnswer.class,
            PeerMessage.Exchange.class,
            PeerMessage.ExchangeAnswer.class,
            PeerMessage.PingRequest.class,
            PeerMessage.Nack.class,
            PeerMessage.Neighbour.class,
            PeerMessage.NeighbourAnswer.class,
            PeerMessage.Disconnect.class,
            PeerMessage.Join.class,
            PeerMessage.ForwardJoin.class,
            PeerMessage.Leave.class);

    private final Violations violations;
    private final long[] underWay = new long[4 + CONTROLS.size() + PEERINGS.size()];
    /** Sum over what is under way of a hash of its ends, kind and size: 0 if all that was sent is what arrived or was lost. */
    private long fingerprint;

    Conservation(Violations violations) {
        this.violations = violations;
    }

    @Override
    public void sent(long now, Transit transit) {
        underWay[kind(transit)]++;
        fingerprint += hash(transit);
    }

    @Override
    public void duplicated(long now, Transit transit) {
        underWay[kind(transit)]++;
        fingerprint += hash(transit);
    }

    @Override
    public void lost(long now, Transit transit, Loss why) {
        ends(now, transit, "is lost");
    }

    @Override
    public void arrived(long now, Transit transit) {
        ends(now, transit, "arrives");
    }

    private void ends(long now, Transit transit, String how) {
        fingerprint -= hash(transit);
        if (--underWay[kind(transit)] < 0) {
            violations.add(
                    NAME,
                    now,
                    () -> "a " + transit.kind() + " from " + transit.from() + " to " + transit.to() + " " + how
                            + " and was never sent");
        }
    }

    @Override
    public void ended(long now, World world) {
        if (!RunEnd.nothingLeft(world)) {
            return;
        }
        long all = 0;
        for (long each : underWay) {
            all += each;
        }
        long left = all;
        if (left != 0) {
            violations.add(NAME, now, () -> left + " messages are under way after the last event");
        } else if (fingerprint != 0) {
            violations.add(NAME, now, () -> "what arrived or was lost is not what was sent");
        }
    }

    private static long hash(Transit transit) {
        long ends = (long) transit.from().index() << 32 | transit.to().index();
        return SeededRandom.mix(ends ^ SeededRandom.mix((long) transit.bytes() << 8 | kind(transit)));
    }

    private static int kind(Transit transit) {
        if (transit instanceof Transit.Copy copy) {
            return copy.message().parameters().replies() == null ? 0 : 1;
        } else if (transit instanceof Transit.Notification notification) {
            return notification.isAcknowledgement() ? 2 : 3;
        } else if (transit instanceof Transit.Order order) {
            Class<? extends Control> kind = order.control().getClass();
            for (int i = 0; i < CONTROLS.size(); i++) {
                if (CONTROLS.get(i) == kind) {
                    return 4 + i;
                }
            }
        } else if (transit instanceof Transit.Peering peering) {
            int place = PEERINGS.indexOf(peering.message().getClass());
            if (place >= 0) {
                return 4 + CONTROLS.size() + place;
            }
        }
        throw new AssertionError("unhandled: " + transit);
    }
}
