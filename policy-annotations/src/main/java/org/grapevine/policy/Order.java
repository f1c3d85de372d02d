package org.grapevine.policy;

/** Which messages may overtake each other on their way to an application. */
public enum Order implements WireNamed {

    /** All. */
    NONE("none"),
    /** Those of different origins only: what an origin published first is delivered first, at every device that gets both. */
    ORIGIN("origin");

    private final String wireName;

    Order(String wireName) {
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
    public static Order ofWireName(String text) {
        return WireNamed.parse(Order.class, "order", text);
    }
}
