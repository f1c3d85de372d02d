package org.grapevine.benchmarks;

import java.net.URI;
import java.time.Duration;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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

    /** Longer than everything together may take; reached by an error only. */
    private static final long PATIENCE_SECONDS = 600;

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
        Run run = new Run(List.copyOf(addresses).iterator());
        CompletableFuture<?>[] lanes = new CompletableFuture<?>[atOnce];
        for (int i = 0; i < atOnce; i++) {
            lanes[i] = new CompletableFuture<Void>();
        }
        for (CompletableFuture<?> lane : lanes) {
            next(run, lane);
        }
        CompletableFuture.allOf(lanes).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return new Sum(run.sum, run.counted.get());
    }

    private static final class Run {
        private final Iterator<URI> left;
        private final AtomicInteger counted = new AtomicInteger();
        private @Nullable DayNeeds sum;

        private Run(Iterator<URI> left) {
            this.left = left;
        }

        synchronized @Nullable URI next() {
            return left.hasNext() ? left.next() : null;
        }

        synchronized void add(DayNeeds needs) {
            DayNeeds before = sum;
            sum = before == null ? needs : before.plus(needs);
            counted.incrementAndGet();
        }
    }

    private void next(Run run, CompletableFuture<?> lane) {
        URI address = run.next();
        if (address == null) {
            lane.complete(null);
            return;
        }
        byte[] request = EnvelopeWriter.forAction(action)
                .messageId(host.messageIds().next())
                .to(address.toString())
                .body(GridPayloads.needsRequest(SpeedGrid.DAY))
                .toBytes();
        CompletableFuture<Void> unused = host.client()
                .call(address, request, timeout)
                .thenApply(GridPayloads::needs)
                .handle((needs, failure) -> {
                    if (failure == null) {
                        run.add(needs);
                    }
                    next(run, lane);
                    return null;
                });
    }
}
