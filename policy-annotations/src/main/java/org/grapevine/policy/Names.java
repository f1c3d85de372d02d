package org.grapevine.policy;

/** Namespaces of what this package reads and writes. */
final class Names {

    static final String GOSSIP = "urn:org.grapevine:gossip:1";

    /** WS-Policy 1.5, the only one that is written. */
    static final String POLICY = "http://www.w3.org/ns/ws-policy";

    /** The submission that many devices still send; read, never written. */
    static final String POLICY_2004 = "http://schemas.xmlsoap.org/ws/2004/09/policy";

    static final String UTILITY = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
    static final String ADDRESSING = "http://www.w3.org/2005/08/addressing";
    static final String WSDL = "http://schemas.xmlsoap.org/wsdl/";

    static final String ASSERTION = "GossipAssertion";

    private Names() {}

    static boolean isPolicyNamespace(String namespace) {
        return namespace.equals(POLICY) || namespace.equals(POLICY_2004);
    }
}
