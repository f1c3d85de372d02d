package org.grapevine.policy;

/** How the answers to a gossiped request come back. */
public enum Replies implements WireNamed {

    /** No answer is wanted: one-way and notification. */
    NONE("none"),
    /** The first answer ends the request, or the first so many. */
    FIRST("first"),
    /** All answers, unmerged. */
    COLLECT("collect"),
    /** One answer, merged on the way by an aggregation function. */
    AGGREGATE("aggregate");

    private final String wireName;

    Replies(String wireName) {
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
    public static Replies ofWireName(String text) {
        return WireNamed.parse(Replies.class, "replies", text);
    }
}
