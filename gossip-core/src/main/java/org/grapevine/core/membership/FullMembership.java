package org.grapevine.core.membership;

import java.util.List;
import java.util.random.RandomGenerator;
import org.grapevine.core.message.PeerAddress;

/** Everybody. */
final class FullMembership implements Overlay {

    FullMembership(
            MembershipConfig.View config, PeerEntry self, RandomGenerator random, EntryCheck check, Tally tally) {}

    @Override
    public void onStarted(long now, List<MembershipAction> out) {}

    @Override
    public void onContacts(long now, List<PeerEntry> peers, List<MembershipAction> out) {}

    @Override
    public void onMessage(long now, PeerAddress from, PeerMessage.OfView message, List<MembershipAction> out) {}

    @Override
    public void onTimer(long now, MembershipTimer.OfView timer, List<MembershipAction> out) {}

    @Override
    public void onGone(long now, PeerAddress peer, boolean left, List<MembershipAction> out) {}

    @Override
    public void onLinkTold(long now, PeerAddress from, boolean linked, List<MembershipAction> out) {}

    @Override
    public void onLeaving(long now, List<MembershipAction> out) {}

    @Override
    public List<PeerEntry> links() {
        return List.of();
    }

    @Override
    public List<PeerEntry> entries() {
        return List.of();
    }

    @Override
    public boolean isLinked(PeerAddress peer) {
        return false;
    }

    @Override
    public boolean knows(PeerAddress peer) {
        return false;
    }

    @Override
    public int contacts() {
        return 0;
    }
}
