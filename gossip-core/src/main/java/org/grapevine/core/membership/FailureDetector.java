package org.grapevine.core.membership;

import java.util.List;
import java.util.function.IntSupplier;
import java.util.random.RandomGenerator;
import org.grapevine.core.message.PeerAddress;

/** Pings peers in turn, and finds the ones that are dead (SWIM with Lifeguard). */
final class FailureDetector {

    /** Told of a peer that is dead. */
    @FunctionalInterface
    interface Failed {
        void failed(long now, PeerAddress peer, List<MembershipAction> out);
    }

    FailureDetector(
            MembershipConfig config,
            PeerAddress self,
            Overlay overlay,
            IntSupplier size,
            Failed failed,
            RandomGenerator random,
            Tally tally) {}

    void onStarted(long now, List<MembershipAction> out) {}

    void onMessage(long now, PeerAddress from, PeerMessage.OfHealth message, List<MembershipAction> out) {}

    void onTimer(long now, MembershipTimer.OfHealth timer, List<MembershipAction> out) {}

    /** Somebody wants to know whether the peer is there: it is pinged next; a stranger now, but not too often. */
    void onCheck(long now, PeerAddress peer, List<MembershipAction> out) {}

    /** The peer is out of every view: nothing is waited for from it any more. */
    void onGone(PeerAddress peer, List<MembershipAction> out) {}

    boolean isSuspect(PeerAddress peer) {
        return false;
    }

    int suspects() {
        return 0;
    }
}
