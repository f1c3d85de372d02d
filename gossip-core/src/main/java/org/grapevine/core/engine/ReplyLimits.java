package org.grapevine.core.engine;

/**
 * How much a device takes from others for their answers, and holds. Defaults are guesses: far above what an honest network of the
 * sizes in docs/validation.md needs, far below what hurts a device.
 *
 * @param contributors devices that a partial may say are inside; one that says more is refused
 * @param valueBytes the largest value taken from a child or from the device's own service, bytes
 * @param samples samples of one query that a relay holds at the most. Reached: samples that the parent has taken leave first, and
 *     a child whose next ones have no room has to send them again
 * @param sampleBytes the same in bytes, over all queries
 * @param batchBytes values in one batch of samples, bytes; a larger one travels alone
 * @param collected devices that an initiator collects samples of in one query. Reached: the others are told as truncated
 */
public record ReplyLimits(
        int contributors, int valueBytes, int samples, long sampleBytes, int batchBytes, int collected) {

    public ReplyLimits {
        require(contributors >= 1, "contributors", contributors, ">= 1");
        require(valueBytes >= 1, "valueBytes", valueBytes, ">= 1 byte");
        require(samples >= 1, "samples", samples, ">= 1");
        require(sampleBytes >= valueBytes, "sampleBytes", sampleBytes, ">= valueBytes");
        require(batchBytes >= 1, "batchBytes", batchBytes, ">= 1 byte");
        require(collected >= 1, "collected", collected, ">= 1");
    }

    public static ReplyLimits defaults() {
        return new ReplyLimits(1_000_000, 1 << 20, 1_000, 8 << 20, 32 << 10, 100_000);
    }

    private static void require(boolean holds, String name, long value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
