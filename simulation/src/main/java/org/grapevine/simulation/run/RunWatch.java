package org.grapevine.simulation.run;

import org.grapevine.simulation.world.TraceSink;
import org.jspecify.annotations.Nullable;

/** Looks on while a run goes. Called on the run's own thread. */
public interface RunWatch {

    /** Sees nothing. */
    RunWatch NONE = (virtualMicros, events, waiting) -> {};

    /**
     * Now and then. May throw to end the run.
     *
     * @param virtualMicros virtual time, µs
     * @param events that have happened
     * @param waiting events in the queue
     */
    void progress(long virtualMicros, long events, long waiting);

    /** Takes every action of every engine as a line; null for none. */
    default @Nullable TraceSink trace() {
        return null;
    }
}
