package org.grapevine.peer.service;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.xml.namespace.QName;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.peer.Appetite;
import org.grapevine.peer.Peer;
import org.grapevine.peer.PeerSelector;
import org.grapevine.peer.PeerService;

/** A Peer Service of peers that are told it; it gives the first ones that a selector accepts. */
final class FakePeers implements PeerService {

    static final QName METER = new QName("urn:test:grid", "Meter");
    static final QName PORT_TYPE = new QName("urn:test:grid", "Tariff");
    static final String SCOPE = "test:fan/1";
    static final long NOW = 1_700_000_000_000L;

    volatile List<Peer> all = List.of();
    volatile CompletableFuture<Void> gate = CompletableFuture.completedFuture(null);

    static Peer peer(int number) {
        return peer(number, SCOPE);
    }

    static Peer peer(int number, String scope) {
        return new Peer(
                EndpointReference.of("urn:uuid:0000-" + number),
                List.of(METER),
                List.of(scope, "test:all"),
                PORT_TYPE,
                new PeerAddress("soap.udp://127.0.0.1:" + (10_000 + number) + "/d/gossip"),
                URI.create("http://127.0.0.1:" + (30_000 + number) + "/d/gossip"),
                number,
                NOW - 1_000L * number);
    }

    static List<Peer> peers(int count) {
        List<Peer> peers = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            peers.add(peer(i));
        }
        return peers;
    }

    @Override
    public CompletableFuture<List<Peer>> peers(PeerSelector selector) {
        return gate.thenApply(open ->
                all.stream().filter(selector::accepts).limit(selector.count()).toList());
    }

    @Override
    public Following follow(QName portType, List<Segment> segments, Appetite appetite, PeerListener listener) {
        throw new UnsupportedOperationException("nobody follows here");
    }
}
