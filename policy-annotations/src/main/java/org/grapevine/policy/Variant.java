package org.grapevine.policy;

/** How a message spreads: which gossip protocol carries it. */
public enum Variant implements WireNamed {

    /** The payload at once, to peers drawn at random. */
    EAGER_PUSH("eager-push"),
    /** The id first, the payload when a peer asks for it. */
    LAZY_PUSH("lazy-push"),
    /** Each device asks a random peer for news once per period. */
    PULL("pull"),
    /** Eager push, and pull for what it missed. */
    PUSH_PULL("push-pull"),
    /** Pull of ids, then of the payloads that are missing. */
    LAZY_PULL("lazy-pull"),
    /** The payload along a spanning tree that repairs itself, ids along the other links. */
    TREE("tree"),
    /** One multicast datagram to the segment in place of the pushes inside it. */
    MULTICAST("multicast");

    private final String wireName;

    Variant(String wireName) {
        this.wireName = wireName;
    }

    /** The name in the policy assertion and in the gossip header. */
    @Override
    public String wireName() {
        return wireName;
    }

    /**
     * Finds the constant with that wire name.
     *
     * @throws PolicyException if there is none
     */
    public static Variant ofWireName(String text) {
        return WireNamed.parse(Variant.class, "variant", text);
    }
}
