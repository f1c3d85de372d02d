package org.grapevine.core.membership;

import java.util.List;
import org.grapevine.core.message.PeerAddress;

/** Chooses links: one of the kinds of view. Told everything by {@link Membership}, on its thread. */
interface Overlay {

    void onStarted(long now, List<MembershipAction> out);

    /** Peers that somebody outside has named, already checked. */
    void onContacts(long now, List<PeerEntry> peers, List<MembershipAction> out);

    /** A message whose entries have been checked; the ones that were refused are not in it any more. */
    void onMessage(long now, PeerAddress from, PeerMessage.OfView message, List<MembershipAction> out);

    void onTimer(long now, MembershipTimer.OfView timer, List<MembershipAction> out);

    /**
     * Takes a peer out of everything.
     *
     * @param left true if it left of its own accord; one that failed is remembered as an old contact, which is tried from time to time
     */
    void onGone(long now, PeerAddress peer, boolean left, List<MembershipAction> out);

    /**
     * What a peer, alive, says of the link between this device and itself; called with every ping and ack from it.
     *
     * @param linked the peer holds this device as a link
     */
    void onLinkTold(long now, PeerAddress from, boolean linked, List<MembershipAction> out);

    void onLeaving(long now, List<MembershipAction> out);

    /** The links, in a fixed order. */
    List<PeerEntry> links();

    /** All entries of the view, links first. */
    default List<PeerEntry> entries() {
        return links();
    }

    default boolean isLinked(PeerAddress peer) {
        return knows(peer);
    }

    /** True if the peer is an entry of the view, link or not. */
    boolean knows(PeerAddress peer);

    /** Old contacts that are remembered. */
    int contacts();
}
