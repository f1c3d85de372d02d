package org.grapevine.simulation.check;

import org.grapevine.core.engine.GossipConfig;
import org.grapevine.core.engine.GossipStats;
import org.grapevine.simulation.world.Device;
import org.grapevine.simulation.world.Observer;
import org.grapevine.simulation.world.Transit;
import org.grapevine.simulation.world.World;
import org.jspecify.annotations.Nullable;

/**
 * What a device holds stays within its limits, and nothing of it is left when a run has ended because nothing was left to do.
 * Looks at one device every {@value #ARRIVALS} arrivals, for asking costs more than an arrival does, and at all in the end.
 */
final class BoundedTables implements Observer {

    static final String NAME = "bounded-tables";

    private static final int ARRIVALS = 32;

    private final Violations violations;
    private @Nullable World world;
    private long arrivals;

    BoundedTables(Violations violations) {
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
            check(now, transit.to(), current.scenario().config());
        }
    }

    @Override
    public void ended(long now, World ended) {
        boolean nothingLeft = RunEnd.nothingLeft(ended);
        for (int i = 0; i < ended.size(); i++) {
            Device device = ended.device(i);
            if (device.isUp()) {
                GossipStats stats = check(now, device, ended.scenario().config());
                if (nothingLeft && (stats.seen() != 0 || stats.bufferedBytes() != 0 || stats.queries() != 0)) {
                    violations.add(
                            NAME,
                            now,
                            () -> device + " still holds " + stats.seen() + " ids, " + stats.bufferedBytes()
                                    + " bytes and " + stats.queries() + " requests after the last event");
                }
            }
        }
    }

    private GossipStats check(long now, Device device, GossipConfig config) {
        GossipStats stats = device.stats();
        check(now, device, "ids", stats.seen(), config.seenLimit());
        check(now, device, "bytes", stats.bufferedBytes(), config.bufferLimitBytes());
        check(now, device, "requests", stats.queries(), config.queryLimit());
        return stats;
    }

    private void check(long now, Device device, String what, long held, long limit) {
        if (held < 0 || held > limit) {
            violations.add(NAME, now, () -> device + " holds " + held + " " + what + " (expected: 0.." + limit + ")");
        }
    }
}
