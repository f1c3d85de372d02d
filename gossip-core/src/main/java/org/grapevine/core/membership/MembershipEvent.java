package org.grapevine.core.membership;

import java.util.List;
import org.grapevine.core.message.PeerAddress;

/** What a membership engine is told. */
public sealed interface MembershipEvent {

    /** The device is up; told once, before anything else. */
    record Started() implements MembershipEvent {}

    /** Somebody outside has named peers of the segment: discovery, a list, a Peer Service. */
    record Contacts(List<PeerEntry> peers) implements MembershipEvent {
        public Contacts {
            peers = List.copyOf(peers);
        }
    }

    /** The peer's device said Bye. */
    record Gone(PeerAddress peer) implements MembershipEvent {}

    /** The gossip engine, or the sender of its messages, wants to know whether the peer is there. */
    record Check(PeerAddress peer) implements MembershipEvent {}

    /** A message arrived. */
    record Received(PeerAddress from, PeerMessage message) implements MembershipEvent {}

    /** A timer that the engine asked for is due. */
    record TimerFired(MembershipTimer timer) implements MembershipEvent {}

    /** The device leaves the segment: it says so, and does nothing from then on. */
    record Leaving() implements MembershipEvent {}
}
