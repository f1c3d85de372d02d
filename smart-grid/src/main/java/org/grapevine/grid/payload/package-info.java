/** What the payloads of the smart grid share: how a value from the network is read, bounded and refused. */
@NullMarked
package org.grapevine.grid.payload;

import org.jspecify.annotations.NullMarked;
