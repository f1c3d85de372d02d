package org.grapevine.gossip.shadow;

import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.engine.ReplyLimits;

/** Keeps replies as small as the envelopes that hosts take. */
final class ReplyRoom {

    /** Headers, the element around a value, and namespaces that it has to declare; bytes, a guess. */
    private static final int AROUND_A_VALUE = 2_048;

    private ReplyRoom() {}

    /**
     * The same configuration with values and batches that fit. Of a batch half is left to what stands around its values.
     *
     * @param maxEnvelopeBytes largest envelope by HTTP, which is assumed to be the same at all hosts
     */
    static GossipConfig fit(GossipConfig config, int maxEnvelopeBytes) {
        ReplyLimits limits = config.replies();
        return config.withReplies(new ReplyLimits(
                limits.contributors(),
                Math.min(limits.valueBytes(), Math.max(1, maxEnvelopeBytes - AROUND_A_VALUE)),
                limits.samples(),
                limits.sampleBytes(),
                Math.min(limits.batchBytes(), Math.max(1, maxEnvelopeBytes / 2)),
                limits.collected()));
    }
}
