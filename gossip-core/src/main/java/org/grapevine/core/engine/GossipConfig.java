package org.grapevine.core.engine;

import org.grapevine.core.message.GossipParameters;

/**
 * What a device allows its engines. Defaults not sourced otherwise are guesses, to be settled by simulation.
 *
 * @param fanoutRule works out what a message leaves to {@code auto}
 * @param maxFanout the largest fanout that a message may ask for here; more is lowered to it
 * @param maxRounds the same for rounds
 * @param allowedClockErrorMillis how far origins' clocks may differ from this one, ms. Higher: ids are remembered longer
 * @param seenLimit ids remembered at the most. Reached: the origin that fills it loses its oldest, and with them whatever it
 *     published before them
 * @param originLimit origins that have a share of their own in the seen-table
 * @param bufferLimitBytes payload bytes kept for repair at the most. Reached: the origin that fills it loses its oldest
 * @param digestLimit ids in one digest; 60 of {@code urn:uuid} form fill about 2,500 octets of a datagram
 * @param wantTimeoutMillis how long an id that was asked for is not asked for again, ms
 * @param wantTries how often an id is asked for after one advertisement
 * @param redeliverAfterMillis pause before a message that the application refused is offered again, ms
 * @param redeliverLimit refused messages waiting at the most. Reached: the next copy is offered, which repair brings
 * @param repeatAfterMillis first pause before an unanswered request or unacknowledged reply is repeated, ms; doubles each time
 * @param repeatAtMostMillis longest such pause, ms
 * @param queryLimit requests remembered at the most, tombstones included. Reached: further ones are answered with a fault, for
 *     forgetting one early could count a device twice
 * @param variants timing and bounds of the variants other than eager push
 * @param replies what is taken from others for their answers, and held
 */
public record GossipConfig(
        FanoutRule fanoutRule,
        int maxFanout,
        int maxRounds,
        long allowedClockErrorMillis,
        int seenLimit,
        int originLimit,
        long bufferLimitBytes,
        int digestLimit,
        long wantTimeoutMillis,
        int wantTries,
        long redeliverAfterMillis,
        int redeliverLimit,
        long repeatAfterMillis,
        long repeatAtMostMillis,
        int queryLimit,
        VariantConfig variants,
        ReplyLimits replies) {

    public GossipConfig {
        require(maxFanout >= 1 && maxFanout <= GossipParameters.MAX_FANOUT, "maxFanout", maxFanout, "1..64");
        require(maxRounds >= 1 && maxRounds <= GossipParameters.MAX_ROUNDS, "maxRounds", maxRounds, "1..255");
        require(allowedClockErrorMillis >= 0, "allowedClockError", allowedClockErrorMillis, ">= 0 ms");
        require(seenLimit >= 1, "seenLimit", seenLimit, ">= 1");
        require(originLimit >= 1, "originLimit", originLimit, ">= 1");
        require(bufferLimitBytes >= 0, "bufferLimit", bufferLimitBytes, ">= 0 bytes");
        require(digestLimit >= 1, "digestLimit", digestLimit, ">= 1");
        require(wantTimeoutMillis >= 1, "wantTimeout", wantTimeoutMillis, ">= 1 ms");
        require(wantTries >= 1, "wantTries", wantTries, ">= 1");
        require(redeliverAfterMillis >= 1, "redeliverAfter", redeliverAfterMillis, ">= 1 ms");
        require(redeliverLimit >= 0, "redeliverLimit", redeliverLimit, ">= 0");
        require(repeatAfterMillis >= 1, "repeatAfter", repeatAfterMillis, ">= 1 ms");
        require(repeatAtMostMillis >= repeatAfterMillis, "repeatAtMost", repeatAtMostMillis, ">= repeatAfter");
        require(queryLimit >= 1, "queryLimit", queryLimit, ">= 1");
    }

    /** With the default limits of replies. */
    public GossipConfig(
            FanoutRule fanoutRule,
            int maxFanout,
            int maxRounds,
            long allowedClockErrorMillis,
            int seenLimit,
            int originLimit,
            long bufferLimitBytes,
            int digestLimit,
            long wantTimeoutMillis,
            int wantTries,
            long redeliverAfterMillis,
            int redeliverLimit,
            long repeatAfterMillis,
            long repeatAtMostMillis,
            int queryLimit,
            VariantConfig variants) {
        this(
                fanoutRule,
                maxFanout,
                maxRounds,
                allowedClockErrorMillis,
                seenLimit,
                originLimit,
                bufferLimitBytes,
                digestLimit,
                wantTimeoutMillis,
                wantTries,
                redeliverAfterMillis,
                redeliverLimit,
                repeatAfterMillis,
                repeatAtMostMillis,
                queryLimit,
                variants,
                ReplyLimits.defaults());
    }

    public static GossipConfig defaults() {
        return new GossipConfig(
                FanoutRule.defaults(),
                64,
                255,
                10_000,
                10_000,
                1_000,
                4 << 20,
                60,
                500,
                8,
                200,
                1_000,
                100,
                400,
                1_000,
                VariantConfig.defaults());
    }

    /** The same, with other timing of the variants. */
    public GossipConfig withVariants(VariantConfig other) {
        return new GossipConfig(
                fanoutRule,
                maxFanout,
                maxRounds,
                allowedClockErrorMillis,
                seenLimit,
                originLimit,
                bufferLimitBytes,
                digestLimit,
                wantTimeoutMillis,
                wantTries,
                redeliverAfterMillis,
                redeliverLimit,
                repeatAfterMillis,
                repeatAtMostMillis,
                queryLimit,
                other,
                replies);
    }

    /** The same, with other limits of replies. */
    public GossipConfig withReplies(ReplyLimits other) {
        return new GossipConfig(
                fanoutRule,
                maxFanout,
                maxRounds,
                allowedClockErrorMillis,
                seenLimit,
                originLimit,
                bufferLimitBytes,
                digestLimit,
                wantTimeoutMillis,
                wantTries,
                redeliverAfterMillis,
                redeliverLimit,
                repeatAfterMillis,
                repeatAtMostMillis,
                queryLimit,
                variants,
                other);
    }

    /** The same with lower bounds on what messages may ask for; a bound that is lower already stays. */
    public GossipConfig atMost(int fanout, int rounds) {
        return new GossipConfig(
                fanoutRule,
                Math.min(maxFanout, fanout),
                Math.min(maxRounds, rounds),
                allowedClockErrorMillis,
                seenLimit,
                originLimit,
                bufferLimitBytes,
                digestLimit,
                wantTimeoutMillis,
                wantTries,
                redeliverAfterMillis,
                redeliverLimit,
                repeatAfterMillis,
                repeatAtMostMillis,
                queryLimit,
                variants,
                replies);
    }

    public GossipConfig withFanoutRule(FanoutRule rule) {
        return new GossipConfig(
                rule,
                maxFanout,
                maxRounds,
                allowedClockErrorMillis,
                seenLimit,
                originLimit,
                bufferLimitBytes,
                digestLimit,
                wantTimeoutMillis,
                wantTries,
                redeliverAfterMillis,
                redeliverLimit,
                repeatAfterMillis,
                repeatAtMostMillis,
                queryLimit,
                variants,
                replies);
    }

    /** Other bounds on what is remembered; the rest stays. */
    public GossipConfig withLimits(int seen, int origins, long bufferBytes, int redeliver, int queries) {
        return new GossipConfig(
                fanoutRule,
                maxFanout,
                maxRounds,
                allowedClockErrorMillis,
                seen,
                origins,
                bufferBytes,
                digestLimit,
                wantTimeoutMillis,
                wantTries,
                redeliverAfterMillis,
                redeliver,
                repeatAfterMillis,
                repeatAtMostMillis,
                queries,
                variants,
                replies);
    }

    private static void require(boolean holds, String name, long value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
