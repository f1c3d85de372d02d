package org.grapevine.peer.service;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.grapevine.peer.Peer;
import org.grapevine.peer.PeerSelector;

/** Draws peers somewhere else. Any thread. */
public interface PeerSource {

    /** Draws once; fails if that is not to be had. */
    CompletableFuture<Drawn> draw(PeerSelector selector);

    /**
     * Peers that somebody drew.
     *
     * @param all whether there are no others
     * @param size estimated devices of the segment that was asked for; 0 if that is not known
     */
    record Drawn(List<Peer> peers, boolean all, int size) {
        public Drawn {
            peers = List.copyOf(peers);
        }
    }
}
