package org.grapevine.simulation.world;

import org.grapevine.core.membership.PeerMessage;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.Segment;

/** What a message is on its way: its size, and whether it went through its encoded form. */
interface Codec {
    Transit.Copy copy(Device from, Device to, Hop hop, GossipMessage message);

    Transit.Order order(Device from, Device to, Control control);

    Transit.Peering peering(Device from, Device to, Segment segment, PeerMessage message);
}
