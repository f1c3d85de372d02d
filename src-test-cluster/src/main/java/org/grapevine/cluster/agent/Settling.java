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

    /** So many devices that lack peers are named. */
    private static final int SHOWN = 5;

    /**
     * What one shadow lacks.
     *
     * @param words which device it is, and how many peers of how many it has
     */
    private record Lack(ShadowService shadow, int how, String words) {}

    private final Map<Segment, Integer> members;
    private volatile String lacking = "";
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

    /** What the last look found lacking, for people: the first {@value #SHOWN} devices; empty before the first look. */
    String lacking() {
        return lacking;
    }

    /** Begins; done when all of them have settled. Looks until then, or until this is closed. */
    CompletableFuture<Void> of(List<ShadowService> shadows) {
        look(shadows, shadows.size() / ONE_IN);
        return all;
    }

    private void look(List<ShadowService> unsettled, int few) {
        List<CompletableFuture<Lack>> asked = new ArrayList<>();
        for (ShadowService shadow : unsettled) {
            asked.add(shadow.views()
                    .thenApply(views -> lack(shadow, views))
                    .exceptionally(
                            busy -> new Lack(shadow, LACKING, shadow.device().name() + " (too busy to tell)")));
        }
        CompletableFuture<Void> unused = CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
                .thenAccept(done -> {
                    List<Lack> left = asked.stream()
                            .map(CompletableFuture::join)
                            .filter(lack -> lack.how() != COMPLETE)
                            .toList();
                    lacking = words(left);
                    again(left, few);
                });
    }

    private static String words(List<Lack> left) {
        String named = left.stream().limit(SHOWN).map(Lack::words).collect(Collectors.joining(", "));
        return left.size() > SHOWN ? named + " and " + (left.size() - SHOWN) + " more" : named;
    }

    private void again(List<Lack> left, int few) {
        if (left.size() <= few && left.stream().noneMatch(lack -> lack.how() == LACKING)) {
            all.complete(null);
            return;
        }
        List<ShadowService> shadows = left.stream().map(Lack::shadow).toList();
        try {
            var unused = thread.schedule(() -> look(shadows, few), LOOK_MILLIS, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            all.completeExceptionally(
                    new IllegalStateException("settling: closed before all knew enough peers: " + words(left)));
        }
    }

    private Lack lack(ShadowService shadow, List<ViewState> views) {
        int worst = COMPLETE;
        List<String> words = new ArrayList<>();
        for (ViewState view : views) {
            int size = members.getOrDefault(view.segment(), 1);
            if (!view.isSettled(size)) {
                boolean half = view.wanted() < size && view.links() * 2 >= view.wanted();
                worst = Math.max(worst, half ? HALF : LACKING);
                words.add(view.links() + " of " + Math.min(view.wanted(), size - 1) + " peers");
            }
        }
        return new Lack(shadow, worst, shadow.device().name() + " (" + String.join(", ", words) + ")");
    }

    @Override
    public void close() {
        thread.shutdownNow();
        all.completeExceptionally(new IllegalStateException("settling: closed (expected: open)"));
    }
}
