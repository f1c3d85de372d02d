package org.grapevine.interop;

/** What two DPWS nodes do with each other, in the order in which they do it; the rows of the matrix. */
enum Step {
    HELLO("Hello"),
    PROBE("Probe"),
    RESOLVE("Resolve"),
    DIRECTED_PROBE("directed Probe"),
    GET("Get"),
    GET_METADATA("GetMetadata"),
    WSDL("WSDL"),
    CALL("call"),
    ONE_WAY("one-way"),
    FAULT("fault"),
    SUBSCRIBE("Subscribe"),
    NOTIFICATION("notification"),
    RENEW("Renew"),
    GET_STATUS("GetStatus"),
    UNSUBSCRIBE("Unsubscribe"),
    SUBSCRIPTION_END("SubscriptionEnd"),
    BYE("Bye");

    private final String title;

    Step(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }
}
