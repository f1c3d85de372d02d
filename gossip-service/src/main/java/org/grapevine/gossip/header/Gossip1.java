package org.grapevine.gossip.header;

import javax.xml.namespace.QName;

/** The names of Grapevine's own namespace, version 1. */
public final class Gossip1 {

    public static final String NAMESPACE = "urn:org.grapevine:gossip:1";

    /** Header block with what the origin fixed; the same in every copy. */
    public static final QName GOSSIP = name("Gossip");

    /** Header block that each relay writes anew. */
    public static final QName HOP = name("Hop");

    /** Header block of an answer to a client: what the answer covers. */
    public static final QName COMPLETENESS = name("Completeness");

    /** The text of an aggregation function: a header block of a client's request, and what one device hands to another. */
    public static final QName STYLESHEET = name("Stylesheet");

    /** Asks a device for the text of a function. */
    public static final QName GET_STYLESHEET = name("GetStylesheet");

    /** Subcode of the fault that says that the text is unknown, or not handed on. */
    public static final QName UNKNOWN_STYLESHEET = name("UnknownStylesheet");

    /** Type that a shadow has in the relationship metadata beside the port type that it shares with its original. */
    public static final QName SHADOW_TYPE = name("Shadow");

    private Gossip1() {}

    static QName name(String localName) {
        return new QName(NAMESPACE, localName);
    }
}
