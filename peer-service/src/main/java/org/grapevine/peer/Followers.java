package org.grapevine.peer;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.xml.namespace.QName;
import org.grapevine.core.message.Segment;
import org.grapevine.peer.PeerService.PeerListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who wants to hear of peers, and of how many it has heard. Belongs to the event loop. */
final class Followers {

    private static final Logger LOG = LoggerFactory.getLogger(Followers.class);

    /** Compared by identity: two may want the same. */
    static final class Follower {
        private final QName portType;
        private final List<Segment> segments;
        private final Appetite appetite;
        private final PeerListener listener;
        private final Map<String, int[]> heard = new LinkedHashMap<>(); // by scope: of other hosts, of the own one
        private volatile boolean closed;

        Follower(QName portType, List<Segment> segments, Appetite appetite, PeerListener listener) {
            this.portType = portType;
            this.segments = List.copyOf(segments);
            this.appetite = appetite;
            this.listener = listener;
        }

        List<Segment> segments() {
            return segments;
        }

        /** Any thread: no call of the listener begins any more. */
        void close() {
            closed = true;
        }

        private int[] heardIn(String scope) {
            return heard.computeIfAbsent(scope, key -> new int[2]);
        }
    }

    private final Map<String, Set<Follower>> byScope = new LinkedHashMap<>();

    void add(Follower follower, Segment segment) {
        byScope.computeIfAbsent(segment.scope(), scope -> new LinkedHashSet<>()).add(follower);
    }

    void forgetClosed(String scope) {
        byScope.computeIfPresent(scope, (key, followers) -> {
            followers.removeIf(follower -> follower.closed);
            return followers.isEmpty() ? null : followers;
        });
    }

    boolean isFollowed(String scope) {
        return byScope.containsKey(scope);
    }

    boolean followAnyOf(Collection<String> scopes) {
        return scopes.stream().anyMatch(byScope::containsKey);
    }

    private List<Follower> of(String scope) {
        return List.copyOf(byScope.getOrDefault(scope, Set.of()));
    }

    boolean wantEverybodyOf(String scope) {
        return of(scope).stream().anyMatch(follower -> !follower.closed && follower.appetite.isForEverybody());
    }

    /** How many the hungriest of those who want some still lacks; 0 if nobody does. */
    int lacking(String scope, boolean own) {
        int lacking = 0;
        for (Follower follower : of(scope)) {
            if (!follower.closed && !follower.appetite.isForEverybody()) {
                int heard = follower.heardIn(scope)[own ? 1 : 0];
                lacking = Math.max(lacking, follower.appetite.count() - heard);
            }
        }
        return lacking;
    }

    /** The largest appetite among those who want some; 0 if nobody does. */
    int largestAppetite(String scope) {
        return of(scope).stream()
                .filter(follower -> !follower.closed && !follower.appetite.isForEverybody())
                .mapToInt(follower -> follower.appetite.count())
                .max()
                .orElse(0);
    }

    void tellAll(Peer peer, boolean own, boolean joined) {
        for (String scope : new LinkedHashSet<>(peer.scopes())) {
            Segment segment = new Segment(scope);
            of(scope).forEach(follower -> tell(follower, segment, peer, own, joined));
        }
    }

    void tellAll(PlainService service, boolean joined) {
        for (String scope : new LinkedHashSet<>(service.scopes())) {
            Segment segment = new Segment(scope);
            of(scope).forEach(follower -> tell(follower, segment, service, joined));
        }
    }

    void tell(Follower follower, Segment segment, Peer peer, boolean own, boolean joined) {
        boolean concerned =
                peer.portType().equals(follower.portType) && peer.scopes().contains(segment.scope());
        if (!concerned || follower.closed) {
            return;
        }
        follower.heardIn(segment.scope())[own ? 1 : 0] += joined ? 1 : -1;
        try {
            if (joined) {
                follower.listener.joined(segment, peer);
            } else {
                follower.listener.left(segment, peer);
            }
        } catch (RuntimeException e) {
            // A listener that fails is wrong, but the others are not.
            LOG.error("a listener of peers failed at {} in {}", peer.address(), segment, e);
        }
    }

    void tell(Follower follower, Segment segment, PlainService service, boolean joined) {
        boolean concerned =
                service.portType().equals(follower.portType) && service.scopes().contains(segment.scope());
        if (!concerned || follower.closed) {
            return;
        }
        try {
            if (joined) {
                follower.listener.plainJoined(segment, service);
            } else {
                follower.listener.plainLeft(segment, service);
            }
        } catch (RuntimeException e) {
            // As above.
            LOG.error("a listener of services failed at {} in {}", service.http(), segment, e);
        }
    }
}
