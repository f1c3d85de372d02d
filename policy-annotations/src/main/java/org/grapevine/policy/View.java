package org.grapevine.policy;

/** Whom a shadow keeps in mind of a segment, and so whom its messages go to first. */
public enum View implements WireNamed {

    /** Everybody that discovery finds. */
    FULL("full"),
    /** A few linked peers, the same to both ends, and some more in reserve (HyParView). */
    HYPARVIEW("hyparview"),
    /** A few peers that are exchanged all the time (Cyclon). */
    CYCLON("cyclon");

    private final String wireName;

    View(String wireName) {
        this.wireName = wireName;
    }

    /** The name in the policy assertion. */
    @Override
    public String wireName() {
        return wireName;
    }

    /**
     * Finds the constant with that wire name.
     *
     * @throws PolicyException if there is none
     */
    public static View ofWireName(String text) {
        return WireNamed.parse(View.class, "view", text);
    }
}
