/** Scenarios drawn from a seed, run by the thousand, and shrunk when they fail. */
@NullMarked
package org.grapevine.simulation.random;

import org.jspecify.annotations.NullMarked;
