package org.grapevine.cli.demo;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.core.membership.Standing;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.peer.SegmentView;

/**
 * How far the devices of a grid have found each other. A segment is there when a message that enters anywhere can get everywhere over
 * links, and each device has as many of them as its kind of view needs: one if links are symmetric, some if not, all in a full view.
 *
 * @param lacking names of overlays that do not hang together yet, each with how many of its devices are missing
 * @param found devices that are where they should be, over all overlays
 * @param expected as many as there should be
 * @param fewestLinks that a device has in a segment
 * @param meanLinks of all devices in all segments
 * @param mostLinks that a device has in a segment
 */
record Connection(List<String> lacking, long found, long expected, int fewestLinks, double meanLinks, int mostLinks) {

    /** Links that point somewhere at random hold a segment together if each device has so many. */
    private static final int ENOUGH_ONE_WAY = 4;

    Connection {
        lacking = List.copyOf(lacking);
    }

    /**
     * What was told of a view.
     *
     * @param overlay of which it is a part: scope, a blank and the name of the port type
     * @param self whose view it is
     */
    record Told(String overlay, PeerAddress self, SegmentView.Status status) {

        static Told of(SegmentView view, SegmentView.Status status) {
            return new Told(
                    view.segment().scope() + " " + view.portType().getLocalPart(),
                    view.self().address(),
                    status);
        }

        private Set<PeerAddress> links() {
            Set<PeerAddress> links = new HashSet<>();
            for (Standing standing : status.standings()) {
                if (standing.linked()) {
                    links.add(standing.peer().address());
                }
            }
            return links;
        }
    }

    /**
     * Looks at all views.
     *
     * @param sizes how many devices there are in each overlay that should be there: by scope, a blank and the name of the port type
     */
    static Connection of(List<Told> views, Map<String, Integer> sizes) {
        Map<String, Map<PeerAddress, Set<PeerAddress>>> links = new LinkedHashMap<>();
        Map<String, MembershipConfig.Kind> kinds = new HashMap<>();
        int fewest = Integer.MAX_VALUE;
        int most = 0;
        long all = 0;
        for (Told told : views) {
            Set<PeerAddress> of = told.links();
            links.computeIfAbsent(told.overlay(), overlay -> new HashMap<>()).put(told.self(), of);
            kinds.put(told.overlay(), told.status().kind());
            fewest = Math.min(fewest, of.size());
            most = Math.max(most, of.size());
            all += of.size();
        }
        List<String> lacking = new ArrayList<>();
        long found = 0;
        long expected = 0;
        for (Map.Entry<String, Integer> each : sizes.entrySet()) {
            Map<PeerAddress, Set<PeerAddress>> overlay = links.getOrDefault(each.getKey(), Map.of());
            int wanted = Math.min(
                    each.getValue() - 1, linksOf(kinds.getOrDefault(each.getKey(), MembershipConfig.Kind.FULL)));
            long linked = overlay.values().stream()
                    .filter(held -> held.size() >= wanted)
                    .count();
            long there = Math.min(linked, together(overlay));
            if (there < each.getValue()) {
                lacking.add(each.getKey() + " lacks " + (each.getValue() - there));
            }
            found += there;
            expected += each.getValue();
        }
        return new Connection(
                lacking,
                found,
                expected,
                views.isEmpty() ? 0 : fewest,
                views.isEmpty() ? 0 : (double) all / views.size(),
                most);
    }

    private static int linksOf(MembershipConfig.Kind kind) {
        return switch (kind) {
            case HYPARVIEW -> 1;
            case CYCLON -> ENOUGH_ONE_WAY;
            case FULL -> Integer.MAX_VALUE;
        };
    }

    /** Devices that one of them reaches over links, and that reach it. */
    private static int together(Map<PeerAddress, Set<PeerAddress>> links) {
        Map<PeerAddress, Set<PeerAddress>> back = new HashMap<>();
        links.forEach((from, to) -> to.forEach(
                each -> back.computeIfAbsent(each, unused -> new HashSet<>()).add(from)));
        Set<PeerAddress> there = reached(links, links);
        there.retainAll(reached(links, back));
        return there.size();
    }

    /** From the first device, over the given links to devices of the overlay. */
    private static Set<PeerAddress> reached(
            Map<PeerAddress, Set<PeerAddress>> overlay, Map<PeerAddress, Set<PeerAddress>> links) {
        Set<PeerAddress> seen = new HashSet<>();
        Deque<PeerAddress> next = new ArrayDeque<>();
        overlay.keySet().stream().findFirst().ifPresent(next::add);
        while (!next.isEmpty()) {
            PeerAddress device = next.remove();
            if (overlay.containsKey(device) && seen.add(device)) {
                next.addAll(links.getOrDefault(device, Set.of()));
            }
        }
        return seen;
    }
}
