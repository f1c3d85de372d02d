package org.grapevine.core.message;

/**
 * One gossiped unit, the same at every device; what differs from copy to copy is its {@link Hop}.
 *
 * @param origin where it was published. Nobody sends it back there, and limits are shared out among origins
 */
public record GossipMessage(MessageId id, PeerAddress origin, GossipParameters parameters, Payload payload) {}
