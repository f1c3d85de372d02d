package org.grapevine.simulation.check;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.grapevine.core.membership.Membership;
import org.grapevine.core.membership.PeerEntry;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.World;

/** The graph of the links in one segment, over the devices that are up: who is joined to whom, in whichever direction the link goes. */
public final class OverlayShape {

    private final int members;
    private final int parts;
    private final int largest;

    private OverlayShape(int members, int parts, int largest) {
        this.members = members;
        this.parts = parts;
        this.largest = largest;
    }

    /** Devices of the segment that are up and have begun. */
    public int members() {
        return members;
    }

    /** Parts without a link between them, those of fresh devices only left out; 1 if the overlay is whole, 0 if nobody is in it. */
    public int parts() {
        return parts;
    }

    /** Devices in the largest part. */
    public int largest() {
        return largest;
    }

    /**
     * The overlays of all segments at this moment, in no particular order; none of LANs, which have none.
     *
     * @param freshMicros devices that started less than this ago, µs, are no part of their own
     */
    public static List<OverlayShape> all(World world, long freshMicros) {
        Map<String, Integer> numbers = new HashMap<>();
        int slots = 0;
        int[] firstSlot = new int[world.size() + 1];
        for (int i = 0; i < world.size(); i++) {
            firstSlot[i] = slots;
            slots += world.device(i).segments().size();
        }
        firstSlot[world.size()] = slots;
        int[] parent = new int[slots];
        int[] segment = new int[slots];
        Arrays.fill(segment, -1);
        boolean[] fresh = new boolean[slots];
        for (int i = 0; i < world.size(); i++) {
            Device device = world.device(i);
            for (int position = 0; position < device.segments().size(); position++) {
                int slot = firstSlot[i] + position;
                parent[slot] = slot;
                fresh[slot] = world.nowMicros() - device.upSinceMicros() < freshMicros;
                if (device.isUp() && device.membership(position) != null) {
                    String scope = device.segments().get(position).scope();
                    Integer number = numbers.get(scope);
                    if (number == null) {
                        number = numbers.size();
                        numbers.put(scope, number);
                    }
                    segment[slot] = number;
                }
            }
        }
        for (int i = 0; i < world.size(); i++) {
            Device device = world.device(i);
            for (int position = 0; position < device.segments().size(); position++) {
                Membership engine = device.membership(position);
                if (engine != null && segment[firstSlot[i] + position] >= 0) {
                    for (PeerEntry link : engine.links()) {
                        int other = slot(world, link.address(), segment, firstSlot, segment[firstSlot[i] + position]);
                        if (other >= 0) {
                            parent[root(parent, firstSlot[i] + position)] = root(parent, other);
                        }
                    }
                }
            }
        }
        return shapes(numbers.size(), segment, parent, fresh);
    }

    private static int slot(World world, PeerAddress address, int[] segment, int[] firstSlot, int wanted) {
        int index = world.device(address).index();
        for (int slot = firstSlot[index]; slot < firstSlot[index + 1]; slot++) {
            if (segment[slot] == wanted) {
                return slot;
            }
        }
        return -1;
    }

    private static List<OverlayShape> shapes(int segments, int[] segment, int[] parent, boolean[] fresh) {
        int[] members = new int[segments];
        int[] parts = new int[segments];
        int[] largest = new int[segments];
        int[] sizes = new int[parent.length];
        boolean[] counted = new boolean[parent.length];
        for (int slot = 0; slot < parent.length; slot++) {
            if (segment[slot] >= 0) {
                int root = root(parent, slot);
                members[segment[slot]]++;
                if (!fresh[slot] && !counted[root]) {
                    counted[root] = true;
                    parts[segment[slot]]++;
                }
                largest[segment[slot]] = Math.max(largest[segment[slot]], ++sizes[root]);
            }
        }
        OverlayShape[] shapes = new OverlayShape[segments];
        Arrays.setAll(shapes, each -> new OverlayShape(members[each], parts[each], largest[each]));
        return List.of(shapes);
    }

    private static int root(int[] parent, int slot) {
        int root = slot;
        while (parent[root] != root) {
            parent[root] = parent[parent[root]];
            root = parent[root];
        }
        return root;
    }
}
