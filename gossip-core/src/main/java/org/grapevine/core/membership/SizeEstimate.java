package org.grapevine.core.membership;

import java.util.List;
import java.util.random.RandomGenerator;
import org.grapevine.core.message.PeerAddress;

/** Counts the devices of a segment by push-pull averaging, epoch after epoch. */
final class SizeEstimate {

    SizeEstimate(
            MembershipConfig.Estimate config, PeerAddress self, Overlay overlay, RandomGenerator random, Tally tally) {}

    void onStarted(long now, List<MembershipAction> out) {}

    void onMessage(long now, PeerAddress from, PeerMessage.OfSize message, List<MembershipAction> out) {}

    void onTimer(long now, MembershipTimer.OfSize timer, List<MembershipAction> out) {}

    /** The latest estimate; 0 if there is none yet. */
    int size() {
        return 0;
    }
}
