package org.grapevine.core.engine;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipTimer;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.core.view.PeerView;
import org.jspecify.annotations.Nullable;

/**
 * One multicast for all of a segment that is one LAN, pushes into the others. The origin sends it at once; devices that bring a
 * message from elsewhere wait a random while, and the first of them speaks for all. What a device misses, repair brings.
 */
final class Multicast implements Spreading {

    /** Messages that wait for their turn. Reached: the next one is sent without waiting, which costs a datagram at worst. */
    static final int WAITING_LIMIT = 1_000;

    private final VariantConfig variants;
    private final PeerView view;
    private final RandomGenerator random;
    private final Counters counters;
    private final Spread spread;
    private final Outgoing outgoing;
    private final Spreading push;

    private record Waiting(GossipMessage message, int hops) {}

    private final Map<GossipTimer.Bridge, Waiting> waiting = new LinkedHashMap<>();

    /** @param push for payloads that are not sent unasked */
    Multicast(
            GossipConfig config,
            PeerView view,
            RandomGenerator random,
            Counters counters,
            Spread spread,
            Outgoing outgoing,
            Spreading push) {
        this.variants = config.variants();
        this.view = view;
        this.random = random;
        this.counters = counters;
        this.spread = spread;
        this.outgoing = outgoing;
        this.push = push;
    }

    @Override
    public void onNew(
            long now,
            GossipMessage message,
            @Nullable Hop hop,
            @Nullable PeerAddress from,
            List<GossipAction> actions) {
        if (message.payload().onRequestOnly()) {
            push.onNew(now, message, hop, from, actions);
            return;
        }
        int hops = hop == null ? 0 : hop.hop();
        for (Segment segment : view.segments()) {
            if (view.isLan(segment) && !(hop != null && segment.equals(hop.segment()))) {
                enter(message, segment, hops, actions);
            }
        }
        for (Spread.Target target : spread.targets(message, hop, from, segment -> !view.isLan(segment))) {
            outgoing.copy(target.peer(), Outgoing.hop(target.segment(), target.left(), hops), message, actions);
        }
    }

    private void enter(GossipMessage message, Segment segment, int hops, List<GossipAction> actions) {
        if (hops > 0 && waiting.size() < WAITING_LIMIT) {
            GossipTimer.Bridge turn = new GossipTimer.Bridge(message.id(), segment);
            waiting.put(turn, new Waiting(message, hops));
            actions.add(new GossipAction.Schedule(bridgeDelay(variants, random), turn));
            return;
        }
        if (hops > 0) {
            counters.drop(DropReason.TOO_MANY_BRIDGED);
        }
        outgoing.multicast(segment, hops, 0, message, actions);
    }

    /** How long to wait for another device to carry a message into a LAN, ms. */
    static long bridgeDelay(VariantConfig variants, RandomGenerator random) {
        return random.nextLong(variants.bridgeWithinMillis() + 1);
    }

    /** A copy that was heard in a LAN need not be sent there. */
    @Override
    public void onDuplicate(long now, GossipMessage message, Hop hop, PeerAddress from, List<GossipAction> actions) {
        waiting.remove(new GossipTimer.Bridge(message.id(), hop.segment()));
    }

    void onBridge(long now, MessageId id, Segment segment, List<GossipAction> actions) {
        Waiting turn = waiting.remove(new GossipTimer.Bridge(id, segment));
        if (turn != null && now < turn.message().parameters().expiresAtMillis()) {
            outgoing.multicast(segment, turn.hops(), 0, turn.message(), actions);
        }
    }
}
