package org.grapevine.cluster.agent;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.grapevine.core.message.Segment;
import org.grapevine.gossip.shadow.ShadowService;
import org.grapevine.gossip.shadow.ViewState;

/**
 * Looks again and again at shadows until their views are settled: most of them have as many links as they want, and each has half
 * of them at least. A HyParView leaves some nodes with fewer links for good, when all others have theirs. Who wants everybody
 * has everybody.
 */
final class Settling implements AutoCloseable {

    private static final long LOOK_MILLIS = 100;

    /** One in so many may have fewer links than it wants. */
    private static final int ONE_IN = 3;

    // What views lack.
    private static final int COMPLETE = 0;
    private static final int HALF = 1;
    private static final int LACKING = 2;

    private final Map<Segment, Integer> members;
    private final CompletableFuture<Void> all = new CompletableFuture<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread made = new Thread(task, "cluster-settling");
        made.setDaemon(true);
        return made;
    });

    /** @param members devices that each segment has */
    Settling(Map<Segment, Integer> members) {
        this.members = new HashMap<>(members);
    }

    /** Begins; done when all of them have settled. */
    CompletableFuture<Void> of(List<ShadowService> shadows) {
        look(shadows, shadows.size() / ONE_IN);
        return all;
    }

    private void look(List<ShadowService> unsettled, int few) {
        List<CompletableFuture<Integer>> asked = new ArrayList<>();
        for (ShadowService shadow : unsettled) {
            asked.add(shadow.views().thenApply(this::missing).exceptionally(busy -> LACKING));
        }
        CompletableFuture<Void> unused = CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
                .thenAccept(done -> {
                    List<ShadowService> left = new ArrayList<>();
                    boolean lacking = false;
                    for (int i = 0; i < asked.size(); i++) {
                        int missing = asked.get(i).join();
                        if (missing != COMPLETE) {
                            left.add(unsettled.get(i));
                            lacking |= missing == LACKING;
                        }
                    }
                    again(left, few, lacking);
                });
    }

    private void again(List<ShadowService> left, int few, boolean lacking) {
        if (left.size() <= few && !lacking) {
            all.complete(null);
            return;
        }
        try {
            var unused = thread.schedule(() -> look(left, few), LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            all.completeExceptionally(new IllegalStateException(
                    left.stream().map(shadow -> shadow.device().name()).limit(5).collect(Collectors.joining(", "))
                            + ": closed before they knew enough peers (" + left.size() + " of them)"));
        }
    }

    private int missing(List<ViewState> views) {
        int worst = COMPLETE;
        for (ViewState view : views) {
            int size = members.getOrDefault(view.segment(), 1);
            if (!view.isSettled(size)) {
                boolean half = view.wanted() < size && view.links() * 2 >= view.wanted();
                worst = Math.max(worst, half ? HALF : LACKING);
            }
        }
        return worst;
    }

    @Override
    public void close() {
        thread.shutdownNow();
        all.completeExceptionally(new IllegalStateException("settling: closed (expected: open)"));
    }
}
