package org.grapevine.gossip.client;

import java.time.Duration;
import java.util.Optional;
import org.grapevine.core.message.Completeness;

/**
 * What came of one run of a question that is asked by subscription.
 *
 * @param number from 1 on; numbers that are left out were not delivered
 * @param value as in {@link GossipAnswer}; empty too if nobody gave one, or the run failed
 * @param completeness whom the answer covers
 * @param partial as in {@link GossipAnswer}
 * @param elapsed from the beginning of the run to its answer, by the clock of the shadow
 * @param failure why the run failed; empty if it did not
 */
public record RunAnswer(
        int number,
        Optional<byte[]> value,
        Completeness completeness,
        boolean partial,
        Duration elapsed,
        Optional<String> failure) {}
