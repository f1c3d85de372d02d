package org.grapevine.core.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipEvent;
import org.grapevine.core.contract.GossipTimer;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.ReplyTerms;
import org.grapevine.core.view.PeerView;

/**
 * All that one device decides about the messages of one shadow service: told an event and the time, it says what to do.
 *
 * <p>A plain single-threaded object. Real transports and the simulator drive this same class; neither time nor chance comes
 * from anywhere but its arguments, so equal inputs give equal actions.
 */
public final class GossipEngine {

    private final GossipConfig config;
    private final Counters counters = new Counters();
    private final Dissemination dissemination;
    private final ReplyTree replyTree;

    /**
     * Makes an engine that has seen nothing yet.
     *
     * @param view the peers, changed by its owner between two calls at will
     * @param random source of every draw
     */
    public GossipEngine(GossipConfig config, PeerView view, RandomGenerator random) {
        this.config = config;
        Spread spread = new Spread(config, view, random);
        Outgoing outgoing = new Outgoing(counters);
        this.dissemination = new Dissemination(config, view, random, counters, spread, outgoing);
        RequestSpread requestSpread = new RequestSpread(config.variants(), view, random, spread, dissemination::tree);
        this.replyTree = new ReplyTree(config, counters, requestSpread, outgoing, spread.loss());
        dissemination.answerForRequests(replyTree.ids());
    }

    /**
     * Decides on one event.
     *
     * @param nowMillis ms since the epoch, never going back between two calls
     * @return what is to be done now, in this order
     */
    public List<GossipAction> handle(long nowMillis, GossipEvent event) {
        List<GossipAction> actions = new ArrayList<>();
        if (event instanceof GossipEvent.Received received) {
            onReceived(nowMillis, received, actions);
        } else if (event instanceof GossipEvent.ControlReceived received) {
            onControl(nowMillis, received, actions);
        } else if (event instanceof GossipEvent.TimerFired fired) {
            onTimer(nowMillis, fired.timer(), actions);
        } else if (event instanceof GossipEvent.Published published) {
            ReplyTerms terms = published.message().parameters().replies();
            if (terms == null) {
                dissemination.onPublished(nowMillis, published.message(), actions);
            } else {
                replyTree.onPublished(nowMillis, published.message(), terms, actions);
            }
        } else if (event instanceof GossipEvent.NotDelivered refused) {
            dissemination.onNotDelivered(refused.message(), actions);
        } else if (event instanceof GossipEvent.Answered answered) {
            replyTree.onAnswered(nowMillis, answered.request(), answered.answer(), actions);
        } else if (event instanceof GossipEvent.AnswerFailed failed) {
            replyTree.onAnswerFailed(nowMillis, failed.request(), failed.kind(), actions);
        } else if (event instanceof GossipEvent.Merged merged) {
            replyTree.onMerged(nowMillis, merged.request(), merged.partial(), actions);
        } else if (event instanceof GossipEvent.MergeFailed failed) {
            replyTree.onMergeFailed(nowMillis, failed.request(), failed.reason(), actions);
        } else if (event instanceof GossipEvent.Started) {
            dissemination.onStarted(nowMillis, actions);
        } else {
            throw new AssertionError("unhandled: " + event);
        }
        return actions;
    }

    private void onReceived(long now, GossipEvent.Received received, List<GossipAction> actions) {
        Optional<DropReason> objection =
                Lifetimes.objection(config, now, received.message().parameters(), received.hop());
        boolean known = replyTree.ids().knows(received.message().id());
        if (objection.isPresent() && !(known && objection.get() == DropReason.EXPIRED)) {
            counters.drop(objection.get());
            return;
        }
        ReplyTerms terms = received.message().parameters().replies();
        if (terms == null) {
            dissemination.onReceived(now, received.from(), received.hop(), received.message(), actions);
        } else {
            ReplyTree.Advertised advertised =
                    dissemination.requestArrived(now, received.message().id(), received.from());
            replyTree.onReceived(now, received.from(), received.hop(), received.message(), terms, advertised, actions);
        }
    }

    private void onControl(long now, GossipEvent.ControlReceived received, List<GossipAction> actions) {
        Control control = received.control();
        if (control instanceof Control.Digest digest) {
            dissemination.onDigest(now, received.from(), digest, actions);
        } else if (control instanceof Control.IHave iHave) {
            dissemination.onIHave(now, received.from(), iHave, actions);
        } else if (control instanceof Control.IWant iWant) {
            dissemination.onIWant(now, received.from(), iWant, actions);
        } else if (control instanceof Control.Summary summary) {
            dissemination.onSummary(now, received.from(), summary, actions);
        } else if (control instanceof Control.PullRequest pull) {
            dissemination.onPullRequest(now, received.from(), pull, actions);
        } else if (control instanceof Control.Prune prune) {
            dissemination.onPrune(received.from(), prune, actions);
        } else if (control instanceof Control.IDontWant iDontWant) {
            dissemination.onIDontWant(now, received.from(), iDontWant, actions);
        } else if (control instanceof Control.Accept accept) {
            replyTree.onAccept(now, received.from(), accept);
        } else if (control instanceof Control.Decline decline) {
            replyTree.onDecline(now, received.from(), decline, actions);
        } else if (control instanceof Control.Reply reply) {
            replyTree.onReply(now, received.from(), reply, actions);
        } else if (control instanceof Control.ReplyFault fault) {
            replyTree.onReplyFault(now, received.from(), fault, actions);
        } else if (control instanceof Control.ReplyAck ack) {
            replyTree.onReplyAck(received.from(), ack);
        } else if (control instanceof Control.Samples samples) {
            replyTree.onSamples(now, received.from(), samples, actions);
        } else if (control instanceof Control.SamplesAck ack) {
            replyTree.onSamplesAck(now, received.from(), ack, actions);
        } else {
            throw new AssertionError("unhandled: " + control);
        }
    }

    private void onTimer(long now, GossipTimer timer, List<GossipAction> actions) {
        if (timer instanceof GossipTimer.Repair) {
            dissemination.onRepair(now, actions);
        } else if (timer instanceof GossipTimer.Purge) {
            dissemination.onPurge(now, actions);
        } else if (timer instanceof GossipTimer.RepeatWants) {
            dissemination.onRepeatWants(now, actions);
        } else if (timer instanceof GossipTimer.Pull) {
            dissemination.onPull(now, actions);
        } else if (timer instanceof GossipTimer.Advertise) {
            dissemination.onAdvertise(actions);
        } else if (timer instanceof GossipTimer.Graft graft) {
            dissemination.onGraft(now, graft.id(), actions);
        } else if (timer instanceof GossipTimer.Bridge bridge) {
            dissemination.onBridge(now, bridge, actions);
            replyTree.onBridge(now, bridge.id(), bridge.segment(), actions);
        } else if (timer instanceof GossipTimer.OrderDue due) {
            dissemination.onOrderDue(now, due.origin(), actions);
        } else if (timer instanceof GossipTimer.Redeliver redeliver) {
            dissemination.onRedeliver(now, redeliver.message(), actions);
        } else if (timer instanceof GossipTimer.RepeatRequests repeat) {
            replyTree.onRepeatRequests(now, repeat.request(), actions);
        } else if (timer instanceof GossipTimer.GatheringEnds ends) {
            replyTree.onGatheringEnds(now, ends.request(), actions);
        } else if (timer instanceof GossipTimer.AnswerDue due) {
            replyTree.onAnswerDue(now, due.request(), actions);
        } else if (timer instanceof GossipTimer.RepeatReply repeat) {
            replyTree.onRepeatReply(now, repeat.request(), actions);
        } else if (timer instanceof GossipTimer.Forget forget) {
            replyTree.onForget(now, forget.request(), actions);
        } else {
            throw new AssertionError("unhandled: " + timer);
        }
    }

    Tree tree() {
        return dissemination.tree();
    }

    /**
     * Whether another engine, which knows nothing yet, could take over without delivering or counting anything twice: no message or
     * request of which a copy may still come is known here, not even by a watermark.
     *
     * @param nowMillis as for {@link #handle}
     */
    public boolean remembersNothing(long nowMillis) {
        return dissemination.remembersNothing(nowMillis) && replyTree.size() == 0;
    }

    /** What the engine has done and holds. */
    public GossipStats stats() {
        return new GossipStats(
                counters.published,
                counters.delivered,
                counters.forwarded,
                counters.repaired,
                counters.fetched,
                counters.pulled,
                counters.controlsSent,
                counters.advertised,
                counters.served,
                counters.pulls,
                counters.heldBack,
                counters.dropped(),
                dissemination.seenIds(),
                dissemination.bufferedBytes(),
                replyTree.size(),
                dissemination.wanted(),
                dissemination.held());
    }
}
