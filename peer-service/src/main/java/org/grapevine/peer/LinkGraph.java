package org.grapevine.peer;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.grapevine.core.membership.Standing;
import org.grapevine.core.message.PeerAddress;

/**
 * Who sends to whom, in the views of one overlay that somebody can look into: those of one host, or of several.
 *
 * @param links by who sends
 */
public record LinkGraph(Map<PeerAddress, Set<PeerAddress>> links) {

    public LinkGraph {
        Map<PeerAddress, Set<PeerAddress>> copy = new LinkedHashMap<>();
        links.forEach((from, to) -> copy.put(from, new LinkedHashSet<>(to)));
        links = copy;
    }

    /**
     * As the views are now, those of one device in several segments taken together; fails if one of them cannot be asked.
     */
    public static CompletableFuture<LinkGraph> of(Collection<? extends SegmentView> views) {
        Map<PeerAddress, Set<PeerAddress>> links = new LinkedHashMap<>();
        views.forEach(view -> links.put(view.self().address(), new LinkedHashSet<>()));
        List<CompletableFuture<Void>> answers = new ArrayList<>();
        for (SegmentView view : views) {
            answers.add(view.status().thenAccept(status -> {
                synchronized (links) {
                    Set<PeerAddress> own = links.computeIfAbsent(view.self().address(), key -> new LinkedHashSet<>());
                    status.standings().stream()
                            .filter(Standing::linked)
                            .forEach(standing -> own.add(standing.peer().address()));
                }
            }));
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> {
                    synchronized (links) {
                        return new LinkGraph(links);
                    }
                });
    }

    /** True if links lead from each of these devices to all others, if need be over several. */
    public boolean isConnected() {
        if (links.isEmpty()) {
            return true;
        }
        Map<PeerAddress, Set<PeerAddress>> backwards = new LinkedHashMap<>();
        links.forEach((from, peers) -> peers.forEach(to ->
                backwards.computeIfAbsent(to, key -> new LinkedHashSet<>()).add(from)));
        PeerAddress any = links.keySet().iterator().next();
        return reached(any, links).containsAll(links.keySet())
                && reached(any, backwards).containsAll(links.keySet());
    }

    private static Set<PeerAddress> reached(PeerAddress start, Map<PeerAddress, Set<PeerAddress>> along) {
        Set<PeerAddress> reached = new LinkedHashSet<>(Set.of(start));
        Deque<PeerAddress> next = new ArrayDeque<>(reached);
        while (!next.isEmpty()) {
            for (PeerAddress peer : along.getOrDefault(next.remove(), Set.of())) {
                if (reached.add(peer)) {
                    next.add(peer);
                }
            }
        }
        return reached;
    }
}
