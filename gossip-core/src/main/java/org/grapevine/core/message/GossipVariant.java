package org.grapevine.core.message;

/** How a message spreads. */
public enum GossipVariant {
    /** The payload at once, to peers drawn at random. */
    EAGER_PUSH,
    /** The id first, the payload when a peer asks for it; eager for the first hops if the message says so. */
    LAZY_PUSH,
    /** Each device asks a random peer once per period for what it lacks, and gets the payloads. */
    PULL,
    /** The same contact, both ways: what the peer lacks is offered to it too. */
    PUSH_PULL,
    /** Pull of ids, then of the payloads that are missing. */
    LAZY_PULL,
    /** The payload along a spanning tree that repairs itself, ids along the other links (Plumtree). */
    TREE,
    /** One multicast to a segment that is one LAN, in place of the pushes inside it; pushes into the others. */
    MULTICAST;

    /** True if devices ask for it of their own accord instead of being sent it. */
    public boolean isPulled() {
        return this == PULL || this == PUSH_PULL || this == LAZY_PULL;
    }
}
