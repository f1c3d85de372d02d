package org.grapevine.simulation.check;

import org.grapevine.core.message.Control;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.Observer;
import org.grapevine.simulation.world.Transit;

/**
 * Nothing is sent to oneself, and no copy back to where it came from: not to the sender of the first copy, and not to the origin.
 * Whoever asks for a message by IWant or a pull gets it, though, and a multicast
 * reaches whoever is there. A copy travels through a segment that both are in.
 */
final class NeverToSelf implements Observer {

    static final String NAME = "never-to-self";

    private final Sightings sightings;
    private final Violations violations;

    NeverToSelf(Sightings sightings, Violations violations) {
        this.sightings = sightings;
        this.violations = violations;
    }

    private void checkSegment(long now, Transit.Order order, Control.InSegment control) {
        if (Sightings.position(order.from(), control.segment()) < 0
                || Sightings.position(order.to(), control.segment()) < 0) {
            violations.add(
                    NAME,
                    now,
                    () -> order.from() + " sends a " + order.kind() + " to " + order.to() + " through "
                            + control.segment() + ", where not both are");
        }
    }

    @Override
    public void sent(long now, Transit transit) {
        Device from = transit.from();
        Device to = transit.to();
        if (from == to) {
            violations.add(NAME, now, () -> from + " sends itself a " + transit.kind());
        }
        if (transit instanceof Transit.Order order && order.control() instanceof Control.InSegment control) {
            checkSegment(now, order, control);
        }
        if (!(transit instanceof Transit.Copy copy)) {
            return;
        }
        if (Sightings.position(from, copy.hop().segment()) < 0
                || Sightings.position(to, copy.hop().segment()) < 0) {
            violations.add(
                    NAME,
                    now,
                    () -> from + " sends " + copy.message().id() + " to " + to + " through "
                            + copy.hop().segment() + ", where not both are");
        }
        if (copy.isMulticast()) {
            return;
        }
        int message = sightings.number(copy.message());
        boolean request = copy.message().parameters().replies() != null;
        if (!request && !sightings.isFirstSight(now, message, from)) {
            return; // An answer to IWant, or without a cause, which is for another checker to find.
        }
        int slot = sightings.find(message, from);
        if (slot >= 0 && sightings.from(slot) == to.index()) {
            violations.add(NAME, now, () -> from + " sends " + copy.message().id() + " back to " + to);
        }
        if (copy.message().origin().equals(to.address())) {
            violations.add(NAME, now, () -> from + " sends " + copy.message().id() + " to its origin " + to);
        }
    }
}
