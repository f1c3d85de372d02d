package org.grapevine.policy;

/** What a device wants to see before it takes a message. */
public enum Trust implements WireNamed {

    /** Nothing: for loopback and tests. */
    NONE("none"),
    /** A message authentication code made with the group key. */
    GROUP("group"),
    /** The signature of the origin. */
    SIGNED("signed");

    private final String wireName;

    Trust(String wireName) {
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
    public static Trust ofWireName(String text) {
        return WireNamed.parse(Trust.class, "trust", text);
    }
}
