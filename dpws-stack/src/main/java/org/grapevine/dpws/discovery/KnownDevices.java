package org.grapevine.dpws.discovery;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.grapevine.dpws.addressing.EndpointReference;
import org.jspecify.annotations.Nullable;

/**
 * What a client has learnt about devices from Hello, Bye, ProbeMatches and ResolveMatches: the newest of each, whatever the
 * order in which datagrams arrive. One thread at a time.
 *
 * <p>A device that speaks both versions of WS-Discovery is known by the newer one.
 *
 * <p>A device that left stays in the table without being shown, so that an older Hello does not bring it back. When the table
 * is full, the one that left first goes, and if none left the device from which nothing was heard for the longest time; a Bye of a
 * device that is not known never makes one go that is.
 */
public final class KnownDevices {

    /** What changed in the table. */
    public sealed interface Event {

        DeviceAnnouncement device();

        /** A device that was not known, or had left. */
        record Appeared(DeviceAnnouncement device) implements Event {}

        /**
         * A known device tells something new. If its metadata version rose, all that was fetched from it before is out of
         * date, transport addresses included.
         */
        record Changed(DeviceAnnouncement before, DeviceAnnouncement device) implements Event {}

        /**
         * A device that is no longer in the table.
         *
         * @param evicted false if it said Bye; true if it had to make room, and may well be there
         */
        record Left(DeviceAnnouncement device, boolean evicted) implements Event {}
    }

    private record Entry(DeviceAnnouncement device, Optional<AppSequence> sequence, boolean present) {}

    private final int capacity;
    private final Map<EndpointReference, Entry> there = new LinkedHashMap<>();
    private final Map<EndpointReference, Entry> gone = new LinkedHashMap<>();
    private long outdated;
    private long evicted;

    /**
     * An empty table.
     *
     * @param capacity most devices in it, those that left included; at least 1
     */
    public KnownDevices(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity: " + capacity + " (expected: >= 1)");
        }
        this.capacity = capacity;
    }

    /**
     * A message about devices; others change nothing. Whether matches were asked for is for {@link MatchCollector} to say.
     */
    public List<Event> on(DiscoveryMessage message) {
        List<Event> events = new ArrayList<>();
        if (message instanceof Hello hello) {
            present(hello.device(), hello.appSequence(), events);
        } else if (message instanceof Bye bye) {
            leave(bye, events);
        } else if (message instanceof ProbeMatches matches) {
            // Several matches in one message come from a proxy, whose sequence says nothing about their order.
            Optional<AppSequence> sequence = matches.matches().size() == 1 ? matches.appSequence() : Optional.empty();
            matches.matches().forEach(match -> present(match, sequence, events));
        } else if (message instanceof ResolveMatches matches) {
            matches.match().ifPresent(match -> present(match, matches.appSequence(), events));
        }
        return events;
    }

    /** The devices that are there, those last heard of at the end. */
    public List<DeviceAnnouncement> devices() {
        return there.values().stream().map(Entry::device).toList();
    }

    public Optional<DeviceAnnouncement> find(EndpointReference epr) {
        return Optional.ofNullable(there.get(epr)).map(Entry::device);
    }

    /** Entries in the table, those of devices that left included. */
    public int size() {
        return there.size() + gone.size();
    }

    /** Messages ignored because a newer one of the same device had come before. */
    public long outdated() {
        return outdated;
    }

    /** Entries that had to make room. */
    public long evicted() {
        return evicted;
    }

    /** The order of the last message of a device, if it named one; also of those that left. */
    Optional<AppSequence> sequence(EndpointReference epr) {
        return Optional.ofNullable(entry(epr)).flatMap(Entry::sequence);
    }

    /** Takes a device out without a word from it; nothing of it is remembered. */
    List<Event> forget(EndpointReference epr) {
        gone.remove(epr);
        Entry forgotten = there.remove(epr);
        return forgotten == null ? List.of() : List.of(new Event.Left(forgotten.device(), true));
    }

    private @Nullable Entry entry(EndpointReference epr) {
        Entry entry = there.get(epr);
        return entry == null ? gone.get(epr) : entry;
    }

    private void present(DeviceAnnouncement news, Optional<AppSequence> sequence, List<Event> events) {
        Entry known = entry(news.epr());
        if (known == null) {
            put(new Entry(news, sequence, true), events);
            events.add(new Event.Appeared(news));
            return;
        }
        if (isOutdated(known, news, sequence)) {
            outdated++;
            return;
        }
        boolean sameVoice = known.present() && known.device().generation() == news.generation();
        DeviceAnnouncement device = sameVoice ? merged(known.device(), news) : news;
        put(new Entry(device, sequence.isPresent() ? sequence : known.sequence(), true), events);
        if (!known.present()) {
            events.add(new Event.Appeared(device));
        } else if (!device.equals(known.device())) {
            events.add(new Event.Changed(known.device(), device));
        }
    }

    private void leave(Bye bye, List<Event> events) {
        Entry known = entry(bye.device().epr());
        if (known == null) {
            // Nothing leaves, but a Hello that was sent before this Bye may still be under way.
            put(new Entry(bye.device(), bye.appSequence(), false), events);
            return;
        }
        if (isBefore(bye.appSequence(), known) || isOfAnOlderGeneration(bye.device(), known)) {
            outdated++;
            return;
        }
        Optional<AppSequence> sequence = bye.appSequence().isPresent() ? bye.appSequence() : known.sequence();
        put(new Entry(known.device(), sequence, false), events);
        if (known.present()) {
            events.add(new Event.Left(known.device(), false));
        }
    }

    private static boolean isOutdated(Entry known, DeviceAnnouncement news, Optional<AppSequence> sequence) {
        if (news.generation() != known.device().generation()) {
            return isOfAnOlderGeneration(news, known);
        }
        if (sequence.isPresent() && known.sequence().isPresent()) {
            return isBefore(sequence, known);
        }
        return namesItsVersion(news) && news.metadataVersion() < known.device().metadataVersion();
    }

    /** Its Bye of the old version says nothing either: the device said another one in the new version, or is still there. */
    private static boolean isOfAnOlderGeneration(DeviceAnnouncement news, Entry known) {
        return known.present() && news.generation().compareTo(known.device().generation()) < 0;
    }

    private static boolean namesItsVersion(DeviceAnnouncement news) {
        return news.metadataVersion() != 0;
    }

    private static boolean isBefore(Optional<AppSequence> sequence, Entry known) {
        return sequence.isPresent()
                && known.sequence().isPresent()
                && sequence.get().isBefore(known.sequence().get());
    }

    /** A message may leave out what the client knows already, as long as the version is the same (WS-Discovery 1.1, 4.1). */
    private static DeviceAnnouncement merged(DeviceAnnouncement known, DeviceAnnouncement news) {
        if (namesItsVersion(news) && news.metadataVersion() != known.metadataVersion()) {
            return news;
        }
        return new DeviceAnnouncement(
                news.epr(),
                news.types().isEmpty() ? known.types() : news.types(),
                news.scopes().isEmpty() ? known.scopes() : news.scopes(),
                news.xAddrs().isEmpty() ? known.xAddrs() : news.xAddrs(),
                known.metadataVersion(),
                known.generation());
    }

    private void put(Entry entry, List<Event> events) {
        // Removed first, so that the order of the maps is that of the last message.
        there.remove(entry.device().epr());
        gone.remove(entry.device().epr());
        if (size() == capacity) {
            evicted++;
            if (!gone.isEmpty()) {
                removeEldest(gone);
            } else if (entry.present()) {
                events.add(new Event.Left(removeEldest(there).device(), true));
            } else {
                return;
            }
        }
        (entry.present() ? there : gone).put(entry.device().epr(), entry);
    }

    private static Entry removeEldest(Map<EndpointReference, Entry> entries) {
        Iterator<Entry> eldest = entries.values().iterator();
        Entry removed = eldest.next();
        eldest.remove();
        return removed;
    }
}
