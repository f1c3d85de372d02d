package org.grapevine.gossip.legacy;

/**
 * How much a peer does for devices that know nothing of gossip. The defaults are guesses that fit some dozen such devices beside a
 * gossiping one.
 *
 * @param maxKnown such services that a peer knows in all its segments; further ones are not looked after by it, and counted
 * @param maxAdopted services that it delivers to at once; what is beyond that is counted, and has nobody until there is room. 0: it
 *     looks after none, and does not ask the devices of its segments who they are
 * @param maxQueued messages that wait for one of them, beside the one under way; the oldest makes room, and is counted
 * @param maxHeld messages held for services whose adopter vanishes; the oldest makes room, and is counted if it was live
 * @param maxHeldBytes octets of them
 * @param retryMillis pause before a message is tried again, ms; doubled each time
 * @param longestRetryMillis longest such pause, ms
 * @param attemptMillis time for one attempt, ms
 * @param checkMillis pause between two looks at an adopter, by those that stand by, ms
 * @param settleMillis how long a service is known before it is adopted, so that its other peers are known too, ms
 * @param checksAtOnce adopters that are looked at in one period
 */
public record LegacyOptions(
        int maxKnown,
        int maxAdopted,
        int maxQueued,
        int maxHeld,
        long maxHeldBytes,
        long retryMillis,
        long longestRetryMillis,
        long attemptMillis,
        long checkMillis,
        long settleMillis,
        int checksAtOnce) {

    public LegacyOptions {
        require("maxKnown", maxKnown, 1, 1_000_000);
        require("maxAdopted", maxAdopted, 0, maxKnown);
        require("maxQueued", maxQueued, 1, 100_000);
        require("maxHeld", maxHeld, 0, 1_000_000);
        require("maxHeldBytes", maxHeldBytes, 0, 1L << 40);
        require("retryMillis", retryMillis, 1, 3_600_000);
        require("longestRetryMillis", longestRetryMillis, retryMillis, 3_600_000);
        require("attemptMillis", attemptMillis, 1, 600_000);
        require("checkMillis", checkMillis, 10, 3_600_000);
        require("settleMillis", settleMillis, 1, 3_600_000);
        require("checksAtOnce", checksAtOnce, 1, 10_000);
    }

    public static LegacyOptions defaults() {
        return new LegacyOptions(1_024, 256, 256, 1_000, 1 << 20, 500, 10_000, 5_000, 5_000, 3_000, 16);
    }

    /** Other bounds on what is adopted and kept. */
    public LegacyOptions withLimits(int known, int adopted, int queued, int held) {
        return new LegacyOptions(
                known,
                adopted,
                queued,
                held,
                maxHeldBytes,
                retryMillis,
                longestRetryMillis,
                attemptMillis,
                checkMillis,
                settleMillis,
                checksAtOnce);
    }

    /** For networks in which every device gossips: what others there may be is nobody's business. */
    public static LegacyOptions none() {
        LegacyOptions usual = defaults();
        return new LegacyOptions(
                usual.maxKnown,
                0,
                usual.maxQueued,
                usual.maxHeld,
                usual.maxHeldBytes,
                usual.retryMillis,
                usual.longestRetryMillis,
                usual.attemptMillis,
                usual.checkMillis,
                usual.settleMillis,
                usual.checksAtOnce);
    }

    /** Other times. */
    public LegacyOptions withTimes(long retry, long longestRetry, long attempt, long check, long settle) {
        return new LegacyOptions(
                maxKnown,
                maxAdopted,
                maxQueued,
                maxHeld,
                maxHeldBytes,
                retry,
                longestRetry,
                attempt,
                check,
                settle,
                checksAtOnce);
    }

    private static void require(String name, long value, long lowest, long highest) {
        if (value < lowest || value > highest) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + lowest + ".." + highest + ")");
        }
    }
}
