package org.grapevine.cluster.record;

/**
 * What one agent's process took.
 *
 * @param startMillis from the task until all its devices were up, ms
 * @param cpuMillis processor time of all its threads during the run, ms
 * @param heapBytes live heap after a collection, at the end of the run
 * @param threads at the end
 * @param descriptors open files and sockets at the end; -1 where the system does not tell
 * @param datagramsSent by all its sockets during the run
 * @param datagramBytes octets in them
 * @param datagramsReceived by all its sockets during the run
 * @param lostOnPurpose datagrams that faults took
 * @param httpRequests sent
 * @param writesRefused lines of its journal that found no room on the disk
 * @param entriesDropped entries that found no room in its record
 */
public record ProcessCounts(
        long startMillis,
        long cpuMillis,
        long heapBytes,
        int threads,
        int descriptors,
        long datagramsSent,
        long datagramBytes,
        long datagramsReceived,
        long lostOnPurpose,
        long httpRequests,
        long writesRefused,
        long entriesDropped) {}
