package org.grapevine.peer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.grapevine.core.view.UniformDraw;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.peer.Known.Metadatum;
import org.jspecify.annotations.Nullable;

/**
 * Decides whose metadata is fetched, and when: of everybody where somebody wants that, else of a random sample. No socket and no
 * clock: it is told the time. Belongs to the event loop.
 */
final class FetchPlan {

    static final int TRIES = 4;
    private static final long RETRY_AFTER_MILLIS = 250;

    /** A fetch of which nothing was heard for so long was lost by an overloaded event loop. */
    private static final long FETCH_LOST_AFTER_MILLIS = 120_000;

    /** Highest probability with which a device is fetched although enough others are known. */
    private static final double FURTHER = 1.0 / 32;

    /** Devices of one segment, those of the own host apart: who knows only these is alone. */
    private record Group(String scope, boolean own) {}

    private final FeedOptions options;
    private final Followers followers;
    private final Predicate<DeviceAnnouncement> isOwn;
    private final RandomGenerator random;
    private final int maxDevices;
    private final TokenBucket bucket;

    private final Map<EndpointReference, Known> devices = new LinkedHashMap<>();
    private final Map<Group, Integer> announced = new LinkedHashMap<>(); // how many devices
    private final Map<Group, Long> drawMillis = new LinkedHashMap<>(); // when some are drawn next
    private final Set<Known> waiting = new LinkedHashSet<>(); // first come, first served
    private final PriorityQueue<Known> paused =
            new PriorityQueue<>(Comparator.comparingLong(known -> known.movedMillis));
    private long overflowed;

    FetchPlan(
            FeedOptions options,
            Followers followers,
            Predicate<DeviceAnnouncement> isOwn,
            int maxDevices,
            RandomGenerator random) {
        this.options = options;
        this.followers = followers;
        this.isOwn = isOwn;
        this.maxDevices = maxDevices;
        this.random = random;
        this.bucket = new TokenBucket(options.fetchesPerSecond(), options.burst());
    }

    Collection<Known> devices() {
        return devices.values();
    }

    Optional<Known> find(EndpointReference epr) {
        return Optional.ofNullable(devices.get(epr));
    }

    boolean isCurrent(Known known) {
        return devices.get(known.device.epr()) == known;
    }

    /** Announcements for which there was no room. */
    long overflowed() {
        return overflowed;
    }

    /** For what else asks devices who they are. */
    TokenBucket bucket() {
        return bucket;
    }

    /** A device in a followed segment is there, perhaps not for the first time. */
    void announced(long now, DeviceAnnouncement device) {
        Known known = devices.get(device.epr());
        boolean news = known == null || !known.device.equals(device);
        if (known == null) {
            if (devices.size() >= maxDevices) {
                overflowed++;
                return;
            }
            known = new Known(device, isOwn.test(device));
            devices.put(device.epr(), known);
            count(known, 1);
        } else if (news) {
            count(known, -1);
            // A device that restarted may have the metadata version of before and other addresses.
            known.device = device;
            known.triesLeft = TRIES;
            known.failed = false;
            count(known, 1);
            if (known.metadata == Metadatum.THERE) {
                known.metadata = Metadatum.WANTED;
                // Followers know what it told before.
                known.chosen |= !known.peers.isEmpty() || !known.plain.isEmpty();
            }
        }
        giveUpLost(now, known);
        if (known.metadata == Metadatum.WANTED) {
            choose(now, known, news);
        }
    }

    /** Somebody named this device: it is fetched whoever else is known. */
    void named(DeviceAnnouncement device) {
        Known known = devices.get(device.epr());
        if (known != null && known.metadata == Metadatum.WANTED) {
            known.chosen = true;
            queue(known);
        }
    }

    /** A time to look at the devices of a segment again, the failed ones too. */
    void round(long now, String scope) {
        for (Known known : devices.values()) {
            if (known.device.scopes().contains(scope)) {
                giveUpLost(now, known);
                known.failed = false;
                if (known.metadata == Metadatum.WANTED) {
                    choose(now, known, false);
                }
            }
        }
    }

    private static void giveUpLost(long now, Known known) {
        if (known.metadata == Metadatum.UNDER_WAY && now - known.movedMillis > FETCH_LOST_AFTER_MILLIS) {
            known.metadata = Metadatum.WANTED;
        }
    }

    /** True if so many devices of other hosts were announced that nobody needs to ask for more. */
    boolean isProvided(String scope) {
        if (followers.wantEverybodyOf(scope)) {
            return false;
        }
        int hopes = 0;
        for (Known known : devices.values()) {
            boolean hope = known.metadata != Metadatum.THERE && !known.failed;
            hopes += hope && !known.own && known.device.scopes().contains(scope) ? 1 : 0;
        }
        return followers.lacking(scope, false) <= hopes;
    }

    private void count(Known known, int change) {
        for (String scope : new LinkedHashSet<>(known.device.scopes())) {
            announced.merge(new Group(scope, known.own), change, (one, other) -> one + other == 0 ? null : one + other);
        }
    }

    private boolean isWanted(Known known) {
        if (known.chosen) {
            return true;
        }
        for (String scope : known.device.scopes()) {
            if (followers.wantEverybodyOf(scope)) {
                return true;
            }
        }
        return false;
    }

    private void choose(long now, Known known, boolean news) {
        if (known.failed) {
            return;
        }
        if (isWanted(known)) {
            queue(known);
            return;
        }
        for (String scope : new LinkedHashSet<>(known.device.scopes())) {
            Group group = new Group(scope, known.own);
            if (followers.lacking(scope, known.own) > 0) {
                drawSoon(now, group);
            } else if (news && random.nextDouble() < furtherProbability(group)) {
                known.chosen = true;
            }
        }
        if (known.chosen) {
            queue(known);
        }
    }

    /** Falls with the number of devices, as in a reservoir: so all of them together cost little. */
    private double furtherProbability(Group group) {
        int wanted = followers.largestAppetite(group.scope());
        return Math.min(FURTHER, (double) wanted / announced.getOrDefault(group, 1));
    }

    private void drawSoon(long now, Group group) {
        drawMillis.computeIfAbsent(group, key -> now + random.nextInt(options.spreadMillis() + 1));
    }

    private void queue(Known known) {
        known.triesLeft = TRIES;
        known.metadata = Metadatum.QUEUED;
        waiting.add(known);
    }

    /**
     * Those to be fetched now, which count as under way from here on.
     *
     * @param room most of them
     */
    List<Known> due(long now, int room) {
        for (Known first = paused.peek(); first != null && first.movedMillis <= now; first = paused.peek()) {
            paused.remove();
            first.metadata = Metadatum.QUEUED;
            waiting.add(first);
        }
        for (Group group : List.copyOf(drawMillis.keySet())) {
            if (drawMillis.getOrDefault(group, Long.MAX_VALUE) <= now) {
                drawMillis.remove(group);
                draw(group);
            }
        }
        List<Known> due = new ArrayList<>();
        Iterator<Known> queued = waiting.iterator();
        while (due.size() < room && queued.hasNext()) {
            Known known = queued.next();
            if (!isWanted(known)) {
                known.metadata = Metadatum.WANTED; // Whoever wanted everybody has gone meanwhile.
                queued.remove();
            } else if (bucket.take(now)) {
                queued.remove();
                known.metadata = Metadatum.UNDER_WAY;
                known.movedMillis = now;
                due.add(known);
            } else {
                break;
            }
        }
        return due;
    }

    private void draw(Group group) {
        List<Known> candidates = new ArrayList<>();
        int lacking = followers.lacking(group.scope(), group.own());
        for (Known known : devices.values()) {
            if (known.own == group.own() && known.device.scopes().contains(group.scope())) {
                if (known.metadata == Metadatum.WANTED && !known.failed) {
                    candidates.add(known);
                } else if (known.metadata != Metadatum.WANTED && known.metadata != Metadatum.THERE) {
                    lacking--;
                }
            }
        }
        for (Known known : UniformDraw.of(candidates, Math.max(0, lacking), random)) {
            known.chosen = true;
            queue(known);
        }
    }

    /**
     * When {@link #due} has something to do next, if nothing else happens; Long.MAX_VALUE for never.
     *
     * @param room as it is now; without any, what is under way has to end first
     */
    long nextMillis(long now, int room) {
        long next = waiting.isEmpty() || room <= 0 ? Long.MAX_VALUE : bucket.nextMillis(now);
        Known first = paused.peek();
        next = first == null ? next : Math.min(next, first.movedMillis);
        for (long draw : drawMillis.values()) {
            next = Math.min(next, draw);
        }
        return next;
    }

    /** What was fetched is of use; tell the followers before this. */
    void fetched(long now, Known known) {
        known.metadata = Metadatum.THERE;
        known.chosen = false;
        known.failed = false;
        known.failureLogged = false;
        lookForMore(now, known);
    }

    /** What was fetched is out of date by now. */
    void outdated(Known known) {
        queue(known);
    }

    /**
     * It could not be fetched.
     *
     * @return false if that was the last try
     */
    boolean failed(long now, Known known) {
        int pauses = TRIES - known.triesLeft;
        known.triesLeft--;
        if (known.triesLeft > 0) {
            known.metadata = Metadatum.PAUSED;
            known.movedMillis = now + (RETRY_AFTER_MILLIS << pauses);
            paused.add(known);
            return true;
        }
        known.metadata = Metadatum.WANTED;
        known.chosen = !known.peers.isEmpty() || !known.plain.isEmpty();
        known.failed = true;
        lookForMore(now, known);
        return false;
    }

    /** It left, or is of no interest any more; tell the followers before {@link #lookForMore}. */
    @Nullable
    Known forget(EndpointReference epr) {
        Known known = devices.remove(epr);
        if (known != null) {
            waiting.remove(known);
            paused.remove(known);
            count(known, -1);
        }
        return known;
    }

    /** After the loss of a peer, or of a hope for one. */
    void lookForMore(long now, Known lost) {
        for (String scope : new LinkedHashSet<>(lost.device.scopes())) {
            if (followers.lacking(scope, lost.own) > 0) {
                drawSoon(now, new Group(scope, lost.own));
            }
        }
    }
}
