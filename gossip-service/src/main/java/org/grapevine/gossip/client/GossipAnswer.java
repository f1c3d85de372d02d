package org.grapevine.gossip.client;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Faults;

/**
 * What came of a question to all devices.
 *
 * @param value the answer, one element in UTF-8 that declares every namespace it needs; empty if each value was given on its own
 * @param completeness whom the answer covers
 * @param partial fewer devices are inside than were asked for, which was wanted all the same
 * @param elapsed from the question to its answer
 * @param entry the shadow that gave it
 * @param messageId of the question that was answered; for a subscription of its ask
 * @param failed the entries that were tried before, and why nothing came of them
 */
public record GossipAnswer(
        Optional<byte[]> value,
        Completeness completeness,
        boolean partial,
        Duration elapsed,
        URI entry,
        String messageId,
        Map<URI, Throwable> failed) {

    public GossipAnswer {
        failed = Map.copyOf(failed);
    }

    /** The devices that failed, by kind of fault. */
    public Faults faults() {
        return completeness.faults();
    }

    /** True if no device is known to be missing. */
    public boolean isWhole() {
        return completeness.isWhole();
    }
}
