package org.grapevine.dpws.eventing;

import java.util.Optional;

/** Why an event source ended a subscription: the status of a SubscriptionEnd. */
public enum EndStatus {

    /** Notifications could not be delivered. */
    DELIVERY_FAILURE("DeliveryFailure"),

    /** The event source stops. */
    SOURCE_SHUTTING_DOWN("SourceShuttingDown"),

    /** The event source ends the subscription for a reason of its own. */
    SOURCE_CANCELLING("SourceCancelling");

    private final String name;

    EndStatus(String name) {
        this.name = name;
    }

    /** The status as a URI. */
    public String uri(EventingDialect dialect) {
        return dialect.namespace() + "/" + name;
    }

    /** The status of a URI in whichever dialect; stacks differ in the number of l's of the last one. */
    public static Optional<EndStatus> of(String uri) {
        String spelled = uri.endsWith("/SourceCanceling") ? uri.replace("Canceling", "Cancelling") : uri;
        for (EndStatus status : values()) {
            for (EventingDialect dialect : EventingDialect.values()) {
                if (status.uri(dialect).equals(spelled)) {
                    return Optional.of(status);
                }
            }
        }
        return Optional.empty();
    }
}
