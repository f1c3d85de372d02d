/** Published figures beside simulated ones. */
@NullMarked
package org.grapevine.simulation.validation;

import org.jspecify.annotations.NullMarked;
