/** Runs spread over the processor's cores; the only threads of the simulator. */
@NullMarked
package org.grapevine.simulation.driver;

import org.jspecify.annotations.NullMarked;
