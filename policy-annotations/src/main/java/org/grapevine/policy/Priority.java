package org.grapevine.policy;

/** Which queue a message waits in; no class starves another one. */
public enum Priority implements WireNamed {
    ALARM("alarm"),
    CONTROL("control"),
    NORMAL("normal"),
    BULK("bulk");

    private final String wireName;

    Priority(String wireName) {
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
    public static Priority ofWireName(String text) {
        return WireNamed.parse(Priority.class, "priority", text);
    }
}
