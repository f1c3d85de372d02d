package org.grapevine.peer.service;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.xml.namespace.QName;
import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.core.membership.MembershipDrop;
import org.grapevine.core.membership.MembershipStats;
import org.grapevine.core.membership.PeerEntry;
import org.grapevine.core.membership.Standing;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;
import org.grapevine.peer.SegmentView;

/** A view of peers that are told it, with no engine behind it. */
final class FakeView implements SegmentView {

    final List<PeerEntry> contacts = new CopyOnWriteArrayList<>();
    private final QName portType;
    private final Segment segment;
    private final PeerEntry self;
    private final List<PeerEntry> peers;

    FakeView(QName portType, Segment segment, PeerEntry self, List<PeerEntry> peers) {
        this.portType = portType;
        this.segment = segment;
        this.self = self;
        this.peers = List.copyOf(peers);
    }

    static PeerEntry entry(int number) {
        return new PeerEntry(new PeerAddress("soap.udp://127.0.0.1:" + (10_000 + number) + "/d/gossip"), 8_080, 3);
    }

    static List<PeerEntry> entries(int from, int count) {
        List<PeerEntry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            entries.add(entry(from + i));
        }
        return entries;
    }

    @Override
    public QName portType() {
        return portType;
    }

    @Override
    public Segment segment() {
        return segment;
    }

    @Override
    public PeerEntry self() {
        return self;
    }

    @Override
    public CompletableFuture<Status> status() {
        List<Standing> standings = new ArrayList<>();
        for (PeerEntry peer : peers) {
            standings.add(new Standing(peer, standings.size() < 5, standings.size() == 1));
        }
        return CompletableFuture.completedFuture(new Status(
                MembershipConfig.Kind.HYPARVIEW,
                standings,
                new MembershipStats(
                        5, peers.size(), 1, 2, 1_000, 11, 12, 13, 14, 15, 16, Map.of(MembershipDrop.OWN_ENTRY, 7L))));
    }

    @Override
    public CompletableFuture<List<PeerEntry>> draw(int count, Set<PeerAddress> exclude) {
        return CompletableFuture.completedFuture(peers.stream()
                .filter(peer -> !exclude.contains(peer.address()))
                .limit(count)
                .toList());
    }

    @Override
    public void contacts(List<PeerEntry> offered) {
        contacts.addAll(offered);
    }
}
