package org.grapevine.gossip.driver;

import org.grapevine.core.membership.MembershipConfig;

/**
 * How a shadow takes part in the overlay of a segment.
 *
 * @param leaf true if it sends to peers that another device's Peer Service names: its own links are for the others to reach it
 */
public record OverlayChoice(MembershipConfig config, boolean leaf) {}
