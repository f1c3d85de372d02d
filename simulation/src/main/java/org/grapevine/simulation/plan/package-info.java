/** From a network and a wish to gossip parameters, verified by simulation. */
@NullMarked
package org.grapevine.simulation.plan;

import org.jspecify.annotations.NullMarked;
