package org.grapevine.peer;

import java.util.Collection;
import java.util.HashMap;
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

    /**
     * What all followers of a segment want together.
     *
     * @param forEverybody one of them wants to hear of everybody
     * @param lackingOthers how many devices of other hosts the hungriest of those who want some still lacks; 0 if nobody does
     * @param lackingOwn the same of the own host
     * @param largestAppetite among those who want some; 0 if nobody does
     */
    private record Hunger(boolean forEverybody, int lackingOthers, int lackingOwn, int largestAppetite) {

        private static final Hunger NONE = new Hunger(false, 0, 0, 0);

        private static Hunger of(String scope, Set<Follower> followers) {
            boolean everybody = false;
            int lackingOthers = 0;
            int lackingOwn = 0;
            int largest = 0;
            for (Follower follower : followers) {
                if (follower.closed) {
                    continue;
                }
                if (follower.appetite.isForEverybody()) {
                    everybody = true;
                } else {
                    int[] heard = follower.heardIn(scope);
                    lackingOthers = Math.max(lackingOthers, follower.appetite.count() - heard[0]);
                    lackingOwn = Math.max(lackingOwn, follower.appetite.count() - heard[1]);
                    largest = Math.max(largest, follower.appetite.count());
                }
            }
            return new Hunger(everybody, lackingOthers, lackingOwn, largest);
        }
    }

    private final Map<String, Set<Follower>> byScope = new LinkedHashMap<>();
    /** By scope, until something changes: it is asked for at every device, and a host may have thousands of followers. */
    private final Map<String, Hunger> hunger = new HashMap<>();

    void add(Follower follower, Segment segment) {
        hunger.remove(segment.scope());
        byScope.computeIfAbsent(segment.scope(), scope -> new LinkedHashSet<>()).add(follower);
    }

    void forgetClosed(String scope) {
        hunger.remove(scope);
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
        return hungerIn(scope).forEverybody();
    }

    /** How many the hungriest of those who want some still lacks; 0 if nobody does. */
    int lacking(String scope, boolean own) {
        Hunger all = hungerIn(scope);
        return own ? all.lackingOwn() : all.lackingOthers();
    }

    /** The largest appetite among those who want some; 0 if nobody does. */
    int largestAppetite(String scope) {
        return hungerIn(scope).largestAppetite();
    }

    /** False if one more device of the segment would be of use to nobody. */
    boolean areHungryIn(String scope) {
        return wantEverybodyOf(scope) || lacking(scope, false) > 0 || lacking(scope, true) > 0;
    }

    private Hunger hungerIn(String scope) {
        Set<Follower> those = byScope.get(scope);
        // Devices may name any scopes; only those that somebody follows are remembered.
        return those == null ? Hunger.NONE : hunger.computeIfAbsent(scope, key -> Hunger.of(key, those));
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
        hunger.remove(segment.scope());
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
