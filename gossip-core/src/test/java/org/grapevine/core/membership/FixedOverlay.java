package org.grapevine.core.membership;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.grapevine.core.message.PeerAddress;

/** An overlay that a test sets up, and that chooses nobody by itself. */
final class FixedOverlay implements Overlay {

    private final Map<PeerAddress, PeerEntry> links = new LinkedHashMap<>();
    private final Map<PeerAddress, PeerEntry> others = new LinkedHashMap<>();
    private List<PeerEntry> linkList = List.of();
    private List<PeerEntry> entryList = List.of();

    FixedOverlay link(PeerAddress peer) {
        others.remove(peer);
        links.put(peer, new PeerEntry(peer, 0, 0));
        renew();
        return this;
    }

    FixedOverlay entry(PeerAddress peer) {
        links.remove(peer);
        others.put(peer, new PeerEntry(peer, 0, 0));
        renew();
        return this;
    }

    void remove(PeerAddress peer) {
        links.remove(peer);
        others.remove(peer);
        renew();
    }

    private void renew() {
        linkList = List.copyOf(links.values());
        List<PeerEntry> all = new ArrayList<>(linkList);
        all.addAll(others.values());
        entryList = List.copyOf(all);
    }

    @Override
    public void onStarted(long now, List<MembershipAction> out) {}

    @Override
    public void onContacts(long now, List<PeerEntry> peers, List<MembershipAction> out) {}

    @Override
    public void onMessage(long now, PeerAddress from, PeerMessage.OfView message, List<MembershipAction> out) {}

    @Override
    public void onTimer(long now, MembershipTimer.OfView timer, List<MembershipAction> out) {}

    @Override
    public void onGone(long now, PeerAddress peer, boolean left, List<MembershipAction> out) {
        remove(peer);
    }

    @Override
    public void onLinkTold(long now, PeerAddress from, boolean linked, List<MembershipAction> out) {}

    @Override
    public void onLeaving(long now, List<MembershipAction> out) {}

    @Override
    public List<PeerEntry> links() {
        return linkList;
    }

    @Override
    public List<PeerEntry> entries() {
        return entryList;
    }

    @Override
    public boolean isLinked(PeerAddress peer) {
        return links.containsKey(peer);
    }

    @Override
    public boolean knows(PeerAddress peer) {
        return links.containsKey(peer) || others.containsKey(peer);
    }

    @Override
    public int contacts() {
        return 0;
    }
}
