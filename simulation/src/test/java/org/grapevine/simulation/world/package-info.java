@NullMarked
package org.grapevine.simulation.world;

import org.jspecify.annotations.NullMarked;
