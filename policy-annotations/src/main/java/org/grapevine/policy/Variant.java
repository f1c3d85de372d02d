package org.grapevine.policy;

/** How a message spreads: which gossip protocol carries it. */
public enum Variant implements WireNamed {

    /** The payload at once, to peers drawn at random. */
    EAGER_PUSH("eager-push"),
    /** The id first, the payload when a peer asks for it; the payload at once for the first hops, see {@link Gossip#eagerHops}. */
    LAZY_PUSH("lazy-push"),
    /** Nothing is pushed: each device asks a random peer once per period for what it lacks, and gets the payloads. */
    PULL("pull"),
    /** The same contact once per period, both ways: what the peer lacks is offered to it, too. */
    PUSH_PULL("push-pull"),
    /** The same contact gets ids, and then the payloads that are missing. */
    LAZY_PULL("lazy-pull"),
    /** The payload along a spanning tree that repairs itself, ids along the other links. */
    TREE("tree"),
    /** One multicast datagram to a segment that is one LAN ({@link Gossip#lan}), in place of the pushes inside it. */
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

    /** True if devices ask for messages of their own accord, once per period, instead of being sent them. */
    public boolean isPulled() {
        return this == PULL || this == PUSH_PULL || this == LAZY_PULL;
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
