package org.grapevine.cluster.report;

import java.util.List;

/**
 * How far one push came among the devices that were live to the end: those up from its publication to the end of the run that some
 * path of segments joined to its publisher, itself included. Whoever went meanwhile is in none of these numbers.
 *
 * @param from device that published it
 * @param atMicros when, µs since the start of the run
 * @param live how many there were
 * @param reached how many of them had it in the end
 * @param missing the first {@value #SHOWN} that had not
 * @param t50Micros until half of the live had it, from publication, µs; -1 if never
 * @param t99Micros the same for 99 of 100
 * @param t100Micros the same for all
 */
public record Reach(
        int from,
        long atMicros,
        int live,
        int reached,
        List<Integer> missing,
        long t50Micros,
        long t99Micros,
        long t100Micros) {

    /** So many devices that were not reached are named. */
    public static final int SHOWN = 20;

    public Reach {
        missing = List.copyOf(missing);
    }

    /** Live devices that it did not reach. */
    public int missingInAll() {
        return live - reached;
    }
}
