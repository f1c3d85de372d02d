package org.grapevine.cluster.record;

/**
 * What one device did in a run. All are {@link #UNKNOWN} where its engine was too busy to tell.
 *
 * @param sent copies and control messages of gossip that its engine sent, those of its views left out
 * @param controls control messages among them
 * @param dropped messages that its engine did not act on: copies of known ones above all
 */
public record DeviceCounts(int device, long sent, long controls, long dropped) {

    /** Nobody could tell. */
    public static final long UNKNOWN = -1;

    /** Of a device whose engine did not answer. */
    public static DeviceCounts unknown(int device) {
        return new DeviceCounts(device, UNKNOWN, UNKNOWN, UNKNOWN);
    }

    public boolean isKnown() {
        return sent >= 0 && controls >= 0 && dropped >= 0;
    }
}
