package org.grapevine.core.engine;

/**
 * Timing and bounds of the variants other than eager push. Defaults not sourced otherwise are guesses, to be settled by
 * simulation.
 *
 * @param pullMillis how often this device asks a random peer of each segment for what it lacks, ms; 0 if it never does
 * @param pullSpread the first pull comes within this share of the period, drawn evenly, so that devices do not ask in step; 0..1
 * @param advertiseMillis how long ids for spare links of the tree gather before they are advertised together, ms
 * @param graftAfterMillis how long an advertised payload is waited for before its advertiser is asked, ms; about the time that a
 *     message takes through the whole tree
 * @param graftAgainMillis the same for each further advertiser, ms; about a round trip
 * @param treeLinks links that a device opens in each segment; others open theirs to it. 0: worked out from the size of the
 *     segment and the share of dead peers, 3 for 10 devices, 5 for 1,000, 7 for a million
 * @param optimiseHops an advertised way that is shorter by so many hops replaces a branch (7 in the Plumtree paper's experiments)
 * @param bridgeWithinMillis a device in several LANs waits up to so long, drawn evenly, for another one to carry a multicast
 *     over, ms
 * @param orderLimit messages held back for the order of their origins at the most. Reached: the next ones come again, by repair
 */
public record VariantConfig(
        long pullMillis,
        double pullSpread,
        long advertiseMillis,
        long graftAfterMillis,
        long graftAgainMillis,
        int treeLinks,
        int optimiseHops,
        long bridgeWithinMillis,
        int orderLimit) {

    public VariantConfig {
        require(pullMillis >= 0, "pullMillis", pullMillis, ">= 0 ms");
        require(pullSpread >= 0 && pullSpread <= 1, "pullSpread", pullSpread, "0..1");
        require(advertiseMillis >= 0, "advertise", advertiseMillis, ">= 0 ms");
        require(graftAfterMillis >= 1, "graftAfter", graftAfterMillis, ">= 1 ms");
        require(graftAgainMillis >= 1, "graftAgain", graftAgainMillis, ">= 1 ms");
        require(treeLinks >= 0 && treeLinks <= 64, "treeLinks", treeLinks, "0..64");
        require(optimiseHops >= 1, "optimiseHops", optimiseHops, ">= 1");
        require(bridgeWithinMillis >= 0, "bridgeWithin", bridgeWithinMillis, ">= 0 ms");
        require(orderLimit >= 1, "orderLimit", orderLimit, ">= 1");
    }

    public static VariantConfig defaults() {
        return new VariantConfig(0, 1, 5, 200, 50, 0, 7, 20, 1_000);
    }

    /** The same, pulling with this period, ms; 0 for never. */
    public VariantConfig withPull(long periodMillis, double spread) {
        return new VariantConfig(
                periodMillis,
                spread,
                advertiseMillis,
                graftAfterMillis,
                graftAgainMillis,
                treeLinks,
                optimiseHops,
                bridgeWithinMillis,
                orderLimit);
    }

    private static void require(boolean holds, String name, Number value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
