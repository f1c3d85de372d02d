/** Devices of the grid from a file, running in a process of their own. */
@NullMarked
package org.grapevine.cli.device;

import org.jspecify.annotations.NullMarked;
