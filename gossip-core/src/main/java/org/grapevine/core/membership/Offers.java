package org.grapevine.core.membership;

import java.util.ArrayList;
import java.util.List;
import org.grapevine.core.message.PeerAddress;
import org.jspecify.annotations.Nullable;

/** Links that this device has offered, and that are not answered yet. */
final class Offers {

    /** A lost message is no reason to take a peer for gone. */
    static final int TRIES = 2;

    /**
     * Offer of one link.
     *
     * @param kind what it is for
     * @param urgent the peer is told that it must not refuse
     * @param tries how often it was sent
     * @param due when the answer is late, ms since the epoch
     */
    record Offer(PeerEntry peer, Kind kind, boolean urgent, int tries, long due) {}

    /** What a link is offered for. */
    enum Kind {
        /** There are too few links. */
        FILL,
        /** This device knows too few peers: it joins. */
        JOIN,
        /** Somebody has joined, or a link is exchanged for another: another link makes room for this one. */
        EXCHANGE,
        /** An old contact is tried; this may make room as well. */
        CONTACT
    }

    private final int limit;
    private final List<Offer> offers = new ArrayList<>(0);

    Offers(int limit) {
        this.limit = limit;
    }

    boolean isFull() {
        return offers.size() >= limit;
    }

    void add(Offer offer) {
        offers.add(offer);
    }

    @Nullable
    Offer find(PeerAddress peer) {
        for (Offer offer : offers) {
            if (offer.peer().address().equals(peer)) {
                return offer;
            }
        }
        return null;
    }

    @Nullable
    Offer remove(PeerAddress peer) {
        Offer offer = find(peer);
        offers.remove(offer);
        return offer;
    }

    /** Takes out one that is late; null if none is. */
    @Nullable
    Offer removeLate(long now) {
        for (int i = 0; i < offers.size(); i++) {
            if (offers.get(i).due() <= now) {
                return offers.remove(i);
            }
        }
        return null;
    }

    /** Offers that fill free places, if they are accepted. */
    int filling() {
        int filling = 0;
        for (Offer offer : offers) {
            filling += offer.kind() == Kind.FILL || offer.kind() == Kind.JOIN ? 1 : 0;
        }
        return filling;
    }

    /** When the next one is late, ms since the epoch; {@link Long#MAX_VALUE} if there is none. */
    long nextDue() {
        long next = Long.MAX_VALUE;
        for (Offer offer : offers) {
            next = Math.min(next, offer.due());
        }
        return next;
    }
}
