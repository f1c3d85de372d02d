package org.grapevine.dpws.transport;

import java.util.Map;

/**
 * What went over one {@link Link} so far.
 *
 * @param sent datagrams handed to the kernel
 * @param sentMulticast of those, the ones to the group
 * @param received datagrams that came and were not too large
 * @param receivedMulticast of those, the ones that came to the group
 * @param dropped how many were lost for which reason, every reason named; what the kernel dropped for want of buffer is
 *     in none of them
 */
public record LinkCounters(
        long sent, long sentMulticast, long received, long receivedMulticast, Map<DatagramDrop, Long> dropped) {

    public LinkCounters {
        dropped = Map.copyOf(dropped);
    }
}
