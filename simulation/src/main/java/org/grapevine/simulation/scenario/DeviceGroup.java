package org.grapevine.simulation.scenario;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Devices of one sort.
 *
 * @param name by which workload and faults refer to them
 * @param count how many
 * @param in kinds of segments that each is in. Where a kind has several segments, the devices of a group are dealt out to them
 *     one by one
 * @param opens kind of which each device opens a segment of its own, being its first member; null for none
 * @param startMicros when they start, µs
 * @param startWithinMicros the stretch of time, from then on, over which their starts are spread evenly at random, µs
 */
public record DeviceGroup(
        String name, int count, List<String> in, @Nullable String opens, long startMicros, long startWithinMicros) {

    public DeviceGroup {
        in = List.copyOf(in);
        Limits.require(count >= 1 && count <= Limits.MAX_DEVICES, "count", count, "1.." + Limits.MAX_DEVICES);
        Limits.require(in.size() <= Limits.MAX_KINDS, "in", in.size() + " kinds", "at most " + Limits.MAX_KINDS);
        Limits.require(startMicros >= 0 && startMicros <= Limits.MAX_MICROS, "start.at", startMicros, "0..24 h");
        Limits.require(
                startWithinMicros >= 0 && startWithinMicros <= Limits.MAX_MICROS,
                "start.within",
                startWithinMicros,
                "0..24 h");
    }

    /** Devices that are there from the beginning and open nothing. */
    public static DeviceGroup of(String name, int count, String... in) {
        return new DeviceGroup(name, count, List.of(in), null, 0, 0);
    }

    public DeviceGroup opening(String kind) {
        return new DeviceGroup(name, count, in, kind, startMicros, startWithinMicros);
    }

    public DeviceGroup withCount(int devices) {
        return new DeviceGroup(name, devices, in, opens, startMicros, startWithinMicros);
    }
}
