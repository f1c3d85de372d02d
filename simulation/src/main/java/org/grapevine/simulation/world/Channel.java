package org.grapevine.simulation.world;

import java.util.Arrays;
import java.util.List;
import org.grapevine.core.message.Segment;
import org.grapevine.simulation.scenario.Link;

/** One segment: the link that carries it and the devices that stand in its views. */
final class Channel {

    final int index;
    final Segment segment;
    /** For the many devices that are in this segment only. */
    final List<Segment> alone;

    final Medium medium;
    /** True if a multicast reaches all members. */
    final boolean lan;
    /** When the shared line is free again, µs. */
    long busyUntilMicros;

    private Device[] members = new Device[4];
    private int size;

    Channel(int index, Segment segment, Medium medium, boolean lan) {
        this.index = index;
        this.segment = segment;
        this.alone = List.of(segment);
        this.medium = medium;
        this.lan = lan;
    }

    /** A link as it is now: a fault may have made it worse. One object for all segments that it carries. */
    static final class Medium {
        final Link asBuilt;
        double loss;
        double slowdown = 1;

        Medium(Link asBuilt) {
            this.asBuilt = asBuilt;
            this.loss = asBuilt.loss();
        }
    }

    /** Members in the views, this many. */
    int size() {
        return size;
    }

    Device member(int position) {
        return members[position];
    }

    void join(Device device) {
        int slot = device.slotOf(this);
        if (device.positions[slot] >= 0) {
            return;
        }
        if (size == members.length) {
            members = Arrays.copyOf(members, size + (size >> 1));
        }
        members[size] = device;
        device.positions[slot] = size++;
    }

    void leave(Device device) {
        int slot = device.slotOf(this);
        int position = device.positions[slot];
        if (position < 0) {
            return;
        }
        Device moved = members[--size];
        members[position] = moved;
        moved.positions[moved.slotOf(this)] = position;
        device.positions[slot] = -1;
    }
}
