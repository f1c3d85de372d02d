/** The promises that every simulated run is held to. */
@NullMarked
package org.grapevine.simulation.check;

import org.jspecify.annotations.NullMarked;
