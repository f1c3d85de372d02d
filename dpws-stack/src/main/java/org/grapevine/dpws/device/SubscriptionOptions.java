package org.grapevine.dpws.device;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.grapevine.dpws.eventing.EventingDialect;

/**
 * What a subscriber asks for.
 *
 * @param dialect version of WS-Eventing; that of 2004 for DPWS
 * @param actions of the wanted events; none for all
 * @param expires asked for at the start and at each renewal; empty leaves it to the source
 * @param renews whether the subscription renews itself
 * @param timeout of each request to the source
 */
public record SubscriptionOptions(
        EventingDialect dialect, List<String> actions, Optional<Duration> expires, boolean renews, Duration timeout) {

    public SubscriptionOptions {
        actions = List.copyOf(actions);
        if (expires.filter(time -> time.isNegative() || time.isZero()).isPresent()) {
            throw new IllegalArgumentException("expires: " + expires.get() + " (expected: above zero)");
        }
        for (String action : actions) {
            if (action.isEmpty() || action.matches("(?s).*\\s.*")) {
                throw new IllegalArgumentException(
                        "filter action: '" + action + "' (expected: a URI without white space)");
            }
        }
    }

    /** All events, for as long as the source likes, renewed. */
    public static SubscriptionOptions toAll() {
        return toActions(List.of());
    }

    /** Events of these actions. */
    public static SubscriptionOptions toActions(List<String> actions) {
        return new SubscriptionOptions(
                EventingDialect.SUBMISSION_2004, actions, Optional.empty(), true, Duration.ofSeconds(10));
    }

    public SubscriptionOptions expiring(Duration after) {
        return new SubscriptionOptions(dialect, actions, Optional.of(after), renews, timeout);
    }

    public SubscriptionOptions withoutRenewal() {
        return new SubscriptionOptions(dialect, actions, expires, false, timeout);
    }

    public SubscriptionOptions in(EventingDialect other) {
        return new SubscriptionOptions(other, actions, expires, renews, timeout);
    }

    public SubscriptionOptions withTimeout(Duration ofEachRequest) {
        return new SubscriptionOptions(dialect, actions, expires, renews, ofEachRequest);
    }
}
