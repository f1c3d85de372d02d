package org.grapevine.simulation.scenario;

/**
 * What carries the messages of a segment.
 *
 * @param name by which segments and faults refer to it
 * @param loss share of copies lost, 0..1
 * @param duplication share of copies that arrive twice, 0..1
 * @param reordering share of copies held back, so that later ones overtake them, 0..1
 * @param heldBackMicros how long those are held back, µs
 * @param bitsPerSecond what the sender's side of the link carries; 0 for more than matters
 * @param shared true if all devices of a segment share these bits (radio, power line), false if each has its own line
 * @param queueBytes bytes that wait for the line at the most; what does not fit is lost. Meaningless without bandwidth
 */
public record Link(
        String name,
        Latency latency,
        double loss,
        double duplication,
        double reordering,
        long heldBackMicros,
        long bitsPerSecond,
        boolean shared,
        long queueBytes) {

    public Link {
        Limits.requireShare("loss", loss);
        Limits.requireShare("duplication", duplication);
        Limits.requireShare("reordering.share", reordering);
        Limits.require(
                heldBackMicros >= 0 && heldBackMicros <= Limits.MAX_MICROS, "reordering.by", heldBackMicros, "0..24 h");
        Limits.require(
                bitsPerSecond >= 0 && bitsPerSecond <= 1_000_000_000_000L, "bandwidth", bitsPerSecond, "0..1 Tbit/s");
        Limits.require(queueBytes >= 0 && queueBytes <= 1L << 40, "queue", queueBytes, "0..1 TiB");
    }

    /** A link that loses, doubles and holds back nothing and has room for everything. */
    public static Link perfect(String name, Latency latency) {
        return new Link(name, latency, 0, 0, 0, 0, 0, false, 0);
    }

    public Link withLoss(double share) {
        return new Link(
                name, latency, share, duplication, reordering, heldBackMicros, bitsPerSecond, shared, queueBytes);
    }
}
