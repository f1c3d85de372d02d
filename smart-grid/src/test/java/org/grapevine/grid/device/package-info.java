/** Specifications of the grid's devices, on real sockets of the loopback interface. */
@NullMarked
package org.grapevine.grid.device;

import org.jspecify.annotations.NullMarked;
