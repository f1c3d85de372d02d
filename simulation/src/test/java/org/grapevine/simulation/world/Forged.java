package org.grapevine.simulation.world;

import org.grapevine.core.membership.PeerMessage;
import org.grapevine.core.message.Control;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.Hop;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.core.message.Segment;

/** What no engine would send and no world would do, for tests of observers. */
public final class Forged {

    private static final int BYTES = 1_000;

    private Forged() {}

    public static Transit.Copy copy(Device from, Device to, Hop hop, GossipMessage message) {
        return new Transit.Copy(from, to, BYTES, hop, message);
    }

    public static Transit.Order order(Device from, Device to, Control control) {
        return new Transit.Order(from, to, BYTES, control);
    }

    /** Takes a device out of all views, though it is up. */
    public static void hide(Device device) {
        for (Channel channel : device.channels) {
            channel.leave(device);
        }
    }

    public static Transit.Peering peering(Device from, Device to, Segment segment, PeerMessage message) {
        return new Transit.Peering(from, to, BYTES, segment, message);
    }

    /** Takes a link out of the view from which messages are drawn, though the engine holds it. */
    public static void unlink(Device device, PeerAddress peer) {
        ((OwnView) device.view()).chosen().leave(device.segments().get(0), peer);
    }

    /** Cuts a device off for ever, and no fault of the scenario says so. */
    public static void cutOff(Device device) {
        device.sides = 1L << 63;
    }
}
