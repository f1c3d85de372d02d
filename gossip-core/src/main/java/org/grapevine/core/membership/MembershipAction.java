package org.grapevine.core.membership;

import org.grapevine.core.message.PeerAddress;

/** What a membership engine wants done. A driver performs the actions of one event in their order. */
public sealed interface MembershipAction {

    /** Send a message to the peer's engine for the same segment. Best effort. */
    record Send(PeerAddress to, PeerMessage message) implements MembershipAction {}

    /** Messages may go to this peer from now on. */
    record Linked(PeerEntry peer) implements MembershipAction {}

    /** No message is to go to this peer any more. */
    record Unlinked(PeerAddress peer) implements MembershipAction {}

    /** The peer is no link, but it is there: it may be answered. */
    record Met(PeerAddress peer) implements MembershipAction {}

    /** Ends {@link Met}. */
    record Forgot(PeerAddress peer) implements MembershipAction {}

    /** The segment has about so many live devices, this one included. */
    record Sized(int devices) implements MembershipAction {}

    /** Fire the timer after {@code delayMillis}. */
    record Schedule(long delayMillis, MembershipTimer timer) implements MembershipAction {}
}
