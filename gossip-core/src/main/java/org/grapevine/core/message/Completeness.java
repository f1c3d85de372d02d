package org.grapevine.core.message;

/**
 * What an answer covers. Without it a partial answer cannot be told from a full one (docs/references.md, 2.3).
 *
 * @param counted devices whose own value is inside
 * @param declined requests answered with {@link Control.Decline}: paths on which another parent was faster. Normal, and no loss
 * @param failed devices that answered with a fault, or whose value could not be merged; as many as {@code faults} sums up
 * @param timedOut requests that got no final answer in time. One silent device may be asked by several peers, so this counts
 *     requests and bounds the devices from above
 * @param truncated devices that did not ask their own peers because rounds or budget had run out
 * @param oldestMillis when the oldest value inside was taken, ms since the epoch; {@link #NONE} if there is none
 * @param faults the failed devices by kind of fault
 */
public record Completeness(
        int counted, int declined, int failed, int timedOut, int truncated, long oldestMillis, Faults faults) {

    /** No value inside, hence no oldest. */
    public static final long NONE = Long.MAX_VALUE;

    public static final Completeness EMPTY = new Completeness(0, 0, 0, 0, 0, NONE, Faults.NONE);

    public Completeness {
        if (counted < 0 || declined < 0 || failed < 0 || timedOut < 0 || truncated < 0) {
            throw new IllegalArgumentException("completeness: " + counted + "/" + declined + "/" + failed + "/"
                    + timedOut + "/" + truncated + " (expected: counts >= 0)");
        }
        if (faults.total() != failed) {
            throw new IllegalArgumentException(
                    "faults: " + faults.total() + " (expected: " + failed + ", the devices that failed)");
        }
    }

    /** Failed devices are of an unknown kind. */
    public Completeness(int counted, int declined, int failed, int timedOut, int truncated, long oldestMillis) {
        this(counted, declined, failed, timedOut, truncated, oldestMillis, Faults.of(Faults.OTHER, failed));
    }

    /** So many devices failed, and nothing else is known. */
    public static Completeness failed(String kind, int devices) {
        return new Completeness(0, 0, devices, 0, 0, NONE, Faults.of(kind, devices));
    }

    /** True if no device is known to be missing. */
    public boolean isWhole() {
        return failed == 0 && timedOut == 0 && truncated == 0;
    }

    /** Adds up two subtrees. Counts beyond the range of an int stay at its largest value. */
    public Completeness plus(Completeness other) {
        Faults all = faults.plus(other.faults);
        return new Completeness(
                sum(counted, other.counted),
                sum(declined, other.declined),
                all.total(),
                sum(timedOut, other.timedOut),
                sum(truncated, other.truncated),
                Math.min(oldestMillis, other.oldestMillis),
                all);
    }

    private static int sum(int a, int b) {
        return (int) Math.min(Integer.MAX_VALUE, (long) a + b);
    }
}
