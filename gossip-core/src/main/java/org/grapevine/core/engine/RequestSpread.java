package org.grapevine.core.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipVariant;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.core.view.PeerView;
import org.jspecify.annotations.Nullable;

/** Whom a request goes on to, and what they get first; by its variant, as messages do. */
final class RequestSpread {

    /** Child slots of one request at one device. A LAN, or a crowd that pulls, may have more peers than one device can gather. */
    static final int CHILDREN_LIMIT = 4_096;

    /** What a child gets first. */
    enum Opening {
        /** The request. */
        REQUEST,
        /** Its id. */
        ID,
        /** Its id, along a spare link of the tree: the request is on its way along the branches. */
        SPARE_ID
    }

    record Child(PeerAddress peer, Segment segment, int left, Opening opening) {}

    private final VariantConfig variants;
    private final PeerView view;
    private final RandomGenerator random;
    private final Spread spread;
    private final Supplier<Tree> tree;

    /** @param tree asked for when the first request goes along it */
    RequestSpread(VariantConfig variants, PeerView view, RandomGenerator random, Spread spread, Supplier<Tree> tree) {
        this.variants = variants;
        this.view = view;
        this.random = random;
        this.spread = spread;
        this.tree = tree;
    }

    /** How long to wait for another device to carry a request into a LAN, ms. */
    long bridgeDelay() {
        return Multicast.bridgeDelay(variants, random);
    }

    /**
     * The children that are asked one by one.
     *
     * @param hop by which the request came; null if it starts here
     * @param from who sent it; null if it starts here
     */
    List<Child> children(
            GossipMessage request, @Nullable Hop hop, @Nullable PeerAddress from, List<GossipAction> actions) {
        boolean idFirst = request.payload().onRequestOnly();
        return switch (request.parameters().variant()) {
            case EAGER_PUSH, LAZY_PUSH -> pushed(request, hop, from);
            case PULL, PUSH_PULL, LAZY_PULL -> List.of();
            case TREE -> {
                List<Child> children = new ArrayList<>();
                for (Tree.Branch branch : tree.get().branches(request, hop, from, actions)) {
                    Opening opening = idFirst ? Opening.ID : branch.eager() ? Opening.REQUEST : Opening.SPARE_ID;
                    children.add(new Child(branch.peer(), branch.segment(), branch.left(), opening));
                }
                yield children;
            }
            case MULTICAST -> pushed(request, hop, from);
        };
    }

    private List<Child> pushed(GossipMessage request, @Nullable Hop hop, @Nullable PeerAddress from) {
        boolean idFirst = request.payload().onRequestOnly();
        boolean multicast = request.parameters().variant() == GossipVariant.MULTICAST && !idFirst;
        boolean lazy = request.parameters().variant() == GossipVariant.LAZY_PUSH;
        List<Child> children = new ArrayList<>();
        for (Spread.Target target :
                spread.targets(request, hop, from, segment -> !(multicast && view.isLan(segment)))) {
            boolean eager = !idFirst && (!lazy || spread.isEagerHop(request.parameters(), target.segment(), hop));
            children.add(
                    new Child(target.peer(), target.segment(), target.left(), eager ? Opening.REQUEST : Opening.ID));
        }
        return children;
    }

    /** The LANs that the request has yet to enter. */
    List<Segment> lansToEnter(GossipMessage request, @Nullable Hop hop) {
        if (request.parameters().variant() != GossipVariant.MULTICAST
                || request.payload().onRequestOnly()) {
            return List.of();
        }
        return view.segments().stream()
                .filter(segment -> view.isLan(segment) && !(hop != null && segment.equals(hop.segment())))
                .toList();
    }

    /** All known peers of a LAN but those excluded: the children that one multicast opens. */
    List<Child> inLan(Segment lan, Set<PeerAddress> exclude) {
        List<Child> children = new ArrayList<>();
        for (PeerAddress peer : view.draw(lan, CHILDREN_LIMIT, exclude, random)) {
            children.add(new Child(peer, lan, 0, Opening.REQUEST));
        }
        return children;
    }

    /** True if the LAN has more peers than one device can gather. */
    boolean isTooLarge(Segment lan) {
        return view.size(lan) - 1 > CHILDREN_LIMIT;
    }

    /** How far a request may go on in a segment from whoever pulls it here; below 0 if not at all. */
    int leftForPuller(GossipMessage request, Segment segment, @Nullable Hop arrived) {
        return spread.left(
                        request.parameters(),
                        segment,
                        arrived == null ? null : arrived.segment(),
                        arrived == null ? 0 : arrived.left())
                - 1;
    }

    /** True if somebody may pull the request here. */
    boolean mayBePulled(GossipMessage request, @Nullable Hop arrived) {
        if (!request.parameters().variant().isPulled()) {
            return false;
        }
        for (Segment segment : view.segments()) {
            if (view.size(segment) > 1 && leftForPuller(request, segment, arrived) >= 0) {
                return true;
            }
        }
        return false;
    }

    /** True if rounds have run out for a segment in which there is somebody to ask. */
    boolean runsOut(GossipMessage request, @Nullable Hop arrived, @Nullable PeerAddress from) {
        if (request.parameters().variant().isPulled()) {
            return false;
        }
        boolean multicast = request.parameters().variant() == GossipVariant.MULTICAST
                && !request.payload().onRequestOnly();
        for (Segment segment : view.segments()) {
            int left = spread.left(
                    request.parameters(),
                    segment,
                    arrived == null ? null : arrived.segment(),
                    arrived == null ? 0 : arrived.left());
            if (left <= 0
                    && !(multicast && view.isLan(segment))
                    && !view.draw(segment, 1, holders(request, from, List.of()), random)
                            .isEmpty()) {
                return true;
            }
        }
        return false;
    }

    PeerAddress self() {
        return view.self();
    }

    boolean isSelf(PeerAddress peer) {
        return peer.equals(view.self());
    }

    /** A request has come for the first time. */
    void onFirst(
            long now, GossipMessage request, Hop hop, PeerAddress from, boolean fetched, List<GossipAction> actions) {
        if (request.parameters().variant() == GossipVariant.TREE && !fetched) {
            tree.get().onFirstRequest(now, hop, from, actions);
        }
    }

    /**
     * A request has come again, from somebody else than the first time.
     *
     * @param first by which it came the first time; null if it starts here
     * @param parent who sent it then; null if it starts here
     */
    void onSecond(
            long now,
            GossipMessage request,
            @Nullable Hop first,
            @Nullable PeerAddress parent,
            Hop hop,
            PeerAddress from,
            List<GossipAction> actions) {
        if (request.parameters().variant() == GossipVariant.TREE) {
            tree.get().onRequestTwice(now, first, parent, hop, from, actions);
        }
    }

    /** Everybody who has the request already. */
    static Set<PeerAddress> holders(GossipMessage request, @Nullable PeerAddress from, List<PeerAddress> advertisers) {
        Set<PeerAddress> holders = new HashSet<>(advertisers);
        holders.add(request.origin());
        if (from != null) {
            holders.add(from);
        }
        return holders;
    }
}
