/** The event queue in virtual time and the seeded randomness on which every run stands. */
@NullMarked
package org.grapevine.simulation.kernel;

import org.jspecify.annotations.NullMarked;
