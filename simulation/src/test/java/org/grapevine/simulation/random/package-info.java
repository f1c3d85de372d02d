/** Random scenarios: that they are drawn as they should, run in numbers, and shrunk when they fail. */
@NullMarked
package org.grapevine.simulation.random;

import org.jspecify.annotations.NullMarked;
