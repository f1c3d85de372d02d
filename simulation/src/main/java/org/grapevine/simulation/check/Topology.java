package org.grapevine.simulation.check;

import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.grapevine.core.message.Segment;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.World;

/** Which devices are in which segments, up or not, in arrays: devices never change their segments. */
final class Topology {

    private final int devices;
    /** Where the segments of each device begin in {@link #segmentsOf}, with the end of the last. */
    private final int[] firstSegment;

    private final int[] segmentsOf;
    private final int[] firstMember;
    private final int[] membersOf;

    Topology(World world) {
        devices = world.size();
        firstSegment = new int[devices + 1];
        Map<Segment, Integer> numbers = new HashMap<>();
        for (int i = 0; i < devices; i++) {
            List<Segment> segments = world.device(i).segments();
            firstSegment[i + 1] = firstSegment[i] + segments.size();
            for (Segment segment : segments) {
                numbers.putIfAbsent(segment, numbers.size());
            }
        }
        segmentsOf = new int[firstSegment[devices]];
        firstMember = new int[numbers.size() + 1];
        for (int i = 0; i < devices; i++) {
            int at = firstSegment[i];
            for (Segment segment : world.device(i).segments()) {
                int number = numbers.getOrDefault(segment, -1);
                segmentsOf[at++] = number;
                firstMember[number + 1]++;
            }
        }
        for (int i = 1; i < firstMember.length; i++) {
            firstMember[i] += firstMember[i - 1];
        }
        membersOf = new int[segmentsOf.length];
        int[] next = Arrays.copyOf(firstMember, firstMember.length);
        for (int i = 0; i < devices; i++) {
            for (int at = firstSegment[i]; at < firstSegment[i + 1]; at++) {
                membersOf[next[segmentsOf[at]]++] = i;
            }
        }
    }

    /** Number of a device's segment at a position of {@link Device#segments}. */
    int segment(int device, int position) {
        return segmentsOf[firstSegment[device] + position];
    }

    int size(int segment) {
        return firstMember[segment + 1] - firstMember[segment];
    }

    int member(int segment, int position) {
        return membersOf[firstMember[segment] + position];
    }

    /** How many members of a segment pass. */
    int count(int segment, IntPredicate passes) {
        int count = 0;
        for (int i = firstMember[segment]; i < firstMember[segment + 1]; i++) {
            if (passes.test(membersOf[i])) {
                count++;
            }
        }
        return count;
    }

    /**
     * The devices that pass and that a path of segments over such devices joins to one of these, themselves included where they
     * pass.
     *
     * @param crossed is given the segments on the paths
     */
    BitSet connected(BitSet from, IntPredicate passes, BitSet crossed) {
        BitSet reached = new BitSet(devices);
        int[] frontier = new int[16];
        int waiting = 0;
        for (int i = from.nextSetBit(0); i >= 0; i = from.nextSetBit(i + 1)) {
            if (passes.test(i)) {
                reached.set(i);
                frontier = waiting == frontier.length ? Arrays.copyOf(frontier, 2 * waiting) : frontier;
                frontier[waiting++] = i;
            }
        }
        while (waiting > 0) {
            int device = frontier[--waiting];
            for (int at = firstSegment[device]; at < firstSegment[device + 1]; at++) {
                int segment = segmentsOf[at];
                if (crossed.get(segment)) {
                    continue;
                }
                crossed.set(segment);
                for (int i = firstMember[segment]; i < firstMember[segment + 1]; i++) {
                    int member = membersOf[i];
                    if (!reached.get(member) && passes.test(member)) {
                        reached.set(member);
                        frontier = waiting == frontier.length ? Arrays.copyOf(frontier, 2 * waiting) : frontier;
                        frontier[waiting++] = member;
                    }
                }
            }
        }
        return reached;
    }
}
