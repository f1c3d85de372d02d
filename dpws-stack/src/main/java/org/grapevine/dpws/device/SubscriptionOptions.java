package org.grapevine.dpws.device;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.grapevine.dpws.eventing.EventingDialect;
import org.grapevine.dpws.eventing.SubscribeRequest;

/**
 * What a subscriber asks for.
 *
 * @param dialect version of WS-Eventing; that of 2004 for DPWS
 * @param actions of the wanted events; none for all
 * @param filter in a language of its own, which wins over the actions
 * @param expires asked for at the start and at each renewal; empty leaves it to the source
 * @param renews whether the subscription renews itself
 * @param timeout of each request to the source
 * @param responders by action, what answers the questions of the source; other messages are notifications
 */
public record SubscriptionOptions(
        EventingDialect dialect,
        List<String> actions,
        Optional<SubscribeRequest.Filter> filter,
        Optional<Duration> expires,
        boolean renews,
        Duration timeout,
        Map<String, Responder> responders) {

    /**
     * Answers questions of one kind.
     *
     * @param action {@code wsa:Action} of the answer
     * @param answer gives one element in UTF-8 that declares every namespace it needs; called on workers of the HTTP server, by many at
     *     once. What it throws is logged, and the source gets a fault
     */
    public record Responder(String action, Function<Notification, byte[]> answer) {}

    public SubscriptionOptions {
        actions = List.copyOf(actions);
        responders = Map.copyOf(responders);
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
                EventingDialect.SUBMISSION_2004,
                actions,
                Optional.empty(),
                Optional.empty(),
                true,
                Duration.ofSeconds(10),
                Map.of());
    }

    /**
     * What a source offers in a filter language of its own.
     *
     * @param language its URI
     * @param element content of the filter, one element that declares every namespace it needs
     */
    public static SubscriptionOptions toFilter(String language, byte[] element) {
        return new SubscriptionOptions(
                EventingDialect.SUBMISSION_2004,
                List.of(),
                Optional.of(SubscribeRequest.Filter.ofElement(language, new String(element, StandardCharsets.UTF_8))),
                Optional.empty(),
                true,
                Duration.ofSeconds(10),
                Map.of());
    }

    public SubscriptionOptions expiring(Duration after) {
        return new SubscriptionOptions(dialect, actions, filter, Optional.of(after), renews, timeout, responders);
    }

    public SubscriptionOptions withoutRenewal() {
        return new SubscriptionOptions(dialect, actions, filter, expires, false, timeout, responders);
    }

    public SubscriptionOptions in(EventingDialect other) {
        return new SubscriptionOptions(other, actions, filter, expires, renews, timeout, responders);
    }

    public SubscriptionOptions withTimeout(Duration ofEachRequest) {
        return new SubscriptionOptions(dialect, actions, filter, expires, renews, ofEachRequest, responders);
    }

    /**
     * The same, and questions of one kind are answered.
     *
     * @param question {@code wsa:Action} of what the source asks
     * @param answer {@code wsa:Action} of the answer
     * @param responder see {@link Responder}
     */
    public SubscriptionOptions answering(String question, String answer, Function<Notification, byte[]> responder) {
        Map<String, Responder> more = new LinkedHashMap<>(responders);
        more.put(question, new Responder(answer, responder));
        return new SubscriptionOptions(dialect, actions, filter, expires, renews, timeout, more);
    }
}
