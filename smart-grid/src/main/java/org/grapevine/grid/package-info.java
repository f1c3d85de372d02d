/** The domain of the first scenarios: tariffs and energy needs of a smart grid, its appliances and their plans. */
@NullMarked
package org.grapevine.grid;

import org.jspecify.annotations.NullMarked;
