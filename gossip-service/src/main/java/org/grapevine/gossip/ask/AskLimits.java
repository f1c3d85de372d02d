package org.grapevine.gossip.ask;

import java.time.Duration;
import org.grapevine.dpws.eventing.EventingLimits;

/**
 * How much a shadow does for those who ask by subscription. The defaults are guesses that fit a device with some clients.
 *
 * @param eventing asks at once of one shadow, and of one host; how long they last; values that wait for one slow sink; how often one
 *     that was not delivered is tried again. A value that is tried again holds up those behind it
 * @param leastPeriod between two runs of one ask: each run is a message to every device
 * @param maxWaitingBytes of all that waits for one slow sink; an ask for which more would wait ends
 */
public record AskLimits(EventingLimits eventing, Duration leastPeriod, long maxWaitingBytes) {

    public AskLimits {
        if (leastPeriod.compareTo(Ask.SHORTEST_PERIOD) < 0 || leastPeriod.compareTo(Ask.LONGEST_PERIOD) > 0) {
            throw new IllegalArgumentException("leastPeriod: " + leastPeriod + " (expected: " + Ask.SHORTEST_PERIOD
                    + ".." + Ask.LONGEST_PERIOD + ")");
        }
        if (maxWaitingBytes < 1) {
            throw new IllegalArgumentException("maxWaitingBytes: " + maxWaitingBytes + " (expected: >= 1)");
        }
    }

    /** 64 asks, 16 of them for one host, a second between two runs; 16,384 values or 16 MiB wait for a sink, 6 s at most. */
    public static AskLimits defaults() {
        return new AskLimits(
                EventingLimits.defaults()
                        .withSubscriptions(64, 16)
                        .withDelivery(16_384, 6, Duration.ofMillis(100), Duration.ofSeconds(5)),
                Duration.ofSeconds(1),
                16L << 20);
    }

    public AskLimits withEventing(EventingLimits other) {
        return new AskLimits(other, leastPeriod, maxWaitingBytes);
    }

    public AskLimits withLeastPeriod(Duration least) {
        return new AskLimits(eventing, least, maxWaitingBytes);
    }

    public AskLimits withMaxWaitingBytes(long most) {
        return new AskLimits(eventing, leastPeriod, most);
    }
}
