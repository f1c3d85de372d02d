package org.grapevine.simulation.report;

import java.util.Map;
import org.grapevine.simulation.world.Loss;

/**
 * What the network carried. Sent, multiplied and duplicated together are received, lost and in flight.
 *
 * @param sent a multicast counted once
 * @param multiplied what multicasts became beyond that: one for each receiver but the first, less those that met nobody
 * @param sentByKind messages by kind: Message, Request, Multicast, Digest, IHave, Reply and so on; an IWant that grafts is a Graft
 * @param inFlight still under way at the end
 */
public record Traffic(
        long sent,
        long multiplied,
        long duplicated,
        long received,
        Map<Loss, Long> lost,
        long inFlight,
        long bytesSent,
        Map<String, Long> sentByKind) {}
