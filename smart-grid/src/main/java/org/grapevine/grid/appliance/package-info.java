/** The domain state behind the devices of a smart grid, free of any network: appliances and the meters in front of them. */
@NullMarked
package org.grapevine.grid.appliance;

import org.jspecify.annotations.NullMarked;
