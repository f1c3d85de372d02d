package org.grapevine.simulation.scenario;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which segments a scenario has, and which device is in which. Devices are numbered through, in the order of the groups. */
public final class Layout {

    /** Number of the first segment of each kind, and how many there are of it. */
    private record Stretch(int first, int count) {}

    private final Scenario scenario;
    private final Map<String, Stretch> kinds = new HashMap<>();
    private final List<String> scopes = new ArrayList<>();
    private final List<SegmentKind> kindOf = new ArrayList<>();

    public Layout(Scenario scenario) {
        this.scenario = scenario;
        Map<String, DeviceGroup> openers = new HashMap<>();
        for (DeviceGroup group : scenario.groups()) {
            if (group.opens() != null) {
                openers.put(group.opens(), group);
            }
        }
        for (SegmentKind kind : scenario.segments()) {
            DeviceGroup opener = openers.get(kind.name());
            int count = opener == null ? 1 : opener.count();
            kinds.put(kind.name(), new Stretch(scopes.size(), count));
            for (int i = 0; i < count; i++) {
                scopes.add(opener == null ? kind.name() : kind.name() + "/" + i);
                kindOf.add(kind);
            }
        }
    }

    public int segments() {
        return scopes.size();
    }

    /** The scope that names a segment. */
    public String scope(int segment) {
        return scopes.get(segment);
    }

    /** Name of the link that carries a segment. */
    public String link(int segment) {
        return kindOf.get(segment).link();
    }

    /** True if a segment is one LAN. */
    public boolean isLan(int segment) {
        return kindOf.get(segment).lan();
    }

    /** Numbers of the segments that the device with this index inside its group is in; the one that it opens comes last. */
    public int[] segmentsOf(DeviceGroup group, int index) {
        String opens = group.opens();
        int[] in = new int[group.in().size() + (opens == null ? 0 : 1)];
        int next = 0;
        for (String kind : group.in()) {
            Stretch stretch = stretch(kind);
            in[next++] = stretch.first() + index % stretch.count();
        }
        if (opens != null) {
            in[next] = stretch(opens).first() + index;
        }
        return in;
    }

    private Stretch stretch(String kind) {
        Stretch stretch = kinds.get(kind);
        if (stretch == null) {
            throw new AssertionError("no segments of kind " + kind);
        }
        return stretch;
    }

    /** Devices in each segment. */
    public int[] sizes() {
        int[] sizes = new int[segments()];
        for (DeviceGroup group : scenario.groups()) {
            for (int i = 0; i < group.count(); i++) {
                for (int segment : segmentsOf(group, i)) {
                    sizes[segment]++;
                }
            }
        }
        return sizes;
    }

    /** For each segment, a number that it shares with those segments only that devices in both join to it. */
    public int[] parts() {
        int[] parts = new int[segments()];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = i;
        }
        for (DeviceGroup group : scenario.groups()) {
            for (int i = 0; i < group.count(); i++) {
                int[] in = segmentsOf(group, i);
                for (int k = 1; k < in.length; k++) {
                    parts[root(parts, in[k])] = root(parts, in[0]);
                }
            }
        }
        for (int i = 0; i < parts.length; i++) {
            parts[i] = root(parts, i);
        }
        return parts;
    }

    private static int root(int[] parts, int segment) {
        int root = segment;
        while (parts[root] != root) {
            parts[root] = parts[parts[root]];
            root = parts[root];
        }
        return root;
    }
}
