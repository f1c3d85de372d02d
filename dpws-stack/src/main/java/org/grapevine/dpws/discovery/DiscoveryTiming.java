package org.grapevine.dpws.discovery;

/**
 * The times of discovery and of SOAP-over-UDP, all in ms.
 *
 * @param appMaxDelayMs upper end of the random delay before Hello and ProbeMatches, so that a thousand devices do not speak
 *     at once (APP_MAX_DELAY). Longer: fewer losses, slower discovery
 * @param matchTimeoutMs how long a client waits for matches (MATCH_TIMEOUT)
 * @param multicastRepeat repetitions of a multicast datagram after the first (MULTICAST_UDP_REPEAT)
 * @param unicastRepeat repetitions of a unicast datagram after the first (UNICAST_UDP_REPEAT)
 * @param minDelayMs shortest first gap between repetitions (UDP_MIN_DELAY)
 * @param maxDelayMs longest first gap between repetitions (UDP_MAX_DELAY)
 * @param upperDelayMs longest later gap (UDP_UPPER_DELAY)
 */
public record DiscoveryTiming(
        int appMaxDelayMs,
        int matchTimeoutMs,
        int multicastRepeat,
        int unicastRepeat,
        int minDelayMs,
        int maxDelayMs,
        int upperDelayMs) {

    /** No application waits longer than this for a discovery message; a guess. */
    private static final int LONGEST_MS = 600_000;

    private static final int MOST_REPEATS = 16;

    public DiscoveryTiming {
        require("appMaxDelayMs", appMaxDelayMs, 0, LONGEST_MS);
        require("matchTimeoutMs", matchTimeoutMs, 1, LONGEST_MS);
        require("multicastRepeat", multicastRepeat, 0, MOST_REPEATS);
        require("unicastRepeat", unicastRepeat, 0, MOST_REPEATS);
        require("minDelayMs", minDelayMs, 0, LONGEST_MS);
        require("maxDelayMs", maxDelayMs, minDelayMs, LONGEST_MS);
        require("upperDelayMs", upperDelayMs, maxDelayMs, LONGEST_MS);
    }

    /** The values of DPWS 1.1, appendix B. */
    public static DiscoveryTiming defaults() {
        return new DiscoveryTiming(2_500, 10_000, 1, 1, 50, 250, 450);
    }

    /** The same with another delay before Hello and ProbeMatches; 0 where nobody shares the network. */
    public DiscoveryTiming withAppMaxDelayMs(int ms) {
        return new DiscoveryTiming(
                ms, matchTimeoutMs, multicastRepeat, unicastRepeat, minDelayMs, maxDelayMs, upperDelayMs);
    }

    /** The same with another time to wait for matches. */
    public DiscoveryTiming withMatchTimeoutMs(int ms) {
        return new DiscoveryTiming(
                appMaxDelayMs, ms, multicastRepeat, unicastRepeat, minDelayMs, maxDelayMs, upperDelayMs);
    }

    private static void require(String name, int value, int lowest, int highest) {
        if (value < lowest || value > highest) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + lowest + ".." + highest + ")");
        }
    }
}
