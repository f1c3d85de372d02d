package org.grapevine.simulation.report;

import java.util.Map;
import org.grapevine.simulation.world.Loss;

/**
 * What the network carried. Sent and duplicated together are received, lost and in flight.
 *
 * @param sentByKind messages by kind: Message, Request, Digest, IHave, Reply and so on
 * @param inFlight still under way at the end
 */
public record Traffic(
        long sent,
        long duplicated,
        long received,
        Map<Loss, Long> lost,
        long inFlight,
        long bytesSent,
        Map<String, Long> sentByKind) {}
