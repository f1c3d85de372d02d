/** Plans against the engines' own choice, and against runs. */
@NullMarked
package org.grapevine.simulation.plan;

import org.jspecify.annotations.NullMarked;
