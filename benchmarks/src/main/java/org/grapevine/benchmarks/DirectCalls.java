package org.grapevine.benchmarks;

import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.grid.device.GridPayloads;
import org.grapevine.grid.energy.DayNeeds;
import org.jspecify.annotations.Nullable;

/**
 * What gossip is compared with: the initiator knows the addresses of all devices, calls each over HTTP and adds up itself. Whoever does
 * not answer within the timeout is left out.
 */
final class DirectCalls {

    private final DeviceHost host;
    private final String action;
    private final Duration timeout;

    DirectCalls(DeviceHost host, String action, Duration timeout) {
        this.host = host;
        this.action = action;
        this.timeout = timeout;
    }

    /** The sum of those who answered, null if nobody did, and their number. */
    record Sum(@Nullable DayNeeds needs, int counted) {

        /** For each period of the day; none if nobody answered. */
        List<Long> wattHours() {
            return needs == null ? List.of() : needs.wattHours();
        }
    }

    /**
     * Asks all.
     *
     * @param atOnce so many calls are under way at the most
     */
    Sum sum(Collection<URI> addresses, int atOnce) throws Exception {
        Adding adding = new Adding();
        new CallLanes(addresses, address -> host.client()
                        .call(address, request(address), timeout)
                        .thenApply(GridPayloads::needs)
                        .thenAccept(adding::add))
                .run(atOnce);
        return adding.sum();
    }

    private byte[] request(URI address) {
        return EnvelopeWriter.forAction(action)
                .messageId(host.messageIds().next())
                .to(address.toString())
                .body(GridPayloads.needsRequest(SpeedGrid.DAY))
                .toBytes();
    }

    private static final class Adding {
        private @Nullable DayNeeds sum;
        private int counted;

        synchronized void add(DayNeeds needs) {
            DayNeeds before = sum;
            sum = before == null ? needs : before.plus(needs);
            counted++;
        }

        synchronized Sum sum() {
            return new Sum(sum, counted);
        }
    }
}
