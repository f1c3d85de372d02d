package org.grapevine.peer.service;

import javax.xml.namespace.QName;

/** The names of the Peer Service, version 1, and the limits that both of its ends keep. */
public final class Peers1 {

    public static final String NAMESPACE = "urn:org.grapevine:peers:1";

    /** Type of the hosted service in the relationship metadata. */
    public static final QName PORT_TYPE = new QName(NAMESPACE, "PeerService");

    /** Peers in an answer. */
    public static final int MAX_COUNT = 64;

    /** Peers that a question can exclude. */
    public static final int MAX_EXCLUDED = 64;

    /** Entries of a view that are offered or answered at once. */
    public static final int MAX_ENTRIES = 32;

    /** Entries of each view in a status. */
    public static final int MAX_SHOWN = 256;

    /** Types or scopes in a question; those of a peer in an answer. */
    static final int MAX_WORDS = 64;

    static final int MAX_ADDRESS_CHARACTERS = 1_024;

    private Peers1() {}

    /** {@code wsa:Action} of the request of an operation. */
    static String action(String operation) {
        return NAMESPACE + ":PeerService:" + operation + "Request";
    }
}
