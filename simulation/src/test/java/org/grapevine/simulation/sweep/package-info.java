/** Settings, the points that they make, and the runs of these. */
@NullMarked
package org.grapevine.simulation.sweep;

import org.jspecify.annotations.NullMarked;
