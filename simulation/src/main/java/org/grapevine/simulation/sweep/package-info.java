/** One scenario over a grid of parameters and many seeds. */
@NullMarked
package org.grapevine.simulation.sweep;

import org.jspecify.annotations.NullMarked;
