package org.grapevine.core.membership;

import java.util.List;
import org.grapevine.core.message.PeerAddress;
import org.jspecify.annotations.Nullable;

/** Refuses what no honest device says, and what is known to be out of date. */
final class EntryCheck {

    EntryCheck(MembershipConfig config, PeerAddress self, EntryRule rule, Tally tally) {}

    /** Those of the contacts that can be peers. */
    List<PeerEntry> contacts(List<PeerEntry> named) {
        return named;
    }

    /** The message without what is refused in it; null if it is refused as a whole. */
    @Nullable
    PeerMessage message(long now, PeerAddress from, PeerMessage message) {
        return message;
    }

    /** For a while nobody but the peer itself is believed that it is there. */
    void gone(long now, PeerAddress peer) {}
}
