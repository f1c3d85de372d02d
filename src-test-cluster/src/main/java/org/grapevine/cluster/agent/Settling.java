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

/** Looks again and again at shadows until all of them know enough peers. */
final class Settling implements AutoCloseable {

    private static final long LOOK_MILLIS = 100;

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
        look(shadows);
        return all;
    }

    private void look(List<ShadowService> unsettled) {
        List<CompletableFuture<Boolean>> asked = new ArrayList<>();
        for (ShadowService shadow : unsettled) {
            asked.add(shadow.views().thenApply(this::isSettled).exceptionally(busy -> false));
        }
        CompletableFuture<Void> unused = CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
                .thenAccept(done -> {
                    List<ShadowService> left = new ArrayList<>();
                    for (int i = 0; i < asked.size(); i++) {
                        if (!asked.get(i).join()) {
                            left.add(unsettled.get(i));
                        }
                    }
                    again(left);
                });
    }

    private void again(List<ShadowService> left) {
        if (left.isEmpty()) {
            all.complete(null);
            return;
        }
        try {
            var unused = thread.schedule(() -> look(left), LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            all.completeExceptionally(new IllegalStateException(
                    left.stream().map(shadow -> shadow.device().name()).limit(5).collect(Collectors.joining(", "))
                            + ": closed before they knew enough peers (" + left.size() + " of them)"));
        }
    }

    private boolean isSettled(List<ViewState> views) {
        return views.stream().allMatch(view -> view.isSettled(members.getOrDefault(view.segment(), 1)));
    }

    @Override
    public void close() {
        thread.shutdownNow();
        all.completeExceptionally(new IllegalStateException("settling: closed (expected: open)"));
    }
}
