package org.grapevine.cluster.record;

/**
 * What one device did in a run.
 *
 * @param sent copies and control messages of gossip that its engine sent, those of its views left out
 * @param controls control messages among them
 * @param dropped messages that its engine did not act on: copies of known ones above all
 */
public record DeviceCounts(int device, long sent, long controls, long dropped) {}
