package org.grapevine.cluster.soak;

import java.util.ArrayList;
import java.util.List;

/**
 * What one process counted since it was asked last, and what it has now.
 *
 * @param published messages handed to shadows
 * @param refused of those, the ones that no shadow took
 * @param skipped messages that were due while too many others were being handed over
 * @param delivered to hosted services, each message counted once for each device
 * @param again deliveries of what had been delivered
 * @param lost messages given up, counted for each device
 * @param latency of the deliveries
 * @param heapBytes heap after the latest collection of all of it
 * @param threads now
 * @param descriptors open files and sockets now; -1 where the system does not tell
 * @param cpuMillis processor time of the process
 * @param datagrams sent by all its sockets
 * @param gossipDropped messages and calls for which a queue or table of gossip had no room
 */
public record SoakCounts(
        long published,
        long refused,
        long skipped,
        long delivered,
        long again,
        long lost,
        LatencyHistogram.Snapshot latency,
        long heapBytes,
        int threads,
        long descriptors,
        long cpuMillis,
        long datagrams,
        long gossipDropped) {

    private static final int WORDS = 13;

    /** The same as a line without blanks at its ends. */
    String text() {
        List<String> words = new ArrayList<>();
        for (Object value : List.of(
                published,
                refused,
                skipped,
                delivered,
                again,
                lost,
                latency.text(),
                heapBytes,
                threads,
                descriptors,
                cpuMillis,
                datagrams,
                gossipDropped)) {
            words.add(value.toString());
        }
        return String.join(" ", words);
    }

    /** @throws IllegalArgumentException for a line that is none of {@link #text} */
    static SoakCounts parse(String line) {
        String[] words = line.split(" ", -1);
        if (words.length != WORDS) {
            throw new IllegalArgumentException("counts: " + words.length + " words (expected: " + WORDS + ")");
        }
        return new SoakCounts(
                Long.parseLong(words[0]),
                Long.parseLong(words[1]),
                Long.parseLong(words[2]),
                Long.parseLong(words[3]),
                Long.parseLong(words[4]),
                Long.parseLong(words[5]),
                LatencyHistogram.Snapshot.parse(words[6]),
                Long.parseLong(words[7]),
                Integer.parseInt(words[8]),
                Long.parseLong(words[9]),
                Long.parseLong(words[10]),
                Long.parseLong(words[11]),
                Long.parseLong(words[12]));
    }
}
