package org.grapevine.simulation.world;

/** What envelopes take around their content, in bytes, to within a tenth of what the real codec makes of them. */
public final class EnvelopeSizes {

    /** A gossiped message or request without its body. */
    public static final int MESSAGE_HEADERS = 980;

    /** A control message about a request, without content. */
    public static final int CONTROL_HEADERS = 640;

    /** A control message about a segment, without ids. */
    public static final int SEGMENT_HEADERS = 620;

    /** One id in a digest or a want: of {@code urn:uuid} form, as base64. */
    public static final int EACH_ID = 23;

    /** One checksum in a summary. */
    public static final int EACH_CHECKSUM = 11;

    /** What a reply says about how complete it is. */
    public static final int COMPLETENESS = 80;

    /** One kind of fault in it. */
    public static final int EACH_FAULT = 10;

    /** One value on its way to the initiator, without the value itself. */
    public static final int EACH_SAMPLE = 108;

    /** The address of one device that somebody else may ask. */
    public static final int EACH_CHILD = 52;

    /** In whose place a request is asked. */
    public static final int INSTEAD_OF = 96;

    /** A membership message without entries, rumours and shares. */
    public static final int PEER_HEADERS = 630;

    /** One entry of a membership message; the sender's own is in the headers. */
    public static final int EACH_ENTRY = 62;

    /** One rumour. */
    public static final int EACH_RUMOUR = 122;

    /** One share of a count. */
    public static final int EACH_SHARE = 75;

    private EnvelopeSizes() {}
}
