package org.grapevine.core.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.random.RandomGenerator;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipTimer;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.OriginOrder;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.view.PeerView;
import org.jspecify.annotations.Nullable;

/**
 * One-way messages at one device: on first sight a message is delivered and passed on the way its variant says; what is missing
 * is fetched.
 */
final class Dissemination {

    private static final long LEAST_PURGE_PAUSE_MILLIS = 1_000;

    private final GossipConfig config;
    private final Counters counters;
    private final SeenTable seen;
    private final PeerCheck check;
    private final Doubts doubts;
    private final Fetching fetching;
    private final Repair repair;
    private final Push push;
    private final Pull pull;
    private final PeerView view;
    private final RandomGenerator random;
    private final Spread spread;
    private final Outgoing outgoing;
    private final Lag lag = new Lag();
    /** Made when the first message goes that way: most devices of a network use one variant or two. */
    private @Nullable Tree tree;

    private @Nullable Multicast multicast;
    private final OrderedDelivery ordered;

    private KnownRequests requests = KnownRequests.NONE;

    private boolean purgeScheduled;
    private int waitingForRedelivery;

    Dissemination(
            GossipConfig config,
            PeerView view,
            RandomGenerator random,
            Counters counters,
            Spread spread,
            Outgoing outgoing) {
        this.config = config;
        this.counters = counters;
        this.seen = new SeenTable(config, counters);
        this.doubts = new Doubts(counters);
        this.check = new PeerCheck(config, view, counters, doubts);
        this.fetching = new Fetching(config, seen, spread, outgoing, counters, doubts, lag);
        this.repair = new Repair(config, view, random, seen, fetching, outgoing, lag, counters);
        this.push = new Push(spread, outgoing);
        this.pull = new Pull(config, view, random, seen, fetching, outgoing, counters);
        this.view = view;
        this.random = random;
        this.spread = spread;
        this.outgoing = outgoing;
        this.ordered = new OrderedDelivery(config, counters, seen);
    }

    /** Whose ids stand among those of messages; nobody's unless told. */
    void answerForRequests(KnownRequests answering) {
        this.requests = answering;
        pull.answerForRequests(answering);
    }

    void onStarted(long now, List<GossipAction> actions) {
        pull.start(now, actions);
    }

    void onPublished(long now, GossipMessage message, List<GossipAction> actions) {
        counters.published++;
        onFirstSight(now, message, null, null, actions);
    }

    void onReceived(long now, PeerAddress from, Hop hop, GossipMessage message, List<GossipAction> actions) {
        onFirstSight(now, message, hop, from, actions);
    }

    private void onFirstSight(
            long now,
            GossipMessage message,
            @Nullable Hop hop,
            @Nullable PeerAddress from,
            List<GossipAction> actions) {
        if (from != null) {
            doubts.answered(from);
        }
        seen.purge(now);
        Fetching.Reason fetched = fetching.arrived(now, message.id(), from);
        GossipParameters parameters = message.parameters();
        switch (seen.see(message, Lifetimes.refusedFromMillis(config, parameters), isKept(message), hop)) {
            case DUPLICATE -> {
                counters.drop(DropReason.DUPLICATE);
                if (hop != null && from != null) {
                    if (parameters.variant() == GossipVariant.TREE) {
                        tree().onDuplicate(now, message, hop, from, actions);
                    } else {
                        spreading(parameters.variant()).onDuplicate(now, message, hop, from, actions);
                    }
                }
            }
            case MAYBE_SEEN -> {
                counters.drop(DropReason.MAYBE_SEEN);
                fetching.wasted(now, fetched);
            }
            case NEW_TO_THE_APPLICATION -> deliver(now, message, actions);
            case NEW -> {
                countWhyItCame(parameters.variant(), from, fetched);
                deliver(now, message, actions);
                if (parameters.variant() == GossipVariant.TREE) {
                    tree().onNew(now, message, hop, from, fetched != null, actions);
                } else {
                    spreading(parameters.variant()).onNew(now, message, hop, from, actions);
                }
                if (SeenTable.Kind.of(parameters) == SeenTable.Kind.REPAIRED) {
                    repair.schedule(now, actions);
                }
                schedulePurge(now, actions);
            }
        }
        if (fetched == Fetching.Reason.REPAIR) {
            fetching.askOn(now, actions);
        } else if (fetched == null && from != null) {
            lag.came(now, message);
        }
    }

    private Spreading spreading(GossipVariant variant) {
        return switch (variant) {
            case EAGER_PUSH, LAZY_PUSH, TREE -> push;
            case PULL, PUSH_PULL, LAZY_PULL -> pull;
            case MULTICAST -> multicast();
        };
    }

    private void countWhyItCame(GossipVariant variant, @Nullable PeerAddress from, Fetching.@Nullable Reason fetched) {
        if (variant.isPulled() && from != null) {
            counters.pulled++;
        } else if (fetched == Fetching.Reason.REPAIR) {
            counters.repaired++;
        } else if (fetched == Fetching.Reason.ADVERTISED) {
            counters.fetched++;
        }
    }

    /** Whether the payload is kept for those who will ask for it. */
    private static boolean isKept(GossipMessage message) {
        GossipParameters parameters = message.parameters();
        boolean pushedBlindly =
                parameters.variant() == GossipVariant.EAGER_PUSH || parameters.variant() == GossipVariant.MULTICAST;
        return !pushedBlindly
                || parameters.repairPeriodMillis() > 0
                || message.payload().onRequestOnly();
    }

    private void deliver(long now, GossipMessage message, List<GossipAction> actions) {
        OriginOrder order = message.parameters().order();
        if (order != null) {
            ordered.onNew(now, message, order, actions);
        } else {
            counters.delivered++;
            actions.add(new GossipAction.Deliver(message));
        }
    }

    void onOrderDue(long now, PeerAddress origin, List<GossipAction> actions) {
        ordered.onDue(now, origin, actions);
    }

    // Delivery that has to wait

    void onNotDelivered(GossipMessage message, List<GossipAction> actions) {
        counters.delivered--;
        boolean offeredAgain = waitingForRedelivery < config.redeliverLimit();
        OriginOrder order = message.parameters().order();
        if (order != null && !ordered.onRefused(message, order, offeredAgain)) {
            counters.drop(DropReason.OVERTAKEN);
        } else if (offeredAgain) {
            waitingForRedelivery++;
            actions.add(new GossipAction.Schedule(config.redeliverAfterMillis(), new GossipTimer.Redeliver(message)));
        } else {
            // It may come again, by repair, as long as it lives.
            seen.notDelivered(message.id());
            counters.drop(DropReason.UNDELIVERED);
        }
    }

    void onRedeliver(long now, GossipMessage message, List<GossipAction> actions) {
        waitingForRedelivery--;
        boolean givenUp = now >= Lifetimes.refusedFromMillis(config, message.parameters());
        if (givenUp) {
            counters.drop(DropReason.UNDELIVERED);
        }
        OriginOrder order = message.parameters().order();
        if (order != null) {
            ordered.onOfferedAgain(now, message, order, givenUp, actions);
        } else if (!givenUp) {
            deliver(now, message, actions);
        }
    }

    // Forgetting

    /** One timer at a time, and not more often than once a second: what has expired costs memory only. */
    private void schedulePurge(long now, List<GossipAction> actions) {
        OptionalLong next = seen.nextExpiryMillis();
        if (!purgeScheduled && next.isPresent()) {
            purgeScheduled = true;
            long delay = Math.max(LEAST_PURGE_PAUSE_MILLIS, next.getAsLong() - now);
            actions.add(new GossipAction.Schedule(delay, new GossipTimer.Purge()));
        }
    }

    void onPurge(long now, List<GossipAction> actions) {
        purgeScheduled = false;
        seen.purge(now);
        ordered.purge(now);
        schedulePurge(now, actions);
    }

    // Ids

    void onRepair(long now, List<GossipAction> actions) {
        repair.onTimer(now, actions);
    }

    void onDigest(long now, PeerAddress from, Control.Digest digest, List<GossipAction> actions) {
        if (check.accepts(now, from, digest.segment(), digest.ids().size(), actions)) {
            repair.onDigest(now, from, digest, actions);
        }
    }

    void onSummary(long now, PeerAddress from, Control.Summary summary, List<GossipAction> actions) {
        if (check.accepts(now, from, summary.segment(), 0, actions)
                && check.acceptsChecksums(summary.checksums().size())) {
            repair.onSummary(now, from, summary, actions);
        }
    }

    void onIHave(long now, PeerAddress from, Control.IHave iHave, List<GossipAction> actions) {
        if (check.accepts(now, from, iHave.segment(), iHave.ids().size(), actions)) {
            List<MessageId> messages = requests.onIHave(from, iHave.ids(), actions);
            if (iHave.spare()) {
                tree().onSpare(now, from, iHave.segment(), messages, iHave.hop(), actions);
            } else {
                Fetching.Reason reason = iHave.hop() == 0 ? Fetching.Reason.REPAIR : Fetching.Reason.ADVERTISED;
                fetching.wantMissing(now, from, iHave.segment(), messages, reason, actions);
            }
        }
    }

    void onPull(long now, List<GossipAction> actions) {
        pull.onTimer(now, actions);
    }

    void onPullRequest(long now, PeerAddress from, Control.PullRequest request, List<GossipAction> actions) {
        if (check.accepts(
                now,
                from,
                request.segment(),
                Math.max(request.has().size(), request.offered().size()),
                actions)) {
            List<MessageId> offered =
                    request.offered().stream().filter(id -> !requests.knows(id)).toList();
            pull.onPullRequest(
                    now,
                    from,
                    new Control.PullRequest(request.segment(), request.has(), offered, request.slice()),
                    actions);
        }
    }

    /** A request has come, maybe one whose id was advertised before. */
    ReplyTree.Advertised requestArrived(long now, MessageId id, PeerAddress from) {
        doubts.answered(from);
        List<PeerAddress> by = new ArrayList<>(fetching.advertisers(id));
        boolean fetched = fetching.arrived(now, id, from) != null;
        if (tree != null) {
            for (Tree.Advertiser advertiser : tree.arrived(id)) {
                by.add(advertiser.peer());
            }
        }
        return by.isEmpty() && !fetched ? ReplyTree.Advertised.NOWHERE : new ReplyTree.Advertised(by, fetched);
    }

    void onRepeatWants(long now, List<GossipAction> actions) {
        fetching.onRepeatWants(now, actions);
    }

    void onIWant(long now, PeerAddress from, Control.IWant iWant, List<GossipAction> actions) {
        if (check.accepts(now, from, iWant.segment(), iWant.ids().size(), actions)) {
            if (iWant.graft()) {
                tree().onGrafted(from, iWant.segment(), iWant.ids(), actions);
            }
            requests.onIWant(now, from, iWant, actions);
            fetching.onIWant(now, from, iWant, actions);
        }
    }

    void onPrune(PeerAddress from, Control.Prune prune, List<GossipAction> actions) {
        if (tree != null) {
            tree.onPrune(from, prune.segment(), actions);
        }
    }

    void onIDontWant(long now, PeerAddress from, Control.IDontWant iDontWant, List<GossipAction> actions) {
        if (check.accepts(now, from, iDontWant.segment(), iDontWant.ids().size(), actions) && tree != null) {
            tree.onIDontWant(from, iDontWant);
        }
    }

    // Trees and LANs

    /** The links of this device, for requests too. */
    Tree tree() {
        if (tree == null) {
            tree = new Tree(config, view, random, counters, spread, outgoing, doubts, seen::contains);
        }
        return tree;
    }

    private Multicast multicast() {
        if (multicast == null) {
            multicast = new Multicast(config, view, random, counters, spread, outgoing, push);
        }
        return multicast;
    }

    void onAdvertise(List<GossipAction> actions) {
        tree().onAdvertise(actions);
    }

    void onGraft(long now, MessageId id, List<GossipAction> actions) {
        tree().onGraft(now, id, actions);
    }

    void onBridge(long now, GossipTimer.Bridge bridge, List<GossipAction> actions) {
        multicast().onBridge(now, bridge.id(), bridge.segment(), actions);
    }

    int wanted() {
        return fetching.size();
    }

    int held() {
        return ordered.held();
    }

    boolean remembersNothing(long now) {
        return seen.remembersNothing(now) && waitingForRedelivery == 0 && ordered.held() == 0;
    }

    int seenIds() {
        return seen.size();
    }

    long bufferedBytes() {
        return seen.bufferedBytes();
    }
}
