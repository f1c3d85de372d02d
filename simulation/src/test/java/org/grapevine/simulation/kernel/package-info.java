@NullMarked
package org.grapevine.simulation.kernel;

import org.jspecify.annotations.NullMarked;
