package org.grapevine.simulation.run;

import org.grapevine.core.engine.FanoutRule;
import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.simulation.scenario.DeviceGroup;
import org.grapevine.simulation.scenario.Latency;
import org.grapevine.simulation.scenario.Layout;
import org.grapevine.simulation.scenario.Limits;
import org.grapevine.simulation.scenario.Link;
import org.grapevine.simulation.scenario.Scenario;
import org.grapevine.simulation.scenario.Source;
import org.grapevine.simulation.scenario.Workload;

/**
 * What a run will take, before it is begun: rough, and rather too much than too little.
 *
 * @param bytes of heap at the fullest moment
 * @param events that will happen
 */
public record Forecast(long bytes, long events) {

    // Measured with 100,000 devices and one push, rounded up (docs/simulator.md, "Size").
    private static final long DEVICE_BYTES = 300;
    private static final long ENGINE_BYTES = 1_300;
    private static final long REMEMBERED_BYTES = 300;
    private static final long IN_FLIGHT_BYTES = 56;
    private static final long MEMBERSHIP_BYTES = 8_000;
    private static final long ENTRY_BYTES = 150;

    /** Hops, each at the longest latency, after which a message is taken to be everywhere. */
    private static final int HOPS = 10;

    public static Forecast of(Scenario scenario) {
        Layout layout = new Layout(scenario);
        int[] sizes = layout.sizes();
        int[] parts = layout.parts();
        long[] reach = new long[sizes.length];
        int[] largest = new int[sizes.length];
        for (int segment = 0; segment < sizes.length; segment++) {
            reach[parts[segment]] += sizes[segment];
            largest[parts[segment]] = Math.max(largest[parts[segment]], sizes[segment]);
        }
        double bytes = (double) scenario.devices() * (DEVICE_BYTES + ENGINE_BYTES);
        bytes += viewBytes(scenario, layout, sizes);
        double events = scenario.devices();
        for (Workload each : scenario.workload()) {
            DeviceGroup group = scenario.group(each.from().group());
            int[] in = layout.segmentsOf(group, Math.min(each.from().index(), group.count() - 1));
            int part = in.length == 0 ? -1 : parts[in[0]];
            // A device in two segments stands twice in the sum, and sends in both.
            double memberships = part < 0 ? 1 : reach[part];
            double starts = each.from().pick() == Source.Pick.EACH ? group.count() : 1;
            double times = starts * each.repetition().times();
            double copies = memberships * copiesPerMembership(scenario, each, part < 0 ? 1 : largest[part]);
            double atOnce = Math.min(times, 1 + times * shareAtOnce(scenario, each));
            bytes += atOnce * copies * IN_FLIGHT_BYTES;
            bytes += Math.min(times, scenario.config().seenLimit()) * memberships * REMEMBERED_BYTES;
            events += times * (copies + memberships * (1 + repairs(each)));
        }
        return new Forecast((long) bytes, (long) events);
    }

    /** Of the membership engines, one for each device in each segment that is no LAN. */
    private static double viewBytes(Scenario scenario, Layout layout, int[] sizes) {
        MembershipConfig config = scenario.peers().membership();
        if (config == null) {
            return 0;
        }
        double bytes = 0;
        for (int segment = 0; segment < sizes.length; segment++) {
            if (!layout.isLan(segment)) {
                int entries = Math.min(
                        sizes[segment], config.view().links() + config.view().entries());
                bytes += (double) sizes[segment] * (MEMBERSHIP_BYTES + entries * ENTRY_BYTES);
            }
        }
        return bytes;
    }

    private static double copiesPerMembership(Scenario scenario, Workload workload, int largest) {
        FanoutRule rule = scenario.config().fanoutRule();
        if (workload instanceof Workload.Push push) {
            return rule.fanout(push.spread().fanout(), largest);
        } else if (workload instanceof Workload.Request request) {
            // Each copy is answered by a decline.
            return 2.0 * rule.forRequests().fanout(request.spread().fanout(), largest);
        } else {
            return 2;
        }
    }

    /** Comparisons of digests that one message costs each device. */
    private static double repairs(Workload workload) {
        return workload instanceof Workload.Push push && push.repairMillis() > 0
                ? 2.0 * push.lifetimeMillis() / push.repairMillis()
                : 1;
    }

    /** Share of the repetitions whose copies are under way at the same time. */
    private static double shareAtOnce(Scenario scenario, Workload workload) {
        long longest = 0;
        for (Link link : scenario.links()) {
            Latency latency = link.latency();
            longest = Math.max(longest, latency.maxMicros());
        }
        long spread = workload.repetition().spanMicros();
        return spread == 0 ? 1 : Math.min(1, (double) HOPS * longest / spread);
    }

    /**
     * Refuses a run that would not fit.
     *
     * @param heapBytes that there are
     * @throws OutOfRoomException that says how much would be needed, and how many devices would fit
     */
    public void requireRoom(Scenario scenario, long heapBytes) {
        if (bytes <= heapBytes) {
            return;
        }
        long fitting = Math.max(1, (long) ((double) scenario.devices() * heapBytes / bytes));
        throw new OutOfRoomException("devices: " + scenario.devices() + " would take about " + megabytes(bytes)
                + " of memory (expected: at most " + megabytes(heapBytes) + ", which about " + rounded(fitting)
                + " devices fit, or a larger heap; at most " + Limits.MAX_DEVICES + " in all)");
    }

    private static String megabytes(long bytes) {
        return Math.max(1, bytes >> 20) + " MiB";
    }

    /** Two digits are all that a forecast is good for. */
    private static long rounded(long devices) {
        long unit = 1;
        while (devices / unit >= 100) {
            unit *= 10;
        }
        return devices / unit * unit;
    }

    /** A run that would not fit into memory. */
    public static final class OutOfRoomException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        OutOfRoomException(String message) {
            super(message);
        }
    }
}
