package org.grapevine.dpws.discovery;

import java.time.Duration;

/**
 * Bounds and habits of a {@link DiscoveryProxy}. The numbers are guesses that fit a site with some thousand devices.
 *
 * @param capacity most devices that are remembered, those that left included for a while; when there are more, the one from which
 *     nothing was heard for the longest time goes
 * @param lifetime how long a device is believed to be there after its last word; then it is asked by a directed Probe. Shorter:
 *     dead entries go sooner, and living devices are asked more often
 * @param checksAtOnce most devices that are asked at the same time
 * @param hearsMulticast whether devices that say Hello by multicast are taken too, and not only those that tell the proxy by HTTP
 * @param suppresses whether multicast Probes and Resolves are answered by a Hello that leads the client here
 * @param maxAnswerBytes about how large an answer gets, in octets; devices beyond it are left out and counted. Clients of this stack
 *     take 1 MiB
 */
public record ProxySettings(
        int capacity,
        Duration lifetime,
        int checksAtOnce,
        boolean hearsMulticast,
        boolean suppresses,
        int maxAnswerBytes) {

    public ProxySettings {
        require("capacity", capacity, 1, 1_000_000);
        require("checksAtOnce", checksAtOnce, 1, 1_000);
        require("maxAnswerBytes", maxAnswerBytes, 8_192, 16 * 1_024 * 1_024);
        if (lifetime.toSeconds() < 1 || lifetime.toDays() > 365) {
            throw new IllegalArgumentException("lifetime: " + lifetime + " (expected: 1 s to 365 days)");
        }
    }

    public static ProxySettings defaults() {
        return new ProxySettings(20_000, Duration.ofMinutes(15), 16, true, false, 1_000_000);
    }

    public ProxySettings withCapacity(int devices) {
        return new ProxySettings(devices, lifetime, checksAtOnce, hearsMulticast, suppresses, maxAnswerBytes);
    }

    public ProxySettings withLifetime(Duration time) {
        return new ProxySettings(capacity, time, checksAtOnce, hearsMulticast, suppresses, maxAnswerBytes);
    }

    public ProxySettings withChecksAtOnce(int checks) {
        return new ProxySettings(capacity, lifetime, checks, hearsMulticast, suppresses, maxAnswerBytes);
    }

    public ProxySettings withMulticast(boolean hears) {
        return new ProxySettings(capacity, lifetime, checksAtOnce, hears, suppresses, maxAnswerBytes);
    }

    public ProxySettings withSuppression(boolean on) {
        return new ProxySettings(capacity, lifetime, checksAtOnce, hearsMulticast, on, maxAnswerBytes);
    }

    public ProxySettings withMaxAnswerBytes(int bytes) {
        return new ProxySettings(capacity, lifetime, checksAtOnce, hearsMulticast, suppresses, bytes);
    }

    private static void require(String name, int value, int lowest, int highest) {
        if (value < lowest || value > highest) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + lowest + ".." + highest + ")");
        }
    }
}
