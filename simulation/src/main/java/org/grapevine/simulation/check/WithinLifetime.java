package org.grapevine.simulation.check;

import org.grapevine.core.message.GossipMessage;
import org.grapevine.core.message.GossipParameters;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.Observer;
import org.grapevine.simulation.world.Transit;
import org.grapevine.simulation.world.World;
import org.jspecify.annotations.Nullable;

/**
 * Nothing is delivered past its lifetime, nor before its publication, by the device's own clock and as far as the allowed clock
 * error.
 */
final class WithinLifetime implements Observer {

    static final String NAME = "within-lifetime";

    private final Sightings sightings;
    private final Violations violations;
    private @Nullable World world;

    WithinLifetime(Sightings sightings, Violations violations) {
        this.sightings = sightings;
        this.violations = violations;
    }

    @Override
    public void begins(World begun) {
        world = begun;
    }

    @Override
    public void delivered(long now, Device device, GossipMessage message) {
        World current = world;
        if (current == null || message.origin().equals(device.address())) {
            return;
        }
        if (sightings.arrival(now, device) instanceof Transit.Notification) {
            return; // The baseline has no lifetimes.
        }
        GossipParameters parameters = message.parameters();
        long clock = device.clockMillis(now);
        long allowed = current.scenario().config().allowedClockErrorMillis() + current.slackMicros() / 1_000;
        if (clock >= parameters.expiresAtMillis() + allowed) {
            violations.add(
                    NAME,
                    now,
                    () -> device + " got " + message.id() + " " + (clock - parameters.expiresAtMillis())
                            + " ms past its lifetime");
        } else if (clock + allowed < parameters.originTimeMillis()) {
            violations.add(
                    NAME,
                    now,
                    () -> device + " got " + message.id() + " " + (parameters.originTimeMillis() - clock)
                            + " ms before its publication");
        }
    }
}
