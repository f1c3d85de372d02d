package org.grapevine.grid.measurement;

import java.time.Instant;

/** Measures. Any thread. */
@FunctionalInterface
public interface PhasorSource {

    /** What was measured at an instant that is past. */
    Phasor at(Instant instant);
}
