/** The devices of the grid on the network: what IS, SSC, SM and IED host, and the aggregation functions that they run. */
@NullMarked
package org.grapevine.grid.device;

import org.jspecify.annotations.NullMarked;
