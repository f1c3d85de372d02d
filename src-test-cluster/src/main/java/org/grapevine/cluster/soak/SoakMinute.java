package org.grapevine.cluster.soak;

import java.util.List;

/**
 * What all processes counted in one stretch of a soak.
 *
 * @param number of the stretch; 0 is the one in which the rate rises
 * @param seconds at its end, since the load had its full rate
 * @param agents of each process, by its number
 */
public record SoakMinute(int number, double seconds, List<SoakCounts> agents) {
    public SoakMinute {
        agents = List.copyOf(agents);
    }

    public long published() {
        return agents.stream().mapToLong(SoakCounts::published).sum();
    }

    /** Messages that no shadow took, or that were not even tried for want of time. */
    public long notPublished() {
        return agents.stream()
                .mapToLong(counts -> counts.refused() + counts.skipped())
                .sum();
    }

    public long delivered() {
        return agents.stream().mapToLong(SoakCounts::delivered).sum();
    }

    public long again() {
        return agents.stream().mapToLong(SoakCounts::again).sum();
    }

    public long lost() {
        return agents.stream().mapToLong(SoakCounts::lost).sum();
    }

    /**
     * The time within which a share of the deliveries was made, µs.
     *
     * @param share 0..1
     */
    public long percentileMicros(double share) {
        return latency().percentileMicros(share);
    }

    /** The slowest delivery, µs. */
    public long mostMicros() {
        return latency().mostMicros();
    }

    LatencyHistogram.Snapshot latency() {
        return agents.stream()
                .map(SoakCounts::latency)
                .reduce(LatencyHistogram.Snapshot.NOTHING, LatencyHistogram.Snapshot::and);
    }
}
