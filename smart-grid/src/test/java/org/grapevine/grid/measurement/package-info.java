/** Specifications of measurements and of how they are merged. */
@NullMarked
package org.grapevine.grid.measurement;

import org.jspecify.annotations.NullMarked;
