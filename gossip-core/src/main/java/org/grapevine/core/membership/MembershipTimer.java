package org.grapevine.core.membership;

import org.grapevine.core.message.PeerAddress;

/** What a membership engine wants to be reminded of. It ignores a timer that has lost its meaning, so drivers never cancel one. */
public sealed interface MembershipTimer {

    /** For the view. */
    sealed interface OfView extends MembershipTimer {}

    /** For the failure detector. */
    sealed interface OfHealth extends MembershipTimer {}

    /** For the size estimate. */
    sealed interface OfSize extends MembershipTimer {}

    /** Exchange entries with a peer. */
    record Shuffle() implements OfView {}

    /** Look after links: too few, asked for in vain, or old contacts that are to be tried. */
    record Tend() implements OfView {}

    /** Ping the next peer. */
    record Probe() implements OfHealth {}

    /** No direct answer to the ping so far: let others ping. */
    record PingDue(long number) implements OfHealth {}

    /** No answer at all. */
    record ProbeDue(long number) implements OfHealth {}

    /** The suspect has not contradicted. */
    record SuspicionDue(PeerAddress suspect) implements OfHealth {}

    /** Exchange averages with a peer. */
    record Average() implements OfSize {}

    /** No answer to an exchange so far. */
    record AverageDue(long number) implements OfSize {}
}
