@NullMarked
package org.grapevine.simulation.run;

import org.jspecify.annotations.NullMarked;
