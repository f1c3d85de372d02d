package org.grapevine.core.engine;

import java.util.function.Consumer;
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
                VariantConfig.defaults(),
                ReplyLimits.defaults());
    }

    /** The same, with other timing of the variants. */
    public GossipConfig withVariants(VariantConfig other) {
        return with(draft -> draft.variants = other);
    }

    /** The same, with other limits of replies. */
    public GossipConfig withReplies(ReplyLimits other) {
        return with(draft -> draft.replies = other);
    }

    /** The same with lower bounds on what messages may ask for; a bound that is lower already stays. */
    public GossipConfig atMost(int fanout, int rounds) {
        return with(draft -> {
            draft.maxFanout = Math.min(maxFanout, fanout);
            draft.maxRounds = Math.min(maxRounds, rounds);
        });
    }

    /** The same where clocks are off by this much, ms. */
    public GossipConfig withAllowedClockError(long millis) {
        return with(draft -> draft.allowedClockErrorMillis = millis);
    }

    public GossipConfig withFanoutRule(FanoutRule rule) {
        return with(draft -> draft.fanoutRule = rule);
    }

    /** Other bounds on what is remembered; the rest stays. */
    public GossipConfig withLimits(int seen, int origins, long bufferBytes, int redeliver, int queries) {
        return with(draft -> {
            draft.seenLimit = seen;
            draft.originLimit = origins;
            draft.bufferLimitBytes = bufferBytes;
            draft.redeliverLimit = redeliver;
            draft.queryLimit = queries;
        });
    }

    private GossipConfig with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.config();
    }

    /** A copy in the making. */
    private static final class Draft {
        private final GossipConfig of;
        private FanoutRule fanoutRule;
        private int maxFanout;
        private int maxRounds;
        private long allowedClockErrorMillis;
        private int seenLimit;
        private int originLimit;
        private long bufferLimitBytes;
        private int redeliverLimit;
        private int queryLimit;
        private VariantConfig variants;
        private ReplyLimits replies;

        private Draft(GossipConfig of) {
            this.of = of;
            this.fanoutRule = of.fanoutRule;
            this.maxFanout = of.maxFanout;
            this.maxRounds = of.maxRounds;
            this.allowedClockErrorMillis = of.allowedClockErrorMillis;
            this.seenLimit = of.seenLimit;
            this.originLimit = of.originLimit;
            this.bufferLimitBytes = of.bufferLimitBytes;
            this.redeliverLimit = of.redeliverLimit;
            this.queryLimit = of.queryLimit;
            this.variants = of.variants;
            this.replies = of.replies;
        }

        private GossipConfig config() {
            return new GossipConfig(
                    fanoutRule,
                    maxFanout,
                    maxRounds,
                    allowedClockErrorMillis,
                    seenLimit,
                    originLimit,
                    bufferLimitBytes,
                    of.digestLimit,
                    of.wantTimeoutMillis,
                    of.wantTries,
                    of.redeliverAfterMillis,
                    redeliverLimit,
                    of.repeatAfterMillis,
                    of.repeatAtMostMillis,
                    queryLimit,
                    variants,
                    replies);
        }
    }

    private static void require(boolean holds, String name, long value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
