package org.grapevine.dpws.eventing;

import java.time.Duration;

/**
 * How much an event source does for its subscribers. None of these numbers stands in a specification; the defaults are guesses that
 * fit a device with some thousand clients.
 *
 * @param maxSubscriptions at once, of one hosted service
 * @param maxSubscriptionsPerHost of them, those whose notifications go to one host
 * @param defaultExpiry granted to who asks for none
 * @param maxExpiry longest time granted; who asks for more gets this
 * @param maxReferenceParameterBytes of NotifyTo and EndTo each, since they go out with every notification
 * @param maxQueued notifications that wait for one slow subscriber; when one more comes its subscription ends
 * @param maxUnderWayPerPeer notifications under way at once to one host and port
 * @param retries how often a notification is tried again that was not delivered
 * @param retryDelay before the first of them; doubled for each further one
 * @param deliveryTimeout for one attempt
 * @param sinkNames whether sinks may be named by host names, of which nobody knows where they lead
 */
public record EventingLimits(
        int maxSubscriptions,
        int maxSubscriptionsPerHost,
        Duration defaultExpiry,
        Duration maxExpiry,
        int maxReferenceParameterBytes,
        int maxQueued,
        int maxUnderWayPerPeer,
        int retries,
        Duration retryDelay,
        Duration deliveryTimeout,
        boolean sinkNames) {

    public EventingLimits {
        require("maxSubscriptions", maxSubscriptions, 1, 1_000_000);
        require("maxSubscriptionsPerHost", maxSubscriptionsPerHost, 1, maxSubscriptions);
        require(
                "maxExpiry in ms",
                maxExpiry.toMillis(),
                1,
                Duration.ofDays(3_650).toMillis());
        require("defaultExpiry in ms", defaultExpiry.toMillis(), 1, maxExpiry.toMillis());
        require("maxReferenceParameterBytes", maxReferenceParameterBytes, 0, 1 << 20);
        require("maxQueued", maxQueued, 1, 100_000);
        require("maxUnderWayPerPeer", maxUnderWayPerPeer, 1, 1_000);
        require("retries", retries, 0, 16);
        require("retryDelay in ms", retryDelay.toMillis(), 1, 60_000);
        require("deliveryTimeout in ms", deliveryTimeout.toMillis(), 1, 600_000);
    }

    public static EventingLimits defaults() {
        return new EventingLimits(
                4_096,
                1_024,
                Duration.ofHours(1),
                Duration.ofDays(1),
                2_048,
                256,
                4,
                2,
                Duration.ofMillis(500),
                Duration.ofSeconds(5),
                true);
    }

    public EventingLimits withSubscriptions(int all, int perHost) {
        return new EventingLimits(
                all,
                perHost,
                defaultExpiry,
                maxExpiry,
                maxReferenceParameterBytes,
                maxQueued,
                maxUnderWayPerPeer,
                retries,
                retryDelay,
                deliveryTimeout,
                sinkNames);
    }

    public EventingLimits withExpiry(Duration newDefault, Duration max) {
        return new EventingLimits(
                maxSubscriptions,
                maxSubscriptionsPerHost,
                newDefault,
                max,
                maxReferenceParameterBytes,
                maxQueued,
                maxUnderWayPerPeer,
                retries,
                retryDelay,
                deliveryTimeout,
                sinkNames);
    }

    /** Other bounds on deliveries. */
    public EventingLimits withDelivery(int queued, int newRetries, Duration newRetryDelay, Duration timeout) {
        return new EventingLimits(
                maxSubscriptions,
                maxSubscriptionsPerHost,
                defaultExpiry,
                maxExpiry,
                maxReferenceParameterBytes,
                queued,
                maxUnderWayPerPeer,
                newRetries,
                newRetryDelay,
                timeout,
                sinkNames);
    }

    /** Sinks by IP address only. */
    public EventingLimits withoutSinkNames() {
        return new EventingLimits(
                maxSubscriptions,
                maxSubscriptionsPerHost,
                defaultExpiry,
                maxExpiry,
                maxReferenceParameterBytes,
                maxQueued,
                maxUnderWayPerPeer,
                retries,
                retryDelay,
                deliveryTimeout,
                false);
    }

    private static void require(String name, long value, long lowest, long highest) {
        if (value < lowest || value > highest) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + lowest + ".." + highest + ")");
        }
    }
}
