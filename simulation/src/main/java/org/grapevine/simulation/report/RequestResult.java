package org.grapevine.simulation.report;

import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.ReplyMode;
import org.jspecify.annotations.Nullable;

/**
 * What became of one request.
 *
 * @param from index of the initiator
 * @param atMicros when it was made, µs
 * @param mode what became of the replies on their way
 * @param devices those up at that time that some path of segments joins to the initiator, itself included
 * @param reached how many of them were asked
 * @param stayed those of the devices that were up until the request was over
 * @param stayedInside those of them whose values the initiator had then
 * @param samples values that came one by one; 0 unless they were collected
 * @param completeness what the answer says; null if there was none before the run or the initiator ended
 * @param failure why it failed; null if it did not
 * @param elapsedMicros until the initiator had its answer or fault, µs; -1 if never
 * @param copies requests sent, repetitions included
 * @param duplicates requests that arrived where the request was known already
 * @param meanDepth mean number of hops to the devices reached, the initiator left out
 * @param maxDepth the longest of them
 * @param leaves devices reached that no other device was a child of
 */
public record RequestResult(
        String id,
        int from,
        long atMicros,
        ReplyMode mode,
        int devices,
        int reached,
        int stayed,
        int stayedInside,
        int samples,
        @Nullable Completeness completeness,
        @Nullable String failure,
        long elapsedMicros,
        long copies,
        long duplicates,
        double meanDepth,
        int maxDepth,
        int leaves) {

    /** Share of the devices that were up until the end whose values are in the answer. */
    public double countedOfStayed() {
        return stayed == 0 ? 0 : (double) stayedInside / stayed;
    }

    /** True if the answer says that nobody is missing, and somebody is. */
    public boolean isWrong() {
        return completeness != null && failure == null && completeness.isWhole() && stayedInside < stayed;
    }

    /** Share of the devices whose values are in the answer. */
    public double counted() {
        return completeness == null || devices == 0 ? 0 : (double) completeness.counted() / devices;
    }
}
