@NullMarked
package org.grapevine.simulation.driver;

import org.jspecify.annotations.NullMarked;
