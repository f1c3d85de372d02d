package org.grapevine.core.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.grapevine.core.contract.GossipAction;
import org.grapevine.core.contract.GossipTimer;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.core.view.PeerView;
import org.jspecify.annotations.Nullable;

/**
 * A spanning tree for each segment, cut out of random links by the messages themselves (Plumtree; Leitão, Pereira, Rodrigues,
 * "Epidemic Broadcast Trees", 2007). Payloads go along eager links at once, ids along spare ones a little later. Who gets a
 * payload twice makes the link of the second copy a spare one; who hears of an id and does not get its payload makes the link
 * of the advertisement eager again. One tree serves all origins.
 *
 * <p>Deviations from the paper: each device holds on to one link as its branch, or messages on their way at the same time, which
 * come first now along this link and now along that one, would cut one after the other; there is no membership protocol below that makes links symmetric, so whoever opens one says so
 * by an empty graft; the first message of a segment goes to as many peers as an eager push, for a device to which nobody has
 * opened a link would miss it and open none; a payload that the network itself doubled cuts nothing; an id is not advertised to
 * a peer that is known to hold it. What is missed even so is left to {@link Repair}.
 */
final class Tree {

    /**
     * From this size on a device tells its eager neighbours that it has a payload. Telling costs an envelope of some 600 bytes
     * to each of them, and what it can save is a second copy.
     */
    static final int LARGE_BYTES = 1_024;

    /** Links in all, for each one that a device opens itself. As many are opened to it on average, so few find no room. */
    static final int LINKS_PER_OPENED = 3;

    /** Advertised ids whose payloads are waited for. Reached: the oldest is left to repair. */
    static final int MISSING_LIMIT = 1_000;

    /** Ids that peers told they have, before this device had them. Reached: the oldest goes, which costs a copy at worst. */
    static final int TOLD_LIMIT = 256;

    /** Last messages whose way is remembered: who sent a copy first, and over how many hops. */
    static final int RECENT_LIMIT = 256;

    /** Times in a row that a device insists on its branch: the peer may be full, and would never send. */
    private static final int REFUSALS = 4;

    private static final int ADVERTISERS_PER_ID = 8;

    /** What the auto number of links stands up to: so many devices dead before anybody has noticed. */
    private static final double UNNOTICED_DEAD = 0.1;

    private static final double MOST_DEAD = 0.5;
    private static final double ISOLATED = 0.001;

    /** A request on its way along a link. */
    record Branch(PeerAddress peer, Segment segment, int left, boolean eager) {}

    /** Who holds an id, and in which segment it said so. */
    record Advertiser(PeerAddress peer, Segment segment) {}

    private static final class Link {
        private final PeerAddress peer;
        /** Opened by this device, not by the peer. */
        private final boolean opened;

        private boolean eager = true;
        /** When the peer was told to send ids only. */
        private long prunedAt = Long.MIN_VALUE / 2;
        /** How often the peer wanted ids only since a message last came first this way. */
        private int refusals;
        /** When a message last came first this way. */
        private long servedAt = Long.MIN_VALUE / 2;
        /** Ids to be advertised with the next batch. */
        private final List<MessageId> ids = new ArrayList<>(0);
        /** The longest of the ways that the batch speaks of. */
        private int hop;

        private Link(PeerAddress peer, boolean opened) {
            this.peer = peer;
            this.opened = opened;
        }
    }

    private static final class Links {
        private final Map<PeerAddress, Link> byPeer = new LinkedHashMap<>();
        private int opened;
        /** A message has gone into the segment. */
        private boolean used;
        /**
         * The way to the others that this device holds on to: the link of its first message. Whoever sent that had a message
         * earlier, so these links alone make no cycle, in whatever order messages on their way at the same time come.
         */
        private @Nullable Link branch;
        /** For how many devices, and what share of them dead, {@code wanted} was worked out. */
        private int size;

        private double dead;
        private int wanted;
    }

    private static final class Missing {
        private final List<Advertiser> advertisers = new ArrayList<>(1);
        private long dueAt;
        private int asked;
        private @Nullable Advertiser askedLast;

        private Missing(long dueAt) {
            this.dueAt = dueAt;
        }

        /** Each advertiser in turn, then from the first one again. */
        private Advertiser next() {
            return advertisers.get(asked % advertisers.size());
        }
    }

    private record Came(@Nullable PeerAddress from, @Nullable Segment segment, int hop) {}

    private final GossipConfig config;
    private final VariantConfig variants;
    private final PeerView view;
    private final RandomGenerator random;
    private final Counters counters;
    private final Spread spread;
    private final Outgoing outgoing;
    private final Doubts doubts;
    private final Predicate<MessageId> known;

    private final Map<Segment, Links> linksOf = new LinkedHashMap<>();
    private final Map<MessageId, Missing> missing = new LinkedHashMap<>();
    private final Map<MessageId, Set<PeerAddress>> told = new LinkedHashMap<>();
    private final Map<MessageId, Came> recent = new LinkedHashMap<>();
    private boolean advertiseScheduled;

    /** @param known whether a message needs no further copy here */
    Tree(
            GossipConfig config,
            PeerView view,
            RandomGenerator random,
            Counters counters,
            Spread spread,
            Outgoing outgoing,
            Doubts doubts,
            Predicate<MessageId> known) {
        this.config = config;
        this.variants = config.variants();
        this.view = view;
        this.random = random;
        this.counters = counters;
        this.spread = spread;
        this.outgoing = outgoing;
        this.doubts = doubts;
        this.known = known;
    }

    // Links

    /**
     * How many links each of n devices opens so that, with a probability of 0.999, no live device is without a live neighbour
     * while so many are dead. On average n (1 - dead) dead^k e^(-k (1 - dead)) are: all k links that such a device opened lead
     * to dead devices, and of the live ones nobody opened a link to it. Larger pieces break off a random graph far more rarely
     * than single devices.
     *
     * @param dead share of the view that is known to be dead; at least a tenth is assumed
     */
    static int autoLinks(int n, double dead) {
        double share = Math.max(UNNOTICED_DEAD, Math.min(MOST_DEAD, dead));
        double live = Math.max(2, n) * (1 - share);
        double links = StrictMath.log(live / ISOLATED) / (1 - share - StrictMath.log(share));
        return (int) Math.max(1, Math.min(64, Math.ceil(links)));
    }

    private int wanted(Segment segment, Links links) {
        int fixed = variants.treeLinks();
        if (fixed > 0) {
            return fixed;
        }
        int size = view.size(segment);
        double dead = view.deadShare(segment);
        if (size != links.size || dead != links.dead) {
            links.size = size;
            links.dead = dead;
            links.wanted = autoLinks(size, dead);
        }
        return links.wanted;
    }

    /** The links of a segment: those of peers that left the view replaced, the first ones opened. */
    private Links links(Segment segment, List<GossipAction> actions) {
        Links links = linksOf.computeIfAbsent(segment, each -> new Links());
        for (Iterator<Link> each = links.byPeer.values().iterator(); each.hasNext(); ) {
            Link link = each.next();
            if (!view.knows(segment, link.peer)) {
                each.remove();
                links.opened -= link.opened ? 1 : 0;
                links.branch = links.branch == link ? null : links.branch;
            }
        }
        int lacking = wanted(segment, links) - links.opened;
        if (lacking > 0 && links.byPeer.size() < view.size(segment) - 1) {
            Set<PeerAddress> linked = new HashSet<>(links.byPeer.keySet());
            for (PeerAddress peer : view.draw(segment, lacking, linked, random)) {
                links.byPeer.put(peer, new Link(peer, true));
                links.opened++;
                offer(segment, peer, actions);
            }
        }
        return links;
    }

    private @Nullable Link link(Segment segment, PeerAddress peer) {
        Links links = linksOf.get(segment);
        return links == null ? null : links.byPeer.get(peer);
    }

    /** "You are a link of mine." */
    private void offer(Segment segment, PeerAddress peer, List<GossipAction> actions) {
        outgoing.control(peer, new Control.IWant(segment, List.of(), true), actions);
    }

    /** The link to a peer that speaks as along one, new if there is room; null if there is none. */
    private @Nullable Link accept(Segment segment, PeerAddress peer, boolean eager, List<GossipAction> actions) {
        if (!view.knows(segment, peer)) {
            return null;
        }
        Links links = links(segment, actions);
        Link link = links.byPeer.get(peer);
        if (link == null) {
            if (links.byPeer.size() >= LINKS_PER_OPENED * wanted(segment, links)) {
                counters.drop(DropReason.TOO_MANY_LINKS);
                return null;
            }
            link = new Link(peer, false);
            link.eager = eager;
            links.byPeer.put(peer, link);
        }
        link.eager |= eager;
        return link;
    }

    /** A message came first that way: a branch. */
    private void becomeChild(long now, Segment segment, PeerAddress parent, List<GossipAction> actions) {
        Link link = link(segment, parent);
        if (link == null) {
            link = accept(segment, parent, true, actions);
            if (link == null) {
                refuse(segment, parent, actions);
                return;
            }
            offer(segment, parent, actions);
        }
        link.refusals = 0;
        link.servedAt = now;
        Links links = links(segment, actions);
        if (links.branch == null || !links.branch.eager) {
            links.branch = link;
            link.eager = true;
        } else if (!link.eager) {
            // It was told to send ids only, and will hear of it.
            prune(now, segment, parent, actions);
        }
    }

    private void refuse(Segment segment, PeerAddress peer, List<GossipAction> actions) {
        if (view.knows(segment, peer)) {
            outgoing.control(peer, new Control.Prune(segment), actions);
        }
    }

    /** From now on ids only, in both directions. Said again only after the peer has had the time to hear it. */
    private void prune(long now, Segment segment, PeerAddress peer, List<GossipAction> actions) {
        Link link = link(segment, peer);
        if (link != null) {
            if (now - link.prunedAt < variants.graftAgainMillis()) {
                return;
            }
            link.eager = false;
            link.prunedAt = now;
        }
        refuse(segment, peer, actions);
    }

    /** Two copies came: the way of the later one is not needed, or that of the earlier one if the later one is the branch. */
    private void pruneSecond(
            long now,
            @Nullable Segment firstSegment,
            @Nullable PeerAddress first,
            Segment segment,
            PeerAddress second,
            List<GossipAction> actions) {
        if (firstSegment == null || first == null) {
            prune(now, segment, second, actions);
            return;
        }
        Links links = linksOf.get(segment);
        Link later = link(segment, second);
        Link earlier = link(firstSegment, first);
        if (links != null && later != null && links.branch == later && later.eager) {
            if (earlier != null && segment.equals(firstSegment)) {
                prune(now, firstSegment, first, actions);
            }
        } else if (earlier != null && earlier.eager) {
            prune(now, segment, second, actions);
        }
    }

    /** The peer wants ids only. If it is the branch of this device, it is told so, and some other link is cut in the end. */
    void onPrune(PeerAddress from, Segment segment, List<GossipAction> actions) {
        Links links = linksOf.get(segment);
        Link link = link(segment, from);
        if (links != null && link != null && view.knows(segment, from)) {
            link.refusals++;
            if (link == links.branch && link.eager && link.refusals <= REFUSALS) {
                offer(segment, from, actions);
            } else {
                link.eager = false;
            }
        }
    }

    /** The peer asked for payloads at once from now on. */
    void onGrafted(PeerAddress from, Segment segment, List<MessageId> ids, List<GossipAction> actions) {
        Links links = linksOf.get(segment);
        if (links != null && links.branch != null && links.branch.peer.equals(from) && !ids.isEmpty()) {
            // It lacks what this device has from somebody else, so it is no branch, and must not be both ways.
            Came came = recent.get(ids.get(ids.size() - 1));
            Link other = came == null || came.from() == null || !segment.equals(came.segment())
                    ? null
                    : link(segment, came.from());
            links.branch = other == links.branch ? null : other;
        }
        if (accept(segment, from, true, actions) == null) {
            refuse(segment, from, actions);
        }
    }

    // Messages

    /**
     * Passes a message on that is new here.
     *
     * @param hop by which it came; null if it starts here
     * @param from who sent it; null if it starts here
     * @param fetched it was asked for, and so says nothing about links
     */
    void onNew(
            long now,
            GossipMessage message,
            @Nullable Hop hop,
            @Nullable PeerAddress from,
            boolean fetched,
            List<GossipAction> actions) {
        MessageId id = message.id();
        Set<PeerAddress> holders = holders(message, from);
        remember(id, new Came(from, hop == null ? null : hop.segment(), hop == null ? 0 : hop.hop()));
        if (hop != null && from != null && !fetched) {
            becomeChild(now, hop.segment(), from, actions);
        }
        int hops = hop == null ? 0 : hop.hop();
        for (Segment segment : view.segments()) {
            int left = left(message, segment, hop);
            if (left <= 0) {
                continue;
            }
            Links links = links(segment, actions);
            if (hop != null
                    && message.payload().sizeBytes() >= LARGE_BYTES
                    && !message.payload().onRequestOnly()) {
                tellOthers(segment, links, id, holders, actions);
            }
            Hop next = Outgoing.hop(segment, left - 1, hops);
            for (Link link : links.byPeer.values()) {
                if (holders.contains(link.peer)) {
                    continue;
                }
                if (message.payload().onRequestOnly()) {
                    // No payload is on its way along any link, so nobody is to wait for one.
                    outgoing.advertise(link.peer, new Control.IHave(segment, List.of(id), next.hop(), false), actions);
                } else if (link.eager) {
                    outgoing.copy(link.peer, next, message, actions);
                } else {
                    advertise(segment, link, id, next.hop(), actions);
                }
            }
            for (PeerAddress peer : others(segment, links, message, holders)) {
                if (message.payload().onRequestOnly()) {
                    outgoing.advertise(peer, new Control.IHave(segment, List.of(id), next.hop(), false), actions);
                } else {
                    outgoing.copy(peer, next, message, actions);
                }
            }
        }
    }

    /** Peers beside the links that get the first message of a segment, so that it is as sure to reach all as an eager push. */
    private List<PeerAddress> others(Segment segment, Links links, GossipMessage message, Set<PeerAddress> holders) {
        int others = links.used ? 0 : spread.fanout(message.parameters(), segment) - links.byPeer.size();
        links.used = true;
        if (others <= 0) {
            return List.of();
        }
        Set<PeerAddress> exclude = new HashSet<>(holders);
        exclude.addAll(links.byPeer.keySet());
        return view.draw(segment, others, exclude, random);
    }

    private int left(GossipMessage message, Segment segment, @Nullable Hop hop) {
        return spread.left(
                message.parameters(), segment, hop == null ? null : hop.segment(), hop == null ? 0 : hop.left());
    }

    /** Who is known to have the message, and what was remembered for that. */
    private Set<PeerAddress> holders(GossipMessage message, @Nullable PeerAddress from) {
        Set<PeerAddress> holders = new HashSet<>();
        holders.add(message.origin());
        if (from != null) {
            holders.add(from);
        }
        Set<PeerAddress> tellers = told.remove(message.id());
        if (tellers != null) {
            holders.addAll(tellers);
        }
        for (Advertiser advertiser : arrived(message.id())) {
            holders.add(advertiser.peer());
        }
        return holders;
    }

    private void tellOthers(
            Segment segment, Links links, MessageId id, Set<PeerAddress> holders, List<GossipAction> actions) {
        for (Link link : links.byPeer.values()) {
            if (link.eager && !holders.contains(link.peer)) {
                outgoing.control(link.peer, new Control.IDontWant(segment, List.of(id)), actions);
            }
        }
    }

    private void remember(MessageId id, Came came) {
        recent.put(id, came);
        if (recent.size() > RECENT_LIMIT) {
            removeOldest(recent);
        }
    }

    private static void removeOldest(Map<MessageId, ?> map) {
        Iterator<MessageId> oldestFirst = map.keySet().iterator();
        oldestFirst.next();
        oldestFirst.remove();
    }

    /** A further copy came of a message that is known here. */
    void onDuplicate(long now, GossipMessage message, Hop hop, PeerAddress from, List<GossipAction> actions) {
        Came came = recent.get(message.id());
        if (came != null && from.equals(came.from())) {
            // Doubled by the network, or asked for twice: the branch is as good as before.
            return;
        }
        Link link = link(hop.segment(), from);
        if (link != null) {
            link.ids.remove(message.id());
        }
        pruneSecond(
                now,
                came == null ? null : came.segment(),
                came == null ? null : came.from(),
                hop.segment(),
                from,
                actions);
    }

    // Ids along spare links

    private void advertise(Segment segment, Link link, MessageId id, int hop, List<GossipAction> actions) {
        link.ids.add(id);
        link.hop = Math.max(link.hop, hop);
        if (link.ids.size() >= config.digestLimit()) {
            flush(segment, link, actions);
        } else if (!advertiseScheduled) {
            advertiseScheduled = true;
            actions.add(new GossipAction.Schedule(variants.advertiseMillis(), new GossipTimer.Advertise()));
        }
    }

    private void flush(Segment segment, Link link, List<GossipAction> actions) {
        outgoing.advertise(link.peer, new Control.IHave(segment, link.ids, link.hop, true), actions);
        link.ids.clear();
        link.hop = 0;
    }

    void onAdvertise(List<GossipAction> actions) {
        advertiseScheduled = false;
        linksOf.forEach((segment, links) -> {
            for (Link link : links.byPeer.values()) {
                if (!link.ids.isEmpty()) {
                    flush(segment, link, actions);
                }
            }
        });
    }

    /** Ids whose payloads should be on their way along the tree. */
    void onSpare(
            long now, PeerAddress from, Segment segment, List<MessageId> ids, int hop, List<GossipAction> actions) {
        Link link = accept(segment, from, false, actions);
        boolean optimised = false;
        for (MessageId id : ids) {
            if (!known.test(id)) {
                miss(now, id, new Advertiser(from, segment), actions);
                continue;
            }
            if (link != null) {
                link.ids.remove(id);
            }
            optimised = optimised || optimise(now, segment, from, id, hop, actions);
        }
    }

    /** A way that is much shorter than the one that the message took becomes a branch in its place. */
    private boolean optimise(
            long now, Segment segment, PeerAddress from, MessageId id, int advertisedHop, List<GossipAction> actions) {
        Came came = recent.get(id);
        if (advertisedHop == 0
                || came == null
                || came.from() == null
                || !segment.equals(came.segment())
                || came.hop() - advertisedHop < variants.optimiseHops()) {
            return false;
        }
        Link branch = link(segment, came.from());
        Link shorter = link(segment, from);
        if (branch == null || !branch.eager || shorter == null || shorter.eager) {
            return false;
        }
        shorter.eager = true;
        outgoing.control(from, new Control.IWant(segment, List.of(), true), actions);
        prune(now, segment, came.from(), actions);
        return true;
    }

    private void miss(long now, MessageId id, Advertiser advertiser, List<GossipAction> actions) {
        Missing waiting = missing.get(id);
        if (waiting == null) {
            waiting = new Missing(now + variants.graftAfterMillis());
            missing.put(id, waiting);
            actions.add(new GossipAction.Schedule(variants.graftAfterMillis(), new GossipTimer.Graft(id)));
            if (missing.size() > MISSING_LIMIT) {
                counters.drop(DropReason.TOO_MANY_MISSING);
                removeOldest(missing);
            }
        }
        if (waiting.advertisers.size() < ADVERTISERS_PER_ID && !waiting.advertisers.contains(advertiser)) {
            waiting.advertisers.add(advertiser);
        }
    }

    /** The payload of an id is here. @return who else had advertised it */
    List<Advertiser> arrived(MessageId id) {
        Missing waiting = missing.remove(id);
        return waiting == null ? List.of() : waiting.advertisers;
    }

    /** An advertised payload has not come: its advertiser, or the next one, becomes a branch and is asked for it. */
    void onGraft(long now, MessageId id, List<GossipAction> actions) {
        Missing first = missing.get(id);
        if (first == null || now < first.dueAt) {
            return;
        }
        Advertiser advertiser = first.next();
        List<MessageId> ids = new ArrayList<>();
        Set<Advertiser> silent = new LinkedHashSet<>();
        for (Iterator<Map.Entry<MessageId, Missing>> each = missing.entrySet().iterator();
                each.hasNext() && ids.size() < config.digestLimit(); ) {
            Map.Entry<MessageId, Missing> entry = each.next();
            Missing waiting = entry.getValue();
            if (now < waiting.dueAt || !waiting.next().equals(advertiser)) {
                continue;
            }
            if (waiting.askedLast != null && !known.test(entry.getKey())) {
                silent.add(waiting.askedLast);
            }
            if (known.test(entry.getKey()) || waiting.asked >= config.wantTries()) {
                each.remove();
                continue;
            }
            ids.add(entry.getKey());
            // A round trip for each advertiser, twice as long whenever all have been asked.
            waiting.asked++;
            waiting.askedLast = advertiser;
            long again = variants.graftAgainMillis() << (waiting.asked / waiting.advertisers.size());
            waiting.dueAt = now + again;
            actions.add(new GossipAction.Schedule(again, new GossipTimer.Graft(entry.getKey())));
        }
        for (Advertiser each : silent) {
            doubts.silent(now, each.segment(), each.peer(), actions);
        }
        if (!ids.isEmpty()) {
            Link link = accept(advertiser.segment(), advertiser.peer(), true, actions);
            boolean graft = link != null;
            if (link != null) {
                Links links = links(advertiser.segment(), actions);
                // A branch that still brings others has only lost this one.
                if (links.branch == null
                        || !links.branch.eager
                        || now - links.branch.servedAt > variants.graftAfterMillis()) {
                    links.branch = link;
                }
            }
            outgoing.control(advertiser.peer(), new Control.IWant(advertiser.segment(), ids, graft), actions);
        }
    }

    void onIDontWant(PeerAddress from, Control.IDontWant iDontWant) {
        if (link(iDontWant.segment(), from) == null) {
            return;
        }
        for (MessageId id : iDontWant.ids()) {
            if (!known.test(id)) {
                told.computeIfAbsent(id, each -> new LinkedHashSet<>(2)).add(from);
                if (told.size() > TOLD_LIMIT) {
                    counters.drop(DropReason.TOO_MANY_TOLD);
                    removeOldest(told);
                }
            }
        }
    }

    // Requests

    /**
     * The links along which a request goes on.
     *
     * @param hop by which it came; null if it starts here
     * @param from who sent it; null if it starts here
     */
    List<Branch> branches(
            GossipMessage request, @Nullable Hop hop, @Nullable PeerAddress from, List<GossipAction> actions) {
        List<Branch> branches = new ArrayList<>();
        Set<PeerAddress> taken = new HashSet<>();
        taken.add(request.origin());
        if (from != null) {
            taken.add(from);
        }
        for (Segment segment : view.segments()) {
            int left = left(request, segment, hop);
            if (left > 0) {
                Links links = links(segment, actions);
                for (Link link : links.byPeer.values()) {
                    if (taken.add(link.peer)) {
                        branches.add(new Branch(link.peer, segment, left - 1, link.eager));
                    }
                }
                for (PeerAddress peer : others(segment, links, request, taken)) {
                    taken.add(peer);
                    branches.add(new Branch(peer, segment, left - 1, true));
                }
            }
        }
        return branches;
    }

    /** A request came first along this link. */
    void onFirstRequest(long now, Hop hop, PeerAddress from, List<GossipAction> actions) {
        becomeChild(now, hop.segment(), from, actions);
    }

    /**
     * A request came a second time, along this link.
     *
     * @param first by which it came the first time; null if it starts here
     * @param parent who sent it then; null if it starts here
     */
    void onRequestTwice(
            long now,
            @Nullable Hop first,
            @Nullable PeerAddress parent,
            Hop hop,
            PeerAddress from,
            List<GossipAction> actions) {
        pruneSecond(now, first == null ? null : first.segment(), parent, hop.segment(), from, actions);
    }

    // What tests look at

    int links(Segment segment, boolean eager) {
        Links links = linksOf.get(segment);
        return links == null
                ? 0
                : (int) links.byPeer.values().stream()
                        .filter(link -> link.eager == eager)
                        .count();
    }

    int missing() {
        return missing.size();
    }
}
