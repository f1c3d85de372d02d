package org.grapevine.benchmarks;

import java.net.URI;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One call to each of some addresses, so many at a time. A call that fails is counted, and the next one follows. Runs once. */
final class CallLanes {

    /** Longer than everything together may take; reached by an error only. */
    private static final long PATIENCE_SECONDS = 600;

    private final Iterator<URI> left; // guarded by this
    private final Function<URI, CompletableFuture<?>> call;
    private final AtomicInteger failed = new AtomicInteger();

    CallLanes(Collection<URI> addresses, Function<URI, CompletableFuture<?>> call) {
        this.left = List.copyOf(addresses).iterator();
        this.call = call;
    }

    /**
     * Calls all, and waits until each has answered or failed.
     *
     * @param atOnce so many calls are under way at the most
     * @return how many failed
     */
    int run(int atOnce) throws Exception {
        CompletableFuture<?>[] lanes = new CompletableFuture<?>[atOnce];
        for (int i = 0; i < atOnce; i++) {
            lanes[i] = new CompletableFuture<Void>();
        }
        for (CompletableFuture<?> lane : lanes) {
            next(lane);
        }
        CompletableFuture.allOf(lanes).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        return failed.get();
    }

    private void next(CompletableFuture<?> lane) {
        URI address = take();
        if (address == null) {
            lane.complete(null);
            return;
        }
        CompletableFuture<?> unused = call.apply(address).handle((answer, failure) -> {
            if (failure != null) {
                failed.incrementAndGet();
            }
            next(lane);
            return null;
        });
    }

    private synchronized @Nullable URI take() {
        return left.hasNext() ? left.next() : null;
    }
}
