package org.grapevine.gossip.legacy;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.grapevine.core.message.MessageId;
import org.grapevine.core.message.PeerAddress;

/**
 * Who of a segment takes care of one service: all peers that know the same peers find the same order, and when one leaves, nothing
 * changes but for those that it took care of (highest random weight, Thaler and Ravishankar 1998).
 *
 * <p>Keeps the first {@value #KEPT} only, so that a thousand peers cost no more than four. For one thread.
 */
final class Ranking {

    /** The adopter, those that stand by, and one to spare before all have to be looked at again. */
    static final int KEPT = 4;

    private record Ranked(long weight, PeerAddress peer) {}

    private static final Comparator<Ranked> ORDER = (a, b) -> {
        int byWeight = Long.compareUnsigned(b.weight(), a.weight());
        return byWeight != 0 ? byWeight : a.peer().value().compareTo(b.peer().value());
    };

    private final String service;
    private final TreeSet<Ranked> first = new TreeSet<>(ORDER);
    private final Map<PeerAddress, Ranked> kept = new HashMap<>();
    private boolean complete = true; // no peer stands behind those that are kept

    /**
     * A ranking of nobody.
     *
     * @param service what is to be taken care of, the same words at every peer
     */
    Ranking(String service) {
        this.service = service;
    }

    /** One more peer; one that is there already stays. */
    void add(PeerAddress peer) {
        if (kept.containsKey(peer)) {
            return;
        }
        Ranked ranked = new Ranked(weight(service, peer), peer);
        first.add(ranked);
        kept.put(peer, ranked);
        if (first.size() > KEPT) {
            Ranked last = first.pollLast();
            if (last != null) {
                kept.remove(last.peer());
            }
            complete = false;
        }
    }

    /**
     * One peer less.
     *
     * @param all those that are left
     */
    void remove(PeerAddress peer, Collection<PeerAddress> all) {
        Ranked gone = kept.remove(peer);
        if (gone == null) {
            return;
        }
        first.remove(gone);
        if (!complete) {
            complete = true;
            all.forEach(this::add);
        }
    }

    /** The best, in order. */
    List<PeerAddress> first() {
        return first.stream().map(Ranked::peer).toList();
    }

    /** Evenly spread over 64 bits, and the same everywhere. */
    static long weight(String service, PeerAddress peer) {
        String both = service + ' ' + peer.value();
        // Hashed in pieces that an id may have: its checksum reaches all bits with the last characters too.
        long weight = 0;
        for (int i = 0; i < both.length(); i += MessageId.MAX_LENGTH) {
            String piece = both.substring(i, Math.min(both.length(), i + MessageId.MAX_LENGTH))
                    .replaceAll("\\s", "+");
            weight = weight * 0x9e3779b97f4a7c15L + new MessageId(piece).checksum();
        }
        return weight;
    }
}
