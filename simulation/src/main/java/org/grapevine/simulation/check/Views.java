package org.grapevine.simulation.check;

import org.grapevine.core.message.Segment;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.Observer;
import org.grapevine.simulation.world.Transit;
import org.grapevine.simulation.world.World;
import org.jspecify.annotations.Nullable;

/**
 * No view of a segment is empty while another device of that segment is up. Where membership engines choose, {@link Overlay} says what
 * is promised.
 */
final class Views implements Observer {

    static final String NAME = "views";

    private static final int ARRIVALS = 32;

    private final Violations violations;
    private @Nullable World world;
    private @Nullable Topology topology;
    private long arrivals;

    Views(Violations violations) {
        this.violations = violations;
    }

    @Override
    public void begins(World begun) {
        world = begun;
    }

    @Override
    public void arrived(long now, Transit transit) {
        World current = world;
        if (current != null && ++arrivals % ARRIVALS == 0) {
            check(now, transit.to(), current);
        }
    }

    @Override
    public void ended(long now, World ended) {
        for (int i = 0; i < ended.size(); i++) {
            check(now, ended.device(i), ended);
        }
    }

    private void check(long now, Device device, World current) {
        if (!device.isUp()) {
            return;
        }
        for (int position = 0; position < device.segments().size(); position++) {
            Segment segment = device.segments().get(position);
            boolean isChosen = current.scenario().peers().membership() != null
                    && !device.view().isLan(segment);
            if (!isChosen && device.view().size(segment) <= 1 && hasOtherMember(device, position, current)) {
                violations.add(
                        NAME,
                        now,
                        () -> "the view of " + device + " is empty for " + segment + ", where others are up");
            }
        }
    }

    private boolean hasOtherMember(Device device, int position, World current) {
        Topology devices = topology == null ? new Topology(current) : topology;
        topology = devices;
        int segment = devices.segment(device.index(), position);
        return devices.count(
                        segment,
                        each -> each != device.index() && current.device(each).isUp())
                > 0;
    }
}
