/** That published figures come out, and that a figure that does not is told. */
@NullMarked
package org.grapevine.simulation.validation;

import org.jspecify.annotations.NullMarked;
