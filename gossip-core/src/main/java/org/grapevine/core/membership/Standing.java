package org.grapevine.core.membership;

/**
 * How a peer stands in a view, for whoever shows it.
 *
 * @param linked messages go to it
 * @param suspected it has not answered, and has time to contradict
 */
public record Standing(PeerEntry peer, boolean linked, boolean suspected) {}
