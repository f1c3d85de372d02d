package org.grapevine.simulation.report;

import java.util.Map;
import org.grapevine.core.membership.MembershipDrop;

/**
 * What the membership engines of a run came to. Shares and sizes are those at the end, over devices that are up; NaN where there is
 * nothing to divide by.
 *
 * @param messages of membership that were sent
 * @param bytes of these
 * @param deviceSeconds for which devices were up, all together, s
 * @param restingMessages the same as messages, in the second half of the run
 * @param restingBytes of these
 * @param restingSeconds as deviceSeconds, in the second half of the run
 * @param links of a device and segment, mean
 * @param entries of a device and segment, links included, mean
 * @param deadLinks share of the links that lead to a device that is not up
 * @param deadEntries the same for all entries
 * @param lyingEntries share of the entries of honest devices that name a liar
 * @param sizeError mean over devices and segments of how far the estimated size is from the true one, as a share of this
 * @param sizeErrorMost the largest of these
 * @param averagingFactor by which the variance of the parts of a count falls in each cycle of the size estimate; NaN if nobody looked
 * @param firstPingPeriods periods of probes until a device that has gone is pinged for the first time, mean; NaN if there was none
 * @param connected share of a segment's devices that are in the largest part of its overlay, lowest over all segments
 * @param looks how often somebody looked whether all overlays were whole: once a second, or less often in large networks
 * @param splits how often one was not; devices that have just started are not counted as parts
 * @param lastSplitMicros when that was for the last time, µs; -1 for never
 * @param shape how entries are spread
 * @param counts what the engines counted, over all lives
 */
public record OverlayResult(
        long messages,
        long bytes,
        double deviceSeconds,
        long restingMessages,
        long restingBytes,
        double restingSeconds,
        double links,
        double entries,
        double deadLinks,
        double deadEntries,
        double lyingEntries,
        double sizeError,
        double sizeErrorMost,
        double averagingFactor,
        double firstPingPeriods,
        double connected,
        long looks,
        long splits,
        long lastSplitMicros,
        Shape shape,
        Counts counts) {

    /**
     * How entries are spread, over all segments together.
     *
     * @param inDegreeMean entries that name a device, mean
     * @param inDegreeDeviation standard deviation of it
     * @param clustering mean over some devices of the share of pairs of their neighbours that are neighbours, whichever of the two
     *     names the other
     */
    public record Shape(
            double inDegreeMean, double inDegreeDeviation, int inDegreeLeast, int inDegreeMost, double clustering) {}

    /**
     * Sums over all engines.
     *
     * @param probes peers pinged
     * @param unanswered probes without an answer of any kind
     * @param declaredDead peers taken out since they failed
     * @param contradicted suspicions that turned out wrong
     * @param dropped what was refused, by reason; reasons that never occurred may be absent
     */
    public record Counts(
            long probes, long unanswered, long declaredDead, long contradicted, Map<MembershipDrop, Long> dropped) {
        public Counts {
            dropped = Map.copyOf(dropped);
        }
    }

    /** Messages of membership that a device sends in a second. */
    public double messageRate() {
        return deviceSeconds == 0 ? Double.NaN : messages / deviceSeconds;
    }

    /** Bytes of membership that a device sends in a second. */
    public double byteRate() {
        return deviceSeconds == 0 ? Double.NaN : bytes / deviceSeconds;
    }

    /** {@link #messageRate} in the second half of the run. */
    public double restingMessageRate() {
        return restingSeconds == 0 ? Double.NaN : restingMessages / restingSeconds;
    }

    /** {@link #byteRate} in the second half of the run. */
    public double restingByteRate() {
        return restingSeconds == 0 ? Double.NaN : restingBytes / restingSeconds;
    }
}
