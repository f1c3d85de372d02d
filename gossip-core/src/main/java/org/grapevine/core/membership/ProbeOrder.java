package org.grapevine.core.membership;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.grapevine.core.message.PeerAddress;
import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is to be pinged. Links go round in a new random order each time (SWIM, section 4.3), so that each has its turn within
 * 2 L - 1 periods; where links are swapped all the time, the one that has waited longest comes first. The other entries of a partial
 * view have theirs once in {@value #ROUND_SHUFFLES} shuffle periods. While some turn out to be dead, more have their turn.
 */
final class ProbeOrder {

    /** Peers that come first since somebody doubts them. */
    static final int DOUBTED = 16;

    /** Shuffle periods in which every entry that is no link is pinged once. */
    static final int ROUND_SHUFFLES = 4;

    private static final int MORE_AFTER_DEAD = 3;

    private final Overlay overlay;
    private final RandomGenerator random;
    private final MembershipConfig.Kind kind;
    private final double share;
    private final Deque<PeerAddress> round = new ArrayDeque<>();
    private final Set<PeerAddress> doubted = new LinkedHashSet<>(0);
    private Turns turns = new Turns(0);
    private int turn;
    private double due;
    private int hurry;
    private int hurryOfLinks;

    ProbeOrder(MembershipConfig config, Overlay overlay, RandomGenerator random) {
        this.overlay = overlay;
        this.random = random;
        this.kind = config.kind();
        this.share = (double) config.detection().probeMillis()
                / (ROUND_SHUFFLES * config.view().shuffleMillis());
    }

    /** Lets a peer of the view come next. False if too many do so already. */
    boolean doubt(PeerAddress peer) {
        return doubted.contains(peer) || (doubted.size() < DOUBTED && doubted.add(peer));
    }

    /** A link that somebody doubts, beside the one whose turn it is: else those whom nobody doubts could wait for ever. */
    @Nullable
    PeerAddress doubtedLink(Predicate<PeerAddress> skip) {
        return takeDoubted(peer -> overlay.isLinked(peer) && !skip.test(peer));
    }

    /** The link whose turn it is; null if there is none. */
    @Nullable
    PeerAddress nextLink(Predicate<PeerAddress> skip) {
        if (kind == MembershipConfig.Kind.CYCLON) {
            return nextOfChangingLinks(skip);
        }
        PeerAddress next = takeOfRound(skip);
        if (next == null) {
            round.addAll(shuffled(overlay.links(), random));
            next = takeOfRound(skip);
        }
        return next;
    }

    /** Links that are swapped all the time would mostly be gone before a round comes to them. */
    private @Nullable PeerAddress nextOfChangingLinks(Predicate<PeerAddress> skip) {
        List<PeerAddress> links = new ArrayList<>();
        for (PeerEntry link : overlay.links()) {
            links.add(link.address());
        }
        remember(links);
        PeerAddress next = longestAgo(links, skip.negate());
        if (next != null) {
            turns.set(next, ++turn);
        }
        return next;
    }

    /** How many links have their turn in this period: more while some of them turn out to be dead. */
    int linksDue() {
        int more = Math.min(MORE_AFTER_DEAD, hurryOfLinks);
        hurryOfLinks -= more;
        return 1 + more;
    }

    /** The addresses in random order. */
    static List<PeerAddress> shuffled(List<PeerEntry> entries, RandomGenerator random) {
        List<PeerAddress> addresses = new ArrayList<>(entries.size());
        for (PeerEntry entry : entries) {
            addresses.add(entry.address());
        }
        for (int i = addresses.size(); i > 1; i--) {
            int other = random.nextInt(i);
            PeerAddress swapped = addresses.get(i - 1);
            addresses.set(i - 1, addresses.get(other));
            addresses.set(other, swapped);
        }
        return addresses;
    }

    private @Nullable PeerAddress takeOfRound(Predicate<PeerAddress> skip) {
        for (PeerAddress peer = round.poll(); peer != null; peer = round.poll()) {
            if (overlay.isLinked(peer) && !skip.test(peer)) {
                return peer;
            }
        }
        return null;
    }

    private @Nullable PeerAddress takeDoubted(Predicate<PeerAddress> wanted) {
        doubted.removeIf(peer -> !overlay.knows(peer));
        for (PeerAddress peer : doubted) {
            if (wanted.test(peer)) {
                doubted.remove(peer);
                return peer;
            }
        }
        return null;
    }

    /** Entries other than links to be pinged in this period. */
    List<PeerAddress> nextEntries(Predicate<PeerAddress> skip) {
        if (kind != MembershipConfig.Kind.HYPARVIEW) {
            return List.of();
        }
        List<PeerAddress> others = new ArrayList<>();
        for (PeerEntry entry : overlay.entries()) {
            if (!overlay.isLinked(entry.address())) {
                others.add(entry.address());
            }
        }
        remember(others);
        due = Math.min(2, due + share * others.size());
        int count = 0;
        if (hurry > 0) {
            count = Math.min(2, hurry);
            hurry -= count;
        } else if (due >= 1) {
            count = 1;
            due--;
        }
        List<PeerAddress> chosen = new ArrayList<>(2);
        while (chosen.size() < count) {
            PeerAddress next = takeDoubted(peer -> !overlay.isLinked(peer) && !skip.test(peer));
            if (next == null) {
                next = longestAgo(others, peer -> !skip.test(peer) && !chosen.contains(peer));
            }
            if (next == null) {
                break;
            }
            turns.set(next, ++turn);
            chosen.add(next);
        }
        return chosen;
    }

    /** An entry that is new is put somewhere among the others, lest those who come together are pinged together. */
    private void remember(List<PeerAddress> others) {
        Turns kept = new Turns(others.size());
        for (PeerAddress peer : others) {
            int last = turns.last(peer, kept.size(), Integer.MIN_VALUE);
            kept.add(peer, last != Integer.MIN_VALUE ? last : turn - random.nextInt(others.size()));
        }
        turns = kept;
    }

    private @Nullable PeerAddress longestAgo(List<PeerAddress> others, Predicate<PeerAddress> wanted) {
        PeerAddress chosen = null;
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < others.size(); i++) {
            PeerAddress peer = others.get(i);
            int last = turns.last(peer, i, Integer.MAX_VALUE);
            if (last < least && wanted.test(peer)) {
                least = last;
                chosen = peer;
            }
        }
        return chosen;
    }

    /** An entry was dead: others may be too. */
    void foundDead() {
        hurry = Math.min(turns.size(), hurry + MORE_AFTER_DEAD);
    }

    /** A link has become a suspect: others may be dead too. */
    void foundSuspect() {
        hurryOfLinks = Math.min(overlay.links().size(), hurryOfLinks + MORE_AFTER_DEAD);
    }
}
