package org.grapevine.simulation.check;

import org.grapevine.simulation.world.World;

/** How a run ended. */
final class RunEnd {

    private RunEnd() {}

    /** True if it ended because nothing was left to do, false if because its time was up. */
    static boolean nothingLeft(World world) {
        return world.scenario().untilMicros() == 0;
    }
}
