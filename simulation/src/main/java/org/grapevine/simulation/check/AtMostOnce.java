package org.grapevine.simulation.check;

import org.grapevine.core.message.GossipMessage;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.Observer;

/** A hosted service never gets a message or request twice while its device runs. */
final class AtMostOnce implements Observer {

    static final String NAME = "at-most-once";

    private final Sightings sightings;
    private final Violations violations;

    AtMostOnce(Sightings sightings, Violations violations) {
        this.sightings = sightings;
        this.violations = violations;
    }

    @Override
    public void delivered(long now, Device device, GossipMessage message) {
        int slot = sightings.find(sightings.number(message), device);
        if (slot >= 0 && sightings.deliveries(slot) > 1) {
            violations.add(NAME, now, () -> device + " got " + message.id() + " again");
        }
    }
}
