package org.grapevine.gossip.shadow;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.xml.namespace.QName;
import org.grapevine.core.message.Segment;
import org.grapevine.peer.Appetite;
import org.grapevine.peer.Peer;
import org.grapevine.peer.PeerSelector;
import org.grapevine.peer.PeerService;

/** Knows nobody, and looks for nobody. Any thread. */
record NoPeers() implements PeerService {

    @Override
    public CompletableFuture<List<Peer>> peers(PeerSelector selector) {
        return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public Following follow(QName portType, List<Segment> segments, Appetite appetite, PeerListener listener) {
        return () -> {};
    }
}
