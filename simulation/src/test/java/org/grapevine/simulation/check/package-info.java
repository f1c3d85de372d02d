/** Each promise broken on purpose, and found. */
@NullMarked
package org.grapevine.simulation.check;

import org.jspecify.annotations.NullMarked;
