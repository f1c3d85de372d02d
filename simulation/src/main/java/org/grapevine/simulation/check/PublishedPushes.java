package org.grapevine.simulation.check;

import java.util.PriorityQueue;

/** How many one-way messages devices may have to remember at the same time. */
final class PublishedPushes {

    private record Push(long untilMicros, long bytes) {}

    private final PriorityQueue<Push> live =
            new PriorityQueue<>((one, other) -> Long.compare(one.untilMicros, other.untilMicros));
    private long liveBytes;
    private int most;
    private long longestPeriodMillis;

    void add(long now, long untilMicros, int bytes, long repairPeriodMillis) {
        for (Push first = live.peek(); first != null && first.untilMicros <= now; first = live.peek()) {
            live.remove();
            liveBytes -= first.bytes;
        }
        live.add(new Push(untilMicros, bytes));
        liveBytes += bytes;
        most = Math.max(most, live.size());
        longestPeriodMillis = Math.max(longestPeriodMillis, repairPeriodMillis);
    }

    /** Messages that were live at the last publication. */
    int live() {
        return live.size();
    }

    /** Their payloads, bytes. */
    long liveBytes() {
        return liveBytes;
    }

    /** The most that were ever live at once. */
    int most() {
        return most;
    }

    /** Of all messages so far: a device compares digests at the pace of whichever it held first. */
    long longestPeriodMillis() {
        return longestPeriodMillis;
    }
}
