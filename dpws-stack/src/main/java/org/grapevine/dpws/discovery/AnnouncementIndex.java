package org.grapevine.dpws.discovery;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;

/**
 * Announcements by type and by scope, so that a Probe is answered, and mostly refused, without a look at each. As large as what
 * is put into it; whoever puts has the limit. One thread at a time.
 */
final class AnnouncementIndex {

    /** So few candidates are looked at one by one: quicker than a second search. */
    private static final int FEW = 16;

    private record Entry(long place, DeviceAnnouncement device, Set<QName> types, List<String> keys) {}

    private final Map<EndpointReference, Entry> entries = new LinkedHashMap<>();
    private final Map<QName, Map<EndpointReference, Entry>> byType = new LinkedHashMap<>();
    private final TreeMap<String, Map<EndpointReference, Entry>> byKey = new TreeMap<>();
    private long nextPlace;

    /** Adds an announcement, or puts it in the place of the one of the same device. */
    void put(DeviceAnnouncement device) {
        Optional<Entry> before = take(device.epr());
        long place = before.map(Entry::place).orElse(nextPlace);
        if (before.isEmpty()) {
            nextPlace++;
        }
        Set<String> keys = new LinkedHashSet<>();
        for (String scope : device.scopes()) {
            for (ScopeRule rule : ScopeRule.values()) {
                rule.key(scope).ifPresent(key -> keys.add(own(rule, key)));
            }
        }
        Entry entry = new Entry(place, device, new LinkedHashSet<>(device.types()), List.copyOf(keys));
        entries.put(device.epr(), entry);
        entry.types().forEach(type -> add(byType, type, entry));
        entry.keys().forEach(key -> add(byKey, key, entry));
    }

    void remove(EndpointReference epr) {
        take(epr);
    }

    Optional<DeviceAnnouncement> get(EndpointReference epr) {
        return Optional.ofNullable(entries.get(epr)).map(Entry::device);
    }

    int size() {
        return entries.size();
    }

    /** What matches the Probe, in the order in which it was first put in. */
    List<DeviceAnnouncement> matching(Probe probe, ScopeRule rule) {
        if (rule == ScopeRule.NONE && !probe.scopes().isEmpty()) {
            return List.of();
        }
        Collection<Entry> candidates = entries.values();
        for (QName type : probe.types()) {
            Map<EndpointReference, Entry> having = byType.get(type);
            if (having == null) {
                return List.of();
            }
            candidates = having.size() < candidates.size() ? having.values() : candidates;
        }
        List<String> keys = new ArrayList<>(probe.scopes().size());
        for (String scope : probe.scopes()) {
            Optional<String> key = rule.key(scope);
            if (key.isEmpty() || !isThere(own(rule, key.get()))) {
                return List.of();
            }
            keys.add(own(rule, key.get()));
        }
        if (!keys.isEmpty() && candidates.size() > FEW) {
            candidates = having(keys.get(0));
        }
        List<Entry> matches = new ArrayList<>();
        for (Entry entry : candidates) {
            boolean scoped = rule != ScopeRule.NONE || entry.device().scopes().isEmpty();
            if (scoped && entry.types().containsAll(probe.types()) && hasAll(entry, keys)) {
                matches.add(entry);
            }
        }
        matches.sort(Comparator.comparingLong(Entry::place));
        return matches.stream().map(Entry::device).toList();
    }

    private boolean isThere(String key) {
        String next = byKey.ceilingKey(key);
        return next != null && next.startsWith(key);
    }

    private Collection<Entry> having(String key) {
        Map<EndpointReference, Entry> all = new LinkedHashMap<>();
        // Every key ends with END_OF_PART, so those that start with this one come before it with the next character
        // instead.
        String behind = key.substring(0, key.length() - 1) + (char) (ScopeRule.END_OF_PART + 1);
        byKey.subMap(key, behind).values().forEach(all::putAll);
        return all.values();
    }

    private static boolean hasAll(Entry entry, List<String> keys) {
        for (String key : keys) {
            boolean found = false;
            for (String own : entry.keys()) {
                found = found || own.startsWith(key);
            }
            if (!found) {
                return false;
            }
        }
        return true;
    }

    private static String own(ScopeRule rule, String key) {
        return rule.name() + ' ' + key;
    }

    private Optional<Entry> take(EndpointReference epr) {
        Entry entry = entries.remove(epr);
        if (entry == null) {
            return Optional.empty();
        }
        entry.types().forEach(type -> drop(byType, type, epr));
        entry.keys().forEach(key -> drop(byKey, key, epr));
        return Optional.of(entry);
    }

    private static <K> void add(Map<K, Map<EndpointReference, Entry>> index, K key, Entry entry) {
        index.computeIfAbsent(key, any -> new LinkedHashMap<>())
                .put(entry.device().epr(), entry);
    }

    private static <K> void drop(Map<K, Map<EndpointReference, Entry>> index, K key, EndpointReference epr) {
        Map<EndpointReference, Entry> having = index.get(key);
        if (having != null) {
            having.remove(epr);
            if (having.isEmpty()) {
                index.remove(key);
            }
        }
    }
}
