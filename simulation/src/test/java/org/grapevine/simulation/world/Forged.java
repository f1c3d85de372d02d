package org.grapevine.simulation.world;

import org.grapevine.core.message.Control;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.Hop;

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
}
