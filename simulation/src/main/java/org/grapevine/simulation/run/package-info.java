/** One run of one scenario with one seed. */
@NullMarked
package org.grapevine.simulation.run;

import org.jspecify.annotations.NullMarked;
