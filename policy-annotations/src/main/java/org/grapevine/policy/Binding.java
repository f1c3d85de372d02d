package org.grapevine.policy;

/** Which transport carries the copies from peer to peer. */
public enum Binding implements WireNamed {

    /** SOAP-over-UDP 1.1. */
    SOAP_UDP("soap.udp"),
    HTTP("http");

    private final String wireName;

    Binding(String wireName) {
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
    public static Binding ofWireName(String text) {
        return WireNamed.parse(Binding.class, "binding", text);
    }
}
