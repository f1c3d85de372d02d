package org.grapevine.simulation.world;

/** What envelopes take around their content, in bytes, to within a tenth of what the real codec makes of them. */
public final class EnvelopeSizes {

    /** A gossiped message or request without its body. */
    public static final int MESSAGE_HEADERS = 980;

    /** A control message without content. */
    public static final int CONTROL_HEADERS = 640;

    /** One id in a digest or a want. */
    public static final int EACH_ID = 46;

    /** One id that a pull offers, above its place among those that it has. */
    public static final int EACH_OFFER = 4;

    /** One checksum in a summary. */
    public static final int EACH_CHECKSUM = 17;

    /** What a reply says about how complete it is. */
    public static final int COMPLETENESS = 80;

    private EnvelopeSizes() {}
}
