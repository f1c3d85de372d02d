/** Simulated devices with real engines, the network between them, workloads and faults. */
@NullMarked
package org.grapevine.simulation.world;

import org.jspecify.annotations.NullMarked;
