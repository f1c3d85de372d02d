package org.grapevine.gossip.legacy;

import org.grapevine.dpws.soap.Envelope;

/**
 * A message that can be sent to a service, until it expires.
 *
 * @param takenAt when it came here, ms since the epoch
 * @param expiresAt when its lifetime is over, ms since the epoch
 */
record Held(String id, Envelope envelope, long takenAt, long expiresAt) {}
