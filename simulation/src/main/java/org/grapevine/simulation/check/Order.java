package org.grapevine.simulation.check;

import java.util.HashMap;
import java.util.Map;
import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.OriginOrder;
import org.grapevine.core.message.PeerAddress;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.Observer;

/**
 * What one device publishes in an order reaches each hosted service in that order: nothing is delivered after what follows it. It
 * may be missing, though.
 */
final class Order implements Observer {

    static final String NAME = "order";

    private record Stream(int device, int incarnation, PeerAddress origin) {}

    private final Violations violations;
    private final Map<Stream, Long> latest = new HashMap<>();

    Order(Violations violations) {
        this.violations = violations;
    }

    @Override
    public void delivered(long now, Device device, GossipMessage message) {
        OriginOrder place = message.parameters().order();
        if (place == null) {
            return;
        }
        Stream stream = new Stream(device.index(), device.incarnation(), message.origin());
        Long before = latest.put(stream, place.number());
        if (before != null && before >= place.number()) {
            violations.add(
                    NAME,
                    now,
                    () -> device + " gets number " + place.number() + " of " + message.origin() + ", " + message.id()
                            + ", after number " + before);
        }
    }
}
