package org.grapevine.cluster.report;

/**
 * What became of all pushes, in plain counts of pairs of a push and a device.
 *
 * @param pushes how many there were
 * @param live devices that were up from the publication of a push to the end of the run
 * @param reached those of them whose hosted service got it
 * @param twice deliveries of a push or a request to a device that had it already, in one life
 */
public record Deliveries(int pushes, long live, long reached, long twice) {

    /** True if every live device got every push once and nobody got anything twice. */
    public boolean isExactlyOnce() {
        return reached == live && twice == 0;
    }
}
