package org.grapevine.dpws.eventing;

import java.util.Optional;

/**
 * Addresses of managers and sinks that name the subscription, as their reference parameters do: SDCri (6.0.0) echoes the parameters
 * neither of a manager, when its client renews, nor of EndTo, when its source says that it ends.
 */
public final class SubscriptionAddress {

    private static final String QUERY = "?subscription=";

    private SubscriptionAddress() {}

    /**
     * The address for one subscription.
     *
     * @param address has no query
     * @param subscription characters that a query may have
     */
    public static String of(String address, String subscription) {
        return address + QUERY + subscription;
    }

    /** The subscription that an address of this form names. */
    public static Optional<String> subscription(String address) {
        int at = address.indexOf(QUERY);
        return at < 0 ? Optional.empty() : Optional.of(address.substring(at + QUERY.length()));
    }
}
